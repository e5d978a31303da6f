//! Kinds of policies beside NetworkPolicy, each with its API group and versions. No policy is passed over
//! because of a slip in one of the three. Only those of `policy.networking.k8s.io` are read.

use super::recognised::{Recognised, Slip, SlipField, UnreadKind};
use super::suggest::is_sure;

/// An API group with policies.
struct Group {
    name: &'static str,
    /// Whether no other group has kinds of these names.
    is_unique: bool,
    kinds: &'static [PolicyKind],
}

struct PolicyKind {
    name: &'static str,
    is_namespaced: bool,
    /// The versions that have it, the one to write first; none where all are taken.
    versions: &'static [&'static str],
}

const fn wide(name: &'static str, versions: &'static [&'static str]) -> PolicyKind {
    PolicyKind {
        name,
        is_namespaced: false,
        versions,
    }
}

const fn local(name: &'static str, versions: &'static [&'static str]) -> PolicyKind {
    PolicyKind {
        is_namespaced: true,
        ..wide(name, versions)
    }
}

const ADMIN: [PolicyKind; 3] = [
    wide("AdminNetworkPolicy", &["v1alpha1"]),
    wide("BaselineAdminNetworkPolicy", &["v1alpha1"]),
    wide("ClusterNetworkPolicy", &["v1alpha2", "v1beta1"]),
];

const CALICO_V3: [PolicyKind; 5] = calico(&["v3"]);
const CALICO_V1: [PolicyKind; 5] = calico(&["v1"]);

const fn calico(versions: &'static [&'static str]) -> [PolicyKind; 5] {
    [
        local("NetworkPolicy", versions),
        wide("GlobalNetworkPolicy", versions),
        local("StagedNetworkPolicy", versions),
        local("StagedKubernetesNetworkPolicy", versions),
        wide("StagedGlobalNetworkPolicy", versions),
    ]
}

const ANTREA: [PolicyKind; 2] = [
    local("NetworkPolicy", &["v1beta1", "v1alpha1", "v1alpha2"]),
    wide("ClusterNetworkPolicy", &["v1beta1", "v1alpha1", "v1alpha2"]),
];

const CILIUM: [PolicyKind; 2] = [
    local("CiliumNetworkPolicy", &["v2"]),
    wide("CiliumClusterwideNetworkPolicy", &["v2"]),
];

/// Policies that would change answers if they were read, those to be written first. Sources: the
/// custom resource definitions of network-policy-api, Calico, Cilium, Antrea, multi-networkpolicy,
/// OVN-Kubernetes, OpenShift SDN, the controller of Amazon EKS and GKE.
const GROUPS: [Group; 11] = [
    group("policy.networking.k8s.io", true, &ADMIN),
    group("projectcalico.org", false, &CALICO_V3),
    group("crd.projectcalico.org", false, &CALICO_V1),
    group("cilium.io", true, &CILIUM),
    group("crd.antrea.io", false, &ANTREA),
    group("security.antrea.tanzu.vmware.com", false, &ANTREA),
    group(
        "k8s.cni.cncf.io",
        true,
        &[local("MultiNetworkPolicy", &["v1beta2", "v1beta1"])],
    ),
    group("k8s.ovn.org", true, &[local("EgressFirewall", &[])]),
    group(
        "network.openshift.io",
        true,
        &[local("EgressNetworkPolicy", &[])],
    ),
    group(
        "networking.k8s.aws",
        false,
        &[
            local("ApplicationNetworkPolicy", &[]),
            wide("ClusterNetworkPolicy", &[]),
        ],
    ),
    group(
        "networking.gke.io",
        true,
        &[local("FQDNNetworkPolicy", &[])],
    ),
];

const fn group(name: &'static str, is_unique: bool, kinds: &'static [PolicyKind]) -> Group {
    Group {
        name,
        is_unique,
        kinds,
    }
}

/// The kinds of policies that are known, most of which are not read: API group, the version to write, kind, and
/// whether their objects are in a namespace.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str, bool)> {
    GROUPS.iter().flat_map(|group| {
        group.kinds.iter().map(|kind| {
            let version = kind.versions.first().copied().unwrap_or("v1");
            (group.name, version, kind.name, kind.is_namespaced)
        })
    })
}

/// Whether objects of an `apiVersion`, which may be missing, may be policies.
pub(super) fn may_have_policies(api_version: &str) -> bool {
    let group = api_version.rsplit_once('/').map(|(group, _)| group);
    match group {
        None => api_version != "v1",
        Some("extensions" | "networking.k8s.io") => true,
        Some(group) => GROUPS.iter().any(|known| known.name == group),
    }
}

/// What a kind that is not read says, if it is one of policies or was meant to be; NetworkPolicy is
/// known elsewhere.
pub(super) fn recognise(in_group: &str, version: &str, named: &str) -> Option<Recognised> {
    let group = GROUPS.iter().find(|group| group.name == in_group);
    if let Some(group) = group {
        let mut kinds = group.kinds.iter();
        if let Some(kind) = kinds.find(|kind| kind.name == named) {
            return Some(exact(group, kind, version));
        }
        if let Some(kind) = near(group.kinds, named) {
            return Some(slip(group, kind, SlipField::Kind));
        }
    }
    if named == "NetworkPolicy" {
        return None;
    }
    let mut all = GROUPS.iter();
    let elsewhere = all.find_map(|group| {
        let mut kinds = group.kinds.iter();
        let kind = kinds.find(|kind| kind.name == named)?;
        Some(slip(group, kind, SlipField::ApiVersion))
    });
    let mut all = GROUPS.iter();
    let mut misspelt = || {
        let is_plain = is_sure(named, "NetworkPolicy");
        is_plain
            .then_some(Recognised::Misspelt("NetworkPolicy"))
            .or_else(|| {
                all.find_map(|group| {
                    let kind = near(group.kinds, named)?;
                    Some(slip(group, kind, SlipField::Kind))
                })
            })
    };
    // Nobody calls anything else so.
    let unknown = || {
        named
            .ends_with("NetworkPolicy")
            .then_some(Recognised::Unread(UnreadKind {
                is_namespaced: None,
                is_unique: false,
            }))
    };
    elsewhere.or_else(&mut misspelt).or_else(unknown)
}

fn exact(group: &Group, kind: &PolicyKind, version: &str) -> Recognised {
    if kind.versions.is_empty() || kind.versions.contains(&version) {
        return Recognised::Unread(UnreadKind {
            is_namespaced: Some(kind.is_namespaced),
            is_unique: group.is_unique,
        });
    }
    slip(group, kind, SlipField::ApiVersion)
}

fn slip(group: &Group, kind: &PolicyKind, field: SlipField) -> Recognised {
    let version = kind.versions.first().copied().unwrap_or("v1");
    Recognised::Slip(Slip {
        field,
        kind: kind.name,
        api_version: (group.name, version),
        is_namespaced: kind.is_namespaced,
    })
}

/// The kind of which a name can be nothing but a slip.
fn near(kinds: &'static [PolicyKind], name: &str) -> Option<&'static PolicyKind> {
    let long = |kind: &&PolicyKind| kind.name.len() >= "NetworkPolicy".len();
    // One that is named like another is no slip of it.
    let known = GROUPS.iter().flat_map(|group| group.kinds);
    if name.len() > 64 || name == "NetworkPolicy" || known.into_iter().any(|kind| kind.name == name)
    {
        return None;
    }
    kinds
        .iter()
        .filter(long)
        .find(|kind| is_sure(name, kind.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::type_meta::TypeMeta;

    fn told(api_version: &str, kind: &str) -> String {
        match (TypeMeta { api_version, kind }).recognise() {
            Recognised::Read(kind) => format!("read {}", kind.name()),
            Recognised::Unread(kind) => format!("unread {:?}", kind.is_namespaced),
            Recognised::Slip(slip) => {
                let (group, version) = slip.api_version;
                format!("{:?}: {} in {group}/{version}", slip.field, slip.kind)
            }
            Recognised::WrongVersion(kind) => format!("wrong version of {}", kind.name()),
            Recognised::Misspelt(near) => format!("misspelt {near}"),
            other => format!("{other:?}"),
        }
    }

    const OF_ADMIN: &str = "wrong version of AdminNetworkPolicy";
    const GNP: &str = "ApiVersion: GlobalNetworkPolicy in projectcalico.org/v3";
    const BANP: &str = "Kind: BaselineAdminNetworkPolicy in policy.networking.k8s.io/v1alpha1";
    const OF_KUBERNETES: &str = "wrong version of NetworkPolicy";
    const OF_CLUSTER: &str = "wrong version of ClusterNetworkPolicy";

    /// What an `apiVersion` and a `kind` are taken for.
    const TAKEN_FOR: &[(&str, &str, &str)] = &[
        (
            "policy.networking.k8s.io/v1alpha2",
            "ClusterNetworkPolicy",
            "read ClusterNetworkPolicy",
        ),
        (
            "policy.networking.k8s.io/v1beta1",
            "ClusterNetworkPolicy",
            "read ClusterNetworkPolicy",
        ),
        (
            "policy.networking.k8s.io/v1alpha1",
            "ClusterNetworkPolicy",
            OF_CLUSTER,
        ),
        (
            "policy.networking.k8s.io",
            "ClusterNetworkPolicy",
            OF_CLUSTER,
        ),
        ("networking.k8s.io/v1", "ClusterNetworkPolicy", OF_CLUSTER),
        ("", "ClusterNetworkPolicy", OF_CLUSTER),
        ("apps/v1", "ClusterNetworkPolicy", OF_CLUSTER),
        (
            "crd.antrea.io/v1beta1",
            "ClusterNetworkPolicy",
            "unread Some(false)",
        ),
        (
            "networking.k8s.aws/v1alpha1",
            "ClusterNetworkPolicy",
            "unread Some(false)",
        ),
        (
            "policy.networking.k8s.io/v1",
            "AdminNetworkPolicy",
            OF_ADMIN,
        ),
        ("networking.k8s.io/v1", "AdminNetworkPolicy", OF_ADMIN),
        (
            "policy.networking.k8s.io/v1alpha1",
            "BaselineAdminNetworkPolcy",
            BANP,
        ),
        (
            "policy.networking.k8s.io/v1alpha1",
            "NetworkPolicy",
            OF_KUBERNETES,
        ),
        (
            "projectcalico.org/v3",
            "GlobalNetworkPolicy",
            "unread Some(false)",
        ),
        ("projectcalico.org/v1", "GlobalNetworkPolicy", GNP),
        ("calico.org/v3", "GlobalNetworkPolicy", GNP),
        ("networking.k8s.io/v1", "GlobalNetworkPolicy", GNP),
        (
            "crd.projectcalico.org/v1",
            "NetworkPolicy",
            "unread Some(true)",
        ),
        (
            "crd.projectcalico.org/v3",
            "NetworkPolicy",
            "ApiVersion: NetworkPolicy in crd.projectcalico.org/v1",
        ),
        ("cilium.io/v2", "CiliumNetworkPolicy", "unread Some(true)"),
        (
            "cilium.io/v1",
            "CiliumNetworkPolicy",
            "ApiVersion: CiliumNetworkPolicy in cilium.io/v2",
        ),
        (
            "cilium.io/v2",
            "ciliumnetworkpolicy",
            "Kind: CiliumNetworkPolicy in cilium.io/v2",
        ),
        (
            "cilium.io/v2",
            "CiliumClusterWideNetworkPolicy",
            "Kind: CiliumClusterwideNetworkPolicy in cilium.io/v2",
        ),
        (
            "networking.k8s.io/v1",
            "CiliumNetworkPolicy",
            "ApiVersion: CiliumNetworkPolicy in cilium.io/v2",
        ),
        ("cilium.io/v2", "NetworkPolicy", OF_KUBERNETES),
        ("v1", "NetworkPolicy", OF_KUBERNETES),
        (
            "networking.k8s.io/v1",
            "NetworkPolcy",
            "misspelt NetworkPolicy",
        ),
        (
            "networking.gke.io/v1alpha1",
            "FQDNNetworkPolicy",
            "unread Some(true)",
        ),
        ("example.org/v1", "TeamNetworkPolicy", "unread None"),
    ];

    #[test]
    fn every_slip_in_a_policy_is_known() {
        for (api_version, kind, expected) in TAKEN_FOR {
            assert_eq!(told(api_version, kind), *expected, "{api_version} {kind}");
        }
    }

    #[test]
    fn kinds_that_are_read_have_the_versions_that_are_read() {
        for kind in &ADMIN {
            for version in kind.versions {
                let read = told(&format!("policy.networking.k8s.io/{version}"), kind.name);
                assert_eq!(read, format!("read {}", kind.name), "{version}");
            }
        }
    }

    #[test]
    fn other_kinds_of_these_groups_are_no_policies() {
        for (api_version, kind) in [
            ("projectcalico.org/v3", "GlobalNetworkSet"),
            ("projectcalico.org/v3", "NetworkSet"),
            ("projectcalico.org/v3", "HostEndpoint"),
            ("cilium.io/v2", "CiliumEgressGatewayPolicy"),
            ("cilium.io/v2", "CiliumLocalRedirectPolicy"),
            ("cilium.io/v2alpha1", "CiliumEgressNATPolicy"),
            ("cilium.io/v2", "CiliumNode"),
            ("crd.antrea.io/v1beta1", "Tier"),
            ("k8s.ovn.org/v1", "EgressIP"),
            ("policy/v1", "PodDisruptionBudget"),
            ("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition"),
        ] {
            assert_eq!(told(api_version, kind), "Other", "{api_version} {kind}");
        }
    }
}
