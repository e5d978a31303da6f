//! A rule of the Baseline tier that is never asked.
//!
//! ## What it does
//! Reports a rule of a Baseline policy where rules of the Admin tier accept or deny all its connections, and one
//! where NetworkPolicies isolate every pod that it is for, in its direction.
//!
//! ## Why it matters
//! The Baseline tier decides only what the Admin tier leaves open, at pods that no NetworkPolicy isolates. Such a
//! rule looks like a protection that is there, and has no part in any answer.
//!
//! ## Example
//! ```yaml
//! # ClusterNetworkPolicy, tier: Admin
//! ingress: [{action: Accept, from: [{namespaces: {}}]}]
//! ---
//! # ClusterNetworkPolicy, tier: Baseline
//! ingress: [{action: Deny, from: [{namespaces: {}}]}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! # ClusterNetworkPolicy, tier: Admin
//! ingress: [{action: Accept, from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}]
//! ```
//!
//! ## Limits
//! That every pod is isolated is only reported if the input has all pods that the rule is for. Pods that
//! come later may be the ones that it is there for, so that this is a note. What Admin rules and NetworkPolicies
//! cover only together is not found.

use crate::lint::context::{Context, Deciding};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, PodId, PolicyId, Tier};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Flows(check);

/// How many of those that decide first are shown.
const SHOWN: usize = 3;

fn check(context: &Context<'_>, facts: &mut Facts) {
    for direction in Direction::BOTH {
        let mut told = BTreeSet::new();
        for rule in context.deciding(Tier::Baseline, direction) {
            let decided = |it: Action| it != Action::Pass;
            let tier = (Tier::Admin, direction);
            if let Some(by) = context.deciding_as(tier, &rule.flows, decided) {
                facts.add(decided_before(context, rule, &by));
            } else if let Some(by) = isolated(context, rule)
                && told.insert(rule.at.id)
            {
                facts.add(never_open(context, rule, &by));
            }
        }
    }
}

/// The policies that isolate all pods of a rule; none where they do not, or the input does not have them
/// all.
fn isolated(context: &Context<'_>, rule: &Deciding<'_>) -> Option<Vec<PolicyId>> {
    let pods = context.subject(rule.at.id);
    let direction = rule.at.direction;
    let known = context.has_all_pods_of(&rule.at.policy.subject.namespaces);
    let first = |&pod: &PodId| context.isolating(pod, direction).first().copied();
    let by: Option<BTreeSet<PolicyId>> = pods.iter().map(first).collect();
    let all = by.filter(|it| known && !it.is_empty())?;
    Some(all.into_iter().collect())
}

fn fact(context: &Context<'_>, rule: &Deciding<'_>, message: String) -> Fact {
    let (policy, path) = (rule.at.policy, rule.at.path());
    Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "never asked")
}

fn decided_before(context: &Context<'_>, rule: &Deciding<'_>, by: &[&Deciding<'_>]) -> Fact {
    let mut names: Vec<String> = Vec::new();
    for it in by {
        let name = format!("`{}`", it.at.policy.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(SHOWN);
    let message = format!(
        "never asked: all of it is decided by {} of the Admin tier",
        names.join(", ")
    );
    let by = by.iter().take(SHOWN);
    by.fold(fact(context, rule, message), |fact, it| {
        let span = context.span(it.at.policy, &it.at.path());
        fact.at(span, "decides it first")
    })
    .means("no connection that this rule matches gets to the Baseline tier")
    .fix("delete it, or write `Pass` in the Admin tier where the Baseline is to decide")
}

fn never_open(context: &Context<'_>, rule: &Deciding<'_>, by: &[PolicyId]) -> Fact {
    let direction = rule.at.direction;
    let message = format!("never asked: NetworkPolicies isolate all its pods for {direction}");
    let fact = fact(context, rule, message);
    context
        .with_policies(fact, by, "isolates such pods")
        .means(format!(
            "for pods that a NetworkPolicy isolates for {direction}, the Baseline tier is not asked"
        ))
        .fix("keep it for pods to come, or write what must hold always in the Admin tier")
}
