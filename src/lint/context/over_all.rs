//! Which policies govern all pods of a policy.

use super::{Budget, Context};
use crate::model::{PolicyId, Tier};

impl Context<'_> {
    /// The NetworkPolicies on all pods of a NetworkPolicy, sorted, itself among them: of those that
    /// `matters` says, and as far as there is a budget for the comparison.
    pub(in crate::lint) fn over_all_of(
        &self,
        id: PolicyId,
        budget: &Budget,
        matters: impl Fn(PolicyId) -> bool,
    ) -> Vec<PolicyId> {
        let policy = self.cluster.policies.at(id);
        let mut over = vec![id];
        let name = policy.namespace.as_deref().unwrap_or_default();
        let Some(namespace) = self.cluster.namespace(name) else {
            return over;
        };
        let pods = self.subject(id);
        for (other, it) in self.cluster.policies_over(namespace) {
            if other == id || it.tier != Tier::NetworkPolicy || !matters(other) {
                continue;
            }
            let theirs = self.subject(other);
            let has_all =
                || !pods.is_empty() && pods.iter().all(|pod| theirs.binary_search(pod).is_ok());
            if budget.affords_entries(1 + pods.len())
                && (policy.subject.pods.implies(&it.subject.pods) || has_all())
            {
                over.push(other);
            }
        }
        over.sort_unstable();
        over
    }
}
