//! From an address to its rules in few steps: chains of prefixes, and of hosts in the last.
//!
//! A chain that would be long becomes up to [`PARTS`] parts: the heaviest is split at the first bit in
//! which its addresses differ, until none is long. A part is a chain of its own; where it is
//! one address, the rules of that stand in its place.

use crate::net::{Cidr, Family};
use std::net::IpAddr;

/// Into how many parts a chain is split: about 3 comparisons a bit would be best, but each chain costs too.
const PARTS: usize = 8;

/// The longest chain that is not split, in rules.
const LONGEST: usize = 16;

/// How deep chains go. Packets cross at most 16 chains (`nf_tables` refuses more), and four lie outside:
/// FORWARD, ours, and two of the group. No real address plan comes near: beyond, chains are long.
const DEEPEST: usize = 10;

/// A chain with its rules, which are what follows `-A NAME`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) name: String,
    pub(super) rules: Vec<String>,
}

/// The rules of one address, all of which test for it.
pub(super) struct Host {
    pub(super) address: IpAddr,
    pub(super) rules: Vec<String>,
}

/// How chains are written.
pub(super) struct Trie<'a> {
    /// `-s` or `-d`.
    pub(super) flag: &'static str,
    /// The name of the chain for a prefix.
    pub(super) name: &'a dyn Fn(Cidr) -> String,
}

impl Trie<'_> {
    /// The chain `name` for hosts in the order of their addresses, all of one family, and the chains
    /// that it leads to.
    pub(super) fn chains(&self, name: String, hosts: &[Host]) -> Vec<Chain> {
        let mut chains = Vec::new();
        self.grow(name, hosts, DEEPEST, &mut chains);
        chains
    }

    fn grow(&self, name: String, hosts: &[Host], levels: usize, chains: &mut Vec<Chain>) {
        let mut rules = Vec::new();
        let mut below = Vec::new();
        let parts = if levels == 0 {
            vec![hosts]
        } else {
            parts(hosts)
        };
        let whole = parts.len() <= 1;
        for part in parts {
            match common(part).filter(|_| !whole && part.len() > 1) {
                Some(prefix) => {
                    let name = (self.name)(prefix);
                    rules.push(format!("{} {prefix} -g {name}", self.flag));
                    below.push((name, part));
                }
                None => rules.extend(part.iter().flat_map(|host| host.rules.iter().cloned())),
            }
        }
        chains.push(Chain { name, rules });
        for (name, part) in below {
            self.grow(name, part, levels - 1, chains);
        }
    }
}

fn weight(hosts: &[Host]) -> usize {
    hosts.iter().map(|host| host.rules.len()).sum()
}

/// The parts of a chain, in order; one if it is short.
fn parts(hosts: &[Host]) -> Vec<&[Host]> {
    let mut parts = vec![(weight(hosts), hosts)];
    while parts.len() < PARTS {
        let heaviest = parts.iter().enumerate();
        let heaviest = heaviest
            .filter(|(_, (weight, part))| *weight > LONGEST && part.len() > 1)
            .max_by_key(|(index, (weight, _))| (*weight, std::cmp::Reverse(*index)));
        let Some((index, &(_, part))) = heaviest else {
            break;
        };
        let (low, high) = halves(part);
        let both = [(weight(low), low), (weight(high), high)];
        parts.splice(index..=index, both);
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Splits at the first bit in which addresses differ.
fn halves(part: &[Host]) -> (&[Host], &[Host]) {
    let (Some(first), Some(last)) = (part.first(), part.last()) else {
        return (part, &[]);
    };
    let differing = bits(first.address) ^ bits(last.address);
    let Some(bit) = differing.checked_ilog2() else {
        return (part, &[]);
    };
    let low = |host: &Host| bits(host.address) & (1 << bit) == 0;
    part.split_at(part.partition_point(low))
}

/// The longest prefix around all addresses.
fn common(part: &[Host]) -> Option<Cidr> {
    let (first, last) = (part.first()?.address, part.last()?.address);
    let width = match Family::of(first) {
        Family::V4 => 32,
        Family::V6 => 128,
    };
    let differing = bits(first) ^ bits(last);
    let length = width - differing.checked_ilog2().map_or(0, |bit| bit + 1);
    Cidr::new(first, u8::try_from(length).ok()?)
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}
