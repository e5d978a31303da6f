//! Which objects are read: API group and kind together, since other API groups have kinds of the
//! same name (`crd.projectcalico.org` and `crd.antrea.io` have a NetworkPolicy too).

use crate::model::{Say, WorkloadKind};
use crate::settings::KubernetesVersion;

/// A kind whose manifests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// `networking.k8s.io/v1` NetworkPolicy.
    NetworkPolicy,
    /// `v1` Namespace.
    Namespace,
    /// `v1` Node.
    Node,
    /// `v1` Pod.
    Pod,
    /// What makes pods from a template.
    Workload(WorkloadKind),
    /// `v1` Service.
    Service,
    /// `networking.k8s.io/v1` Ingress, and its older forms.
    Ingress,
    /// `autoscaling/v2` HorizontalPodAutoscaler, and its older forms.
    HorizontalPodAutoscaler,
    /// `keda.sh/v1alpha1` ScaledObject.
    ScaledObject,
}

/// The kinds of Kubernetes itself with their current version and all versions that had them.
pub(super) const KINDS: [(Kind, &str, &[&str]); 15] = {
    use WorkloadKind::{
        CronJob, DaemonSet, Deployment, Job, ReplicaSet, ReplicationController, StatefulSet,
    };
    const APPS: &[&str] = &[
        "apps/v1",
        "apps/v1beta2",
        "apps/v1beta1",
        "extensions/v1beta1",
    ];
    const NETWORKING: &[&str] = &[
        "networking.k8s.io/v1",
        "networking.k8s.io/v1beta1",
        "extensions/v1beta1",
    ];
    [
        (
            Kind::NetworkPolicy,
            "NetworkPolicy",
            &["networking.k8s.io/v1"],
        ),
        (Kind::Namespace, "Namespace", &["v1"]),
        (Kind::Node, "Node", &["v1"]),
        (Kind::Pod, "Pod", &["v1"]),
        (Kind::Service, "Service", &["v1"]),
        (Kind::Ingress, "Ingress", NETWORKING),
        (
            Kind::HorizontalPodAutoscaler,
            "HorizontalPodAutoscaler",
            &[
                "autoscaling/v2",
                "autoscaling/v1",
                "autoscaling/v2beta2",
                "autoscaling/v2beta1",
            ],
        ),
        (Kind::ScaledObject, "ScaledObject", &["keda.sh/v1alpha1"]),
        (Kind::Workload(Deployment), "Deployment", APPS),
        (Kind::Workload(ReplicaSet), "ReplicaSet", APPS),
        (Kind::Workload(StatefulSet), "StatefulSet", APPS),
        (Kind::Workload(DaemonSet), "DaemonSet", APPS),
        (Kind::Workload(Job), "Job", &["batch/v1"]),
        (
            Kind::Workload(CronJob),
            "CronJob",
            &["batch/v1", "batch/v1beta1", "batch/v2alpha1"],
        ),
        (
            Kind::Workload(ReplicationController),
            "ReplicationController",
            &["v1"],
        ),
    ]
};

impl Kind {
    /// The kind as the API writes it.
    pub(super) fn name(self) -> &'static str {
        KINDS
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("", |(_, name, _)| name)
    }

    /// The version in which the kind is written today.
    pub(super) fn api_version(self) -> &'static str {
        let versions = KINDS.iter().find(|(kind, ..)| *kind == self);
        versions
            .and_then(|(_, _, versions)| versions.first())
            .copied()
            .unwrap_or_default()
    }

    /// The first version of Kubernetes that does not take the kind in an older version of its own.
    pub(super) fn removed(self, api_version: &str) -> Option<KubernetesVersion> {
        let minor = match (self, api_version) {
            _ if api_version == self.api_version() => return None,
            (Self::Ingress, _) => 22,
            (_, "batch/v1beta1") => 25,
            (_, "batch/v2alpha1") => 21,
            _ => 16,
        };
        Some(KubernetesVersion::new(1, minor))
    }

    /// Whether objects of the kind are in a namespace.
    pub(super) fn is_namespaced(self) -> bool {
        !matches!(self, Self::Namespace | Self::Node)
    }

    /// What objects of the kind have a say in.
    pub(super) fn say(self) -> Say {
        match self {
            Self::NetworkPolicy => Say::Connections,
            Self::Pod | Self::Workload(_) | Self::HorizontalPodAutoscaler | Self::ScaledObject => {
                Say::Pods
            }
            Self::Namespace => Say::Namespaces,
            Self::Service => Say::Services,
            Self::Node | Self::Ingress => Say::Nothing,
        }
    }

    /// Whether the kind says who may connect.
    pub(super) fn is_policy(self) -> bool {
        matches!(self, Self::NetworkPolicy)
    }
}
