//! A rule, peer or port that another one of the policy covers.
//!
//! ## What it does
//! Reports rules of a policy that let nothing through that its other rules do not; in the rules that
//! remain, peers that other peers cover; and ports that other ports of the same rule cover.
//!
//! ## Why it matters
//! Entries are alternatives: the wider one decides. A narrow one beside it looks as if it narrowed
//! something.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from:
//!       - podSelector: {}
//!       - podSelector: {matchLabels: {app: web}}   # is among those
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from:
//!       - podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Limits
//! What several selectors cover only together is not found. Entries that match nobody are the matter of
//! other rules. Of entries that cover each other the last is reported.

use crate::lint::context::{Clause, Context, PortCover};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Policy, Ports, Rule, Tier};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (_, policy) in context.policies() {
        if policy.tier != Tier::NetworkPolicy || !policy.subject.pods.is_satisfiable() {
            continue;
        }
        for direction in Direction::BOTH {
            let Some(rules) = policy.rules(direction) else {
                continue;
            };
            let mut clauses = Clause::of_policy(policy, direction);
            let mut found = rules_of(context, policy, direction, &mut clauses);
            found.extend(peers_of(context, policy, direction, &mut clauses));
            let left: BTreeSet<usize> = clauses.iter().map(|it| it.rule).collect();
            for (index, rule) in rules.iter().enumerate() {
                if left.contains(&index) {
                    found.extend(ports_of(context, policy, (direction, index), rule));
                }
            }
            for fact in found {
                facts.add(fact);
            }
        }
    }
}

/// Rules that others cover; their clauses are taken away.
fn rules_of(
    context: &Context<'_>,
    policy: &Policy,
    direction: Direction,
    clauses: &mut Vec<Clause<'_>>,
) -> Vec<Fact> {
    let mut found = Vec::new();
    let rules: BTreeSet<usize> = clauses.iter().map(|it| it.rule).collect();
    for &rule in rules.iter().rev() {
        let others: Vec<&Clause<'_>> = clauses.iter().filter(|it| it.rule != rule).collect();
        let own = clauses.iter().filter(|it| it.rule == rule);
        let own: Vec<&Clause<'_>> = own.filter(|it| it.is_possible()).collect();
        let mut by = BTreeSet::new();
        let covered = !own.is_empty()
            && own.iter().all(|clause| {
                let used = clause.covered(&others);
                let places = used.iter().flatten().filter_map(|&it| others.get(it));
                by.extend(places.map(|it| Policy::rule_path(direction, it.rule)));
                used.is_some()
            });
        if covered {
            let path = Policy::rule_path(direction, rule);
            found.push(fact(context, policy, &path, "rule", &by));
            clauses.retain(|it| it.rule != rule);
        }
    }
    found
}

/// Peers that other peers cover; their clauses are taken away. One of a rule's peers always stays.
fn peers_of(
    context: &Context<'_>,
    policy: &Policy,
    direction: Direction,
    clauses: &mut Vec<Clause<'_>>,
) -> Vec<Fact> {
    let mut found = Vec::new();
    let path = |it: &Clause<'_>| {
        let rule = Policy::rule_path(direction, it.rule);
        match it.matches {
            Some(_) => format!("{rule}.{}[{}]", direction.peers_field(), it.peer),
            None => rule,
        }
    };
    for index in (0..clauses.len()).rev() {
        let Some(clause) = clauses.get(index).cloned() else {
            continue;
        };
        let siblings = clauses.iter().filter(|it| it.rule == clause.rule).count();
        if siblings < 2 || !clause.is_possible() {
            continue;
        }
        let others = clauses.iter().enumerate().filter(|(other, _)| *other != index);
        let others: Vec<&Clause<'_>> = others.map(|(_, it)| it).collect();
        let Some(used) = clause.covered(&others) else {
            continue;
        };
        let used = used.iter().filter_map(|&it| others.get(it));
        let by: BTreeSet<String> = used.map(|it| path(it)).collect();
        found.push(fact(context, policy, &path(&clause), "peer", &by));
        clauses.remove(index);
    }
    found
}

/// Entries of `ports` that other entries of the list cover.
fn ports_of(
    context: &Context<'_>,
    policy: &Policy,
    (direction, index): (Direction, usize),
    rule: &Rule,
) -> Vec<Fact> {
    let Ports::Listed(entries) = &rule.ports else {
        return Vec::new();
    };
    let path = |port: usize| format!("{}.ports[{port}]", Policy::rule_path(direction, index));
    let covers = entries.iter().map(|it| PortCover::test(&it.test));
    let mut left: Vec<(usize, PortCover)> = covers.enumerate().collect();
    let mut found = Vec::new();
    for place in (0..left.len()).rev() {
        let Some((port, cover)) = left.get(place).cloned() else {
            continue;
        };
        let mut others = PortCover::default();
        let mut by = BTreeSet::new();
        for (other, theirs) in left.iter().filter(|(other, _)| *other != port) {
            others.add(theirs);
            let meets = !theirs.fixed.intersection(&cover.fixed).is_empty()
                || !theirs.names.is_disjoint(&cover.names)
                || !cover.names.is_empty();
            if meets {
                by.insert(path(*other));
            }
        }
        if cover.is_within(&others) {
            found.push(fact(context, policy, &path(port), "port", &by));
            left.remove(place);
        }
    }
    found
}

fn fact(
    context: &Context<'_>,
    policy: &Policy,
    path: &str,
    what: &str,
    by: &BTreeSet<String>,
) -> Fact {
    let names: Vec<String> = by.iter().take(3).map(|it| format!("`{it}`")).collect();
    let mut fact = Fact::new(
        context.policy_ref(policy),
        path,
        format!("this {what} adds nothing to {}", names.join(", ")),
    )
    .at(context.span(policy, path), "covered");
    for other in by.iter().take(3) {
        fact = fact.at(context.span(policy, other), "covers it");
    }
    fact.means("without it every flow has the same verdict")
        .fix(format!("remove the {what}, or narrow what covers it"))
}
