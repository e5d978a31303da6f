//! A rule of a cluster-wide policy that never decides, because rules before it do.
//!
//! ## What it does
//! Reports a rule where earlier rules of the same tier match all its connections: rules of policies with lower
//! priority numbers, and rules above it in its own policy. If that is so for all rules of a policy, it reports the
//! policy. It compares what the rules mean, for every possible pod, namespace and address; several rules may
//! cover one together.
//!
//! ## Why it matters
//! The first rule that matches decides. A `Deny` behind an `Accept` for the same pods denies nothing.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - {action: Accept, from: [{namespaces: {}}]}
//!   - {action: Deny, from: [{namespaces: {matchLabels: {env: test}}}]}   # is among those
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - {action: Deny, from: [{namespaces: {matchLabels: {env: test}}}]}
//!   - {action: Accept, from: [{namespaces: {}}]}
//! ```
//!
//! ## Limits
//! A note where all rules before it do the same. Policies of equal priority and of another API do not count as
//! earlier. That a named port is among numbers is known only if these are all ports. Where a policy
//! names namespaces that are in the input, their labels there count.

use crate::diag::Severity;
use crate::lint::context::{Context, Deciding};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Policy, PolicyId, Tier};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check::Flows(check);

/// How many of those that come first are shown.
const SHOWN: usize = 3;

/// Pairs of rules that are compared, at most.
const MOST: usize = 2_000_000;

/// A rule and those that decide all its flows.
type Shadowed<'c, 'a> = (&'c Deciding<'a>, Vec<&'c Deciding<'a>>);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut shadowed: BTreeMap<PolicyId, Vec<Shadowed<'_, '_>>> = BTreeMap::new();
    let mut left = MOST;
    for tier in [Tier::Admin, Tier::Baseline] {
        for direction in Direction::BOTH {
            let rules: Vec<_> = context.deciding(tier, direction).collect();
            for (index, rule) in rules.iter().enumerate() {
                let Some(fewer) = left.checked_sub(index) else {
                    continue;
                };
                left = fewer;
                // They are sorted: nothing behind it comes before it.
                let earlier = rules.iter().take(index).copied();
                let earlier: Vec<_> = earlier.filter(|it| it.is_before(rule)).collect();
                if let Some(by) = context.covering(&rule.flows, &earlier) {
                    shadowed.entry(rule.at.id).or_default().push((rule, by));
                }
            }
        }
    }
    for (id, rules) in shadowed {
        let policy = context.cluster.policies.at(id);
        let own = |(_, by): &Shadowed<'_, '_>| by.iter().any(|it| it.at.id == id);
        if rules.len() == policy.all_rules().count() && rules.len() > 1 && !rules.iter().any(own) {
            facts.add(whole(context, policy, &rules));
        } else {
            for (rule, by) in rules {
                facts.add(one(context, rule, &by));
            }
        }
    }
}

/// Those that come first, in words.
fn names(policy: &Policy, by: &[&Deciding<'_>]) -> String {
    let mut names: Vec<String> = Vec::new();
    for it in by {
        let theirs = it.at.policy;
        let name = if std::ptr::eq(theirs, policy) {
            format!("`{}`", it.at.path())
        } else {
            format!("`{}` (priority {})", theirs.name, theirs.priority)
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let names = names.join(", ");
    if more > 0 {
        format!("{names} and {more} more")
    } else {
        names
    }
}

fn level(rules: &[(&Deciding<'_>, &[&Deciding<'_>])]) -> Severity {
    let mut rules = rules.iter();
    let same = rules.all(|(rule, by)| {
        let mut by = by.iter();
        by.all(|it| it.at.rule.action == rule.at.rule.action)
    });
    if same {
        Severity::Note
    } else {
        Severity::Warning
    }
}

fn one(context: &Context<'_>, rule: &Deciding<'_>, by: &[&Deciding<'_>]) -> Fact {
    let policy = rule.at.policy;
    let message = format!(
        "never decides: all of it is matched first by {}",
        names(policy, by)
    );
    let path = rule.at.path();
    let fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "no connection gets here");
    places(context, fact, by)
        .means("the first rule that matches decides, and this one is never the first")
        .fix("move it before the other, or delete it")
        .at_most(level(&[(rule, by)]))
}

fn whole(context: &Context<'_>, policy: &Policy, rules: &[Shadowed<'_, '_>]) -> Fact {
    let mut seen = BTreeSet::new();
    let all = rules.iter().flat_map(|(_, by)| by.iter().copied());
    let by: Vec<_> = all
        .filter(|it| seen.insert((it.at.id, it.at.direction, it.at.index)))
        .collect();
    let message = format!(
        "never decides: all that its rules match is matched first by {}",
        names(policy, &by)
    );
    let fact = Fact::new(context.policy_ref(policy), "", message)
        .at(policy.origin.span, "no connection gets to its rules");
    let pairs: Vec<_> = rules.iter().map(|(it, by)| (*it, by.as_slice())).collect();
    places(context, fact, &by)
        .means("the first rule that matches decides, and none of its rules is ever the first")
        .fix("give it a lower priority number than the others, or delete it")
        .at_most(level(&pairs))
}

fn places(context: &Context<'_>, fact: Fact, by: &[&Deciding<'_>]) -> Fact {
    by.iter().take(SHOWN).fold(fact, |fact, it| {
        fact.at(
            context.span(it.at.policy, &it.at.path()),
            "matches it first",
        )
    })
}
