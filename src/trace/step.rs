//! The walk of a direction through the tiers: which cluster-wide policies were asked, in which order,
//! and what came of each of their rules.

use super::rules::{LABEL, distance};
use super::{Half, Hit, Miss, Unknown};
use crate::model::{PolicyId, Tier};

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

/// One tier on the way of a direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The tier.
    pub tier: Tier,
    /// Whether it has its turn: no earlier tier surely decides.
    pub reached: bool,
    /// What it comes to, or would come to.
    pub came: Came,
    /// What it hangs on what it comes to, where it may be several. Sorted.
    pub unknowns: Vec<Unknown>,
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

impl Came {
    /// Whether it is known to which of them.
    pub fn is_certain(self) -> bool {
        let all = [self.allow, self.deny, self.next];
        all.into_iter().filter(|may| *may).count() == 1
    }
}

impl Stage {
    /// The rule that misses by least, of those that are asked and do not match; none where all miss by
    /// more than a label or the port.
    pub fn near_miss(&self) -> Option<&Miss> {
        let asked = self.steps.iter().filter(|step| step.asked);
        let rules = asked.flat_map(|step| &step.rules);
        let misses = rules.filter_map(|met| match met {
            Met::Misses(miss) => Some(miss),
            Met::Matches(_) | Met::May(..) => None,
        });
        let nearest = misses.min_by_key(|miss| distance(miss));
        nearest.filter(|miss| distance(miss) <= LABEL)
    }
}
