//! Policies under a network plugin that enforces none.
//!
//! ## What it does
//! Reports the first policy of each namespace where the network plugin that is told or detected (`--cni`,
//! or `cni` in the settings) enforces no policy.
//!
//! ## Why it matters
//! The API server stores a NetworkPolicy whether or not anything enforces it. Flannel makes a network and
//! no more; on EKS and AKS policies do nothing until they are switched on.
//!
//! ## Example
//! ```yaml
//! # netpolc.yaml
//! cni: flannel
//! ```
//!
//! ## Use instead
//! ```yaml
//! # beside Flannel: kube-network-policies, or Canal, which is Calico for policies
//! cni: canal
//! ```
//!
//! ## Limits
//! Says nothing where no plugin is told. What enforces policies beside the network, such as
//! kube-network-policies, is what to tell.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, Policy, Says};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    if context.cluster.practice.says(Habit::Enforces) != Says::No {
        return;
    }
    let mut told = BTreeSet::new();
    for (_, policy) in context.policies() {
        if told.insert(policy.namespace.clone()) {
            facts.add(fact(context, policy));
        }
    }
}

fn fact(context: &Context<'_>, policy: &Policy) -> Fact {
    let plugin = context.cluster.practice.plugin();
    let message = match plugin {
        "none" => "nothing enforces policies here".to_owned(),
        plugin => format!("{plugin} enforces no policy"),
    };
    Fact::new(context.policy_ref(policy), "metadata.name", message)
        .at(policy.origin.span, "has no effect")
        .means("every connection is let through, whatever policies say")
        .fix("install what enforces policies beside it, such as kube-network-policies, and tell that with `cni`")
}
