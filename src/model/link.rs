//! Joins objects into a [`Cluster`]: pods to workloads, everything to namespaces. What stands for the
//! pods of a workload of which none was read is made in [`standing`].
//!
//! Cost: every object once, plus sorting of namespaces and workloads.

use super::cluster::{
    Cluster, Dormant, Namespace, NamespaceId, Pod, PodId, PodNature, Workload, WorkloadId,
};
use super::controller::{Numbered, TEMPLATE_HASH};
use super::objects::{Objects, Owner, PodObject, PodPhase, WorkloadKind, WorkloadObject};
use super::{Count, Origin, WhyDormant};
use crate::table::{Id as _, Table, define_id};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// The label of an Argo Rollout's pods that tells its ReplicaSets apart.
const ROLLOUT_HASH: &str = "rollouts-pod-template-hash";

/// Kind and name of a workload within its namespace.
type WorkloadKey = (NamespaceId, Owner);

impl Cluster {
    /// Joins what was read. Objects must be distinct by kind, namespace and name.
    pub fn new(objects: Objects) -> Self {
        let namespaces = namespaces(&objects);
        let mut linker = Linker::new(namespaces, &objects.workloads);
        let around = Around::new(&objects);
        for pod in objects.pods {
            linker.add_pod(pod);
        }
        for workload in &objects.workloads {
            linker.add_templates(workload, &around);
        }
        linker.finish(Self {
            nodes: objects.nodes.into_iter().collect(),
            services: objects.services.into_iter().collect(),
            ingresses: objects.ingresses,
            policies: objects.policies.into_iter().collect(),
            left_out: objects.left_out,
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

define_id! {
    /// A workload while pods are being joined, before workloads are sorted.
    Slot;
}

struct Linker {
    namespaces: Table<NamespaceId, Namespace>,
    ids: HashMap<Arc<str>, NamespaceId>,
    /// The workloads that were read: their controllers, and where they stand.
    read: HashMap<WorkloadKey, (Option<Owner>, Origin)>,
    /// Workloads that have pods or were read.
    slots: Table<Slot, WorkloadKey>,
    slot_ids: HashMap<WorkloadKey, Slot>,
    /// The workload of the pods that have this controller and template hash.
    controlled: HashMap<(WorkloadKey, Option<Arc<str>>), Slot>,
    /// Workloads of which a pod was read, live or finished.
    populated: HashSet<Slot>,
    /// How the replicas of workloads are numbered of which no pod was read.
    numbered: HashMap<Slot, (Numbered, Option<u32>)>,
    pods: Vec<(Pod, Option<Slot>)>,
    dormant: Vec<(Pod, Option<Slot>, WhyDormant)>,
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
            read: HashMap::new(),
            slots: Table::new(),
            slot_ids: HashMap::new(),
            controlled: HashMap::new(),
            populated: HashSet::new(),
            numbered: HashMap::new(),
            pods: Vec::new(),
            dormant: Vec::new(),
        };
        for workload in workloads {
            let key = linker.key(workload);
            linker.slot(key.clone());
            let read = (workload.owner.clone(), workload.origin);
            linker.read.insert(key, read);
        }
        linker
    }

    fn slot(&mut self, key: WorkloadKey) -> Slot {
        let slots = &mut self.slots;
        *self
            .slot_ids
            .entry(key)
            .or_insert_with_key(|key| slots.push(key.clone()))
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
            kind: Arc::clone(&workload.kind),
            name: Arc::clone(&workload.name),
        };
        (self.namespace(&workload.namespace), owner)
    }

    /// The topmost workload that controls: a Deployment rather than its ReplicaSet. What controls
    /// a workload but is none itself (an operator's own kind) is not climbed to.
    fn topmost(&self, namespace: NamespaceId, owner: &Owner, hash: Option<&str>) -> WorkloadKey {
        let mut key = (namespace, owner.clone());
        // Owner references cannot be deeper than CronJob, Job, Pod; the bound stops a cycle.
        for _ in 0..4 {
            let parent = match self.read.get(&key) {
                Some((Some(parent), _)) => Some((namespace, parent.clone())),
                Some((None, _)) => None,
                None => self.implied_parent(&key, hash),
            };
            match parent {
                Some(parent) if self.is_workload(&parent) => key = parent,
                Some(_) | None => break,
            }
        }
        key
    }

    /// Whether it makes pods as far as is known: its kind always does, or it was read as one that does.
    fn is_workload(&self, key: &WorkloadKey) -> bool {
        WorkloadKind::from_name(&key.1.kind).is_some() || self.read.contains_key(key)
    }

    /// The workload of pods with this controller; looked up once for all replicas.
    fn workload_of(
        &mut self,
        namespace: NamespaceId,
        owner: Owner,
        hash: Option<&Arc<str>>,
    ) -> Slot {
        let key = ((namespace, owner), hash.cloned());
        if let Some(&slot) = self.controlled.get(&key) {
            return slot;
        }
        let hash = hash.map(|hash| &**hash);
        let slot = self.slot(self.topmost(namespace, &key.0.1, hash));
        self.controlled.insert(key, slot);
        slot
    }

    /// The Deployment or CronJob that was read, whose ReplicaSet or Job was not: their names are
    /// the owner's with a suffix (the pod template's hash, the scheduled time).
    fn implied_parent(
        &self,
        (namespace, owner): &WorkloadKey,
        hash: Option<&str>,
    ) -> Option<WorkloadKey> {
        let (stem, suffix) = owner.name.rsplit_once('-')?;
        let kinds: &[&str] = match &*owner.kind {
            // An Argo Rollout makes ReplicaSets as a Deployment does.
            "ReplicaSet" if hash == Some(suffix) => &["Deployment", "Rollout"],
            "Job" if suffix.bytes().all(|byte| byte.is_ascii_digit()) => &["CronJob"],
            _ => return None,
        };
        let mut parents = kinds.iter().map(|&kind| {
            let (kind, name) = (kind.into(), stem.into());
            (*namespace, Owner { kind, name })
        });
        parents.find(|parent| self.read.contains_key(parent))
    }

    fn add_pod(&mut self, object: PodObject) {
        let namespace = self.namespace(&object.namespace);
        // The owner of a static pod is its node, which is no workload.
        let owner = object.owner.filter(|owner| &*owner.kind != "Node");
        let labels = &object.template.labels;
        let hash = labels.get(TEMPLATE_HASH).or(labels.get(ROLLOUT_HASH));
        let workload = owner.map(|owner| self.workload_of(namespace, owner, hash));
        let pod = Pod {
            namespace,
            name: object.name,
            labels: object.template.labels,
            ips: object.ips,
            host_network: object.template.host_network,
            node: object.node,
            ports: object.template.ports,
            workload: None,
            count: Count::ONE,
            nature: PodNature::Read,
            origin: object.origin,
        };
        self.populated.extend(workload);
        match object.phase {
            PodPhase::Live => self.pods.push((pod, workload)),
            PodPhase::Finished => self.dormant.push((pod, workload, WhyDormant::Finished)),
        }
    }

    fn finish(self, mut cluster: Cluster) -> Cluster {
        let mut sorted: Vec<(&WorkloadKey, Slot)> =
            self.slots.iter().map(|(slot, key)| (key, slot)).collect();
        sorted.sort_unstable();
        let mut ids = Table::filled(self.slots.len(), WorkloadId::from_index(0));
        for (key, slot) in sorted {
            let (namespace, owner) = key.clone();
            let origin = self.read.get(key).map(|(_, origin)| *origin);
            let unnamed = owner.kind.is_empty();
            let kind = if unnamed { "Pod".into() } else { owner.kind };
            *ids.at_mut(slot) = cluster.workloads.push(Workload {
                namespace,
                owner: Owner {
                    kind,
                    name: owner.name,
                },
                pods: Vec::new(),
                numbered: self.numbered.get(&slot).copied(),
                origin: origin.unwrap_or_default(),
            });
        }
        let id_of = |slot: Option<Slot>| slot.map(|slot| *ids.at(slot));
        for (mut pod, slot) in self.pods {
            pod.workload = id_of(slot);
            let workload = pod.workload;
            let id: PodId = cluster.pods.push(pod);
            if let Some(workload) = workload {
                cluster.workloads.at_mut(workload).pods.push(id);
            }
        }
        for (mut pod, slot, why) in self.dormant {
            pod.workload = id_of(slot);
            cluster.dormant.push(Dormant { pod, why });
        }
        cluster.list_policies();
        cluster.namespaces = self.namespaces;
        cluster
    }
}

mod standing;

use standing::Around;

#[cfg(test)]
mod tests;
