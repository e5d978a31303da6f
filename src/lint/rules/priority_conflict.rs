//! Two cluster-wide policies of one priority that do different things with the same traffic.
//!
//! ## What it does
//! Reports two policies of one tier and one priority, where a rule of one accepts and a rule of the other denies
//! or passes some of the same connections, and nothing before them decides these. The same holds for an
//! AdminNetworkPolicy and a ClusterNetworkPolicy of the Admin tier, or a BaselineAdminNetworkPolicy and one of
//! the Baseline tier, whatever their priorities.
//!
//! ## Why it matters
//! The network plugin may follow either policy, and nobody can tell which. The next version of the plugin may
//! choose the other one. How policies of the two APIs are ordered, no document says.
//!
//! ## Example
//! ```yaml
//! spec: {tier: Admin, priority: 10, ingress: [{action: Accept, from: [{namespaces: {}}]}], …}
//! ---
//! spec: {tier: Admin, priority: 10, ingress: [{action: Deny, from: [{namespaces: {}}]}], …}
//! ```
//!
//! ## Use instead
//! ```yaml
//! spec: {tier: Admin, priority: 10, …}
//! ---
//! spec: {tier: Admin, priority: 20, …}
//! ```
//!
//! ## Limits
//! An error where pods of the input are concerned, or, if the input does not have all pods, where the selectors of
//! one policy are among those of the other, and one accepts what the other denies. A warning where `Pass` is one of the two, and where the policies
//! are of the Baseline tier beside NetworkPolicies. A note where pods could be concerned that are not in the
//! input, and nothing if the input has all pods. Not reported where it hangs on the numbers of named ports or on domain names.

use crate::diag::Severity;
use crate::lint::context::spoken::{Spoken, both, surely_without};
use crate::lint::context::{Context, Deciding, Extent};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{Action, Direction, PolicyId, Tier};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Flows(check);

/// Pairs of rules that are compared, at most.
const MOST: usize = 200_000;

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut left = MOST;
    for tier in [Tier::Admin, Tier::Baseline] {
        let mut told: BTreeSet<(PolicyId, PolicyId)> = BTreeSet::new();
        for direction in Direction::BOTH {
            let rules: Vec<_> = context.deciding(tier, direction).collect();
            for (index, rule) in rules.iter().enumerate() {
                for other in rules.iter().skip(index + 1) {
                    let pair = (rule.at.id, other.at.id);
                    let differ = rule.at.rule.action != other.at.rule.action;
                    if !differ || !rule.is_unordered(other) || told.contains(&pair) {
                        continue;
                    }
                    let Some(fewer) = left.checked_sub(1) else {
                        return;
                    };
                    left = fewer;
                    if let Some(level) = conflict(context, rule, other) {
                        told.insert(pair);
                        facts.add(fact(context, (rule, other), level));
                    }
                }
            }
        }
    }
}

/// How bad it is that two rules conflict; none where they surely do not, or that is not known.
fn conflict<'a>(
    context: &Context<'a>,
    rule: &Deciding<'a>,
    other: &Deciding<'a>,
) -> Option<Severity> {
    let (tier, direction) = (rule.at.policy.tier, rule.at.direction);
    let mut flows = both(&rule.flows, &other.flows);
    for earlier in context.deciding(tier, direction) {
        if flows.is_empty() {
            return None;
        }
        let same = [rule.at, other.at].map(|it| (it.id, it.index));
        let is_third = !same.contains(&(earlier.at.id, earlier.at.index));
        // What a third policy of the same standing does does not take the conflict away.
        if is_third && (earlier.is_before(rule) || earlier.is_before(other)) {
            flows = surely_without(flows, &earlier.flows);
        }
    }
    if tier == Tier::Baseline {
        for earlier in context.deciding(Tier::Admin, direction) {
            flows = surely_without(flows, &earlier.flows);
        }
    }
    if flows.is_empty() {
        return None;
    }
    let there = flows.iter().any(|it| context.is_there(direction, it));
    let complete = context.inventory.of(Need::Workloads) == Extent::Complete;
    if complete && !there {
        return None;
    }
    let written = is_within(rule, other, &flows);
    let passes = [rule, other].map(|it| it.at.rule.action == Action::Pass);
    let mut policies = context.policies();
    let isolated = tier == Tier::Baseline
        && policies.any(|(_, it)| it.tier == Tier::NetworkPolicy && it.rules(direction).is_some());
    Some(if !there && !written {
        Severity::Note
    } else if passes.contains(&true) || isolated {
        Severity::Warning
    } else {
        Severity::Error
    })
}

/// Whether the ends of one of the rules are among those of the other, so that whoever is meant by it is
/// meant by both.
fn is_within(rule: &Deciding<'_>, other: &Deciding<'_>, flows: &[Spoken<'_>]) -> bool {
    flows.iter().any(|flow| {
        let same = |of_other: bool| {
            let asked = |it: &Spoken<'_>| -> Vec<_> {
                let labels = it.labels.iter();
                let of_end = labels.filter(|((whose, _), _)| whose.is_of_other() == of_other);
                of_end
                    .map(|((whose, key), test)| (*whose, key.to_string(), test.clone()))
                    .collect()
            };
            let mut all = rule.flows.iter().chain(&other.flows);
            all.any(|it| it.end == flow.end && asked(it) == asked(flow))
        };
        same(false) && same(true)
    })
}

fn done(action: Action) -> &'static str {
    match action {
        Action::Accept => "accepts",
        Action::Deny => "denies",
        Action::Pass => "passes",
    }
}

fn fact(
    context: &Context<'_>,
    (rule, other): (&Deciding<'_>, &Deciding<'_>),
    level: Severity,
) -> Fact {
    let policies = (rule.at.policy, other.at.policy);
    let (ours, theirs) = (done(rule.at.rule.action), done(other.at.rule.action));
    let one_api = policies.0.kind.api() == policies.1.kind.api();
    let may = if level == Severity::Note {
        ", if pods have the labels of both"
    } else {
        ""
    };
    let message = if one_api {
        format!(
            "{theirs} what `{}` {ours} at the same priority {}: the order is undefined{may}",
            policies.0.name, policies.1.priority
        )
    } else {
        format!(
            "{theirs} what {} `{}` {ours}: no document says which comes first{may}",
            policies.0.kind.name(),
            policies.0.name
        )
    };
    let span = |it: &Deciding<'_>| context.span(it.at.policy, &it.at.path());
    let fix = if one_api {
        "give one of the two another priority: lower numbers come first"
    } else {
        "write both as ClusterNetworkPolicy"
    };
    Fact::new(context.policy_ref(policies.1), other.at.path(), message)
        .at(span(other), format!("{theirs} it"))
        .at(span(rule), format!("{ours} it"))
        .means("the network plugin may follow either of the two policies")
        .fix(fix)
        .at_most(level)
}
