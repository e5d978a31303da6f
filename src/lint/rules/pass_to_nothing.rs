//! A `Pass` behind which nothing decides.
//!
//! ## What it does
//! Reports a rule of the Admin tier with `Pass` where no NetworkPolicy isolates any of its pods in that direction,
//! and no rule of the Baseline tier is for its connections.
//!
//! ## Why it matters
//! `Pass` leaves a connection to NetworkPolicies, and then to the Baseline tier. What nobody decides is allowed:
//! such a `Pass` lets through as `Accept` does.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - {action: Pass, from: [{namespaces: {}}]}   # and there is no NetworkPolicy, and no Baseline
//! ```
//!
//! ## Use instead
//! ```yaml
//! spec: {tier: Baseline, ingress: [{action: Deny, from: [{namespaces: {}}]}], …}
//! ```
//!
//! ## Limits
//! Only reported if the input has all pods that the policy is for. It may well be meant: a NetworkPolicy
//! may come.

use crate::lint::context::spoken::may_meet;
use crate::lint::context::{Context, Deciding};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Tier};

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for direction in Direction::BOTH {
        for rule in context.deciding(Tier::Admin, direction) {
            if rule.at.rule.action == Action::Pass && is_last(context, rule) {
                facts.add(fact(context, rule));
            }
        }
    }
}

fn is_last(context: &Context<'_>, rule: &Deciding<'_>) -> bool {
    let (at, direction) = (rule.at, rule.at.direction);
    let pods = context.subject(at.id);
    let mut baseline = context.deciding(Tier::Baseline, direction);
    !pods.is_empty()
        && context.has_all_pods_of(&at.policy.subject.namespaces)
        && !baseline.any(|it| may_meet(&rule.flows, &it.flows))
        && pods.iter().all(|&pod| {
            let mut landing = context.landing_on(context.cluster.pods.at(pod));
            context.may_isolate(pod, direction).next().is_none() && landing.next().is_none()
        })
}

fn fact(context: &Context<'_>, rule: &Deciding<'_>) -> Fact {
    let (policy, path) = (rule.at.policy, rule.at.path());
    let direction = rule.at.direction;
    let message = format!(
        "passes to nothing: no NetworkPolicy isolates these pods for {direction}, and no Baseline rule matches"
    );
    Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "allowed in the end")
        .means("what passes here is allowed, as nothing after the Admin tier decides it")
        .fix("write NetworkPolicies or a Baseline rule, or `Accept` if that is what is meant")
}
