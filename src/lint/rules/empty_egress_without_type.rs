//! An empty `egress` that denies nothing.
//!
//! ## What it does
//! Reports a policy with `egress: []`, or `egress` without a value, and without `policyTypes`.
//!
//! ## Why it matters
//! Without `policyTypes`, a policy governs egress only if it has an egress rule. An empty list has
//! none: it was written to deny egress, but leaves it open.
//!
//! ## Example
//! ```yaml
//! spec:
//!   podSelector: {}
//!   egress: []
//! ```
//!
//! ## Use instead
//! ```yaml
//! spec:
//!   podSelector: {}
//!   policyTypes: [Egress]
//! ```
//!
//! ## Limits
//! A warning if `egress` has no value at all, which may be a leftover. Not reported if `policyTypes`
//! lists only ingress: then it is clear that egress is not governed.

use super::policy_types_omitted::is_omitted;
use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Policy, Tier};
use crate::written::{Part, Value};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (_, policy) in context.policies() {
        if policy.tier != Tier::NetworkPolicy || !is_omitted(context, policy) {
            continue;
        }
        let Some(egress) = context.field(policy, "spec.egress") else {
            continue;
        };
        match &egress.value {
            Value::List(rules) if rules.is_empty() => {
                facts.add(fact(context, policy, egress, "`egress: []`").shown());
            }
            Value::Null => facts.add(fact(context, policy, egress, "`egress` without a value")),
            _ => {}
        }
    }
}

fn fact(context: &Context<'_>, policy: &Policy, egress: &Part, written: &str) -> Fact {
    let message = format!("{written} denies nothing: the policy does not govern egress");
    Fact::new(context.policy_ref(policy), "spec.egress", message)
        .at(egress.whole(), "no rules, so egress is not governed")
        .means("governs ingress only; egress of these pods stays as it was")
        .fix("add `policyTypes` with `Egress` to deny it, or remove `egress`")
        .paste("policyTypes: [Ingress, Egress]\n")
}
