//! An `except` whose addresses are let through nevertheless.
//!
//! ## What it does
//! Reports an entry of `except` that another peer, rule or policy on the same pods opens again, by a
//! larger block around it, or by everyone on all ports of the rule.
//!
//! ## Why it matters
//! Policies only add. `except` takes addresses out of its own block and refuses nothing: whatever else
//! on these pods has the addresses lets them through. Nothing shows that the hole is filled.
//!
//! ## Example
//! ```yaml
//! - to:
//!     - ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}
//!     - ipBlock: {cidr: 0.0.0.0/0, except: [192.168.0.0/16]}
//! ```
//!
//! ## Use instead
//! ```yaml
//! - to:
//!     - ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 192.168.0.0/16]}
//! ```
//!
//! ## Limits
//! Only what opens the hole for *all* pods of the policy is reported. A block that is the hole itself or a
//! part of it is meant so, and so are some ports open to everyone or to `0.0.0.0/0`. Port 53 alone does not count. Pods inside
//! the hole that selectors match are another matter.

use crate::lint::context::matching::{blocks, on_address};
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Peer, PeerMatch, Peers, Policy, PolicyId, Tier};
use crate::net::{AddressSet, Cidr, ConnSet, PortSet, Protocol};
use crate::table::Table;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Context(check);

/// What opens a hole again.
struct Opener<'a> {
    rule: RuleAt<'a>,
    /// The peer; none for everyone.
    peer: Option<usize>,
    addresses: AddressSet,
    connections: ConnSet,
}

impl Opener<'_> {
    fn place(&self) -> (PolicyId, usize, Option<usize>) {
        (self.rule.id, self.rule.index, self.peer)
    }
}

/// An entry of `except`.
struct Hole {
    cidr: Cidr,
    path: String,
    /// Whether all of it is opened again.
    whole: bool,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut rules: Table<PolicyId, Vec<RuleAt<'_>>> =
        Table::filled(context.cluster.policies.len(), Vec::new());
    for at in context.rules().filter(|at| at.rule.action == Action::Accept) {
        rules.at_mut(at.id).push(at);
    }
    for (id, policy) in context.policies() {
        let holed: Vec<&RuleAt<'_>> = rules.at(id).iter().filter(|at| has_holes(at)).collect();
        if policy.tier != Tier::NetworkPolicy || holed.is_empty() {
            continue;
        }
        let over = over_all(context, id, policy);
        for at in holed {
            let others = over.iter().flat_map(|&other| rules.at(other));
            let others = others.filter(|it| it.direction == at.direction);
            holes_of(context, at, &others.collect::<Vec<_>>(), facts);
        }
    }
}

fn has_holes(at: &RuleAt<'_>) -> bool {
    blocks(at.rule).any(|(_, block)| !block.except.is_empty())
}

/// The policies on all pods of a policy, itself among them.
fn over_all(context: &Context<'_>, id: PolicyId, policy: &Policy) -> BTreeSet<PolicyId> {
    let mut over = BTreeSet::from([id]);
    let name = policy.namespace.as_deref().unwrap_or_default();
    let Some(namespace) = context.cluster.namespace(name) else {
        return over;
    };
    let pods = context.subject(id);
    for (other, it) in context.cluster.policies_over(namespace) {
        let theirs = context.subject(other);
        let all = policy.subject.pods.implies(&it.subject.pods)
            || (!pods.is_empty() && pods.iter().all(|pod| theirs.binary_search(pod).is_ok()));
        if it.tier == Tier::NetworkPolicy && all {
            over.insert(other);
        }
    }
    over
}

fn holes_of<'a>(
    context: &Context<'_>,
    at: &RuleAt<'a>,
    others: &[&RuleAt<'a>],
    facts: &mut Facts,
) {
    let wanted = on_address(&at.rule.ports);
    for (index, block) in blocks(at.rule) {
        // The holes that one peer fills are one finding.
        let mut filled: Vec<(Opener<'a>, Vec<Hole>)> = Vec::new();
        for (place, &cidr) in block.except.iter().enumerate() {
            let openers = others.iter().flat_map(|other| openers(other, cidr, &wanted));
            let best = openers
                .filter(|it| it.place() != (at.id, at.index, Some(index)))
                .max_by_key(|it| {
                    let all = wanted.is_subset(&it.connections);
                    (all, std::cmp::Reverse(it.place()))
                });
            let Some(opener) = best else { continue };
            let hole = Hole {
                cidr,
                path: format!("{}.ipBlock.except[{place}]", at.peer_path(index)),
                whole: opener.addresses == AddressSet::from_cidrs([cidr]),
            };
            match filled.iter_mut().find(|(it, _)| it.place() == opener.place()) {
                Some((_, holes)) => holes.push(hole),
                None => filled.push((opener, vec![hole])),
            }
        }
        for (opener, holes) in &filled {
            facts.add(fact(context, at, holes, &wanted, opener));
        }
    }
}

/// The peers of a rule that open a hole on some of the wanted connections, and cannot be meant to.
fn openers<'a>(other: &RuleAt<'a>, hole: Cidr, wanted: &ConnSet) -> Vec<Opener<'a>> {
    let open = on_address(&other.rule.ports).intersection(wanted);
    let all = wanted.is_subset(&open);
    let dns = Protocol::ALL.into_iter().fold(ConnSet::none(), |set, it| {
        set.union(&ConnSet::of(it, PortSet::single(53)))
    });
    if open.is_empty() || (!all && open.is_subset(&dns)) {
        return Vec::new();
    }
    let holed = AddressSet::from_cidrs([hole]);
    let opener = |peer, addresses| Opener {
        rule: *other,
        peer,
        addresses,
        connections: open.clone(),
    };
    let Peers::Listed(peers) = &other.rule.peers else {
        // Who opens some ports to everyone means everyone.
        return if all { vec![opener(None, holed)] } else { Vec::new() };
    };
    let found = |(index, peer): (usize, &Peer)| {
        let PeerMatch::IpBlock(block) = &peer.matches else {
            return None;
        };
        let part = block.addresses().intersection(&holed);
        // Who writes the hole itself as a block means it, and so does who opens some ports to the world.
        let wider = block.cidr.strictly_contains(hole) && (all || block.cidr.length() > 0);
        (wider && !part.is_empty()).then(|| opener(Some(index), part))
    };
    peers.iter().enumerate().filter_map(found).collect()
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    holes: &[Hole],
    wanted: &ConnSet,
    opener: &Opener<'_>,
) -> Fact {
    let other = &opener.rule;
    let policy = other.policy.full_name();
    let of = if other.id == at.id {
        String::new()
    } else {
        format!(" of NetworkPolicy `{policy}`")
    };
    let on = if wanted.is_subset(&opener.connections) {
        String::new()
    } else {
        format!(" on {}", opener.connections)
    };
    let names: Vec<String> = holes.iter().map(|hole| hole.cidr.to_string()).collect();
    let effect = if holes.iter().all(|hole| hole.whole) {
        "has no effect"
    } else {
        "has less effect than it says"
    };
    let conns = if opener.connections.is_all() {
        String::new()
    } else {
        format!(" for {}", opener.connections)
    };
    let there = match opener.peer {
        Some(index) => other.peer_path(index),
        None => other.path(),
    };
    let path = holes.first().map_or("", |hole| &*hole.path);
    let message = format!(
        "`except: {}` {effect}{conns}: `{there}`{of} allows it",
        names.join(", ")
    );
    let mut fact = Fact::new(context.policy_ref(at.policy), path, message);
    for hole in holes {
        let label = match (hole.whole, on.is_empty()) {
            (true, true) => "has no effect".to_owned(),
            (true, false) => format!("has no effect{on}"),
            (false, _) => format!("a part of it is open{on}"),
        };
        fact = fact.at(context.span(at.policy, &hole.path), label);
    }
    let field = at.direction.peers_field();
    fact.at(context.span(other.policy, &there), "opens it again")
        .means(format!(
            "policies only add: what is excepted here is open all the same as `{field}` of these pods"
        ))
        .fix(format!(
            "write the same `except` for `{there}` of `{policy}`, or remove it here"
        ))
}
