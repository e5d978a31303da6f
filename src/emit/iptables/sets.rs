//! The sets of one family, as `ipset restore` reads them.

use super::names::{IpsetKind, Names};
use crate::emit::plan::{Members, NamedPortsId, PeerSetId, Plan};
use crate::net::{Cidr, Family, Protocol};
use crate::table::Table;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A set of one family.
struct Set {
    name: String,
    kind: IpsetKind,
    elements: Vec<String>,
    /// Whether a rule names it: only then it is written.
    used: bool,
}

/// The sets of one family.
pub(super) struct Sets {
    family: Family,
    /// None where the family can never have a member.
    peers: Table<PeerSetId, Option<Set>>,
    named: Table<NamedPortsId, Set>,
}

impl Sets {
    pub(super) fn new(plan: &Plan, names: &Names, family: Family) -> Self {
        let make = |kind: IpsetKind, key: &str, elements: Vec<String>| Set {
            name: names.set(kind, family, key, &elements),
            kind,
            elements,
            used: false,
        };
        let peers = plan.peers.rows().iter().map(|set| {
            let (kind, elements) = match &set.members {
                members if members.never(family) => return None,
                Members::Pods(pods) => {
                    let pods = pods.iter().filter(|&&ip| Family::of(ip) == family);
                    (IpsetKind::Pods, pods.map(ToString::to_string).collect())
                }
                Members::Blocks(blocks) => {
                    let blocks = blocks.only(family);
                    let cidrs = blocks.ranges().flat_map(|(first, last)| cidrs(first, last));
                    (
                        IpsetKind::Blocks,
                        cidrs.map(|cidr| cidr.to_string()).collect(),
                    )
                }
            };
            Some(make(kind, &set.key, elements))
        });
        let ports = plan.named.rows().iter().map(|set| {
            let members = set.members.iter();
            let members = members.filter(|(ip, ..)| Family::of(*ip) == family);
            let element = |&(ip, protocol, port): &(IpAddr, Protocol, u16)| {
                format!("{ip},{}:{port}", protocol.small_name())
            };
            make(
                IpsetKind::NamedPorts,
                &set.key,
                members.map(element).collect(),
            )
        });
        Self {
            family,
            peers: peers.collect(),
            named: ports.collect(),
        }
    }

    /// The name of a set, which a rule is about to use; none where the family can never have a member.
    pub(super) fn peers(&mut self, id: PeerSetId) -> Option<&str> {
        let set = self.peers.at_mut(id).as_mut()?;
        set.used = true;
        Some(&set.name)
    }

    /// The name of a set of named ports, which a rule is about to use.
    pub(super) fn named(&mut self, id: NamedPortsId) -> &str {
        let set = self.named.at_mut(id);
        set.used = true;
        &set.name
    }

    /// Writes the sets that rules use, in an order that the input has no part in.
    pub(super) fn write(&self, text: &mut String) {
        let peers = self.peers.rows().iter().flatten();
        let all = peers.chain(self.named.rows());
        let mut used: Vec<&Set> = all.filter(|set| set.used).collect();
        used.sort_by_key(|set| &set.name);
        for set in used {
            set.write(self.family, text);
        }
    }
}

/// The fewest buckets that the kernel makes.
const LEAST_BUCKETS: usize = 64;

/// How many elements `ipset` lets a set have if it is told nothing; room for those that are added later.
const LEAST_ROOM: usize = 65_536;

impl Set {
    fn write(&self, family: Family, text: &mut String) {
        let family = match family {
            Family::V4 => "inet",
            Family::V6 => "inet6",
        };
        let (name, kind, count) = (&self.name, self.kind.type_name(), self.elements.len());
        // Two elements a bucket: small sets are many, and the default of 1024 buckets is 8 kB each.
        let buckets = count.div_ceil(2).next_power_of_two().max(LEAST_BUCKETS);
        let room = count.next_power_of_two().max(LEAST_ROOM);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            text,
            "create {name} {kind} family {family} hashsize {buckets} maxelem {room} -exist"
        );
        for element in &self.elements {
            let _ = writeln!(text, "add {name} {element}");
        }
    }
}

/// The fewest prefixes that are the addresses from `first` to `last`, both of one family. Everything
/// is two halves: `hash:net` refuses a prefix of length 0.
fn cidrs(first: IpAddr, last: IpAddr) -> Vec<Cidr> {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            let (first, last) = (first.to_bits().into(), last.to_bits().into());
            let address = |bits: u128| {
                let bits = u32::try_from(bits).unwrap_or(u32::MAX);
                IpAddr::V4(Ipv4Addr::from_bits(bits))
            };
            blocks(first, last, 32)
                .filter_map(|(bits, length)| Cidr::new(address(bits), length))
                .collect()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => blocks(first.to_bits(), last.to_bits(), 128)
            .filter_map(|(bits, length)| Cidr::new(IpAddr::V6(Ipv6Addr::from_bits(bits)), length))
            .collect(),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => Vec::new(),
    }
}

/// First address and prefix length of the largest aligned blocks from `first` to `last`.
fn blocks(first: u128, last: u128, width: u8) -> impl Iterator<Item = (u128, u8)> {
    let mut next = Some(first);
    std::iter::from_fn(move || {
        let start = next.filter(|&start| start <= last)?;
        // One less than what is left, so that all of IPv6 has a number.
        let left = last - start;
        let fits = left.checked_add(1).map_or(128, u128::ilog2);
        let bits = fits.min(start.trailing_zeros()).min(u32::from(width) - 1);
        next = start.checked_add(1 << bits);
        Some((start, width - u8::try_from(bits).unwrap_or(width)))
    })
}
