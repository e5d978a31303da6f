//! A rule, peer or port that another one of the policy covers.
//!
//! ## What it does
//! Reports rules of a policy that allow nothing beyond its other rules; in the rules that remain, peers
//! that other peers cover; and ports that other ports of the same rule cover.
//!
//! ## Why it matters
//! Entries are alternatives: the wider one decides. A narrower one next to it only looks like a
//! restriction.
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
//! Not checked where the network plugin that is told may pass `endPort` over, or takes no policy that names
//! a port: then other words are not the same.
//! The rule does not find what several selectors cover only together. Other rules report entries that
//! match nobody. If entries cover each other, the last one is reported. In policies with thousands of
//! overlapping entries, some may be skipped: comparing all pairs takes too long.

use crate::lint::context::cover::{doubled, holds};
use crate::lint::context::{Budget, Clause, Context, PortCover, Shared};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Peers, Policy, Ports, Rule, Tier};
use crate::net::Protocol;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) const CHECK: Check = Check::Context(check);

/// How many of those that cover an entry are named.
const SHOWN: usize = 3;

fn check(context: &Context<'_>, facts: &mut Facts) {
    if context.cluster.practice.splits_words() {
        return;
    }
    let budget = Budget::new(context.cluster.policies.len());
    for (_, policy) in context.policies() {
        if policy.tier != Tier::NetworkPolicy || !policy.subject.pods.is_satisfiable() {
            continue;
        }
        for direction in Direction::BOTH {
            let Some(rules) = policy.rules(direction) else {
                continue;
            };
            if matches!(rules, [rule] if says_one_thing(rule)) {
                continue;
            }
            let mut clauses = Clause::of_policy(policy, direction);
            let shared = Shared::of(&clauses);
            let compared = (&shared, &budget);
            let mut found = rules_of(context, policy, direction, (compared, &mut clauses));
            found.extend(peers_of(
                context,
                policy,
                direction,
                (compared, &mut clauses),
            ));
            let left: BTreeSet<usize> = clauses.iter().map(|it| it.rule).collect();
            for (index, rule) in rules.iter().enumerate() {
                if left.contains(&index) {
                    found.extend(ports_of(
                        context,
                        policy,
                        (direction, index),
                        (rule, &budget),
                    ));
                }
            }
            for fact in found {
                facts.add(fact);
            }
        }
    }
}

/// Whether a rule has one peer and one port, as most have, or stands for all of them.
fn says_one_thing(rule: &Rule) -> bool {
    let one_peer = !matches!(&rule.peers, Peers::Listed(peers) if peers.len() > 1);
    one_peer && !matches!(&rule.ports, Ports::Listed(ports) if ports.len() > 1)
}

/// What clauses have in common, and how often they may be compared.
type Compared<'a> = (&'a Shared<'a>, &'a Budget);

/// Rules that others cover; their clauses are taken away.
fn rules_of(
    context: &Context<'_>,
    policy: &Policy,
    direction: Direction,
    ((shared, budget), clauses): (Compared<'_>, &mut Vec<Clause<'_>>),
) -> Vec<Fact> {
    let mut found = Vec::new();
    let rules: BTreeSet<usize> = clauses.iter().map(|it| it.rule).collect();
    for &rule in rules.iter().rev() {
        // They are in the order of the rules.
        let start = clauses.partition_point(|it| it.rule < rule);
        let end = clauses.partition_point(|it| it.rule <= rule);
        let own = clauses.get(start..end).unwrap_or_default().iter();
        let own: Vec<&Clause<'_>> = own.filter(|it| it.is_possible()).collect();
        if own.is_empty()
            || !own.iter().all(|it| shared.may_cover(it, budget))
            || !own.iter().all(|it| budget.affords(it, clauses.len()))
        {
            continue;
        }
        let others: Vec<&Clause<'_>> = clauses.iter().filter(|it| it.rule != rule).collect();
        let mut by = BTreeSet::new();
        let covered = own.iter().all(|clause| {
            let used = clause.covered(&others);
            let places = used.iter().flatten().filter_map(|&it| others.get(it));
            by.extend(places.map(|it| it.rule));
            used.is_some()
        });
        if covered {
            let by = by
                .into_iter()
                .take(SHOWN)
                .map(|it| Policy::rule_path(direction, it));
            let by: Vec<String> = by.collect();
            let path = Policy::rule_path(direction, rule);
            found.push(fact(context, policy, &path, "rule", &by));
            clauses.drain(start..end);
        }
    }
    found
}

/// Peers that other peers cover; their clauses are taken away. One of a rule's peers always stays.
fn peers_of(
    context: &Context<'_>,
    policy: &Policy,
    direction: Direction,
    ((shared, budget), clauses): (Compared<'_>, &mut Vec<Clause<'_>>),
) -> Vec<Fact> {
    let mut found = Vec::new();
    let path = |it: &Clause<'_>| {
        let rules = policy.rules(direction).unwrap_or_default();
        let peers = rules.get(it.rule).map(|rule| rule.peers.listed());
        match peers.and_then(|peers| peers.get(it.peer)) {
            Some(peer) => Policy::peer_path(direction, it.rule, peer),
            None => Policy::rule_path(direction, it.rule),
        }
    };
    let mut left: BTreeMap<usize, usize> = BTreeMap::new();
    for clause in clauses.iter() {
        *left.entry(clause.rule).or_default() += 1;
    }
    for index in (0..clauses.len()).rev() {
        let Some(clause) = clauses.get(index).cloned() else {
            continue;
        };
        let alone = left.get(&clause.rule).is_none_or(|count| *count < 2);
        if alone
            || !clause.is_possible()
            || !shared.may_cover(&clause, budget)
            || !budget.affords(&clause, clauses.len())
        {
            continue;
        }
        let others = clauses
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        let others: Vec<&Clause<'_>> = others.map(|(_, it)| it).collect();
        let Some(used) = clause.covered(&others) else {
            continue;
        };
        let used = used.iter().filter_map(|&it| others.get(it));
        let by: Vec<String> = used.take(SHOWN).map(|it| path(it)).collect();
        found.push(fact(context, policy, &path(&clause), "peer", &by));
        clauses.remove(index);
        left.entry(clause.rule).and_modify(|count| *count -= 1);
    }
    found
}

/// Entries of `ports` that other entries of the list cover.
fn ports_of(
    context: &Context<'_>,
    policy: &Policy,
    (direction, index): (Direction, usize),
    (rule, budget): (&Rule, &Budget),
) -> Vec<Fact> {
    let Ports::Listed(entries) = &rule.ports else {
        return Vec::new();
    };
    let path = |port: usize| format!("{}.ports[{port}]", Policy::rule_path(direction, index));
    let covers: Vec<PortCover> = entries.iter().map(|it| PortCover::test(&it.test)).collect();
    // What goes is covered, so that the numbers together stay the same.
    let all = PortCover::together(covers.iter()).fixed;
    let twice = Protocol::ALL.map(|protocol| {
        let ranges = covers
            .iter()
            .flat_map(|it| it.fixed.ports(protocol).ranges());
        (protocol, doubled(ranges.copied().collect()))
    });
    let mut named: BTreeMap<_, usize> = BTreeMap::new();
    for name in covers.iter().flat_map(|it| &it.names) {
        *named.entry(name.clone()).or_default() += 1;
    }
    let may = |cover: &PortCover| {
        twice.iter().all(|(protocol, twice)| {
            let mut ranges = cover.fixed.ports(*protocol).ranges().iter();
            ranges.all(|&range| holds(twice, range))
        }) && cover.names.iter().all(|(name, protocol)| {
            let whole = |it: Protocol| all.ports(it).is_all();
            let same = named.get(&(Arc::clone(name), *protocol));
            same.is_some_and(|count| *count > 1)
                || (protocol.is_some() && named.contains_key(&(Arc::clone(name), None)))
                || protocol.map_or_else(|| all.is_all(), whole)
        })
    };
    let mut left: BTreeMap<usize, &PortCover> = covers.iter().enumerate().collect();
    let mut found = Vec::new();
    for (port, cover) in covers.iter().enumerate().rev().filter(|(_, it)| may(it)) {
        // They are looked through, and joined.
        if !budget.affords_entries(2 * left.len()) {
            break;
        }
        let others = left
            .iter()
            .filter(|(other, theirs)| **other != port && cover.meets(theirs));
        let others: Vec<(usize, &PortCover)> = others.map(|(other, it)| (*other, *it)).collect();
        let one = others.iter().find(|(_, it)| cover.is_within(it));
        let covered = one.is_some() || {
            let together = PortCover::together(others.iter().map(|(_, it)| *it));
            cover.is_within(&together)
        };
        if covered {
            let by = one.map_or(&*others, std::slice::from_ref).iter();
            let by: Vec<String> = by.take(SHOWN).map(|(other, _)| path(*other)).collect();
            found.push(fact(context, policy, &path(port), "port", &by));
            left.remove(&port);
        }
    }
    found
}

fn fact(context: &Context<'_>, policy: &Policy, path: &str, what: &str, by: &[String]) -> Fact {
    let names: Vec<String> = by.iter().map(|it| format!("`{it}`")).collect();
    let mut fact = Fact::new(
        context.policy_ref(policy),
        path,
        format!("this {what} adds nothing to {}", names.join(", ")),
    )
    .at(context.span(policy, path), "covered");
    for other in by {
        fact = fact.at(context.span(policy, other), "covers it");
    }
    fact.means("without it every flow has the same verdict")
        .fix(format!("remove the {what}, or narrow what covers it"))
}
