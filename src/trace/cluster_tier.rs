//! The Admin and Baseline tiers: cluster-wide policies in the order of their priorities, of which
//! the first rule that matches decides.

use super::matching::scope_fits;
use super::outcomes::Outcomes;
use super::reading::{Reading, subject_end};
use super::rules::read_rule;
use super::truth::Truth;
use super::{Basis, Hit, RuleRef, Unknown};
use crate::model::{Action, Direction, Pod, Policy, PolicyApi, PolicyId, Tier};
use std::collections::{BTreeMap, BTreeSet};

/// What the tier says of one direction.
pub(super) fn read_cluster_tier(
    reading: &Reading<'_>,
    direction: Direction,
    subject: &Pod,
    tier: Tier,
) -> Outcomes {
    let chains = in_order(reading, subject, tier);
    let chains = chains.values();
    let chains = chains.map(|chain| read_chain(reading, direction, subject, chain));
    let tier_says = join(chains, Unknown::NoOrder);
    let mut outcomes = Outcomes {
        // S9: where no rule matches, that decides nothing.
        next: tier_says.falls_through,
        unknowns: tier_says.unknowns,
        ..Outcomes::default()
    };
    for (action, hits) in tier_says.matches {
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
    outcomes
}

/// Policies of one API by their priorities: those of each are in order (S7).
type Chain<'a> = BTreeMap<u16, Vec<(PolicyId, &'a Policy)>>;

/// S99: between the policies of two APIs nothing says which come first.
fn in_order<'a>(
    reading: &Reading<'a>,
    subject: &Pod,
    tier: Tier,
) -> BTreeMap<PolicyApi, Chain<'a>> {
    let mut chains = BTreeMap::<PolicyApi, Chain<'_>>::new();
    for (id, policy) in reading.cluster.policies_over(subject.namespace) {
        if policy.tier == tier {
            let chain = chains.entry(policy.kind.api()).or_default();
            let group = chain.entry(policy.priority).or_default();
            group.push((id, policy));
        }
    }
    chains
}

/// S7: lower priorities first; the next have their turn where none matches for sure.
fn read_chain(
    reading: &Reading<'_>,
    direction: Direction,
    subject: &Pod,
    chain: &Chain<'_>,
) -> Group {
    let mut all = Group {
        falls_through: true,
        ..Group::default()
    };
    for policies in chain.values() {
        let policies = policies.iter();
        let first = policies.map(|&policy| first_match(reading, direction, subject, policy));
        // S11: where several of one priority match, any of them may be followed.
        let group = join(first, Unknown::EqualPriority);
        all.falls_through = group.falls_through;
        all.unknowns.extend(group.unknowns);
        for (action, hits) in group.matches {
            all.matches.entry(action).or_default().extend(hits);
        }
        if !all.falls_through {
            break;
        }
    }
    all
}

/// What policies may come to, of one priority or of many.
#[derive(Default)]
struct Group {
    /// The rules that may be the first match, by what they do.
    matches: BTreeMap<Action, Vec<Hit>>,
    /// Whether the next may have its turn: none matches for sure.
    falls_through: bool,
    unknowns: BTreeSet<Unknown>,
}

/// What policies come to of which any may be the first; it is open which, where they disagree.
fn join(all: impl Iterator<Item = Group>, open: fn(Vec<PolicyId>) -> Unknown) -> Group {
    let mut joined = Group {
        falls_through: true,
        ..Group::default()
    };
    let (mut matching, mut policies) = (0, BTreeSet::new());
    for group in all {
        matching += usize::from(!group.matches.is_empty());
        for (action, hits) in group.matches {
            policies.extend(hits.iter().map(|hit| hit.rule.policy));
            joined.matches.entry(action).or_default().extend(hits);
        }
        joined.falls_through &= group.falls_through;
        joined.unknowns.extend(group.unknowns);
    }
    if matching > 1 && joined.matches.len() > 1 {
        joined.unknowns.insert(open(policies.into_iter().collect()));
    }
    joined
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
