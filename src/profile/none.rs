//! A cluster in which nothing enforces policies.

use super::row::{Profile, no};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "none",
    aliases: &[],
    about: "No plugin enforces policies",
    rows: &[no(Habit::Enforces, "nothing enforces policies")],
};
