//! A cluster-wide policy of the API version that is no longer installed.
//!
//! ## What it does
//! Reports every AdminNetworkPolicy and BaselineAdminNetworkPolicy.
//!
//! ## Why it matters
//! From version 0.2.0 on, network-policy-api installs ClusterNetworkPolicy only. A cluster with its present
//! definitions does not know the older kinds, and nothing converts them.
//!
//! ## Example
//! ```yaml
//! apiVersion: policy.networking.k8s.io/v1alpha1
//! kind: AdminNetworkPolicy
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: policy.networking.k8s.io/v1alpha2
//! kind: ClusterNetworkPolicy
//! spec: {tier: Admin, …}
//! ```
//! `Allow` is `Accept` there, and `ports` are `protocols`.
//!
//! ## Limits
//! Off by default: some network plugins only have the older kinds.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{PolicyApi, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let policies = context.policies();
    for (_, policy) in policies.filter(|(_, it)| it.kind.api() == PolicyApi::AdminNetworkPolicy) {
        let kind = policy.kind.name();
        let message = format!("{kind} is replaced by ClusterNetworkPolicy");
        let (tier, priority) = match policy.tier {
            Tier::Baseline => ("Baseline", "any priority"),
            Tier::Admin | Tier::NetworkPolicy => ("Admin", "the same priority"),
        };
        let fact = Fact::new(context.policy_ref(policy), "", message)
            .at(policy.origin.span, "of v1alpha1")
            .means("a cluster with the definitions of network-policy-api 0.2 does not have this kind")
            .fix(format!(
                "write a ClusterNetworkPolicy of v1alpha2 with `tier: {tier}` and {priority}: `Allow` is `Accept` there, and `ports` are `protocols`"
            ));
        facts.add(fact);
    }
}
