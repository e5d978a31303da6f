//! What an endpoint argument stands for in a cluster.
//!
//! [`Reference`] in, [`Party`] out: the pods, nodes and addresses behind a name.

use super::endpoint::{ObjectKind, Reference};
use super::split::Inside;
use super::{Problem, similar::closest};
use crate::model::{
    Cluster, NamespaceId, NodeId, Pod, PodNature, Policy, PolicyId, ServiceId, WorkloadId,
};
use crate::net::AddressSet;
use crate::selector::Labels;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

mod missing;

/// Which end of the question a reference stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who opens the connection: no Service can.
    Source,
    /// Who is to answer.
    Destination,
}

/// A pod of a party.
#[derive(Debug, Clone)]
pub struct PartyPod<'a> {
    /// The pod.
    pub pod: Cow<'a, Pod>,
    /// Why it is not there now, if it is not: `has replicas: 0`.
    pub dormant: Option<&'static str>,
}

/// Who is behind one end of a question.
#[derive(Debug, Clone, Default)]
pub struct Party<'a> {
    /// How to call all of it.
    pub title: String,
    /// Pods that exist, would exist, or are imagined.
    pub pods: Vec<PartyPod<'a>>,
    /// Nodes.
    pub nodes: Vec<NodeId>,
    /// Addresses that belong to nothing in the input.
    pub addresses: AddressSet,
    /// The Service through which the pods are reached.
    pub service: Option<ServiceId>,
    /// A Service of the same name in front of the same pods, which was not asked for.
    pub namesake: Option<ServiceId>,
    /// What to tell about how the reference was read.
    pub notes: Vec<String>,
}

/// Finds what `reference` stands for; names without a namespace are of `default_namespace`.
///
/// # Errors
/// Says that nothing has the name, or that several things have it.
pub fn resolve<'a>(
    cluster: &'a Cluster,
    reference: &Reference,
    default_namespace: &str,
    role: Role,
) -> Result<Party<'a>, Problem> {
    let finder = Finder { cluster, role };
    match reference {
        Reference::Named {
            namespace,
            kind,
            name,
        } => {
            let scope = namespace.as_deref().unwrap_or(default_namespace);
            let id = cluster.namespace(scope).ok_or_else(|| {
                finder.no_namespace(scope, kind.is_none() && namespace.is_some(), name)
            })?;
            finder.named(id, *kind, name)
        }
        Reference::Namespace(name) => finder.namespace(name),
        Reference::Labels { namespace, labels } => {
            let scope = namespace.as_deref().unwrap_or(default_namespace);
            let id = cluster
                .namespace(scope)
                .ok_or_else(|| finder.no_namespace(scope, false, ""))?;
            Ok(finder.imagined(id, labels))
        }
        Reference::Address(address) => finder.address(*address),
        Reference::Addresses(cidr) => {
            Ok(finder.addresses(cidr.to_string(), &AddressSet::from_cidrs([*cidr])))
        }
        Reference::Internet => Ok(finder.addresses("internet".into(), &AddressSet::internet())),
        Reference::Node(name) => finder.node(name),
        Reference::Url(host) => Err(finder.url(host)),
    }
}

struct Finder<'a> {
    cluster: &'a Cluster,
    role: Role,
}

/// What a name may stand for.
#[derive(Debug, Clone, Copy)]
enum Candidate<'a> {
    Pod(&'a Pod, Option<&'static str>),
    Workload(WorkloadId),
    Service(ServiceId),
}

impl<'a> Finder<'a> {
    /// All pods that were read or stand in, with those that are not there now.
    fn all_pods(&self) -> impl Iterator<Item = (&'a Pod, Option<&'static str>)> {
        let live = self.cluster.pods.rows().iter().map(|pod| (pod, None));
        let dormant = self.cluster.dormant.iter();
        live.chain(dormant.map(|dormant| (&dormant.pod, Some(dormant.why))))
    }

    fn candidates(
        &self,
        namespace: NamespaceId,
        kind: Option<ObjectKind>,
        name: &str,
    ) -> Vec<Candidate<'a>> {
        let mut found = Vec::new();
        if matches!(kind, None | Some(ObjectKind::Pod)) {
            let pods = self.all_pods().filter(|(pod, _)| {
                pod.nature == PodNature::Read && pod.namespace == namespace && *pod.name == *name
            });
            found.extend(pods.map(|(pod, why)| Candidate::Pod(pod, why)));
        }
        let workload_kind = match kind {
            None => Some(None),
            Some(ObjectKind::Workload(kind)) => Some(Some(kind)),
            Some(_) => None,
        };
        if let Some(wanted) = workload_kind {
            let workloads = self.cluster.workloads.iter().filter(|(_, workload)| {
                workload.namespace == namespace
                    && *workload.owner.name == *name
                    && wanted.is_none_or(|wanted| workload.kind() == Some(wanted))
            });
            found.extend(
                workloads
                    .filter(|(id, _)| kind.is_some() || self.workload_pods(*id).next().is_some())
                    .map(|(id, _)| Candidate::Workload(id)),
            );
        }
        // A bare name is a Service only where it can be one: nothing connects from a Service.
        let service = match self.role {
            Role::Source => kind == Some(ObjectKind::Service),
            Role::Destination => matches!(kind, None | Some(ObjectKind::Service)),
        };
        if service {
            let scope = &self.cluster.namespaces.at(namespace).name;
            let services = self.cluster.services.iter();
            found.extend(
                services
                    .filter(|(_, service)| service.namespace == *scope && *service.name == *name)
                    .map(|(id, _)| Candidate::Service(id)),
            );
        }
        found
    }

    fn named(
        &self,
        namespace: NamespaceId,
        kind: Option<ObjectKind>,
        name: &str,
    ) -> Result<Party<'a>, Problem> {
        if let Some(refusal) = kind.and_then(|kind| self.not_an_endpoint(namespace, kind, name)) {
            return Err(refusal);
        }
        let found = self.candidates(namespace, kind, name);
        let parties: Result<Vec<_>, _> = found
            .iter()
            .map(|candidate| self.party(*candidate))
            .collect();
        let mut parties = parties?;
        // A workload and its only pod, or its Service, may share the name: the same pods.
        let same = parties.windows(2).all(|pair| match pair {
            [a, b] => same_pods(a, b),
            _ => true,
        });
        match (parties.len(), same) {
            (0, _) => Err(self.no_object(namespace, kind, name)),
            (1, _) => Ok(parties.remove(0)),
            (_, true) => {
                let namesake = parties.iter().find_map(|party| party.service);
                let mut party = parties.remove(0);
                party.namesake = namesake;
                Ok(party)
            }
            (_, false) => Err(self.ambiguous(&found, name)),
        }
    }

    fn party(&self, candidate: Candidate<'a>) -> Result<Party<'a>, Problem> {
        match candidate {
            Candidate::Pod(pod, dormant) => Ok(Party {
                title: self.cluster.pod_name(pod),
                pods: vec![PartyPod {
                    pod: Cow::Borrowed(pod),
                    dormant,
                }],
                ..Party::default()
            }),
            Candidate::Workload(id) => {
                let title = self.cluster.workload_name(self.cluster.workloads.at(id));
                let pods: Vec<_> = self.workload_pods(id).collect();
                if pods.is_empty() {
                    return Err(Problem::new(format!("`{title}` has no pods of its own"))
                        .help("ask for the workload that owns it, or for one of its pods"));
                }
                Ok(Party {
                    title,
                    pods,
                    ..Party::default()
                })
            }
            Candidate::Service(id) => self.service(id),
        }
    }

    /// The live pods of a workload, else those that it would have.
    fn workload_pods(&self, id: WorkloadId) -> impl Iterator<Item = PartyPod<'a>> {
        let live = &self.cluster.workloads.at(id).pods;
        let dormant = self.cluster.dormant.iter();
        let dormant =
            dormant.filter(move |other| live.is_empty() && other.pod.workload == Some(id));
        let live = live.iter().map(|&pod| (self.cluster.pods.at(pod), None));
        live.chain(dormant.map(|dormant| (&dormant.pod, Some(dormant.why))))
            .map(|(pod, dormant)| PartyPod {
                pod: Cow::Borrowed(pod),
                dormant,
            })
    }

    fn service(&self, id: ServiceId) -> Result<Party<'a>, Problem> {
        let service = self.cluster.services.at(id);
        let full = format!("{}/{}", service.namespace, service.name);
        if self.role == Role::Source {
            return Err(
                Problem::new(format!("Service `{full}` does not open connections"))
                    .help("ask for the workload behind it, such as `deploy/web`"),
            );
        }
        let scope = self.cluster.namespace(&service.namespace);
        let selector = service.selector.as_ref();
        let behind = |pod: &Pod| {
            Some(pod.namespace) == scope
                && selector.is_some_and(|selector| selector.matches(&pod.labels))
        };
        let mut pods: Vec<_> = self
            .all_pods()
            .filter(|(pod, _)| behind(pod))
            .map(|(pod, dormant)| PartyPod {
                pod: Cow::Borrowed(pod),
                dormant,
            })
            .collect();
        // Pods that are not there answer only where no other does.
        if pods.iter().any(|pod| pod.dormant.is_none()) {
            pods.retain(|pod| pod.dormant.is_none());
        }
        Ok(Party {
            title: format!("{full}[Service]"),
            pods,
            service: Some(id),
            ..Party::default()
        })
    }

    fn namespace(&self, name: &Arc<str>) -> Result<Party<'a>, Problem> {
        let id = self
            .cluster
            .namespace(name)
            .ok_or_else(|| self.no_namespace(name, false, ""))?;
        let pods: Vec<_> = self
            .cluster
            .pods
            .rows()
            .iter()
            .filter(|pod| pod.namespace == id)
            .map(|pod| PartyPod {
                pod: Cow::Borrowed(pod),
                dormant: None,
            })
            .collect();
        if pods.is_empty() {
            return Err(
                Problem::new(format!("namespace `{name}` has no pod in the input")).help(format!(
                    "ask for a pod that it could have: `{name}/[key=value]`"
                )),
            );
        }
        Ok(Party {
            title: format!("namespace {name}"),
            pods,
            ..Party::default()
        })
    }

    fn imagined(&self, namespace: NamespaceId, labels: &Labels) -> Party<'a> {
        let pod = Pod {
            namespace,
            name: format!("[{labels}]").into(),
            labels: labels.clone(),
            ips: Vec::new(),
            host_network: false,
            node: None,
            ports: Arc::default(),
            workload: None,
            count: Some(1),
            nature: PodNature::Hypothetical,
            origin: crate::model::Origin::default(),
        };
        Party {
            title: self.cluster.pod_name(&pod),
            pods: vec![PartyPod {
                pod: Cow::Owned(pod),
                dormant: None,
            }],
            ..Party::default()
        }
    }

    fn node(&self, name: &str) -> Result<Party<'a>, Problem> {
        let found = self
            .cluster
            .nodes
            .iter()
            .find(|(_, node)| *node.name == *name);
        let (id, _) = found.ok_or_else(|| {
            let names = self.cluster.nodes.rows().iter().map(|node| &*node.name);
            let problem = Problem::new(format!("no node `{name}` in the input"));
            match closest(name, names) {
                Some(other) => problem.help(format!("did you mean `node/{other}`?")),
                None => problem,
            }
        })?;
        Ok(Party {
            title: format!("node {name}"),
            nodes: vec![id],
            ..Party::default()
        })
    }

    /// An address of the cluster means what has it.
    fn address(&self, address: IpAddr) -> Result<Party<'a>, Problem> {
        let inside = Inside::of(self.cluster, &AddressSet::from_hosts([address]));
        let is = |what: &str| format!("`{address}` is the address of {what}");
        if let Some(&id) = inside.services.first() {
            let mut party = self.service(id)?;
            party.notes.push(is(&party.title));
            return Ok(party);
        }
        let mut party = self.addresses(address.to_string(), &AddressSet::from_hosts([address]));
        let pods = party.pods.iter().map(|pod| self.cluster.pod_name(&pod.pod));
        let nodes = party.nodes.iter();
        let nodes = nodes.map(|&node| format!("node {}", self.cluster.nodes.at(node).name));
        let owners: Vec<_> = pods.chain(nodes).collect();
        if !owners.is_empty() {
            party.notes.push(is(&owners.join(" and ")));
        }
        Ok(party)
    }

    fn addresses(&self, title: String, set: &AddressSet) -> Party<'a> {
        let inside = Inside::of(self.cluster, set);
        let mut notes = Vec::new();
        if !inside.services.is_empty() {
            notes.push(format!(
                "the addresses of {} in {title} are left out: ask for the Service itself",
                match inside.services.len() {
                    1 => "1 Service".to_owned(),
                    number => format!("{number} Services"),
                }
            ));
        }
        Party {
            title,
            pods: inside
                .pods
                .iter()
                .map(|&pod| PartyPod {
                    pod: Cow::Borrowed(self.cluster.pods.at(pod)),
                    dormant: None,
                })
                .collect(),
            nodes: inside.nodes,
            addresses: inside.outside,
            notes,
            ..Party::default()
        }
    }
}

fn same_pods(a: &Party<'_>, b: &Party<'_>) -> bool {
    a.pods.len() == b.pods.len()
        && a.pods.iter().all(|pod| {
            b.pods
                .iter()
                .any(|other| std::ptr::eq::<Pod>(&raw const *pod.pod, &raw const *other.pod))
        })
}

/// The policy of this name in a namespace, or the cluster-wide one.
///
/// # Errors
/// Says that there is none, and which name is near.
pub fn find_policy(cluster: &Cluster, namespace: &str, name: &str) -> Result<PolicyId, Problem> {
    let policies = || cluster.policies.iter();
    let here = |policy: &Policy| {
        policy
            .namespace
            .as_deref()
            .is_none_or(|other| other == namespace)
    };
    let found = policies().find(|(_, policy)| here(policy) && *policy.name == *name);
    if let Some((id, _)) = found {
        return Ok(id);
    }
    let problem = Problem::new(format!(
        "no NetworkPolicy `{name}` in namespace `{namespace}`"
    ));
    let elsewhere = policies().find(|(_, policy)| *policy.name == *name);
    if let Some((
        _,
        Policy {
            namespace: Some(other),
            ..
        },
    )) = elsewhere
    {
        return Err(problem.help(format!("there is `{other}/netpol/{name}`")));
    }
    let names = policies()
        .filter(|(_, policy)| here(policy))
        .map(|(_, policy)| &*policy.name);
    Err(match closest(name, names) {
        Some(other) => problem.help(format!("did you mean `netpol/{other}`?")),
        None => problem,
    })
}
