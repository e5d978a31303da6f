//! Pods by their owners: what a finding is about, rather than each of its pods.

use super::Context;
use crate::lint::fact::ObjectRef;
use crate::model::{NamespaceId, Origin, PodId};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A workload, or a pod without one.
#[derive(Debug, Clone)]
pub struct Owned {
    /// How to call it: `shop/web[Deployment]`.
    pub name: String,
    /// The object.
    pub object: ObjectRef,
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its pods, at least one, sorted.
    pub pods: Vec<PodId>,
    /// Where it is written: the workload, or else the first pod.
    pub origin: Origin,
}

/// Namespaces of the cluster itself and of what it cannot do without.
const SYSTEM: [&str; 5] = [
    "calico-apiserver",
    "calico-system",
    "local-path-storage",
    "openshift",
    "tigera-operator",
];

impl Context<'_> {
    /// Every workload and every pod without one, by namespace and name.
    pub fn owners(&self) -> Vec<Owned> {
        let mut owners: BTreeMap<(NamespaceId, String), Owned> = BTreeMap::new();
        for app in self.apps().rows() {
            let entry = owners.entry((app.namespace, app.name.clone()));
            let owner = entry.or_insert_with(|| Owned {
                name: app.name.clone(),
                object: self.owner_ref(app.pod()),
                namespace: app.namespace,
                pods: Vec::new(),
                origin: app.origin,
            });
            owner.pods.extend(&app.pods);
        }
        let mut owners: Vec<Owned> = owners.into_values().collect();
        for owner in &mut owners {
            owner.pods.sort_unstable();
        }
        owners
    }

    /// The workload of a pod; the pod where it has none.
    pub fn owner_ref(&self, pod: PodId) -> ObjectRef {
        let pod = self.cluster.pods.at(pod);
        let (kind, name) = match pod.workload.map(|id| self.cluster.workloads.at(id)) {
            Some(workload) => (workload.owner.kind.clone(), workload.owner.name.clone()),
            None => ("Pod".into(), pod.name.clone()),
        };
        ObjectRef {
            kind,
            namespace: Some(self.cluster.namespaces.at(pod.namespace).name.clone()),
            name,
        }
    }

    /// Whether a namespace is the cluster's own, so that nobody is told what to do about it. The
    /// beginnings are reserved: `kube-` by Kubernetes, `openshift-` by that of the name.
    pub fn is_system(&self, namespace: NamespaceId) -> bool {
        let name = &*self.cluster.namespaces.at(namespace).name;
        name.starts_with("kube-") || name.starts_with("openshift-") || SYSTEM.contains(&name)
    }

    /// How some pods are called: their owners, each once, all but the first few only counted; and
    /// how many owners there are.
    pub fn names(&self, pods: &[PodId]) -> (String, usize) {
        let apps = self.apps_of(pods);
        let mut names: Vec<&str> = apps.iter().map(|&app| &*self.apps().at(app).name).collect();
        names.dedup();
        let mut text = String::new();
        for (index, name) in names.iter().take(3).enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}`{name}`", if index > 0 { ", " } else { "" });
        }
        if names.len() > 3 {
            let _ = write!(text, " and {} more", names.len() - 3);
        }
        (text, names.len())
    }
}
