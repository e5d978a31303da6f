//! How much of the cluster the input has. What is not in the input says something only where the
//! input is all there is.

use crate::diag::Severity;
use crate::lint::need::Need;
use crate::model::{Cluster, LeftOut, PodNature, Say, Workload, WorkloadKind};
use crate::settings::Told;
use std::sync::Arc;

/// How much of something the input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// Nothing.
    None,
    /// Some.
    Partial,
    /// All.
    Complete,
}

impl Extent {
    /// The extent in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Complete => "complete",
        }
    }
}

/// How much of the cluster the input has.
#[derive(Debug, Clone)]
pub struct Inventory {
    policies: Extent,
    workloads: Extent,
    namespaces: Extent,
    services: Extent,
    complete_in: Vec<Arc<str>>,
    /// What was left out of the input.
    left_out: Vec<LeftOut>,
    controllers: bool,
    /// Whether somebody said so, rather than that it was found out.
    pub told: bool,
}

impl Inventory {
    /// The inventory of a cluster.
    pub fn new(cluster: &Cluster, told: &Told) -> Self {
        let left_out = |say| cluster.left_out.iter().any(|it| it.may_decide(say));
        let policies = if left_out(Say::Connections) {
            Extent::None
        } else {
            Extent::Complete
        };
        let found = Self::found(cluster, policies);
        // Whatever is told of the cluster, of what was left out nothing is known.
        let most = |say| {
            if left_out(say) {
                Extent::Partial
            } else {
                Extent::Complete
            }
        };
        let told_so = *told != Told::Nothing;
        let all = |extent: Extent| Self {
            workloads: extent.min(most(Say::Pods)),
            namespaces: extent.min(most(Say::Namespaces)),
            services: extent.min(most(Say::Services)),
            told: true,
            ..found.clone()
        };
        match told {
            Told::Nothing => Self {
                workloads: found.workloads.min(most(Say::Pods)),
                namespaces: found.namespaces.min(most(Say::Namespaces)),
                services: found.services.min(most(Say::Services)),
                ..found
            },
            Told::Complete => all(Extent::Complete),
            Told::Partial => Self {
                workloads: found.workloads.min(Extent::Partial),
                namespaces: found.namespaces.min(Extent::Partial),
                services: found.services.min(Extent::Partial),
                told: told_so,
                ..found
            },
            // Whoever names some namespaces does not speak for the others.
            Told::CompleteIn(namespaces) => Self {
                workloads: found.workloads.min(Extent::Partial),
                services: found.services.min(Extent::Partial),
                complete_in: namespaces.clone(),
                told: told_so,
                ..found
            },
            Told::None => all(Extent::None),
        }
    }

    /// Every cluster has a namespace `kube-system`, pods in it, and a Service
    /// `default/kubernetes`, and nobody writes them: where they are, the input is a listing.
    fn found(cluster: &Cluster, policies: Extent) -> Self {
        let extent = |none: bool, listed: bool| match (none, listed) {
            (true, _) => Extent::None,
            (false, true) => Extent::Complete,
            (false, false) => Extent::Partial,
        };
        let system = cluster.namespace("kube-system");
        let declared = cluster.namespaces.rows().iter().any(|it| it.declared);
        let system_declared = system.is_some_and(|id| cluster.namespaces.at(id).declared);
        let pods = cluster.pods.rows().iter();
        let system_pods = pods
            .filter(|pod| Some(pod.namespace) == system && pod.nature == PodNature::Read)
            .any(|pod| !pod.ips.is_empty());
        let api = cluster.services.rows().iter();
        let api = api.filter(|it| *it.namespace == *"default" && *it.name == *"kubernetes");
        Self {
            policies,
            workloads: extent(
                cluster.pods.is_empty() && cluster.workloads.is_empty(),
                system_pods,
            ),
            namespaces: extent(!declared, system_declared),
            services: extent(cluster.services.is_empty(), api.count() > 0),
            complete_in: Vec::new(),
            left_out: cluster.left_out.clone(),
            controllers: cluster.workloads.rows().iter().any(is_agent),
            told: false,
        }
    }

    /// How much of it the input has, in the whole cluster.
    pub fn of(&self, need: Need) -> Extent {
        match need {
            Need::Policies => self.policies,
            Need::Workloads => self.workloads,
            Need::Namespaces => self.namespaces,
            Need::Services => self.services,
        }
    }

    /// How many namespaces it has all workloads and Services of, by what somebody said.
    pub fn complete_namespaces(&self) -> usize {
        self.complete_in.len()
    }

    /// Whether somebody named a namespace as one of which the input has all workloads and Services.
    pub fn is_complete_by_name(&self, namespace: &str) -> bool {
        self.complete_in.iter().any(|name| **name == *namespace)
    }

    /// How much of it the input has, in one namespace.
    pub fn within(&self, need: Need, namespace: &str) -> Extent {
        let told = self.is_complete_by_name(namespace);
        let mut left_out = self.left_out.iter();
        match need {
            Need::Workloads if told && left_out.any(|it| it.may_be_pods_of(namespace)) => {
                Extent::Partial
            }
            Need::Services if told && left_out.any(|it| it.may_decide(Say::Services)) => {
                Extent::Partial
            }
            Need::Workloads | Need::Services if told => Extent::Complete,
            Need::Policies | Need::Workloads | Need::Namespaces | Need::Services => self.of(need),
        }
    }

    /// How bad it is at most that no pod of some namespace (none: of the whole cluster) has some
    /// labels. A listing has the pods that ran when it was made; those of a nightly job, or of what
    /// is scaled to nothing, only their controllers tell of.
    pub fn most_of_absence(&self, namespace: Option<&str>) -> Severity {
        let extent = match namespace {
            Some(name) => self.within(Need::Workloads, name),
            None => self.of(Need::Workloads),
        };
        match (extent, self.told, self.controllers) {
            (Extent::Complete, true, _) => Severity::Error,
            (Extent::Complete, false, true) => Severity::Warning,
            (Extent::Complete, false, false) | (Extent::Partial | Extent::None, _, _) => {
                Severity::Note
            }
        }
    }

    /// Whether somebody says that all of it is there for some namespaces.
    pub fn has_namespaces(&self, need: Need) -> bool {
        matches!(need, Need::Workloads | Need::Services) && !self.complete_in.is_empty()
    }
}

/// Whether it is a DaemonSet that was read. Every cluster has one: where none is, the controllers
/// were not listed.
fn is_agent(workload: &Workload) -> bool {
    workload.kind() == Some(WorkloadKind::DaemonSet) && workload.origin.span.is_some()
}
