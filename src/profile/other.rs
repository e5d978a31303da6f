//! A plugin of which is known only that it is none of the others.

use super::row::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "other",
    aliases: &[],
    about: "A plugin that does as the Kubernetes documents say",
    rows: &[],
};
