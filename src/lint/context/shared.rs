//! What at least two clauses have, so that most of thousands need not be compared with all others, and
//! how many comparisons are made at all.

use super::clauses::Clause;
use super::cover::{doubled, holds, scope_within};
use super::ports::PortCover;
use crate::model::{PeerMatch, PodScope};
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::selector::Selector;
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Entries of rules that one rule of lint compares: about a second. What would take more is passed
/// over: a superfluous entry is a hint, not a mistake.
const MOST: usize = 10_000_000;

/// Those that it compares for each policy besides, so that those of a large cluster, of which each
/// has few beside it, are all compared.
const EACH: usize = 1_000;

/// What is left of the comparisons that a rule of lint may make.
#[derive(Debug)]
pub(in crate::lint) struct Budget(Cell<usize>);

impl Budget {
    /// For so many policies.
    pub(in crate::lint) fn new(policies: usize) -> Self {
        Self(Cell::new(MOST + policies.saturating_mul(EACH)))
    }

    /// Whether a clause can be compared with so many others, of which each is about as long.
    pub(in crate::lint) fn affords(&self, clause: &Clause<'_>, others: usize) -> bool {
        self.affords_entries(clause.weight().saturating_mul(others))
    }

    /// Whether so many entries can be compared.
    pub(in crate::lint) fn affords_entries(&self, entries: usize) -> bool {
        let left = self.0.get().checked_sub(entries);
        // What is too much leaves the rest to smaller policies.
        if let Some(left) = left {
            self.0.set(left);
        }
        left.is_some()
    }
}

/// What clauses have, and what at least two of them have.
#[derive(Debug)]
pub(in crate::lint) struct Shared<'a> {
    addresses: AddressSet,
    anyone: Opened,
    scopes: FxHashMap<&'a PodScope, Opened>,
    /// Scopes by a label that they ask for, and those that ask for none.
    asking: FxHashMap<(&'a str, &'a str), Vec<&'a PodScope>>,
    loose: Vec<&'a PodScope>,
}

/// The ports of the clauses with one peer.
#[derive(Debug, Default)]
struct Opened {
    clauses: usize,
    once: PortCover,
    /// Those that at least two of them have.
    twice: PortCover,
}

impl Opened {
    fn of(covers: &[&PortCover]) -> Self {
        let numbers = Protocol::ALL.map(|protocol| {
            let all = covers.iter();
            let ranges = all.flat_map(|it| it.fixed.ports(protocol).ranges().iter().copied());
            ConnSet::of(protocol, doubled(ranges.collect()))
        });
        let (mut seen, mut names) = (BTreeSet::new(), BTreeSet::new());
        for name in covers.iter().flat_map(|it| &it.names) {
            if !seen.insert(name) {
                names.insert(name.clone());
            }
        }
        Self {
            clauses: covers.len(),
            once: PortCover::together(covers.iter().copied()),
            twice: PortCover {
                fixed: ConnSet::union_of(numbers),
                names,
            },
        }
    }
}

impl<'a> Shared<'a> {
    /// Of these clauses; it holds too when some of them are taken away.
    pub(in crate::lint) fn of<'c>(clauses: impl IntoIterator<Item = &'c Clause<'a>>) -> Self
    where
        'a: 'c,
    {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        let mut anyone: Vec<&PortCover> = Vec::new();
        let mut scopes: FxHashMap<&PodScope, Vec<&PortCover>> = FxHashMap::default();
        for clause in clauses {
            match clause.matches {
                None => anyone.push(&clause.ports),
                // These are compared with each of the others.
                Some(PeerMatch::Nodes(_) | PeerMatch::DomainName(_)) => {}
                Some(PeerMatch::Pods(scope)) => {
                    scopes.entry(scope).or_default().push(&clause.ports);
                }
                Some(PeerMatch::IpBlock(block)) => {
                    let addresses = block.addresses();
                    v4.extend_from_slice(addresses.v4().ranges());
                    v6.extend_from_slice(addresses.v6().ranges());
                }
            }
        }
        let mut shared = Self {
            addresses: AddressSet::from_parts(doubled(v4), doubled(v6)),
            anyone: Opened::of(&anyone),
            scopes: FxHashMap::default(),
            asking: FxHashMap::default(),
            loose: Vec::new(),
        };
        for (scope, covers) in scopes {
            shared.add(scope, Opened::of(&covers));
        }
        shared
    }

    fn add(&mut self, scope: &'a PodScope, opened: Opened) {
        self.scopes.insert(scope, opened);
        match asked(&scope.pods) {
            Some((key, values)) => {
                for value in values {
                    self.asking.entry((key, value)).or_default().push(scope);
                }
            }
            None => self.loose.push(scope),
        }
    }

    /// Whether the others may cover a clause: what is needed for that, and found without comparing
    /// it with each of them.
    pub(in crate::lint) fn may_cover(&self, clause: &Clause<'_>, budget: &Budget) -> bool {
        match clause.matches {
            Some(PeerMatch::IpBlock(block)) => {
                let addresses = block.addresses();
                let (v4, v6) = (self.addresses.v4(), self.addresses.v6());
                // Who opens DNS to everyone, say, has no part in other ports.
                (self.anyone.clauses > 0 && clause.ports.meets(&self.anyone.once))
                    || (addresses.v4().ranges().iter().all(|&it| holds(v4, it))
                        && addresses.v6().ranges().iter().all(|&it| holds(v6, it)))
            }
            Some(PeerMatch::Pods(scope)) => self.may_open(clause, scope, budget),
            Some(PeerMatch::Nodes(_) | PeerMatch::DomainName(_)) => true,
            None => may_be_within(&clause.ports, &[(&self.anyone, true)]),
        }
    }

    fn may_open(&self, clause: &Clause<'_>, scope: &PodScope, budget: &Budget) -> bool {
        let tests = scope.pods.tests().iter();
        let asking = tests.filter_map(|(key, test)| {
            let value = test.only_values()?.first()?;
            self.asking.get(&(&**key, &**value))
        });
        let candidates: Vec<_> = asking.flatten().chain(&self.loose).copied().collect();
        if !budget.affords(clause, candidates.len()) {
            return false;
        }
        let wider = candidates
            .into_iter()
            .filter(|other| scope_within(scope, other));
        let wider = wider.filter_map(|other| Some((self.scopes.get(other)?, *other == *scope)));
        let others: Vec<(&Opened, bool)> = wider.chain([(&self.anyone, false)]).collect();
        may_be_within(&clause.ports, &others)
    }
}

/// Whether ports may be among those of others; of the clauses of their own peer, which they are
/// among, what two of them have counts.
fn may_be_within(ports: &PortCover, others: &[(&Opened, bool)]) -> bool {
    let of = |(opened, own): &(&'_ Opened, bool)| {
        let opened: &Opened = opened;
        if *own { &opened.twice } else { &opened.once }.clone()
    };
    let all: Vec<PortCover> = others.iter().map(of).collect();
    let numbers = ConnSet::union_of(all.iter().map(|it| &it.fixed));
    // A name is within a clause with all numbers, of which there may be one.
    let once = ConnSet::union_of(others.iter().map(|(opened, _)| &opened.once.fixed));
    let any_protocol = |name: &Arc<str>| {
        let it = (Arc::clone(name), None);
        others
            .iter()
            .any(|(opened, _)| opened.once.names.contains(&it))
    };
    let named = |it: &(Arc<str>, Option<Protocol>)| {
        let (name, protocol) = it;
        let whole = |protocol: Protocol| once.ports(protocol).is_all();
        all.iter().any(|other| other.names.contains(it))
            || (protocol.is_some() && any_protocol(name))
            || protocol.map_or_else(|| once.is_all(), whole)
    };
    ports.fixed.is_subset(&numbers) && ports.names.iter().all(named)
}

/// A key that a selector asks for, and the values that it may have.
pub(in crate::lint) fn asked(selector: &Selector) -> Option<(&str, impl Iterator<Item = &str>)> {
    let mut tests = selector.tests().iter();
    tests.find_map(|(key, test)| {
        let values = test.only_values()?;
        Some((&**key, values.iter().map(Arc::as_ref)))
    })
}
