//! What the versions of cluster-wide policies have, and how much of it. Sources: their custom resource
//! definitions.

use crate::model::{Action, PolicyKind, Tier};

/// A kind of cluster-wide policy, and so a version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// v1alpha1 AdminNetworkPolicy.
    Admin,
    /// v1alpha1 BaselineAdminNetworkPolicy.
    Baseline,
    /// ClusterNetworkPolicy.
    Cluster,
}

/// How many networks and names an entry of `to` may list.
pub(super) const MOST_PARTS: usize = 25;

impl Form {
    /// The form of a kind; that of the newest API where the kind is not cluster-wide.
    pub(super) fn of(kind: PolicyKind) -> Self {
        match kind {
            PolicyKind::AdminNetworkPolicy => Self::Admin,
            PolicyKind::BaselineAdminNetworkPolicy => Self::Baseline,
            PolicyKind::ClusterNetworkPolicy | PolicyKind::NetworkPolicy => Self::Cluster,
        }
    }

    /// The kind that has it.
    pub(super) fn kind(self) -> PolicyKind {
        match self {
            Self::Admin => PolicyKind::AdminNetworkPolicy,
            Self::Baseline => PolicyKind::BaselineAdminNetworkPolicy,
            Self::Cluster => PolicyKind::ClusterNetworkPolicy,
        }
    }

    /// The article before the kind.
    pub(super) fn article(self) -> &'static str {
        match self {
            Self::Admin => "an",
            Self::Baseline | Self::Cluster => "a",
        }
    }

    /// Its tier, where the kind says it.
    pub(super) fn tier(self) -> Option<Tier> {
        match self {
            Self::Admin => Some(Tier::Admin),
            Self::Baseline => Some(Tier::Baseline),
            Self::Cluster => None,
        }
    }

    /// How many rules, peers and ports there may be.
    pub(super) fn most(self) -> usize {
        match self {
            Self::Admin | Self::Baseline => 100,
            Self::Cluster => 25,
        }
    }

    /// What rules may do, and the word for it.
    pub(super) fn actions(self) -> &'static [(&'static str, Action)] {
        match self {
            Self::Admin => &[
                ("Allow", Action::Accept),
                ("Deny", Action::Deny),
                ("Pass", Action::Pass),
            ],
            Self::Baseline => &[("Allow", Action::Accept), ("Deny", Action::Deny)],
            Self::Cluster => &[
                ("Accept", Action::Accept),
                ("Deny", Action::Deny),
                ("Pass", Action::Pass),
            ],
        }
    }

    /// What to write instead of an action that another version has.
    pub(super) fn instead_of_action(self, word: &str) -> Option<(&'static str, &'static str)> {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        match self {
            Self::Cluster if is("Allow") => Some((
                "Accept",
                "write `Accept`: `Allow` is of AdminNetworkPolicy, in v1alpha1",
            )),
            Self::Admin | Self::Baseline if is("Accept") => Some((
                "Allow",
                "write `Allow`: `Accept` is of ClusterNetworkPolicy, in v1alpha2",
            )),
            Self::Baseline if is("Pass") => Some((
                "",
                "write `Allow` or `Deny`: after this policy comes nothing to pass to; a ClusterNetworkPolicy with `tier: Baseline` has `Pass`, which leaves the rest of its tier out",
            )),
            _ => None,
        }
    }

    /// The field of an entry there that names a container port.
    pub(super) fn named_field(self) -> &'static str {
        match self {
            Self::Admin | Self::Baseline => "namedPort",
            Self::Cluster => "destinationNamedPort",
        }
    }
}
