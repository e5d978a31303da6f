//! A step on the way through a tier: a cluster-wide policy that was asked, and what came of each of its
//! rules.

use super::{Hit, Miss, Unknown};
use crate::model::PolicyId;

/// What a tier may come to: one of these, or several where something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Came {
    /// It may let the flow through.
    pub allow: bool,
    /// It may refuse the flow.
    pub deny: bool,
    /// The next tier may decide.
    pub next: bool,
}

/// One cluster-wide policy of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The policy.
    pub policy: PolicyId,
    /// Whether it has its turn: none that comes before it in its tier surely decides.
    pub asked: bool,
    /// What it hangs on whether it governs the subject; empty where it surely does. Sorted.
    pub selects: Vec<Unknown>,
    /// What came of its rules, in the order in which they are written, up to the first that surely
    /// matches.
    pub rules: Vec<Met>,
}

/// What came of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Met {
    /// It matches.
    Matches(Hit),
    /// It may match; what that hangs on, sorted.
    May(Hit, Vec<Unknown>),
    /// It does not match.
    Misses(Miss),
}

impl Came {
    /// Whether it is known to which of them.
    pub fn is_certain(self) -> bool {
        let all = [self.allow, self.deny, self.next];
        all.into_iter().filter(|may| *may).count() == 1
    }
}
