//! The Admin and Baseline tiers: cluster-wide policies in the order of their priorities, of which
//! the first rule that matches decides.

use super::matching::scope_fits;
use super::outcomes::Outcomes;
use super::reading::{Reading, subject_end};
use super::rules::read_rule;
use super::truth::Truth;
use super::{Basis, Hit, Met, RuleRef, Step, Unknown};
use crate::model::{Action, Direction, Pod, Policy, PolicyApi, PolicyId, Tier};
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
    let chains = in_order(asked, tier);
    let chains = chains.values().map(|chain| read_chain(asked, chain));
    let tier_says = join(chains, Unknown::NoOrder);
    let mut outcomes = Outcomes {
        // S9: where no rule matches, that decides nothing.
        next: tier_says.falls_through,
        unknowns: tier_says.unknowns,
        steps: tier_says.steps,
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
fn in_order<'c>(asked: Asked<'_, 'c>, tier: Tier) -> BTreeMap<PolicyApi, Chain<'c>> {
    let mut chains = BTreeMap::<PolicyApi, Chain<'_>>::new();
    let cluster = asked.reading.cluster;
    for (id, policy) in cluster.policies_over(asked.subject.namespace) {
        // S86: some plugins enforce none of an API.
        let enforced = !asked.reading.practice.passes_over(policy.kind.api());
        if policy.tier == tier && enforced {
            let chain = chains.entry(policy.kind.api()).or_default();
            let group = chain.entry(policy.priority).or_default();
            group.push((id, policy));
        }
    }
    chains
}

/// S7: lower priorities first; the next have their turn where none matches for sure.
fn read_chain(asked: Asked<'_, '_>, chain: &Chain<'_>) -> Group {
    let mut all = Group {
        falls_through: true,
        ..Group::default()
    };
    for policies in chain.values() {
        let policies = policies.iter();
        if !all.falls_through {
            let later = policies.filter_map(|&policy| later(asked, policy));
            all.steps.extend(later);
            continue;
        }
        let first = policies.map(|&policy| first_match(asked, policy));
        // S11: where several of one priority match, any of them may be followed.
        let group = join(first, Unknown::EqualPriority);
        all.falls_through = group.falls_through;
        all.unknowns.extend(group.unknowns);
        for (action, hits) in group.matches {
            all.matches.entry(action).or_default().extend(hits);
        }
        all.steps.extend(group.steps);
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
    /// What came of the rules of each policy with a say.
    steps: Vec<Step>,
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
        joined.steps.extend(group.steps);
    }
    if matching > 1 && joined.matches.len() > 1 {
        joined.unknowns.insert(open(policies.into_iter().collect()));
    }
    joined
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
fn step(asked: Asked<'_, '_>, (id, policy): (PolicyId, &Policy), selected: &Truth) -> Option<Step> {
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
