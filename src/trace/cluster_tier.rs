//! The Admin and Baseline tiers: cluster-wide policies in the order of their priorities, of which
//! the first rule that matches decides.

use super::matching::scope_fits;
use super::outcomes::Outcomes;
use super::reading::{Reading, subject_end};
use super::rules::read_rule;
use super::truth::Truth;
use super::{Basis, Hit, RuleRef, Unknown};
use crate::model::{Action, Direction, Pod, Policy, PolicyId, Tier};
use std::collections::{BTreeMap, BTreeSet};

/// What the tier says of one direction.
pub(super) fn read_cluster_tier(
    reading: &Reading<'_>,
    direction: Direction,
    subject: &Pod,
    tier: Tier,
) -> Outcomes {
    let mut outcomes = Outcomes::default();
    // S7: lower priorities first.
    for (_, policies) in by_priority(reading, subject, tier) {
        let group = read_group(reading, direction, subject, &policies);
        outcomes.unknowns.extend(group.unknowns);
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
        if !group.falls_through {
            return outcomes;
        }
    }
    // S9: no rule matches, and that decides nothing.
    outcomes.next = true;
    outcomes
}

fn by_priority<'a>(
    reading: &Reading<'a>,
    subject: &Pod,
    tier: Tier,
) -> BTreeMap<u16, Vec<(PolicyId, &'a Policy)>> {
    let mut groups = BTreeMap::<u16, Vec<(PolicyId, &Policy)>>::new();
    for (id, policy) in reading.cluster.policies_over(subject.namespace) {
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
}

/// S11: where several policies of one priority match, any of them may be followed.
fn read_group(
    reading: &Reading<'_>,
    direction: Direction,
    subject: &Pod,
    policies: &[(PolicyId, &Policy)],
) -> Group {
    let mut group = Group {
        falls_through: true,
        ..Group::default()
    };
    let mut matching = Vec::new();
    for &(id, policy) in policies {
        let first = first_match(reading, direction, subject, (id, policy));
        if !first.matches.is_empty() {
            matching.push(id);
        }
        for (action, hits) in first.matches {
            group.matches.entry(action).or_default().extend(hits);
        }
        group.falls_through &= first.falls_through;
        group.unknowns.extend(first.unknowns);
    }
    if matching.len() > 1 && group.matches.len() > 1 {
        group.unknowns.insert(Unknown::EqualPriority(matching));
    }
    group
}

/// S7: the rules of one policy in the order in which they are written, up to the first that
/// certainly matches.
fn first_match(
    reading: &Reading<'_>,
    direction: Direction,
    subject: &Pod,
    (id, policy): (PolicyId, &Policy),
) -> Group {
    let mut found = Group::default();
    // S10: the policy must select the pod and have rules for the direction.
    let selected = scope_fits(reading, &policy.subject, subject, subject_end(direction)).truth();
    let rules = policy.rules(direction).unwrap_or_default();
    for (index, rule) in rules.iter().enumerate() {
        let at = RuleRef {
            policy: id,
            direction,
            index,
        };
        let read = read_rule(reading, at, rule);
        let matches: Truth = selected.clone().and(read.truth);
        if matches.is_possible() {
            found.unknowns.extend(matches.unknowns());
            found.matches.entry(rule.action).or_default().push(read.hit);
        }
        if matches.is_certain() {
            return found;
        }
    }
    found.falls_through = true;
    found
}
