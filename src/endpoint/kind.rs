//! The kinds that a question can name, and the words for them.

use crate::model::{PolicyKind, WorkloadKind};
use crate::table::listed_with;

listed_with! {
    /// The kinds that a question can name.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ObjectKind {
        /// A Pod.
        Pod,
        /// A workload.
        Workload(WorkloadKind),
        /// A Service.
        Service,
        /// A Namespace: all of its pods.
        Namespace,
        /// A Node.
        Node,
        /// An Ingress.
        Ingress,
        /// A policy.
        Policy(PolicyKind),
    }
}

impl ObjectKind {
    /// The kind of a kubectl type name, in any case, as kubectl reads it: `deploy`, `deployment.apps`,
    /// `deployments.v1.apps`.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let (plain, group) = match word.split_once('.') {
            Some((plain, rest)) => (plain, Some(without_version(rest))),
            None => (&*word, None),
        };
        Self::all().find(|kind| {
            let groups = kind.groups();
            kind.words().contains(&plain) && group.is_none_or(|group| groups.contains(&group))
        })
    }

    /// The API groups that have the kind, or had it.
    fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Pod | Self::Service | Self::Namespace | Self::Node => &[""],
            Self::Workload(kind) => match kind {
                WorkloadKind::Deployment | WorkloadKind::DaemonSet | WorkloadKind::ReplicaSet => {
                    &["apps", "extensions"]
                }
                WorkloadKind::StatefulSet => &["apps"],
                WorkloadKind::ReplicationController => &[""],
                WorkloadKind::Job | WorkloadKind::CronJob => &["batch"],
            },
            Self::Ingress | Self::Policy(PolicyKind::NetworkPolicy) => {
                &["networking.k8s.io", "extensions"]
            }
            Self::Policy(
                PolicyKind::AdminNetworkPolicy
                | PolicyKind::BaselineAdminNetworkPolicy
                | PolicyKind::ClusterNetworkPolicy,
            ) => &["policy.networking.k8s.io"],
        }
    }

    /// The kind as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::Workload(kind) => kind.name(),
            Self::Service => "Service",
            Self::Namespace => "Namespace",
            Self::Node => "Node",
            Self::Ingress => "Ingress",
            Self::Policy(kind) => kind.name(),
        }
    }

    /// Whether objects of the kind are in a namespace.
    pub fn is_namespaced(self) -> bool {
        match self {
            Self::Namespace | Self::Node => false,
            Self::Policy(kind) => kind.is_namespaced(),
            Self::Pod | Self::Workload(_) | Self::Service | Self::Ingress => true,
        }
    }

    /// The short name of the kind, as a question would write it.
    pub fn word(self) -> &'static str {
        match self {
            // `pod/x` and `node/x` read better than `po/x` and `no/x`.
            Self::Pod => "pod",
            Self::Node => "node",
            Self::Workload(_)
            | Self::Service
            | Self::Namespace
            | Self::Ingress
            | Self::Policy(_) => self.words().first().copied().unwrap_or_default(),
        }
    }

    /// The names under which kubectl knows the kind: short, singular, plural.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Pod => &["po", "pod", "pods"],
            Self::Workload(WorkloadKind::Deployment) => &["deploy", "deployment", "deployments"],
            Self::Workload(WorkloadKind::StatefulSet) => &["sts", "statefulset", "statefulsets"],
            Self::Workload(WorkloadKind::DaemonSet) => &["ds", "daemonset", "daemonsets"],
            Self::Workload(WorkloadKind::ReplicaSet) => &["rs", "replicaset", "replicasets"],
            Self::Workload(WorkloadKind::ReplicationController) => {
                &["rc", "replicationcontroller", "replicationcontrollers"]
            }
            Self::Workload(WorkloadKind::Job) => &["job", "jobs"],
            Self::Workload(WorkloadKind::CronJob) => &["cj", "cronjob", "cronjobs"],
            Self::Service => &["svc", "service", "services"],
            Self::Namespace => &["ns", "namespace", "namespaces"],
            Self::Node => &["no", "node", "nodes"],
            Self::Ingress => &["ing", "ingress", "ingresses"],
            Self::Policy(PolicyKind::NetworkPolicy) => {
                &["netpol", "networkpolicy", "networkpolicies"]
            }
            Self::Policy(PolicyKind::AdminNetworkPolicy) => {
                &["anp", "adminnetworkpolicy", "adminnetworkpolicies"]
            }
            Self::Policy(PolicyKind::BaselineAdminNetworkPolicy) => &[
                "banp",
                "baselineadminnetworkpolicy",
                "baselineadminnetworkpolicies",
            ],
            Self::Policy(PolicyKind::ClusterNetworkPolicy) => {
                &["cnp", "clusternetworkpolicy", "clusternetworkpolicies"]
            }
        }
    }
}

/// The group in `v1.apps` and in `apps`; kubectl writes the group without a name as `v1.`.
pub(super) fn without_version(rest: &str) -> &str {
    match rest.split_once('.') {
        Some((version, group)) if is_version(version) => group,
        Some(_) | None => rest,
    }
}

/// `v1`, `v1beta2`, `v2alpha1`.
fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix('v').unwrap_or_default();
    let stable = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let stage = ["alpha", "beta"]
        .iter()
        .find_map(|stage| stable.strip_prefix(stage));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    stable.len() < digits.len() && (stable.is_empty() || stage.is_some_and(is_number))
}
