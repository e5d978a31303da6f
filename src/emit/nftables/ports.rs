//! Ports as tests: a few as rules of their own, more as one set.

use crate::emit::name::{fingerprint, key};
use crate::net::{ConnSet, Protocol};
use std::fmt;

/// How many tests of ports, or of address blocks, stand in a rule each; more share a set. A set costs more
/// to load than rules do, and sets of blocks more to search.
pub(super) const FEW: usize = 3;

/// How many entries have to have a short list of ports in common for it to be a set.
const SHARED: usize = 32;

/// Ports of protocols of which not all ports are meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PortList(Vec<Ports>);

/// The ports from `first` to `last` of a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ports {
    protocol: Protocol,
    first: u16,
    last: u16,
}

impl PortList {
    /// The ports of protocols that `connections` has a part of.
    pub(super) fn of(connections: &ConnSet) -> Self {
        let parts = Protocol::ALL.into_iter().filter(|&protocol| {
            // All ports of a protocol are a test of the protocol alone.
            !connections.ports(protocol).is_all()
        });
        let parts = parts.flat_map(|protocol| {
            let ranges = connections.ports(protocol).ranges().iter();
            ranges.map(move |&(first, last)| Ports {
                protocol,
                first,
                last,
            })
        });
        Self(parts.collect())
    }

    /// Whether it is a set, where so many entries have it: if it is too long for a rule each, or those
    /// rules would be many.
    pub(super) fn is_set(&self, entries: usize) -> bool {
        self.0.len() > FEW || (self.0.len() > 1 && entries >= SHARED)
    }

    pub(super) fn has_ranges(&self) -> bool {
        self.0.iter().any(|ports| ports.first < ports.last)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Ports> {
        self.0.iter()
    }

    /// The name of its set.
    pub(super) fn name(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        let parts = std::iter::once("ports").chain(parts.iter().map(String::as_str));
        format!("t_{}", fingerprint(&key(parts)))
    }
}

/// The tests of a packet that together say what `connections` says, each with a space behind it; of a
/// list of ports that is a set, its name.
pub(super) fn tests(connections: &ConnSet, is_set: impl Fn(&PortList) -> bool) -> Vec<String> {
    let whole = Protocol::ALL.into_iter();
    let whole = whole.filter(|&protocol| connections.ports(protocol).is_all());
    let mut tests: Vec<String> = whole
        .map(|protocol| format!("meta l4proto {} ", protocol.small_name()))
        .collect();
    let list = PortList::of(connections);
    if is_set(&list) {
        tests.push(format!("meta l4proto . th dport @{} ", list.name()));
    } else {
        tests.extend(list.elements().copied().map(Ports::test));
    }
    tests
}

impl Ports {
    fn test(self) -> String {
        format!(
            "{} dport {} ",
            self.protocol.small_name(),
            Range(self.first, self.last)
        )
    }
}

impl fmt::Display for Ports {
    /// As an element: `tcp . 8000-8080`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} . {}",
            self.protocol.small_name(),
            Range(self.first, self.last)
        )
    }
}

struct Range(u16, u16);

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(first, last) = self;
        if first == last {
            write!(f, "{first}")
        } else {
            write!(f, "{first}-{last}")
        }
    }
}
