//! A priority that OVN-Kubernetes does not support.
//!
//! ## What it does
//! Where the network plugin that is told or detected is OVN-Kubernetes (OpenShift): reports an AdminNetworkPolicy
//! with a priority above 99.
//!
//! ## Why it matters
//! The API allows priorities from 0 to 1000. OVN-Kubernetes takes those from 0 to 99, and does not enforce the
//! policy otherwise. Nothing but the status of the policy tells.
//!
//! ## Example
//! ```yaml
//! spec: {priority: 500, …}   # cni: ovn-kubernetes
//! ```
//!
//! ## Use instead
//! ```yaml
//! spec: {priority: 50, …}
//! ```
//!
//! ## Limits
//! Only AdminNetworkPolicies are checked: for ClusterNetworkPolicies the plugin's documentation names no such
//! limit.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::PolicyKind;

pub(super) const CHECK: Check = Check::Context(check);

/// The highest priority that the plugin takes.
const HIGHEST: u16 = 99;

fn check(context: &Context<'_>, facts: &mut Facts) {
    if !context
        .cluster
        .practice
        .plugin()
        .starts_with("ovn-kubernetes")
    {
        return;
    }
    for (_, policy) in context.policies() {
        if policy.kind != PolicyKind::AdminNetworkPolicy || policy.priority <= HIGHEST {
            continue;
        }
        let path = "spec.priority";
        let message = format!(
            "OVN-Kubernetes does not support priority {}",
            policy.priority
        );
        let fact = Fact::new(context.policy_ref(policy), path, message)
            .at(context.span(policy, path), "above 99")
            .means("the policy is not enforced")
            .fix("write a priority from 0 to 99");
        facts.add(fact);
    }
}
