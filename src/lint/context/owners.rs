//! Pods by their owners: what a finding is about, rather than each of its pods. Only where a finding
//! holds for some pods of a workload, and not for others, it names those for which it does.

use super::{App, Context};
use crate::lint::fact::ObjectRef;
use crate::model::{NamespaceId, Origin, PodId, Workload};
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
            let entry = owners.entry((app.namespace, app.owner.clone()));
            let owner = entry.or_insert_with(|| Owned {
                name: app.owner.clone(),
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
        match pod.workload {
            Some(workload) => self.workload_ref(self.cluster.workloads.at(workload)),
            None => ObjectRef {
                kind: "Pod".into(),
                namespace: Some(self.cluster.namespaces.at(pod.namespace).name.clone()),
                name: pod.name.clone(),
            },
        }
    }

    /// The object of a workload.
    pub fn workload_ref(&self, workload: &Workload) -> ObjectRef {
        ObjectRef {
            kind: workload.owner.kind.clone(),
            namespace: Some(self.cluster.namespaces.at(workload.namespace).name.clone()),
            name: workload.owner.name.clone(),
        }
    }

    /// Whether a namespace is the cluster's own, so that nobody is told what to do about it. The
    /// beginnings are reserved: `kube-` by Kubernetes, `openshift-` by that of the name.
    pub fn is_system(&self, namespace: NamespaceId) -> bool {
        let name = &*self.cluster.namespaces.at(namespace).name;
        name.starts_with("kube-") || name.starts_with("openshift-") || SYSTEM.contains(&name)
    }

    /// How some pods are called: their owners, each once, all but the first few only counted; and
    /// how many owners, or pods of owners, that are. What holds for one pod holds for all of its app.
    pub fn names(&self, pods: &[PodId]) -> (String, usize) {
        let apps = self.apps_of(pods).into_iter();
        let apps: Vec<&App> = apps.map(|id| self.apps().at(id)).collect();
        let owners = apps.chunk_by(|a, b| is_of_one_owner(a, b));
        let (mut text, mut owned, mut count) = (String::new(), 0, 0);
        for apps in owners {
            let (name, number) = self.name_of_one(apps);
            if owned < 3 {
                // Writing to a String cannot fail.
                let _ = write!(text, "{}{name}", if owned > 0 { ", " } else { "" });
            }
            (owned, count) = (owned + 1, count + number);
        }
        if owned > 3 {
            let _ = write!(text, " and {} more", owned - 3);
        }
        (text, count)
    }

    /// How those pods of the owner of `pod` are called for which something holds that holds for `pod`.
    pub fn names_where(&self, pod: PodId, holds: impl Fn(PodId) -> bool) -> String {
        let app = self.apps().at(self.app_of(pod));
        let apps = self.apps_beside(app).iter().map(App::pod);
        let mut pods: Vec<PodId> = apps.filter(|&it| holds(it)).collect();
        pods.push(pod);
        self.names(&pods).0
    }

    /// All apps, those of one owner together.
    pub fn apps_by_owner(&self) -> impl Iterator<Item = &[App]> {
        self.apps().rows().chunk_by(is_of_one_owner)
    }

    /// All apps of the owner of one.
    fn apps_beside(&self, app: &App) -> &[App] {
        let apps = self.apps().rows();
        let key = (app.namespace, &app.owner);
        let first = apps.partition_point(|it| (it.namespace, &it.owner) < key);
        let end = apps.partition_point(|it| (it.namespace, &it.owner) <= key);
        apps.get(first..end).unwrap_or_default()
    }

    /// The name of an owner where all of its apps are there, or else of some of their pods; and how
    /// many that are.
    fn name_of_one(&self, apps: &[&App]) -> (String, usize) {
        let Some(app) = apps.first() else {
            return (String::new(), 0);
        };
        let owner = &app.owner;
        if apps.len() == self.apps_beside(app).len() {
            return (format!("`{owner}`"), 1);
        }
        let pods = apps.iter().flat_map(|app| &app.pods);
        let mut pods: Vec<PodId> = pods.copied().collect();
        pods.sort_unstable();
        let shown = pods.iter().take(2).map(|&pod| self.cluster.pods.at(pod));
        let shown: Vec<String> = shown
            .map(|pod| format!("`{}`", self.cluster.pod_name(pod)))
            .collect();
        let names = match (shown.as_slice(), pods.len()) {
            ([first, second], 2) => format!("{first} and {second}"),
            ([first, _], many) => format!("{first} and {} more", many - 1),
            (shown, _) => shown.concat(),
        };
        (format!("{names} of `{owner}`"), pods.len())
    }
}

fn is_of_one_owner(one: &App, other: &App) -> bool {
    (one.namespace, &one.owner) == (other.namespace, &other.owner)
}
