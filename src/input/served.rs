//! Which of the kinds that an API server serves are read.

use super::decode::custom::tabled;
use super::kind::Kind;
use super::policy_kinds;
use super::recognised::Recognised;
use super::type_meta::TypeMeta;
use crate::model::Say;

/// A kind of objects as an API server serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// `apps/v1`; the group alone where no version is known.
    pub api_version: String,
    /// `Deployment`.
    pub kind: String,
    /// `deployments`.
    pub plural: String,
    /// Whether its objects are in namespaces.
    pub is_namespaced: bool,
    /// What its objects have a say in.
    pub say: Say,
}

impl Served {
    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        match self.api_version.rsplit_once('/') {
            Some((group, _)) => group,
            None if self.api_version.contains('.') => &self.api_version,
            None => "",
        }
    }

    /// `rollouts.argoproj.io`; the plural alone in the core group.
    pub fn full_name(&self) -> String {
        match self.group() {
            "" => self.plural.clone(),
            group => format!("{}.{group}", self.plural),
        }
    }
}

/// What is known of a kind in a version that a server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What its objects have a say in.
    pub say: Say,
    /// The same for the same objects in another version, or another group.
    pub objects: String,
    /// Which of several versions is read best: the lowest.
    pub rank: usize,
}

/// Whether objects of a kind are read, or known to matter although they cannot be.
pub fn wanted(api_version: &str, kind: &str) -> Option<Wanted> {
    let meta = TypeMeta { api_version, kind };
    let of = |say, rank| {
        Some(Wanted {
            say,
            objects: meta.full_name(),
            rank,
        })
    };
    match meta.recognise() {
        Recognised::Read(kind) => Some(Wanted {
            say: kind.say(),
            objects: kind.name().to_owned(),
            rank: kind.age(api_version).unwrap_or(usize::MAX),
        }),
        Recognised::Unread(_) => of(Say::Connections, 0),
        // A version that is not known: that there are objects is still known then.
        Recognised::Slip(slip) if slip.kind == meta.kind => of(Say::Connections, usize::MAX),
        Recognised::WrongVersion(known) if known.group() == meta.group() => Some(Wanted {
            say: known.say(),
            objects: known.name().to_owned(),
            rank: usize::MAX,
        }),
        Recognised::WrongVersion(known) if known.is_policy() => of(Say::Connections, usize::MAX),
        Recognised::Other if tabled().any(|it| it == (meta.group(), meta.kind)) => of(Say::Pods, 0),
        Recognised::WrongVersion(_)
        | Recognised::Slip(_)
        | Recognised::Misspelt(_)
        | Recognised::List
        | Recognised::Other => None,
    }
}

/// All kinds that are read or known to matter, those of Kubernetes first.
pub fn known() -> Vec<Served> {
    let read = Kind::all().map(|kind| Served {
        api_version: kind.api_version().to_owned(),
        kind: kind.name().to_owned(),
        plural: plural(kind.name()),
        is_namespaced: kind.is_namespaced(),
        say: kind.say(),
    });
    let policies = policy_kinds::all().filter(|(group, _, kind, _)| {
        let read = Kind::named(kind);
        read.is_none_or(|it| it.group() != *group)
    });
    let policies = policies.map(|(group, version, kind, is_namespaced)| Served {
        api_version: format!("{group}/{version}"),
        kind: kind.to_owned(),
        plural: plural(kind),
        is_namespaced,
        say: Say::Connections,
    });
    let custom = tabled().map(|(group, kind)| Served {
        api_version: group.to_owned(),
        kind: kind.to_owned(),
        plural: plural(kind),
        is_namespaced: true,
        say: Say::Pods,
    });
    let mut all: Vec<Served> = read.chain(policies).chain(custom).collect();
    // Kubernetes has these in any version; of the others, each hangs on its definition.
    all.sort_by_key(|it| !is_of_kubernetes(it));
    all
}

/// Whether every cluster has the kind.
fn is_of_kubernetes(it: &Served) -> bool {
    let group = it.group();
    let api_version = match group {
        "" => "v1".to_owned(),
        group => format!("{group}/v1"),
    };
    TypeMeta {
        api_version: &api_version,
        kind: &it.kind,
    }
    .is_of_kubernetes()
}

/// The plural by which requests name a kind.
fn plural(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    if lower == "endpoints" {
        return lower;
    }
    match lower.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if lower.ends_with('s') => format!("{lower}es"),
        _ => format!("{lower}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_those_of_the_api() {
        for (kind, expected) in [
            ("NetworkPolicy", "networkpolicies"),
            ("Endpoints", "endpoints"),
            ("EndpointSlice", "endpointslices"),
            ("Ingress", "ingresses"),
            ("IngressClass", "ingressclasses"),
            ("GatewayClass", "gatewayclasses"),
            ("Gateway", "gateways"),
            ("HTTPRoute", "httproutes"),
            ("StatefulSet", "statefulsets"),
        ] {
            assert_eq!(plural(kind), expected);
        }
    }

    const ADMIN: [&str; 4] = [
        "policy.networking.k8s.io/v1alpha1",
        "policy.networking.k8s.io/v1alpha2",
        "policy.networking.k8s.io/v1beta1",
        "policy.networking.k8s.io/v1",
    ];

    #[test]
    fn all_that_files_can_hold_is_wanted_and_nothing_else() {
        for (version, kind, say, rank) in [
            ("networking.k8s.io/v1", "NetworkPolicy", Say::Connections, 0),
            ("v1", "Pod", Say::Pods, 0),
            ("autoscaling/v1", "HorizontalPodAutoscaler", Say::Pods, 1),
            ("argoproj.io/v1alpha1", "Rollout", Say::Pods, 0),
            ("cilium.io/v2", "CiliumNetworkPolicy", Say::Connections, 0),
            (
                "cilium.io/v7",
                "CiliumNetworkPolicy",
                Say::Connections,
                usize::MAX,
            ),
            (
                "example.org/v1",
                "NetworkPolicy",
                Say::Connections,
                usize::MAX,
            ),
            ("gateway.networking.k8s.io/v1", "HTTPRoute", Say::Routes, 0),
            (ADMIN[0], "AdminNetworkPolicy", Say::Connections, 0),
            (ADMIN[0], "BaselineAdminNetworkPolicy", Say::Connections, 0),
            (ADMIN[1], "ClusterNetworkPolicy", Say::Connections, 0),
            (ADMIN[2], "ClusterNetworkPolicy", Say::Connections, 1),
            // A version that is not known yet.
            (
                ADMIN[3],
                "ClusterNetworkPolicy",
                Say::Connections,
                usize::MAX,
            ),
        ] {
            let found = wanted(version, kind).unwrap_or_else(|| panic!("{version} {kind}"));
            assert_eq!((found.say, found.rank), (say, rank), "{version} {kind}");
        }
        for (version, kind) in [
            ("v1", "Secret"),
            ("v1", "ConfigMap"),
            ("v1", "Event"),
            ("metrics.k8s.io/v1beta1", "PodMetrics"),
            ("metrics.k8s.io/v1beta1", "NodeMetrics"),
            ("rbac.authorization.k8s.io/v1", "ClusterRole"),
            ("policy/v1", "PodDisruptionBudget"),
            ("networking.k8s.io/v1", "IPAddress"),
            ("example.org/v1", "Deployment"),
        ] {
            assert_eq!(wanted(version, kind), None, "{version} {kind}");
        }
    }

    #[test]
    fn every_kind_is_known_once() {
        let mut names: Vec<String> = known().iter().map(Served::full_name).collect();
        for name in [
            "networkpolicies.networking.k8s.io",
            "adminnetworkpolicies.policy.networking.k8s.io",
            "baselineadminnetworkpolicies.policy.networking.k8s.io",
            "clusternetworkpolicies.policy.networking.k8s.io",
            "clusternetworkpolicies.crd.antrea.io",
            "ciliumnetworkpolicies.cilium.io",
        ] {
            let times = names.iter().filter(|it| *it == name).count();
            assert_eq!(times, 1, "{name}");
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn every_known_kind_is_wanted() {
        for it in known() {
            if it.api_version.contains('/') || it.api_version == "v1" {
                assert!(wanted(&it.api_version, &it.kind).is_some(), "{it:?}");
            }
            assert_eq!(it.full_name().split('.').next(), Some(it.plural.as_str()));
        }
    }
}
