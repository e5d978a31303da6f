//! The Kubernetes documents: no plugin at all.

use super::row::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "spec",
    aliases: &[],
    about: "What the Kubernetes documents say; what they leave open is open",
    rows: &[],
};
