//! Which objects are read: API group and kind together, since other API groups have kinds of the
//! same name (`crd.projectcalico.org` and `crd.antrea.io` have a NetworkPolicy too).

use crate::model::{PolicyKind, RouteKind, Say, WorkloadKind};
use crate::settings::KubernetesVersion;

/// A kind whose manifests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// Policies of Kubernetes: NetworkPolicy, and the cluster-wide ones of
    /// `policy.networking.k8s.io`.
    Policy(PolicyKind),
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
    /// `discovery.k8s.io/v1` EndpointSlice, and its older form.
    EndpointSlice,
    /// `v1` Endpoints.
    Endpoints,
    /// `networking.k8s.io/v1` Ingress, and its older forms.
    Ingress,
    /// `networking.k8s.io/v1` IngressClass, and its older form.
    IngressClass,
    /// `gateway.networking.k8s.io/v1` GatewayClass, and its older forms.
    GatewayClass,
    /// `gateway.networking.k8s.io/v1` Gateway, and its older forms.
    Gateway,
    /// Routes of `gateway.networking.k8s.io`, of any version.
    Route(RouteKind),
    /// `gateway.networking.k8s.io` ReferenceGrant, of any version.
    ReferenceGrant,
    /// `route.openshift.io/v1` Route.
    OpenShiftRoute,
    /// `autoscaling/v2` HorizontalPodAutoscaler, and its older forms.
    HorizontalPodAutoscaler,
    /// `keda.sh/v1alpha1` ScaledObject.
    ScaledObject,
}

/// All kinds, those of which there are many first. One that is missing here is never made, of
/// which the compiler warns.
const KINDS: [Kind; 29] = {
    use WorkloadKind::{
        CronJob, DaemonSet, Deployment, Job, ReplicaSet, ReplicationController, StatefulSet,
    };
    [
        Kind::Policy(PolicyKind::NetworkPolicy),
        Kind::Policy(PolicyKind::AdminNetworkPolicy),
        Kind::Policy(PolicyKind::BaselineAdminNetworkPolicy),
        Kind::Policy(PolicyKind::ClusterNetworkPolicy),
        Kind::Namespace,
        Kind::Node,
        Kind::Pod,
        Kind::Service,
        Kind::EndpointSlice,
        Kind::Endpoints,
        Kind::Ingress,
        Kind::IngressClass,
        Kind::GatewayClass,
        Kind::Gateway,
        Kind::Route(RouteKind::Http),
        Kind::Route(RouteKind::Grpc),
        Kind::Route(RouteKind::Tls),
        Kind::Route(RouteKind::Tcp),
        Kind::ReferenceGrant,
        Kind::OpenShiftRoute,
        Kind::HorizontalPodAutoscaler,
        Kind::ScaledObject,
        Kind::Workload(Deployment),
        Kind::Workload(ReplicaSet),
        Kind::Workload(StatefulSet),
        Kind::Workload(DaemonSet),
        Kind::Workload(Job),
        Kind::Workload(CronJob),
        Kind::Workload(ReplicationController),
    ]
};

/// The version that is written today; and the others, each with the minor version of Kubernetes
/// that does not take it any more, if there is one.
type Versions = (&'static str, &'static [(&'static str, Option<u32>)]);

impl Kind {
    /// The kind as the API writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Policy(kind) => kind.name(),
            Self::Namespace => "Namespace",
            Self::Node => "Node",
            Self::Pod => "Pod",
            Self::Workload(kind) => kind.name(),
            Self::Service => "Service",
            Self::EndpointSlice => "EndpointSlice",
            Self::Endpoints => "Endpoints",
            Self::Ingress => "Ingress",
            Self::IngressClass => "IngressClass",
            Self::GatewayClass => "GatewayClass",
            Self::Gateway => "Gateway",
            Self::Route(kind) => kind.name(),
            Self::ReferenceGrant => "ReferenceGrant",
            Self::OpenShiftRoute => "Route",
            Self::HorizontalPodAutoscaler => "HorizontalPodAutoscaler",
            Self::ScaledObject => "ScaledObject",
        }
    }

    /// The kind of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.name() == name)
    }

    /// Source: the deprecated API migration guide of Kubernetes.
    fn versions(self) -> Versions {
        use WorkloadKind::{
            CronJob, DaemonSet, Deployment, Job, ReplicaSet, ReplicationController, StatefulSet,
        };
        match self {
            Self::Policy(PolicyKind::NetworkPolicy) => ("networking.k8s.io/v1", &[]),
            Self::Policy(
                PolicyKind::AdminNetworkPolicy | PolicyKind::BaselineAdminNetworkPolicy,
            ) => ("policy.networking.k8s.io/v1alpha1", &[]),
            // The next version is announced without changes.
            Self::Policy(PolicyKind::ClusterNetworkPolicy) => (
                "policy.networking.k8s.io/v1alpha2",
                &[("policy.networking.k8s.io/v1beta1", None)],
            ),
            Self::Namespace
            | Self::Node
            | Self::Pod
            | Self::Service
            | Self::Endpoints
            | Self::Workload(ReplicationController) => ("v1", &[]),
            Self::Workload(Deployment | ReplicaSet | StatefulSet | DaemonSet) => (
                "apps/v1",
                &[
                    ("apps/v1beta2", Some(16)),
                    ("apps/v1beta1", Some(16)),
                    ("extensions/v1beta1", Some(16)),
                ],
            ),
            Self::Workload(Job) => ("batch/v1", &[]),
            Self::Workload(CronJob) => (
                "batch/v1",
                &[("batch/v1beta1", Some(25)), ("batch/v2alpha1", Some(21))],
            ),
            Self::EndpointSlice => (
                "discovery.k8s.io/v1",
                &[("discovery.k8s.io/v1beta1", Some(25))],
            ),
            Self::Ingress => (
                "networking.k8s.io/v1",
                &[
                    ("networking.k8s.io/v1beta1", Some(22)),
                    ("extensions/v1beta1", Some(22)),
                ],
            ),
            Self::HorizontalPodAutoscaler => (
                "autoscaling/v2",
                &[
                    ("autoscaling/v1", None),
                    ("autoscaling/v2beta2", Some(26)),
                    ("autoscaling/v2beta1", Some(25)),
                ],
            ),
            Self::ScaledObject => ("keda.sh/v1alpha1", &[]),
            Self::IngressClass => (
                "networking.k8s.io/v1",
                &[("networking.k8s.io/v1beta1", Some(22))],
            ),
            // Which of them a cluster has hangs on its definitions, not on its version.
            Self::GatewayClass
            | Self::Gateway
            | Self::Route(RouteKind::Http)
            | Self::ReferenceGrant => (
                "gateway.networking.k8s.io/v1",
                &[
                    ("gateway.networking.k8s.io/v1beta1", None),
                    ("gateway.networking.k8s.io/v1alpha2", None),
                ],
            ),
            Self::Route(RouteKind::Grpc | RouteKind::Tcp) => (
                "gateway.networking.k8s.io/v1",
                &[("gateway.networking.k8s.io/v1alpha2", None)],
            ),
            Self::Route(RouteKind::Tls) => (
                "gateway.networking.k8s.io/v1",
                &[
                    ("gateway.networking.k8s.io/v1alpha3", None),
                    ("gateway.networking.k8s.io/v1alpha2", None),
                ],
            ),
            Self::OpenShiftRoute => ("route.openshift.io/v1", &[("v1", None)]),
        }
    }

    /// The version in which the kind is written today.
    pub(super) fn api_version(self) -> &'static str {
        self.versions().0
    }

    /// All kinds.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        KINDS.into_iter()
    }

    /// How old a version is: 0 is that which is written today, none one that never was.
    pub(super) fn age(self, api_version: &str) -> Option<usize> {
        let (current, older) = self.versions();
        let mut versions = std::iter::once(current).chain(older.iter().map(|(it, _)| *it));
        versions.position(|it| it == api_version)
    }

    /// Its API group.
    pub(super) fn group(self) -> &'static str {
        let group = self.versions().0.rsplit_once('/');
        group.map_or("", |(group, _)| group)
    }

    /// Whether some version of Kubernetes had the kind in this version.
    pub(super) fn was_in(self, api_version: &str) -> bool {
        let (current, older) = self.versions();
        current == api_version || older.iter().any(|(older, _)| *older == api_version)
    }

    /// The first version of Kubernetes that does not take the kind in an older version of its own.
    pub(super) fn removed(self, api_version: &str) -> Option<KubernetesVersion> {
        let mut older = self.versions().1.iter();
        let (_, minor) = older.find(|(older, _)| *older == api_version)?;
        minor.map(|minor| KubernetesVersion::new(1, minor))
    }

    /// Whether objects of the kind are in a namespace.
    pub(super) fn is_namespaced(self) -> bool {
        match self {
            Self::Policy(kind) => kind.is_namespaced(),
            Self::Namespace | Self::Node | Self::IngressClass | Self::GatewayClass => false,
            Self::Pod
            | Self::Workload(_)
            | Self::Service
            | Self::EndpointSlice
            | Self::Endpoints
            | Self::Ingress
            | Self::Gateway
            | Self::Route(_)
            | Self::ReferenceGrant
            | Self::OpenShiftRoute
            | Self::HorizontalPodAutoscaler
            | Self::ScaledObject => true,
        }
    }

    /// What objects of the kind have a say in.
    pub(super) fn say(self) -> Say {
        match self {
            Self::Policy(_) => Say::Connections,
            Self::Pod | Self::Workload(_) | Self::HorizontalPodAutoscaler | Self::ScaledObject => {
                Say::Pods
            }
            Self::Namespace => Say::Namespaces,
            Self::Service | Self::EndpointSlice | Self::Endpoints => Say::Services,
            Self::Ingress
            | Self::IngressClass
            | Self::GatewayClass
            | Self::Gateway
            | Self::Route(_)
            | Self::ReferenceGrant
            | Self::OpenShiftRoute => Say::Routes,
            Self::Node => Say::Nothing,
        }
    }

    /// Whether the kind says who may connect.
    pub(super) fn is_policy(self) -> bool {
        self.say() == Say::Connections
    }
}

#[cfg(test)]
mod tests {
    use super::super::recognised::Recognised;
    use super::super::type_meta::TypeMeta;
    use super::*;

    #[test]
    fn old_versions_are_refused_from_the_release_that_dropped_them() {
        for (kind, api_version, minor) in [
            ("Deployment", "apps/v1", None),
            ("Deployment", "extensions/v1beta1", Some(16)),
            ("CronJob", "batch/v2alpha1", Some(21)),
            ("Ingress", "networking.k8s.io/v1beta1", Some(22)),
            ("CronJob", "batch/v1beta1", Some(25)),
            ("EndpointSlice", "discovery.k8s.io/v1beta1", Some(25)),
            ("HorizontalPodAutoscaler", "autoscaling/v2beta1", Some(25)),
            ("HorizontalPodAutoscaler", "autoscaling/v2beta2", Some(26)),
            // It is served to this day.
            ("HorizontalPodAutoscaler", "autoscaling/v1", None),
        ] {
            let read = (TypeMeta { api_version, kind }).recognise();
            let Recognised::Read(kind) = read else {
                panic!("{api_version} {kind}: {read:?}");
            };
            let removed = minor.map(|minor| KubernetesVersion::new(1, minor));
            assert_eq!(kind.removed(api_version), removed, "{api_version} {kind:?}");
        }
    }
}
