//! Joins objects into a [`Cluster`]: pods to workloads, everything to namespaces.
//!
//! Cost: every object once, plus sorting of namespaces and workloads.

use super::Origin;
use super::cluster::{
    Cluster, Dormant, Namespace, NamespaceId, Pod, PodId, PodNature, Workload, WorkloadId,
};
use super::objects::{Objects, Owner, PodObject, PodPhase, WorkloadKind, WorkloadObject};
use crate::table::{Id as _, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Kind and name of a workload within its namespace.
type WorkloadKey = (NamespaceId, Owner);

impl Cluster {
    /// Joins what was read. Objects must be distinct by kind, namespace and name.
    pub fn new(objects: Objects) -> Self {
        let namespaces = namespaces(&objects);
        let mut linker = Linker::new(namespaces, &objects.workloads);
        for pod in objects.pods {
            linker.add_pod(pod);
        }
        for workload in &objects.workloads {
            linker.add_template(workload);
        }
        linker.finish(Self {
            nodes: objects.nodes.into_iter().collect(),
            services: objects.services.into_iter().collect(),
            ingresses: objects.ingresses,
            policies: objects.policies.into_iter().collect(),
            ..Self::default()
        })
    }
}

/// Declared namespaces, and those that an object is in, sorted by name.
fn namespaces(objects: &Objects) -> Table<NamespaceId, Namespace> {
    let mut all: BTreeMap<Arc<str>, Namespace> = objects
        .namespaces
        .iter()
        .map(|ns| (Arc::clone(&ns.name), ns.clone()))
        .collect();
    let pods = objects.pods.iter().map(|pod| &pod.namespace);
    let workloads = objects.workloads.iter().map(|workload| &workload.namespace);
    let services = objects.services.iter().map(|service| &service.namespace);
    let policies = objects
        .policies
        .iter()
        .filter_map(|policy| policy.namespace.as_ref());
    for name in pods.chain(workloads).chain(services).chain(policies) {
        if !all.contains_key(name) {
            all.insert(Arc::clone(name), Namespace::mentioned(name));
        }
    }
    all.into_values().collect()
}

struct Linker {
    namespaces: Table<NamespaceId, Namespace>,
    ids: HashMap<Arc<str>, NamespaceId>,
    /// The controllers of the workloads that were read.
    owners: HashMap<WorkloadKey, Option<Owner>>,
    origins: HashMap<WorkloadKey, Origin>,
    /// Workloads of which a pod was read, live or finished.
    populated: HashSet<WorkloadKey>,
    pods: Vec<(Pod, Option<WorkloadKey>)>,
    dormant: Vec<(Pod, Option<WorkloadKey>, &'static str)>,
}

impl Linker {
    fn new(namespaces: Table<NamespaceId, Namespace>, workloads: &[WorkloadObject]) -> Self {
        let ids: HashMap<_, _> = namespaces
            .iter()
            .map(|(id, namespace)| (Arc::clone(&namespace.name), id))
            .collect();
        let mut linker = Self {
            namespaces,
            ids,
            owners: HashMap::new(),
            origins: HashMap::new(),
            populated: HashSet::new(),
            pods: Vec::new(),
            dormant: Vec::new(),
        };
        for workload in workloads {
            let key = linker.key(workload);
            linker.owners.insert(key.clone(), workload.owner.clone());
            linker.origins.insert(key, workload.origin);
        }
        linker
    }

    fn namespace(&self, name: &Arc<str>) -> NamespaceId {
        // Every namespace that an object is in was collected before.
        self.ids
            .get(name)
            .copied()
            .unwrap_or_else(|| NamespaceId::from_index(0))
    }

    fn key(&self, workload: &WorkloadObject) -> WorkloadKey {
        let owner = Owner {
            kind: workload.kind.name().into(),
            name: Arc::clone(&workload.name),
        };
        (self.namespace(&workload.namespace), owner)
    }

    /// The topmost controller that is known: a Deployment rather than its ReplicaSet.
    fn topmost(&self, namespace: NamespaceId, owner: &Owner, hash: Option<&str>) -> WorkloadKey {
        let mut key = (namespace, owner.clone());
        // Owner references cannot be deeper than CronJob, Job, Pod; the bound stops a cycle.
        for _ in 0..4 {
            let parent = match self.owners.get(&key) {
                Some(Some(parent)) => Some((namespace, parent.clone())),
                Some(None) => None,
                None => self.implied_parent(&key, hash),
            };
            match parent {
                Some(parent) if parent != key => key = parent,
                Some(_) | None => break,
            }
        }
        key
    }

    /// The Deployment or CronJob that was read, whose ReplicaSet or Job was not: their names are
    /// the owner's with a suffix (the pod template's hash, the scheduled time).
    fn implied_parent(
        &self,
        (namespace, owner): &WorkloadKey,
        hash: Option<&str>,
    ) -> Option<WorkloadKey> {
        let (stem, suffix) = owner.name.rsplit_once('-')?;
        let kind = match &*owner.kind {
            "ReplicaSet" if hash == Some(suffix) => WorkloadKind::Deployment,
            "Job" if suffix.bytes().all(|byte| byte.is_ascii_digit()) => WorkloadKind::CronJob,
            _ => return None,
        };
        let parent = (
            *namespace,
            Owner {
                kind: kind.name().into(),
                name: stem.into(),
            },
        );
        self.owners.contains_key(&parent).then_some(parent)
    }

    fn add_pod(&mut self, object: PodObject) {
        let namespace = self.namespace(&object.namespace);
        let hash = object
            .template
            .labels
            .get("pod-template-hash")
            .map(|hash| &**hash);
        // The owner of a static pod is its node, which is no workload.
        let owner = object.owner.filter(|owner| &*owner.kind != "Node");
        let workload = owner
            .as_ref()
            .map(|owner| self.topmost(namespace, owner, hash));
        let pod = Pod {
            namespace,
            name: object.name,
            labels: object.template.labels,
            ips: object.ips,
            host_network: object.template.host_network,
            node: object.node,
            ports: object.template.ports,
            workload: None,
            count: Some(1),
            nature: PodNature::Read,
            origin: object.origin,
        };
        self.populated.extend(workload.clone());
        match object.phase {
            PodPhase::Live => self.pods.push((pod, workload)),
            PodPhase::Finished => self.dormant.push((pod, workload, "has finished")),
        }
    }

    /// A stand-in for the pods of a workload of which none was read. A workload that another one
    /// controls stands for itself only where the other was not read.
    fn add_template(&mut self, object: &WorkloadObject) {
        let key = self.key(object);
        let top = match &object.owner {
            Some(owner) => self.topmost(key.0, owner, None),
            None => key.clone(),
        };
        if self.populated.contains(&key)
            || self.populated.contains(&top)
            || self.has_parent(&key, &top)
        {
            return;
        }
        let pod = Pod {
            namespace: key.0,
            name: Arc::clone(&object.name),
            labels: object.template.labels.clone(),
            ips: Vec::new(),
            host_network: object.template.host_network,
            node: None,
            ports: Arc::clone(&object.template.ports),
            workload: None,
            count: object.replicas,
            nature: PodNature::StandIn,
            origin: object.origin,
        };
        if object.replicas == Some(0) {
            self.dormant.push((
                Pod {
                    count: Some(1),
                    ..pod
                },
                Some(key),
                "has `replicas: 0`",
            ));
        } else {
            self.pods.push((pod, Some(key)));
        }
    }

    fn has_parent(&self, key: &WorkloadKey, top: &WorkloadKey) -> bool {
        key != top && self.owners.contains_key(top)
    }

    fn finish(self, mut cluster: Cluster) -> Cluster {
        let keys: BTreeSet<&WorkloadKey> = self
            .pods
            .iter()
            .filter_map(|(_, key)| key.as_ref())
            .chain(self.dormant.iter().filter_map(|(_, key, _)| key.as_ref()))
            .chain(self.owners.keys())
            .collect();
        let mut ids = HashMap::new();
        for key in keys {
            let (namespace, owner) = key.clone();
            let origin = self.origins.get(key).copied().unwrap_or_default();
            let kind = if owner.kind.is_empty() {
                "Pod".into()
            } else {
                owner.kind
            };
            let owner = Owner {
                kind,
                name: owner.name,
            };
            let row = Workload {
                namespace,
                owner,
                pods: Vec::new(),
                origin,
            };
            ids.insert(key, cluster.workloads.push(row));
        }
        let id_of = |key: &Option<WorkloadKey>| key.as_ref().and_then(|key| ids.get(key)).copied();
        for (mut pod, key) in self.pods.iter().cloned() {
            pod.workload = id_of(&key);
            let workload: Option<WorkloadId> = pod.workload;
            let id: PodId = cluster.pods.push(pod);
            if let Some(workload) = workload {
                cluster.workloads.at_mut(workload).pods.push(id);
            }
        }
        for (mut pod, key, why) in self.dormant.iter().cloned() {
            pod.workload = id_of(&key);
            cluster.dormant.push(Dormant { pod, why });
        }
        for (id, policy) in cluster.policies.iter() {
            cluster
                .by_namespace
                .entry(policy.namespace.clone())
                .or_default()
                .push(id);
        }
        cluster.namespaces = self.namespaces;
        cluster
    }
}
