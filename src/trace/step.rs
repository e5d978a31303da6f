//! The walk of a direction through the tiers: which cluster-wide policies were asked, in which order,
//! and what came of each of their rules.

use super::{Half, Hit, Miss, RuleRef, Unknown};
use crate::model::{PolicyId, Tier};

/// One tier on the way of a direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The tier.
    pub tier: Tier,
    /// Whether it has its turn: no earlier tier surely decides.
    pub reached: bool,
    /// In the Admin and the Baseline tier the policies with rules for the direction that govern the
    /// subject, or may, in the order in which they are asked (S7).
    pub steps: Vec<Step>,
    /// What the direction would come to without the rules of this tier that decide it, or leave it to
    /// the next tier; none where there are no such rules, or the direction is open.
    pub without: Option<Box<Half>>,
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

impl Met {
    /// The rule.
    pub fn rule(&self) -> RuleRef {
        match self {
            Self::Matches(hit) | Self::May(hit, _) => hit.rule,
            Self::Misses(miss) => miss.rule,
        }
    }
}

impl Half {
    /// What this direction has to say of a tier; none where no policy governs the end.
    pub fn stage(&self, tier: Tier) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.tier == tier)
    }
}
