//! What `apiVersion` and `kind` may come to.

use super::kind::Kind;

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

/// A kind of policy that is known but not read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnreadKind {
    /// Whether its objects are in a namespace; none where that is not known.
    pub is_namespaced: Option<bool>,
    /// Whether no other API group has a kind of this name.
    pub is_unique: bool,
}

/// A kind of policy in a version or a group that does not have it, or misspelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slip {
    /// What is wrong.
    pub field: SlipField,
    /// The kind that is meant.
    pub kind: &'static str,
    /// What its `apiVersion` is.
    pub api_version: (&'static str, &'static str),
    /// Whether its objects are in a namespace.
    pub is_namespaced: bool,
}

/// Where a slip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlipField {
    /// `apiVersion`.
    ApiVersion,
    /// `kind`.
    Kind,
}
