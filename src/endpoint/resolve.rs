//! What an endpoint argument stands for in a cluster.
//!
//! [`Reference`] in, [`Party`] out: the pods, nodes and addresses behind a name.

use super::cluster_name::ClusterName;
use super::kind::ObjectKind;
use super::party::{Door, OneOf, Party, PartyPod, Role};
use super::reference::Reference;
use super::split::Inside;
use super::{Problem, closest::closest};
use crate::model::{
    Cluster, Count, NamespaceId, Pod, PodNature, Policy, PolicyId, PolicyKind, ServiceId,
    WhyDormant,
};
use crate::net::AddressSet;
use crate::selector::Labels;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

mod elsewhere;
mod everywhere;
mod missing;
mod named;
mod selected;

pub use everywhere::{in_any_namespace, policy_in_any_namespace};

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
            // `rollout/web` reads as a namespace and a name, until no namespace has the name.
            if let (Some(word), None) = (namespace, kind)
                && cluster.namespace(word).is_none()
                && let Some(id) = cluster.namespace(default_namespace)
                && let Some(party) = finder.of_kind(id, word, name)
            {
                return party;
            }
            if let Some(kind) = kind
                && !kind.is_namespaced()
                && let Some(refusal) = Finder::not_an_end(*kind, name)
            {
                return Err(refusal);
            }
            let scope = namespace.as_deref().unwrap_or(default_namespace);
            let missing = || match (namespace, kind) {
                (Some(_), kind) => finder.no_namespace(scope, kind.is_none(), name),
                (None, None) => finder
                    .dotted(name)
                    .unwrap_or_else(|| finder.no_default_namespace(scope, name)),
                (None, Some(_)) => finder.no_default_namespace(scope, name),
            };
            let id = cluster.namespace(scope).ok_or_else(missing)?;
            finder.named(id, *kind, name)
        }
        Reference::OfKind {
            namespace,
            kind,
            name,
        } => {
            let scope = namespace.as_deref().unwrap_or(default_namespace);
            // `rollout/shop/web` has the type before the namespace.
            if cluster.namespace(scope).is_none()
                && let Some(id) = cluster.namespace(kind)
                && let Some(party) = finder.of_kind(id, scope, name)
            {
                return party;
            }
            let id = cluster
                .namespace(scope)
                .ok_or_else(|| finder.no_namespace(scope, false, name))?;
            let found = finder.of_kind(id, kind, name);
            found.unwrap_or_else(|| Err(finder.no_kind(id, kind, name)))
        }
        Reference::Namespace(name) => finder.namespace(name),
        Reference::EveryNamespace => finder.every_namespace(),
        Reference::Labels {
            namespace, labels, ..
        } => {
            let scope = namespace.as_deref().unwrap_or(default_namespace);
            let id = cluster
                .namespace(scope)
                .ok_or_else(|| finder.no_namespace(scope, false, ""))?;
            Ok(finder.imagined(id, labels))
        }
        Reference::Selected {
            namespace,
            selector,
        } => finder.selected(namespace.as_deref(), selector),
        Reference::Address(address) => finder.address(*address),
        Reference::Addresses(cidr) => {
            Ok(finder.addresses(cidr.to_string(), &AddressSet::from_cidrs([*cidr])))
        }
        Reference::Internet => Ok(finder.addresses("internet".into(), &AddressSet::internet())),
        Reference::Node(name) => finder.node(name),
        Reference::DnsName(name) => finder.dns_name(name),
        Reference::Url(url) => Err(finder.url(url)),
        Reference::ApiServer => Ok(finder.api_server()),
    }
}

impl<'a> Party<'a> {
    /// Who is behind a Service.
    pub fn of_service(cluster: &'a Cluster, id: ServiceId) -> Self {
        let role = Role::Destination;
        Finder { cluster, role }.behind(id)
    }
}

struct Finder<'a> {
    cluster: &'a Cluster,
    role: Role,
}

impl<'a> Finder<'a> {
    /// All pods that were read or stand in, with those that are not there now.
    fn all_pods(&self) -> impl Iterator<Item = (&'a Pod, Option<WhyDormant>)> {
        let live = self.cluster.pods.rows().iter().map(|pod| (pod, None));
        let dormant = self.cluster.dormant.iter();
        live.chain(dormant.map(|dormant| (&dormant.pod, Some(dormant.why))))
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

    fn every_namespace(&self) -> Result<Party<'a>, Problem> {
        let pods = self.cluster.pods.rows().iter();
        let pods: Vec<_> = pods
            .map(|pod| PartyPod {
                pod: Cow::Borrowed(pod),
                dormant: None,
            })
            .collect();
        if pods.is_empty() {
            return Err(Problem::new("there is no pod in the input"));
        }
        Ok(Party {
            title: "every pod".into(),
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
            names: None,
            workload: None,
            count: Count::ONE,
            nature: PodNature::Hypothetical,
            per_node: false,
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
            nodes: self.cluster.node_ends(id),
            ..Party::default()
        })
    }

    /// An address of the cluster means what has it.
    fn address(&self, address: IpAddr) -> Result<Party<'a>, Problem> {
        let inside = Inside::of(self.cluster, &AddressSet::from_hosts([address]));
        let is = |what: &str| format!("`{address}` is the address of {what}");
        if AddressSet::loopback().contains(address) && self.role == Role::Source {
            return Err(Problem::new(format!(
                "`{address}` is a loopback address, and nobody else is called from there"
            ))
            .help("name the pod that opens the connection"));
        }
        if let Some(&id) = inside.services.first() {
            let service = self.cluster.services.at(id);
            let door = if service.addresses.contains(&address) {
                Door::Inside
            } else {
                Door::Outside(address)
            };
            // A load balancer may open connections from its own address.
            if self.role == Role::Destination || door == Door::Inside {
                let mut party = self.service(id)?;
                party.notes.push(is(&party.title));
                party.door = door;
                party.dialled = Some(address);
                return Ok(party);
            }
            return Ok(Party {
                title: address.to_string(),
                addresses: AddressSet::from_hosts([address]),
                ..Party::default()
            });
        }
        let mut party = self.addresses(address.to_string(), &AddressSet::from_hosts([address]));
        party.dialled = Some(address);
        let pods = party.pods.iter().map(|pod| self.cluster.pod_name(&pod.pod));
        let nodes = party.nodes.iter();
        let nodes = nodes.map(|end| format!("node {}", self.cluster.nodes.at(end.node).name));
        let owners: Vec<_> = pods.chain(nodes).collect();
        if !owners.is_empty() {
            party.notes.push(is(&owners.join(" and ")));
        }
        Ok(party)
    }

    /// A name of the cluster's DNS, whose zone may be any.
    fn dns_name(&self, name: &str) -> Result<Party<'a>, Problem> {
        let absolute = name.trim_end_matches('.');
        match ClusterName::of_any_zone(absolute) {
            Some(ClusterName::Service { namespace, service }) => {
                let id = self.cluster.namespace(namespace);
                let id = id.ok_or_else(|| self.no_namespace(namespace, false, service))?;
                self.named(id, Some(ObjectKind::Service), service)
            }
            Some(ClusterName::Host {
                namespace, host, ..
            }) => {
                let id = self.cluster.namespace(namespace);
                let id = id.ok_or_else(|| self.no_namespace(namespace, false, host))?;
                self.named(id, Some(ObjectKind::Pod), host)
            }
            Some(ClusterName::PodAddress { address, .. }) => self.address(address),
            None => Err(Problem::new(format!(
                "`{absolute}` is a name outside the cluster, whose addresses are not in the input"
            ))
            .help("ask with the address, such as `203.0.113.9`, or `internet`")),
        }
    }

    /// The API server: the endpoints of `default/kubernetes`, which Kubernetes itself writes.
    fn api_server(&self) -> Party<'a> {
        let found = self.cluster.service("default", "kubernetes");
        let known = found.map(|id| self.behind(id)).filter(|it| !it.is_empty());
        if let Some(mut party) = known {
            "the API server".clone_into(&mut party.title);
            party.is_api_server = true;
            if self.role == Role::Source {
                party.service = None;
            }
            return party;
        }
        let local = AddressSet::link_local().union(&AddressSet::loopback());
        Party {
            title: "the API server".to_owned(),
            is_api_server: true,
            addresses: AddressSet::all().difference(&local),
            one_of: Some(OneOf::there(
                "the addresses of the API server are not in the input: add the EndpointSlices or \
                 Endpoints of Service `default/kubernetes`"
                    .to_owned(),
            )),
            ..Party::default()
        }
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
        // S71: in a range, the loopback addresses are nobody else's.
        let loopback = AddressSet::loopback();
        let outside = if set.difference(&loopback).is_empty() {
            inside.outside
        } else {
            inside.outside.difference(&loopback)
        };
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
            addresses: outside,
            notes,
            ..Party::default()
        }
    }
}

/// The namespace of this name.
///
/// # Errors
/// Says that there is none, and which name is near.
pub fn find_namespace(cluster: &Cluster, name: &str) -> Result<NamespaceId, Problem> {
    let role = Role::Source;
    let finder = Finder { cluster, role };
    let found = cluster.namespace(name);
    found.ok_or_else(|| finder.no_namespace(name, false, ""))
}

/// The policy of a kind and a name: in a namespace, if the kind has one.
///
/// # Errors
/// Says that there is none, and which name is near.
pub fn find_policy(
    cluster: &Cluster,
    (kind, namespace): (PolicyKind, &str),
    name: &str,
) -> Result<PolicyId, Problem> {
    let word = ObjectKind::Policy(kind).word();
    let all = || cluster.policies.iter().filter(|(_, it)| it.kind == kind);
    let here = |policy: &Policy| match &policy.namespace {
        Some(other) => **other == *namespace,
        None => true,
    };
    let found = all().find(|(_, policy)| here(policy) && *policy.name == *name);
    if let Some((id, _)) = found {
        return Ok(id);
    }
    let what = kind.name();
    let problem = Problem::new(if kind.is_namespaced() {
        format!("no {what} `{name}` in namespace `{namespace}`")
    } else {
        format!("no {what} `{name}`")
    });
    let elsewhere = all().find(|(_, policy)| *policy.name == *name);
    if let Some((_, policy)) = elsewhere
        && let Some(other) = &policy.namespace
    {
        return Err(problem.help(format!("there is `{other}/{word}/{name}`")));
    }
    // Who has one kind of cluster-wide policies easily names another.
    let others = cluster.policies.iter().map(|(_, policy)| policy);
    let mut others = others.filter(|it| it.namespace.is_none() && *it.name == *name);
    if let Some(other) = others.next() {
        let word = ObjectKind::Policy(other.kind).word();
        return Err(problem.help(format!("there is `{word}/{name}`")));
    }
    let names = all().filter(|(_, policy)| here(policy));
    let names = names.map(|(_, policy)| &*policy.name);
    Err(match closest(name, names) {
        Some(other) => problem.help(format!("did you mean `{word}/{other}`?")),
        None => problem,
    })
}
