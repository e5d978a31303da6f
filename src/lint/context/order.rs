//! Which of two rules of cluster-wide policies is asked first.

use super::rule_at::RuleAt;
use super::spoken::Spoken;

/// A rule of a cluster-wide policy, and of which flows it speaks.
#[derive(Debug)]
pub(in crate::lint) struct Deciding<'a> {
    /// The rule.
    pub(in crate::lint) at: RuleAt<'a>,
    /// Its flows: at least one.
    pub(in crate::lint) flows: Vec<Spoken<'a>>,
}

/// The rules of cluster-wide policies.
#[derive(Debug, Default)]
pub(in crate::lint) struct Tiers<'a> {
    /// Those of the Admin tier.
    pub(super) admin: Vec<Deciding<'a>>,
    /// Those of the Baseline tier.
    pub(super) baseline: Vec<Deciding<'a>>,
}

impl Deciding<'_> {
    /// Whether it is surely asked before another one of its tier and direction (S7, S11, S99).
    pub(in crate::lint) fn is_before(&self, other: &Self) -> bool {
        if self.at.id == other.at.id {
            return self.at.index < other.at.index;
        }
        self.at.policy.is_asked_before(other.at.policy)
    }

    /// Whether nothing says which of the two is asked first: two policies of one priority, or of two
    /// APIs.
    pub(in crate::lint) fn is_unordered(&self, other: &Self) -> bool {
        self.at.id != other.at.id && !self.is_before(other) && !other.is_before(self)
    }
}
