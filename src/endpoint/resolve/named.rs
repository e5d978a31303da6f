//! Objects of a namespace by name: pods, workloads and Services.

use super::super::party::{Party, PartyPod, Role};
use super::super::{
    Problem,
    kind::{ObjectKind, without_version},
};
use super::Finder;
use crate::model::{
    NamespaceId, Pod, PodKey, PodNature, ServiceEndpoint, ServiceId, WhyDormant, Workload,
    WorkloadId, WorkloadKind, made_by_deployment,
};
use crate::net::AddressSet;
use std::borrow::Cow;
use std::collections::HashSet;

/// What a name may stand for.
#[derive(Debug, Clone)]
pub(super) enum Candidate<'a> {
    Pod(Cow<'a, Pod>, Option<WhyDormant>),
    Workload(WorkloadId),
    /// A Deployment that was not read, by its ReplicaSets.
    Deployed(Vec<WorkloadId>),
    Service(ServiceId),
}

impl<'a> Finder<'a> {
    fn candidates(
        &self,
        namespace: NamespaceId,
        kind: Option<ObjectKind>,
        name: &str,
    ) -> Vec<Candidate<'a>> {
        let mut found = Vec::new();
        if matches!(kind, None | Some(ObjectKind::Pod)) {
            let own = |pod: &Pod| matches!(pod.nature, PodNature::Read | PodNature::Replica);
            let pods = self
                .all_pods()
                .filter(|(pod, _)| own(pod) && pod.namespace == namespace && *pod.name == *name);
            found.extend(pods.map(|(pod, why)| Candidate::Pod(Cow::Borrowed(pod), why)));
            if found.is_empty() {
                found.extend(self.replica(namespace, name));
            }
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
            if found.is_empty() && matches!(wanted, None | Some(WorkloadKind::Deployment)) {
                let sets = self.replica_sets_of(namespace, name);
                found.extend((!sets.is_empty()).then_some(Candidate::Deployed(sets)));
            }
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

    pub(super) fn named(
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
            .map(|candidate| self.party(candidate, name))
            .collect();
        let mut parties = parties?;
        // A workload and its only pod, or its Service, may share the name: the same pods.
        let same = parties.windows(2).all(|pair| match pair {
            [a, b] => same_pods(a, b),
            _ => true,
        });
        match (parties.len(), same) {
            (0, _) => {
                let dotted = self.dotted(name).filter(|_| kind.is_none());
                Err(dotted.unwrap_or_else(|| self.no_object(namespace, kind, name)))
            }
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

    /// The workload of this name, of a kind that is not of Kubernetes itself, if there is one.
    pub(super) fn of_kind(
        &self,
        namespace: NamespaceId,
        kind: &str,
        name: &str,
    ) -> Option<Result<Party<'a>, Problem>> {
        let mut workloads = self.cluster.workloads.iter();
        let (id, _) = workloads.find(|(_, workload)| {
            workload.namespace == namespace
                && *workload.owner.name == *name
                && is_kind(kind, &workload.owner.kind)
        })?;
        Some(self.party(&Candidate::Workload(id), name))
    }

    /// The ReplicaSets of a Deployment of this name that was not read.
    fn replica_sets_of(&self, namespace: NamespaceId, name: &str) -> Vec<WorkloadId> {
        let workloads = self.cluster.workloads.iter();
        let here = workloads.filter(|(_, workload)| workload.namespace == namespace);
        let is_its = |(id, workload): &(WorkloadId, &Workload)| {
            let mut pods = self.workload_pods(*id);
            pods.any(|it| made_by_deployment(&workload.owner, &it.pod.labels, name))
        };
        here.filter(is_its).map(|(id, _)| id).collect()
    }

    /// One replica of a workload whose replicas are alike as far as anything asks (S74).
    fn replica(&self, namespace: NamespaceId, name: &str) -> Option<Candidate<'a>> {
        let (stem, _) = name.rsplit_once('-')?;
        let mut workloads = self.cluster.workloads.iter();
        workloads.find_map(|(id, workload)| {
            let fits = workload.namespace == namespace && *workload.owner.name == *stem;
            let mut pods = self.workload_pods(id).filter(|_| fits);
            pods.find_map(|other| {
                let pod = workload.replica(&other.pod, name)?;
                Some(Candidate::Pod(Cow::Owned(pod), other.dormant))
            })
        })
    }

    fn party(&self, candidate: &Candidate<'a>, name: &str) -> Result<Party<'a>, Problem> {
        match candidate {
            Candidate::Pod(pod, dormant) => Ok(Party {
                title: self.cluster.pod_name(pod),
                pods: vec![PartyPod {
                    pod: pod.clone(),
                    dormant: *dormant,
                }],
                ..Party::default()
            }),
            Candidate::Workload(id) => {
                let title = self.cluster.workload_name(self.cluster.workloads.at(*id));
                let pods: Vec<_> = self.workload_pods(*id).collect();
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
            Candidate::Deployed(sets) => {
                let first = sets.iter().map(|id| self.cluster.workloads.at(*id)).next();
                let scope = first.map(|it| &*self.cluster.namespaces.at(it.namespace).name);
                Ok(Party {
                    title: format!("{}/{name}[Deployment]", scope.unwrap_or_default()),
                    pods: sets.iter().flat_map(|id| self.workload_pods(*id)).collect(),
                    ..Party::default()
                })
            }
            Candidate::Service(id) => self.service(*id),
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

    pub(super) fn service(&self, id: ServiceId) -> Result<Party<'a>, Problem> {
        let service = self.cluster.services.at(id);
        let full = format!("{}/{}", service.namespace, service.name);
        if self.role == Role::Source {
            return Err(
                Problem::new(format!("Service `{full}` does not open connections"))
                    .help("ask for the workload behind it, such as `deploy/web`"),
            );
        }
        Ok(self.behind(id))
    }

    /// Who is behind a Service: the pods that it selects, or whoever its endpoints are.
    pub(super) fn behind(&self, id: ServiceId) -> Party<'a> {
        let service = self.cluster.services.at(id);
        let scope = self.cluster.namespace(&service.namespace);
        let title = format!("{}/{}[Service]", service.namespace, service.name);
        let Some(selector) = &service.selector else {
            return self.listed(id, title);
        };
        let behind = |pod: &Pod| Some(pod.namespace) == scope && selector.matches(&pod.labels);
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
        Party {
            title,
            pods,
            service: Some(id),
            ..Party::default()
        }
    }

    /// Whoever has the addresses that a Service lists.
    fn listed(&self, id: ServiceId, title: String) -> Party<'a> {
        let service = self.cluster.services.at(id);
        let named = |pod: &Pod| {
            let namespace = &self.cluster.namespaces.at(pod.namespace).name;
            service.endpoints.iter().any(|endpoint| {
                let target = endpoint.pod.as_ref();
                target.is_some_and(|(scope, name)| scope == namespace && *name == pod.name)
            })
        };
        let by_name: Vec<PartyPod<'a>> = self
            .all_pods()
            .filter(|(pod, dormant)| dormant.is_none() && named(pod))
            .map(|(pod, dormant)| PartyPod {
                pod: Cow::Borrowed(pod),
                dormant,
            })
            .collect();
        let is_named = |endpoint: &ServiceEndpoint| {
            let target = endpoint.pod.as_ref();
            target.is_some_and(|(scope, name)| {
                by_name.iter().any(|it| {
                    *scope == self.cluster.namespaces.at(it.pod.namespace).name
                        && *name == it.pod.name
                })
            })
        };
        let rest = service.endpoints.iter().filter(|it| !is_named(it));
        let addresses = AddressSet::from_hosts(rest.map(|it| it.address));
        let mut party = Party {
            service: Some(id),
            ..self.addresses(title, &addresses)
        };
        party.pods.extend(by_name);
        party
    }
}

/// Short names of kinds that are not of Kubernetes itself. Sources: their custom resource definitions.
const SHORT: [(&str, &str); 6] = [
    ("ro", "rollout"),
    ("dc", "deploymentconfig"),
    ("clone", "cloneset"),
    ("ksvc", "service.serving.knative.dev"),
    ("sj", "scaledjob"),
    ("vm", "virtualmachine"),
];

/// Whether a word is a kind as kubectl takes it: in any case, as one or many, or its short name, and
/// with its API group or without.
pub(super) fn is_kind(word: &str, kind: &str) -> bool {
    let (word, kind) = (word.to_ascii_lowercase(), kind.to_ascii_lowercase());
    let (bare, own) = match kind.split_once('.') {
        Some((bare, own)) => (bare, Some(own)),
        None => (&*kind, None),
    };
    let (word, group) = match word.split_once('.') {
        Some((word, rest)) => (word, Some(without_version(rest))),
        None => (&*word, None),
    };
    let named = word == bare || word.strip_suffix('s') == Some(bare);
    let short = SHORT.contains(&(word, &*kind));
    (named || short) && fits_group(word, group, own)
}

/// Whether a kind of the group `own` may be meant; of some kinds the group is not kept.
fn fits_group(word: &str, group: Option<&str>, own: Option<&str>) -> bool {
    match (group, own) {
        (None, _) => true,
        (Some(group), Some(own)) => group == own,
        // Of kinds of Kubernetes itself the groups are known.
        (Some(_), None) => ObjectKind::from_word(word).is_none(),
    }
}

fn same_pods(a: &Party<'_>, b: &Party<'_>) -> bool {
    let keys = |party: &Party<'_>| -> HashSet<PodKey> {
        party.pods.iter().map(|found| found.pod.key()).collect()
    };
    a.pods.len() == b.pods.len() && keys(a) == keys(b)
}
