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
    /// The kind of a kubectl type name, in any case, as kubectl reads it.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        Self::all().find(|kind| kind.words().contains(&&*word))
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
