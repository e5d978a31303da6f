//! Whom policies govern, and which pods are alike.

use crate::model::{
    Cluster, ContainerPort, Direction, GIVEN_LABELS, NamespaceId, Origin, Pod, PodId, PodScope,
    Policy, PolicyId, Rule, Tier, WorkloadId,
};
use crate::selector::{Labels, Selector};
use crate::table::{Table, define_id};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use std::sync::Arc;

define_id! {
    /// Names an [`App`].
    pub AppId;
}

/// Pods that no policy and no Service tells apart: at least one.
#[derive(Debug, Clone)]
pub struct App {
    /// The workload's name, or the pod's where it has none: `shop/web[Deployment]`. Other apps may
    /// have it, too.
    pub owner: String,
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
    surely: Isolating,
    perhaps: Isolating,
    pub(super) apps: Table<AppId, App>,
    pub(super) app_of: Table<PodId, AppId>,
}

/// The policies that isolate each pod, by direction.
#[derive(Debug)]
struct Isolating {
    ingress: Table<PodId, Vec<PolicyId>>,
    egress: Table<PodId, Vec<PolicyId>>,
}

impl Isolating {
    fn none(pods: usize) -> Self {
        Self {
            ingress: Table::filled(pods, Vec::new()),
            egress: Table::filled(pods, Vec::new()),
        }
    }

    fn add(&mut self, pod: PodId, id: PolicyId, policy: &Policy) {
        if policy.ingress.is_some() {
            self.ingress.at_mut(pod).push(id);
        }
        if policy.egress.is_some() {
            self.egress.at_mut(pod).push(id);
        }
    }

    fn at(&self, direction: Direction, pod: PodId) -> &[PolicyId] {
        match direction {
            Direction::Ingress => self.ingress.at(pod),
            Direction::Egress => self.egress.at(pod),
        }
    }
}

impl Subjects {
    /// The subjects of the policies of a cluster, of which `pods_of` finds those that a scope selects.
    pub(super) fn new<'a>(
        cluster: &'a Cluster,
        pods_of: impl Fn(&'a PodScope) -> Rc<[PodId]>,
    ) -> Self {
        let mut of_policy = Table::new();
        let mut surely = Isolating::none(cluster.pods.len());
        let mut perhaps = Isolating::none(cluster.pods.len());
        for (id, policy) in cluster.policies.iter() {
            let pods = pods_of(&policy.subject);
            let isolated = pods.iter().filter(|_| policy.tier == Tier::NetworkPolicy);
            for &pod in isolated {
                // What may select a pod, by a label whose value is not known, does not isolate it for
                // sure.
                let selects = policy.subject.pods.matches(&cluster.pods.at(pod).labels);
                let isolating = if selects { &mut surely } else { &mut perhaps };
                isolating.add(pod, id, policy);
            }
            of_policy.push(pods);
        }
        let (apps, app_of) = apps(cluster);
        Self {
            of_policy,
            surely,
            perhaps,
            apps,
            app_of,
        }
    }

    /// The policies that isolate a pod in a direction.
    pub(super) fn isolating(&self, direction: Direction, pod: PodId) -> &[PolicyId] {
        self.surely.at(direction, pod)
    }

    /// The policies that may isolate it: it is not known whether they select it.
    pub(super) fn perhaps_isolating(&self, direction: Direction, pod: PodId) -> &[PolicyId] {
        self.perhaps.at(direction, pod)
    }
}

/// What makes pods one app.
#[derive(PartialEq, Eq, Hash)]
struct Likeness<'a> {
    owner: Result<WorkloadId, PodId>,
    labels: Vec<(&'a str, Value<'a>)>,
    ports: &'a [ContainerPort],
    host_network: bool,
}

/// What is to be seen of the value of a label.
#[derive(PartialEq, Eq, Hash)]
enum Value<'a> {
    Is(&'a str),
    /// One that no selector asks for.
    Other,
    /// It is not in the input.
    Open,
}

/// The labels given by controllers that selectors of policies and Services ask for, with the values
/// that they ask for. All others are of no matter: they differ from pod to pod, and nothing sees it.
#[derive(Default)]
struct Asked<'a>(FxHashMap<&'a str, FxHashSet<&'a str>>);

impl<'a> Asked<'a> {
    fn of(cluster: &'a Cluster) -> Self {
        let mut asked = Self::default();
        for policy in cluster.policies.rows() {
            asked.read(&policy.subject.pods);
            for scope in policy.all_rules().flat_map(Rule::scopes) {
                asked.read(&scope.pods);
            }
        }
        let services = cluster.services.rows().iter();
        for selector in services.filter_map(|it| it.selector.as_ref()) {
            asked.read(selector);
        }
        asked
    }

    fn read(&mut self, selector: &'a Selector) {
        for (key, test) in selector.tests() {
            if GIVEN_LABELS.contains(&&**key) {
                let values = self.0.entry(key).or_default();
                values.extend(test.named_values().map(|value| &**value));
            }
        }
    }

    /// What selectors see of a pod's labels.
    fn seen(&self, labels: &'a Labels) -> Vec<(&'a str, Value<'a>)> {
        let value = |key: &str, value: &'a Arc<str>| match self.0.get(key) {
            None if GIVEN_LABELS.contains(&key) => None,
            Some(values) if !values.contains(&**value) => Some(Value::Other),
            None | Some(_) => Some(Value::Is(value)),
        };
        let known = labels.iter();
        let known = known.filter_map(|(key, it)| Some((&**key, value(key, it)?)));
        let open = labels.open().map(|key| (&**key, Value::Open));
        known.chain(open).collect()
    }
}

fn apps(cluster: &Cluster) -> (Table<AppId, App>, Table<PodId, AppId>) {
    let asked = Asked::of(cluster);
    let mut found: FxHashMap<Likeness<'_>, usize> = FxHashMap::default();
    let mut apps: Vec<App> = Vec::new();
    for (id, pod) in cluster.pods.iter() {
        let likeness = Likeness {
            owner: pod.workload.ok_or(id),
            labels: asked.seen(&pod.labels),
            ports: &pod.ports,
            host_network: pod.host_network,
        };
        let index = *found.entry(likeness).or_insert_with(|| {
            apps.push(App {
                owner: cluster.endpoint_name(pod),
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
    apps.sort_by(|a, b| (a.namespace, &a.owner, &a.pods).cmp(&(b.namespace, &b.owner, &b.pods)));
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
