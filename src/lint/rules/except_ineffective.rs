//! An `except` whose addresses are allowed anyway.
//!
//! ## What it does
//! Reports an entry of `except` that another peer, rule or policy on the same pods opens again, by a
//! larger block around it, or by everyone on all ports of the rule.
//!
//! ## Why it matters
//! Policies only add. `except` removes addresses from its own block and denies nothing: any other rule
//! on these pods that contains the addresses allows them. Nothing in the policy shows that.
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
use crate::lint::context::{Budget, Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, IpBlock, Peers, PolicyId, Tier};
use crate::net::{AddressSet, Cidr, ConnSet, PortSet, Protocol};
use crate::table::Table;
use std::collections::HashMap;
use std::rc::Rc;

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

/// A block of some rule, and what the rule opens to it.
struct Wide<'a> {
    rule: RuleAt<'a>,
    peer: usize,
    block: &'a IpBlock,
    open: Rc<ConnSet>,
}

/// What rules of one direction open, so that who opens a hole need not be looked for among all.
#[derive(Default)]
struct Openers<'a> {
    /// Rules for everyone: the first with the same ports.
    everyone: Vec<(RuleAt<'a>, ConnSet)>,
    /// Blocks by their prefix, in reading order.
    blocks: HashMap<Cidr, Vec<Wide<'a>>>,
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
    for at in context
        .rules()
        .filter(|at| at.rule.action == Action::Accept)
    {
        rules.at_mut(at.id).push(at);
    }
    let budget = Budget::new(context.cluster.policies.len());
    for (id, policy) in context.policies() {
        let holed: Vec<&RuleAt<'_>> = rules.at(id).iter().filter(|at| has_holes(at)).collect();
        if policy.tier != Tier::NetworkPolicy || holed.is_empty() {
            continue;
        }
        let over = context.over_all_of(id, &budget, |_| true);
        for direction in Direction::BOTH {
            let mut holed = holed
                .iter()
                .filter(|at| at.direction == direction)
                .peekable();
            if holed.peek().is_none() {
                continue;
            }
            let others = over.iter().flat_map(|&other| rules.at(other));
            let openers = Openers::new(others.filter(|it| it.direction == direction));
            for at in holed.filter(|at| !context.may_be_denied_first(at)) {
                holes_of(context, at, &openers, facts);
            }
        }
    }
}

fn has_holes(at: &RuleAt<'_>) -> bool {
    blocks(at.rule).any(|(_, block)| !block.except.is_empty())
}

fn holes_of<'a>(context: &Context<'_>, at: &RuleAt<'a>, openers: &Openers<'a>, facts: &mut Facts) {
    let wanted = on_address(&at.rule.ports);
    for (index, block) in blocks(at.rule) {
        // The holes that one peer fills are one finding.
        let mut filled: Vec<(Opener<'a>, Vec<Hole>)> = Vec::new();
        for (place, &cidr) in block.except.iter().enumerate() {
            let own = (at.id, at.index, Some(index));
            let Some(opener) = openers.best(own, cidr, &wanted) else {
                continue;
            };
            let hole = Hole {
                cidr,
                path: format!("{}.ipBlock.except[{place}]", at.peer_path(index)),
                whole: opener.addresses == AddressSet::from_cidrs([cidr]),
            };
            match filled
                .iter_mut()
                .find(|(it, _)| it.place() == opener.place())
            {
                Some((_, holes)) => holes.push(hole),
                None => filled.push((opener, vec![hole])),
            }
        }
        for (opener, holes) in &filled {
            facts.add(fact(context, at, holes, &wanted, opener));
        }
    }
}

impl<'a> Openers<'a> {
    fn new<'r>(rules: impl Iterator<Item = &'r RuleAt<'a>>) -> Self
    where
        'a: 'r,
    {
        let mut openers = Self::default();
        for rule in rules {
            let open = on_address(&rule.rule.ports);
            let everyone = &mut openers.everyone;
            match &rule.rule.peers {
                Peers::Anyone if everyone.iter().all(|(_, it)| *it != open) => {
                    everyone.push((*rule, open));
                }
                Peers::Anyone => {}
                Peers::Listed(_) => openers.add_blocks(*rule, &Rc::new(open)),
            }
        }
        openers
    }

    fn add_blocks(&mut self, rule: RuleAt<'a>, open: &Rc<ConnSet>) {
        for (peer, block) in blocks(rule.rule) {
            let alike = self.blocks.entry(block.cidr).or_default();
            alike.push(Wide {
                rule,
                peer,
                block,
                open: Rc::clone(open),
            });
        }
    }

    /// Who opens a hole of the block at `own` on the wanted connections, or else on some of them, and
    /// cannot be meant to: the first of them.
    fn best(
        &self,
        own: (PolicyId, usize, Option<usize>),
        hole: Cidr,
        wanted: &ConnSet,
    ) -> Option<Opener<'a>> {
        // Who opens some ports to everyone means everyone.
        let mut everyone = self.everyone.iter();
        let everyone = everyone
            .find(|(_, open)| !wanted.is_empty() && wanted.is_subset(open))
            .map(|(rule, _)| Opener {
                rule: *rule,
                peer: None,
                addresses: AddressSet::from_cidrs([hole]),
                connections: wanted.clone(),
            });
        // Who writes the hole itself as a block means it: only larger ones count.
        let around = (0..hole.length()).filter_map(|length| Cidr::new(hole.first(), length));
        let around = around.filter_map(|cidr| self.blocks.get(&cidr));
        let blocks = around.filter_map(|alike| first_of(alike, own, hole, wanted));
        everyone.into_iter().chain(blocks).max_by_key(|it| {
            let all = wanted.is_subset(&it.connections);
            (all, std::cmp::Reverse(it.place()))
        })
    }
}

/// The first of blocks with one prefix that opens a hole on all wanted connections, or else on some.
fn first_of<'a>(
    alike: &[Wide<'a>],
    own: (PolicyId, usize, Option<usize>),
    hole: Cidr,
    wanted: &ConnSet,
) -> Option<Opener<'a>> {
    let mut some = None;
    for it in alike {
        if (it.rule.id, it.rule.index, Some(it.peer)) == own {
            continue;
        }
        let Some(opener) = it.opener(hole, wanted) else {
            continue;
        };
        if wanted.is_subset(&opener.connections) {
            return Some(opener);
        }
        some.get_or_insert(opener);
    }
    some
}

impl<'a> Wide<'a> {
    fn opener(&self, hole: Cidr, wanted: &ConnSet) -> Option<Opener<'a>> {
        let mut except = self.block.except.iter();
        if except.any(|&it| it == hole || it.strictly_contains(hole)) {
            return None;
        }
        let connections = self.open.intersection(wanted);
        let all = wanted.is_subset(&connections);
        // So is meant who opens some ports to the world.
        let meant = !all && (self.block.cidr.length() == 0 || connections.is_subset(&dns()));
        if connections.is_empty() || meant {
            return None;
        }
        let holed = AddressSet::from_cidrs([hole]);
        let addresses = self.block.addresses().intersection(&holed);
        (!addresses.is_empty()).then_some(Opener {
            rule: self.rule,
            peer: Some(self.peer),
            addresses,
            connections,
        })
    }
}

/// Port 53.
fn dns() -> ConnSet {
    Protocol::ALL.into_iter().fold(ConnSet::none(), |set, it| {
        set.union(&ConnSet::of(it, PortSet::single(53)))
    })
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
            "policies only add: addresses excluded here are still allowed as `{field}` of these pods"
        ))
        .fix(format!(
            "write the same `except` for `{there}` of `{policy}`, or remove it here"
        ))
}
