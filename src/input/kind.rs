//! Which objects are read: API group and kind together, since other API groups have kinds of the
//! same name (`crd.projectcalico.org` and `crd.antrea.io` have a NetworkPolicy too).

use super::policy_kinds::{self, Slip, UnreadKind};
use super::suggest;
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

/// `apiVersion` and `kind` of an object, or of the list that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeMeta<'a> {
    /// `apiVersion`, such as `apps/v1`.
    pub api_version: &'a str,
    /// `kind`, such as `Deployment`.
    pub kind: &'a str,
}

/// What `apiVersion` and `kind` say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Recognised {
    /// A kind that is read.
    Read(Kind),
    /// Several objects.
    List,
    /// A kind of Kubernetes itself in a version that does not have it, or a NetworkPolicy in a
    /// group that is not known to have one.
    WrongVersion(Kind),
    /// A kind of policy that is known but not read yet.
    Unread(UnreadKind),
    /// A kind of policy in a version or a group that does not have it, or misspelt.
    Slip(Slip),
    /// A kind of the policy group that does not exist but is spelt almost like one that does.
    Misspelt(&'static str),
    /// Any other kind.
    Other,
}

/// The kinds of Kubernetes itself with their current version and all versions that had them.
const KINDS: [(Kind, &str, &[&str]); 15] = {
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

/// The API groups of Kubernetes itself in which the kinds above could be looked for.
const GROUPS: [&str; 6] = [
    "",
    "apps",
    "autoscaling",
    "batch",
    "extensions",
    "networking.k8s.io",
];

/// The kinds of `networking.k8s.io`.
const NETWORKING_KINDS: [&str; 5] = [
    "NetworkPolicy",
    "Ingress",
    "IngressClass",
    "IPAddress",
    "ServiceCIDR",
];

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

impl<'a> TypeMeta<'a> {
    /// Whether this is a list of objects.
    pub(super) fn is_list(&self) -> bool {
        self.recognise() == Recognised::List
    }

    /// Of an item of which nothing is known before it says so itself.
    pub(super) const UNSAID: TypeMeta<'static> = TypeMeta {
        api_version: "",
        kind: "",
    };

    /// Whether this is a list of any objects, or of those of a kind that matters here.
    pub(super) fn is_list_of_known(&self) -> bool {
        self.kind == "List" || self.item().recognise() != Recognised::Other
    }

    /// What an item of this list is that does not say so itself: a Pod in a `PodList`. Items of a
    /// plain `List` always say what they are.
    pub(super) fn item(&self) -> TypeMeta<'a> {
        match self.kind.strip_suffix("List") {
            None | Some("") => TypeMeta::UNSAID,
            Some(kind) => TypeMeta { kind, ..*self },
        }
    }

    /// The API group; empty for the core group.
    pub(super) fn group(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The version: `v1` of `apps/v1`.
    pub(super) fn version(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or(self.api_version, |(_, version)| version)
    }

    /// `NetworkPolicy.crd.antrea.io`; the bare kind in the core group.
    pub(super) fn full_name(&self) -> String {
        match self.group() {
            "" => self.kind.to_owned(),
            group => format!("{}.{group}", self.kind),
        }
    }

    /// What this says.
    pub(super) fn recognise(&self) -> Recognised {
        let entry = KINDS.iter().find(|(_, name, _)| *name == self.kind);
        match entry {
            Some((kind, _, versions)) if versions.contains(&self.api_version) => {
                Recognised::Read(*kind)
            }
            Some((kind, ..)) if self.is_of_kubernetes() => Recognised::WrongVersion(*kind),
            None if self.kind.ends_with("List") => Recognised::List,
            None if self.group() == "networking.k8s.io" => self.misspelt(),
            Some(_) | None => self.foreign(),
        }
    }

    /// Whether the API group is one of Kubernetes itself.
    pub(super) fn is_of_kubernetes(&self) -> bool {
        GROUPS.contains(&self.group())
    }

    /// What a kind of another API group is.
    fn foreign(&self) -> Recognised {
        match policy_kinds::recognise(self) {
            Some(recognised) => recognised,
            // A policy must never be passed over because its group is misspelt.
            None if self.kind == "NetworkPolicy" => Recognised::WrongVersion(Kind::NetworkPolicy),
            None => Recognised::Other,
        }
    }

    fn misspelt(&self) -> Recognised {
        if NETWORKING_KINDS.contains(&self.kind) {
            return Recognised::Other;
        }
        if let Some(slip @ Recognised::Slip(_)) = policy_kinds::recognise(self) {
            return slip;
        }
        match suggest::nearest(self.kind, NETWORKING_KINDS) {
            Some(kind) => Recognised::Misspelt(kind),
            // No kind of the group that is not known ends so.
            None => self.foreign(),
        }
    }
}
