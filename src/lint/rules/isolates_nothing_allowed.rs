//! A policy that implicitly denies a whole direction.
//!
//! ## What it does
//! Reports a policy for some pods that lists a direction in `policyTypes` and has no field for its
//! rules, where no other policy on those pods has a rule for it.
//!
//! ## Why it matters
//! A listed direction without rules is denied completely. That may be intended, or the rules were
//! forgotten.
//!
//! ## Example
//! ```yaml
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Ingress, Egress]
//!   ingress:
//!     - ports: [{port: 8080}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Ingress, Egress]
//!   ingress:
//!     - ports: [{port: 8080}]
//!   egress: []
//! ```
//!
//! ## Limits
//! Only with `--strict`. Policies for all pods of a namespace, and those whose names say that they
//! deny, count as intended.

use crate::lint::context::{Context, says_closed};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PodId, Policy, PolicyId, Tier};
use crate::written::{Part, Value};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (id, policy) in context.policies() {
        let general = policy.subject.pods.is_everything() || says_closed(&policy.name);
        if policy.tier != Tier::NetworkPolicy || general {
            continue;
        }
        for direction in [Direction::Ingress, Direction::Egress] {
            let rules = policy.rules(direction);
            let path = format!("spec.{direction}");
            let field = context.field(policy, &path);
            let written = field.is_some_and(|field| field.value != Value::Null);
            if rules.is_some_and(<[_]>::is_empty)
                && !written
                && !is_allowed(context, id, direction)
                && let Some(listed) = listed(context, policy, direction)
            {
                facts.add(fact(context, policy, direction, listed));
            }
        }
    }
}

/// The entry of `policyTypes` that lists a direction.
fn listed<'a>(context: &Context<'a>, policy: &Policy, direction: Direction) -> Option<&'a Part> {
    let types = context.field(policy, "spec.policyTypes")?;
    let is = |part: &&Part| {
        let text = part.text();
        text.is_some_and(|text| text.eq_ignore_ascii_case(direction.name()))
    };
    types.items().iter().find(is)
}

/// Whether there are pods, and each of them has another policy that allows something.
fn is_allowed(context: &Context<'_>, id: PolicyId, direction: Direction) -> bool {
    let pods = context.subject(id);
    let allows = |&other: &PolicyId| {
        let rules = context.cluster.policies.at(other).rules(direction);
        rules.is_some_and(|rules| !rules.is_empty())
    };
    let allowed = |&pod: &PodId| {
        let mut landing = context.landing_on(context.cluster.pods.at(pod));
        let mut isolating = context.may_isolate(pod, direction);
        isolating.any(|(other, _)| allows(&other)) || landing.any(|(other, _)| allows(&other))
    };
    !pods.is_empty() && pods.iter().all(allowed)
}

fn fact(context: &Context<'_>, policy: &Policy, direction: Direction, listed: &Part) -> Fact {
    let message = format!("all {direction} is denied: there are no rules for it");
    Fact::new(
        context.policy_ref(policy),
        format!("spec.{direction}"),
        message,
    )
    .at(listed.span, "governed, but nothing is allowed")
    .means(format!(
        "denies all {direction} of the pods it selects, unless another policy allows it"
    ))
    .fix(format!("write `{direction}: []` if this is intended"))
    .paste(format!("{direction}: []\n"))
}
