//! What makes two groups be governed alike.

use super::decide::Isolation;
use super::rules::RuleClause;
use crate::model::Tier;

/// What makes two groups be governed alike: whether a `NetworkPolicy` isolates them, and the
/// clauses that govern them in order of decision.
pub(super) type Governed = (Isolation, Vec<RuleClause>);

/// Whether a policy of this tier isolates the pods that it selects.
pub(super) fn isolates(tier: Tier) -> bool {
    tier == Tier::NetworkPolicy
}
