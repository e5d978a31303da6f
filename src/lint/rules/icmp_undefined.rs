//! A deny that does not stop ping.
//!
//! ## What it does
//! Reports a policy that lets nothing into its pods where the network plugin that is told or detected lets
//! ping through whatever policies say.
//!
//! ## Why it matters
//! The documents guarantee a default deny for TCP, UDP and SCTP only. kube-router, which k3s and RKE2 use as
//! well, accepts every echo request: who is denied can still find out which pods there are.
//!
//! ## Example
//! ```yaml
//! spec: {podSelector: {}, policyTypes: [Ingress]}   # cni: kube-router
//! ```
//!
//! ## Use instead
//! ```yaml
//! # nothing in a NetworkPolicy: it cannot name ICMP
//! spec: {podSelector: {}, policyTypes: [Ingress]}
//! ```
//!
//! ## Limits
//! A note, and off by default: mostly nothing needs to be done.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, Policy, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    if !context.cluster.practice.does(Habit::Ping) {
        return;
    }
    for (_, policy) in context.policies() {
        let denies = policy.ingress.as_ref().is_some_and(Vec::is_empty);
        if policy.tier == Tier::NetworkPolicy && denies {
            facts.add(fact(context, policy));
        }
    }
}

fn fact(context: &Context<'_>, policy: &Policy) -> Fact {
    let message = context.cluster.practice.describe(Habit::Ping);
    Fact::new(context.policy_ref(policy), "spec.policyTypes", message)
        .at(
            context.span(policy, "spec.policyTypes"),
            "lets in nothing but ping",
        )
        .means("these pods answer to ping from everywhere")
        .fix("nothing, if it may be known that they are there")
}
