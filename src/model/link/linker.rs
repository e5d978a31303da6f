//! Which workload a pod belongs to: the topmost of those that control it.

use super::super::controller::{Numbered, TEMPLATE_HASHES};
use super::super::objects::{PodObject, PodPhase, WorkloadObject};
use super::super::owner::{Owner, WorkloadKind};
use super::super::{
    Cluster, Count, Dormant, Namespace, NamespaceId, Origin, Pod, PodId, PodNature, WhyDormant,
    Workload, WorkloadId,
};
use crate::table::{Id as _, Table, define_id};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Kind and name of a workload within its namespace.
pub(super) type WorkloadKey = (NamespaceId, Owner);

define_id! {
    /// A workload while pods are being joined, before workloads are sorted.
    pub(super) Slot;
}

pub(super) struct Linker {
    pub(super) namespaces: Table<NamespaceId, Namespace>,
    pub(super) ids: HashMap<Arc<str>, NamespaceId>,
    /// The workloads that were read: their controllers, and where they stand.
    pub(super) read: HashMap<WorkloadKey, (Option<Owner>, Origin)>,
    /// Workloads that have pods or were read.
    pub(super) slots: Table<Slot, WorkloadKey>,
    pub(super) slot_ids: HashMap<WorkloadKey, Slot>,
    /// The workload of the pods that have this controller and template hash.
    pub(super) controlled: HashMap<(WorkloadKey, Option<Arc<str>>), Slot>,
    /// Workloads of which a pod was read, live or finished.
    pub(super) populated: HashSet<Slot>,
    /// How the replicas of workloads are numbered of which no pod was read.
    pub(super) numbered: HashMap<Slot, (Numbered, Option<u32>)>,
    pub(super) pods: Vec<(Pod, Option<Slot>)>,
    pub(super) dormant: Vec<(Pod, Option<Slot>, WhyDormant)>,
}

impl Linker {
    pub(super) fn new(
        namespaces: Table<NamespaceId, Namespace>,
        workloads: &[WorkloadObject],
    ) -> Self {
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

    pub(super) fn slot(&mut self, key: WorkloadKey) -> Slot {
        let slots = &mut self.slots;
        *self
            .slot_ids
            .entry(key)
            .or_insert_with_key(|key| slots.push(key.clone()))
    }

    pub(super) fn namespace(&self, name: &Arc<str>) -> NamespaceId {
        // Every namespace that an object is in was collected before.
        self.ids
            .get(name)
            .copied()
            .unwrap_or_else(|| NamespaceId::from_index(0))
    }

    pub(super) fn key(&self, workload: &WorkloadObject) -> WorkloadKey {
        let owner = Owner {
            kind: Arc::clone(&workload.kind),
            name: Arc::clone(&workload.name),
        };
        (self.namespace(&workload.namespace), owner)
    }

    /// The topmost workload that controls: a Deployment rather than its ReplicaSet. What controls
    /// a workload but is none itself (an operator's own kind) is not climbed to.
    pub(super) fn topmost(
        &self,
        namespace: NamespaceId,
        owner: &Owner,
        hash: Option<&str>,
    ) -> WorkloadKey {
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
    pub(super) fn is_workload(&self, key: &WorkloadKey) -> bool {
        WorkloadKind::from_name(&key.1.kind).is_some() || self.read.contains_key(key)
    }

    /// The workload of pods with this controller; looked up once for all replicas.
    pub(super) fn workload_of(
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
    pub(super) fn implied_parent(
        &self,
        (namespace, owner): &WorkloadKey,
        hash: Option<&str>,
    ) -> Option<WorkloadKey> {
        let parents = owner.implied_parents(hash).into_iter();
        let mut parents = parents.map(|owner| (*namespace, owner));
        parents.find(|parent| self.read.contains_key(parent))
    }

    pub(super) fn add_pod(&mut self, object: PodObject) {
        let namespace = self.namespace(&object.namespace);
        // The owner of a static pod is its node, which is no workload.
        let owner = object.owner.filter(|owner| &*owner.kind != "Node");
        let labels = &object.template.labels;
        let hash = TEMPLATE_HASHES.into_iter().find_map(|key| labels.get(key));
        let workload = owner.map(|owner| self.workload_of(namespace, owner, hash));
        let pod = Pod {
            namespace,
            name: object.name,
            labels: object.template.labels,
            ips: object.ips,
            host_network: object.template.host_network,
            node: object.node,
            ports: object.template.ports,
            names: object.template.names,
            workload: None,
            count: Count::ONE,
            nature: PodNature::Read,
            per_node: false,
            origin: object.origin,
        };
        self.populated.extend(workload);
        match object.phase {
            PodPhase::Live => self.pods.push((pod, workload)),
            PodPhase::Finished => self.dormant.push((pod, workload, WhyDormant::Finished)),
        }
    }

    pub(super) fn finish(self, mut cluster: Cluster) -> Cluster {
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
        cluster.list_services();
        cluster.namespaces = self.namespaces;
        cluster
    }
}
