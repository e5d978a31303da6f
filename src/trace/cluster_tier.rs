//! The Admin and Baseline tiers: cluster-wide policies in the order of their priorities, of which
//! the first rule that matches decides.

use super::matching::scope_fits;
use super::outcomes::Outcomes;
use super::reading::{Reading, subject_end};
use super::rules::read_rule;
use super::truth::Truth;
use super::{Basis, Hit, Met, RuleRef, Step, Unknown};
use crate::model::{Action, Direction, Pod, Policy, PolicyId, Tier};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked of a tier.
#[derive(Clone, Copy)]
pub(super) struct Asked<'r, 'c> {
    pub(super) reading: &'r Reading<'c>,
    pub(super) direction: Direction,
    pub(super) subject: &'r Pod,
    /// Rules that are looked at as if they were not there.
    pub(super) without: &'r [RuleRef],
}

/// What the tier says of one direction.
pub(super) fn read_cluster_tier(asked: Asked<'_, '_>, tier: Tier) -> Outcomes {
    let mut outcomes = Outcomes::default();
    let mut open = true;
    // S7: lower priorities first.
    for (_, policies) in by_priority(asked, tier) {
        if !open {
            let later = policies.iter().filter_map(|&policy| later(asked, policy));
            outcomes.steps.extend(later);
            continue;
        }
        let group = read_group(asked, &policies);
        outcomes.unknowns.extend(group.unknowns);
        outcomes.steps.extend(group.steps);
        for (action, hits) in group.matches {
            match action {
                Action::Accept => outcomes.allow = true,
                Action::Deny => outcomes.deny = true,
                // S8: the rest of the tier is skipped.
                Action::Pass => {
                    outcomes.next = true;
                    outcomes.passes.extend(hits);
                    continue;
                }
            }
            outcomes.basis = Some(Basis::ClusterRule { tier, action, hits });
        }
        open = group.falls_through;
    }
    // S9: no rule matches, and that decides nothing.
    outcomes.next |= open;
    outcomes
}

fn by_priority<'c>(
    asked: Asked<'_, 'c>,
    tier: Tier,
) -> BTreeMap<u16, Vec<(PolicyId, &'c Policy)>> {
    let mut groups = BTreeMap::<u16, Vec<(PolicyId, &Policy)>>::new();
    let cluster = asked.reading.cluster;
    for (id, policy) in cluster.policies_over(asked.subject.namespace) {
        if policy.tier == tier {
            groups
                .entry(policy.priority)
                .or_default()
                .push((id, policy));
        }
    }
    groups
}

/// What policies of one priority may come to.
#[derive(Default)]
struct Group {
    /// The rules that may be the first match, by what they do.
    matches: BTreeMap<Action, Vec<Hit>>,
    /// Whether the next priority may have its turn.
    falls_through: bool,
    unknowns: BTreeSet<Unknown>,
    /// What came of the rules of each policy with a say.
    steps: Vec<Step>,
}

/// S11: where several policies of one priority match, any of them may be followed.
fn read_group(asked: Asked<'_, '_>, policies: &[(PolicyId, &Policy)]) -> Group {
    let mut group = Group {
        falls_through: true,
        ..Group::default()
    };
    let mut matching = Vec::new();
    for &(id, policy) in policies {
        let first = first_match(asked, (id, policy));
        if !first.matches.is_empty() {
            matching.push(id);
        }
        for (action, hits) in first.matches {
            group.matches.entry(action).or_default().extend(hits);
        }
        group.falls_through &= first.falls_through;
        group.unknowns.extend(first.unknowns);
        group.steps.extend(first.steps);
    }
    if matching.len() > 1 && group.matches.len() > 1 {
        group.unknowns.insert(Unknown::EqualPriority(matching));
    }
    group
}

/// S10: whether the policy selects the pod.
fn selects(asked: Asked<'_, '_>, policy: &Policy) -> Truth {
    let end = subject_end(asked.direction);
    scope_fits(asked.reading, &policy.subject, asked.subject, end).truth()
}

/// S7: the rules of one policy in the order in which they are written, up to the first that
/// certainly matches.
fn first_match(asked: Asked<'_, '_>, (id, policy): (PolicyId, &Policy)) -> Group {
    let mut found = Group {
        falls_through: true,
        ..Group::default()
    };
    // S10: the policy must select the pod and have rules for the direction.
    let selected = selects(asked, policy);
    let Some(mut step) = step(asked, (id, policy), &selected) else {
        return found;
    };
    let rules = policy.rules(asked.direction).unwrap_or_default();
    for (index, rule) in rules.iter().enumerate() {
        let at = RuleRef {
            policy: id,
            direction: asked.direction,
            index,
        };
        if asked.without.contains(&at) {
            continue;
        }
        let read = read_rule(asked.reading, at, rule);
        step.rules.push(match &read.truth {
            Truth::Yes => Met::Matches(read.hit),
            Truth::Maybe(unknowns) => Met::May(read.hit, unknowns.iter().cloned().collect()),
            Truth::No => Met::Misses(read.miss),
        });
        let matches: Truth = selected.clone().and(read.truth);
        if matches.is_possible() {
            found.unknowns.extend(matches.unknowns());
            found.matches.entry(rule.action).or_default().push(read.hit);
        }
        if matches.is_certain() {
            found.falls_through = false;
            break;
        }
    }
    found.steps.push(step);
    found
}

/// The step of a policy that has a say; none where it has none.
fn step(
    asked: Asked<'_, '_>,
    (id, policy): (PolicyId, &Policy),
    selected: &Truth,
) -> Option<Step> {
    let rules = policy.rules(asked.direction).unwrap_or_default();
    let step = || Step {
        policy: id,
        asked: true,
        selects: selected.unknowns().into_iter().collect(),
        rules: Vec::new(),
    };
    (selected.is_possible() && !rules.is_empty()).then(step)
}

/// The step of a policy that comes after the one that decides.
fn later(asked: Asked<'_, '_>, (id, policy): (PolicyId, &Policy)) -> Option<Step> {
    let step = step(asked, (id, policy), &selects(asked, policy))?;
    Some(Step {
        asked: false,
        ..step
    })
}
