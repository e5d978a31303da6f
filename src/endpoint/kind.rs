//! The kinds that a question can name, and the words for them.

use crate::model::WorkloadKind;

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
    /// A NetworkPolicy.
    Policy,
}

/// The names under which kubectl knows a kind: short, singular, plural.
const KIND_WORDS: [(ObjectKind, &[&str]); 13] = [
    (ObjectKind::Pod, &["po", "pod", "pods"]),
    (
        ObjectKind::Workload(WorkloadKind::Deployment),
        &["deploy", "deployment", "deployments"],
    ),
    (
        ObjectKind::Workload(WorkloadKind::StatefulSet),
        &["sts", "statefulset", "statefulsets"],
    ),
    (
        ObjectKind::Workload(WorkloadKind::DaemonSet),
        &["ds", "daemonset", "daemonsets"],
    ),
    (
        ObjectKind::Workload(WorkloadKind::ReplicaSet),
        &["rs", "replicaset", "replicasets"],
    ),
    (
        ObjectKind::Workload(WorkloadKind::ReplicationController),
        &["rc", "replicationcontroller", "replicationcontrollers"],
    ),
    (ObjectKind::Workload(WorkloadKind::Job), &["job", "jobs"]),
    (
        ObjectKind::Workload(WorkloadKind::CronJob),
        &["cj", "cronjob", "cronjobs"],
    ),
    (ObjectKind::Service, &["svc", "service", "services"]),
    (ObjectKind::Namespace, &["ns", "namespace", "namespaces"]),
    (ObjectKind::Node, &["no", "node", "nodes"]),
    (ObjectKind::Ingress, &["ing", "ingress", "ingresses"]),
    (
        ObjectKind::Policy,
        &["netpol", "networkpolicy", "networkpolicies"],
    ),
];

impl ObjectKind {
    /// The kind of a kubectl type name, in any case, as kubectl reads it.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        KIND_WORDS
            .into_iter()
            .find(|(_, words)| words.contains(&&*word))
            .map(|(kind, _)| kind)
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
            Self::Policy => "NetworkPolicy",
        }
    }

    /// The short name of the kind, as a question would write it.
    pub fn word(self) -> &'static str {
        KIND_WORDS
            .into_iter()
            .find(|(kind, _)| *kind == self)
            .and_then(|(kind, words)| match kind {
                // `pod/x`, `job/x` and `node/x` read better than `po/x` and `no/x`.
                Self::Pod | Self::Node => words.get(1).copied(),
                _ => words.first().copied(),
            })
            .unwrap_or_default()
    }
}
