//! Whom policies govern, and which pods are alike.

use super::Context;
use crate::model::{
    Cluster, ContainerPort, Direction, NamespaceId, Origin, Pod, PodId, PolicyId, Tier, WorkloadId,
};
use crate::selector::Labels;
use crate::table::{Table, define_id};
use rustc_hash::FxHashMap;
use std::rc::Rc;

define_id! {
    /// Names an [`App`].
    pub AppId;
}

/// Pods that no policy and no Service tells apart: at least one.
#[derive(Debug, Clone)]
pub struct App {
    /// How to call it: `shop/web[Deployment]`.
    pub name: String,
    /// Its namespace.
    pub namespace: NamespaceId,
    /// The workload, where the pods have one.
    pub workload: Option<WorkloadId>,
    /// Its pods, sorted.
    pub pods: Vec<PodId>,
    /// Where it is written: the workload, or else the first pod.
    pub origin: Origin,
}

impl App {
    /// One of its pods, which are alike.
    pub fn pod(&self) -> PodId {
        // Made with one pod at least.
        self.pods
            .first()
            .copied()
            .unwrap_or_else(|| crate::table::Id::from_index(0))
    }
}

/// All that is told of pods here.
#[derive(Debug)]
pub(super) struct Subjects {
    pub(super) of_policy: Table<PolicyId, Rc<[PodId]>>,
    ingress: Table<PodId, Vec<PolicyId>>,
    egress: Table<PodId, Vec<PolicyId>>,
    pub(super) apps: Table<AppId, App>,
    pub(super) app_of: Table<PodId, AppId>,
}

impl Subjects {
    pub(super) fn new(context: &Context<'_>) -> Self {
        let cluster = context.cluster;
        let mut of_policy = Table::new();
        let count = cluster.pods.len();
        let mut ingress: Table<PodId, Vec<PolicyId>> = Table::filled(count, Vec::new());
        let mut egress = ingress.clone();
        for (id, policy) in cluster.policies.iter() {
            let pods = context.pods(&policy.subject);
            // What may select a pod, by a label whose value is not known, does not isolate it for sure.
            let surely = |pod: &&PodId| {
                let labels = &cluster.pods.at(**pod).labels;
                policy.tier == Tier::NetworkPolicy && policy.subject.pods.matches(labels)
            };
            for &pod in pods.iter().filter(surely) {
                if policy.ingress.is_some() {
                    ingress.at_mut(pod).push(id);
                }
                if policy.egress.is_some() {
                    egress.at_mut(pod).push(id);
                }
            }
            of_policy.push(pods);
        }
        let (apps, app_of) = apps(cluster);
        Self {
            of_policy,
            ingress,
            egress,
            apps,
            app_of,
        }
    }

    pub(super) fn isolating(&self, direction: Direction) -> &Table<PodId, Vec<PolicyId>> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

/// What makes pods one app.
#[derive(PartialEq, Eq, Hash)]
struct Likeness<'a> {
    owner: Result<WorkloadId, PodId>,
    labels: &'a Labels,
    ports: &'a [ContainerPort],
    host_network: bool,
}

fn apps(cluster: &Cluster) -> (Table<AppId, App>, Table<PodId, AppId>) {
    let mut found: FxHashMap<Likeness<'_>, usize> = FxHashMap::default();
    let mut apps: Vec<App> = Vec::new();
    for (id, pod) in cluster.pods.iter() {
        let likeness = Likeness {
            owner: pod.workload.ok_or(id),
            labels: &pod.labels,
            ports: &pod.ports,
            host_network: pod.host_network,
        };
        let index = *found.entry(likeness).or_insert_with(|| {
            apps.push(App {
                name: cluster.endpoint_name(pod),
                namespace: pod.namespace,
                workload: pod.workload,
                pods: Vec::new(),
                origin: origin(cluster, pod),
            });
            apps.len() - 1
        });
        if let Some(app) = apps.get_mut(index) {
            app.pods.push(id);
        }
    }
    apps.sort_by(|a, b| (a.namespace, &a.name, &a.pods).cmp(&(b.namespace, &b.name, &b.pods)));
    let apps: Table<AppId, App> = apps.into_iter().collect();
    let mut app_of = Table::filled(cluster.pods.len(), crate::table::Id::from_index(0));
    for (id, app) in apps.iter() {
        for &pod in &app.pods {
            *app_of.at_mut(pod) = id;
        }
    }
    (apps, app_of)
}

fn origin(cluster: &Cluster, pod: &Pod) -> Origin {
    let workload = pod.workload.map(|id| cluster.workloads.at(id).origin);
    workload
        .filter(|origin| origin.span.is_some())
        .unwrap_or(pod.origin)
}
