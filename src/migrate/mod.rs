//! Policies in another kind that mean the same: AdminNetworkPolicies and BaselineAdminNetworkPolicies as
//! ClusterNetworkPolicies, and baselines that deny as NetworkPolicies.
//!
//! `cluster` and `namespaced` make drafts, or say what cannot be said; `split` keeps rules within the
//! limits of the new kind, and `priorities` makes room for what that makes of one policy. `draft` is a
//! policy with what its manifest says beside its meaning, `manifest` the tree that is written of it, and
//! `yaml` that as text. None of these is trusted: the text is read back, and `proof` compares the two.

#![deny(clippy::wildcard_enum_match_arm)]

mod cluster;
mod draft;
mod manifest;
mod namespaced;
mod priorities;
mod proof;
mod split;
mod yaml;

pub use cluster::{is_migrated, to_cluster};
pub use draft::{Draft, Refusal, Remarks};
pub use namespaced::{Meant, Namespaced, to_network_policies};
pub use proof::same;
