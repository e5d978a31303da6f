//! Addresses: which of them are the cluster's own, and where policies tell them apart.
//!
//! A question about `10.0.0.0/8` must not ask about sixteen million addresses. [`Cuts`] finds the
//! few parts within which all blocks agree, so that one address speaks for each. Each set of
//! addresses has a random number that is toggled (xor) where a range of it begins and behind its
//! end. Going through the boundaries in order, equal results mean that the same sets match,
//! wherever the pieces are. Sets `10.0.0.0/8` and `10.1.0.0/16` make three IPv4 parts: in neither,
//! in the first only, in both.
//!
//! Cost: sorting the boundaries; the part of an address, one binary search.

use crate::model::{Cluster, IpBlock, NodeEnd, PeerMatch, PodId, Policy, ServiceId};
use crate::net::{AddressSet, Bound, RangeSet};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;

/// A set of addresses with those of the cluster taken out of it.
#[derive(Debug)]
pub struct Inside {
    /// Pods with an address in the set.
    pub pods: Vec<PodId>,
    /// Nodes with an address in the set, at that.
    pub nodes: Vec<NodeEnd>,
    /// Services with an address in the set, inside the cluster or outside.
    pub services: Vec<ServiceId>,
    /// The rest of the set.
    pub outside: AddressSet,
}

impl Inside {
    /// Who has the addresses of `set`. The address of a pod that shares its node's network is
    /// the node's, where the node was read.
    pub fn of(cluster: &Cluster, set: &AddressSet) -> Self {
        let within = |ips: &[IpAddr]| ips.iter().any(|&ip| set.contains(ip));
        let of_nodes: BTreeSet<IpAddr> = cluster
            .nodes
            .rows()
            .iter()
            .flat_map(|node| node.ips.iter().copied())
            .collect();
        let nodes: Vec<_> = cluster
            .nodes
            .iter()
            .filter(|(_, node)| within(&node.ips))
            .flat_map(|(id, node)| {
                let ips = node.ips.iter().copied();
                NodeEnd::all_of(id, ips.filter(|ip| set.contains(*ip)))
            })
            .collect();
        let pods: Vec<_> = cluster
            .pods
            .iter()
            .filter(|(_, pod)| within(&pod.ips))
            .filter(|(_, pod)| {
                !(pod.host_network && pod.ips.iter().any(|ip| of_nodes.contains(ip)))
            })
            .map(|(id, _)| id)
            .collect();
        let services: Vec<_> = cluster
            .services
            .iter()
            .filter(|(_, service)| within(&service.addresses) || within(&service.outside.addresses))
            .map(|(id, _)| id)
            .collect();
        let known = nodes
            .iter()
            .flat_map(|end| &cluster.nodes.at(end.node).ips)
            .chain(pods.iter().flat_map(|&pod| &cluster.pods.at(pod).ips))
            .chain(
                services
                    .iter()
                    .flat_map(|&service| cluster.services.at(service).all_addresses()),
            );
        let outside = set.difference(&AddressSet::from_hosts(known.copied()));
        Self {
            pods,
            nodes,
            services,
            outside,
        }
    }
}

/// Which addresses some policies tell apart: two that are among the peers of the same rules are of
/// one part, wherever they stand.
#[derive(Debug, Clone, Default)]
pub struct Cuts {
    v4: Line<u32>,
    v6: Line<u128>,
    /// Numbers that nobody can foresee who writes manifests, so that the sums of different sets
    /// differ.
    key: RandomState,
    sets: usize,
}

/// A part of all addresses: its family, and a number by the order of first addresses.
pub type Part = (bool, usize);

impl Cuts {
    /// What these policies tell apart.
    pub fn of<'a>(policies: impl Iterator<Item = &'a Policy>) -> Self {
        let rules = policies.flat_map(Policy::all_rules);
        let mut cuts = Self::default();
        for rule in rules {
            // Of one rule it does not matter which of its blocks an address is in.
            let blocks = rule.blocks().map(IpBlock::addresses);
            cuts.tell_apart(&AddressSet::union_of(blocks));
        }
        cuts.v4.settle();
        cuts.v6.settle();
        cuts
    }

    /// Tells the addresses of nodes apart that peers of these policies name, too, and those of the others.
    pub fn add_nodes<'a>(&mut self, cluster: &Cluster, policies: impl Iterator<Item = &'a Policy>) {
        let rules = policies.flat_map(Policy::all_rules);
        for peer in rules.flat_map(|rule| rule.peers.listed()) {
            if let PeerMatch::Nodes(nodes) = &peer.matches {
                for matching in [true, false] {
                    self.tell_apart(&cluster.node_addresses(nodes, matching));
                }
            }
        }
        self.v4.settle();
        self.v6.settle();
    }

    /// Tells what is in `set` from the rest, too.
    pub fn add(&mut self, set: &AddressSet) {
        self.tell_apart(set);
        self.v4.settle();
        self.v6.settle();
    }

    fn tell_apart(&mut self, set: &AddressSet) {
        let half = |half: bool| u128::from(self.key.hash_one((self.sets, half)));
        let number = half(true) << 64 | half(false);
        self.sets += 1;
        for &(first, last) in set.v4().ranges() {
            self.v4.toggle(first, last.next(), number);
        }
        for &(first, last) in set.v6().ranges() {
            self.v6.toggle(first, last.next(), number);
        }
    }

    /// The part of an address.
    pub fn part(&self, address: IpAddr) -> Part {
        match address {
            IpAddr::V4(ip) => (false, self.v4.part(ip.to_bits())),
            IpAddr::V6(ip) => (true, self.v6.part(ip.to_bits())),
        }
    }

    /// The parts of `set`, each with its first address.
    pub fn split(&self, set: &AddressSet) -> Vec<(IpAddr, AddressSet)> {
        let v4 = self.v4.split(set.v4().ranges());
        let v4 = v4.map(|ranges| AddressSet::from_parts(ranges, RangeSet::none()));
        let v6 = self.v6.split(set.v6().ranges());
        let v6 = v6.map(|ranges| AddressSet::from_parts(RangeSet::none(), ranges));
        let mut parts: Vec<_> = v4
            .chain(v6)
            .filter_map(|part| Some((part.first()?, part)))
            .collect();
        parts.sort_unstable_by_key(|(first, _)| *first);
        parts
    }
}

/// The parts of one family.
#[derive(Debug, Clone, Default)]
struct Line<T> {
    /// Where sets begin and have ended, with the numbers of these sets.
    edges: Vec<(T, u128)>,
    /// Where parts begin, and which. Before the first one stands part 0.
    starts: Vec<(T, usize)>,
}

impl<T: Bound> Line<T> {
    fn toggle(&mut self, first: T, behind: Option<T>, number: u128) {
        self.edges.push((first, number));
        self.edges.extend(behind.map(|behind| (behind, number)));
    }

    /// Finds out where parts begin.
    fn settle(&mut self) {
        self.edges.sort_unstable_by_key(|(at, _)| *at);
        self.starts.clear();
        let mut numbers = HashMap::from([(0, 0)]);
        let (mut sum, mut part) = (0, 0);
        for edges in self.edges.chunk_by(|(a, _), (b, _)| a == b) {
            sum = edges.iter().fold(sum, |sum, (_, number)| sum ^ number);
            let next = numbers.len();
            let number = *numbers.entry(sum).or_insert(next);
            if let (Some((at, _)), true) = (edges.first(), number != part) {
                part = number;
                self.starts.push((*at, part));
            }
        }
    }

    fn part(&self, number: T) -> usize {
        let behind = self.starts.partition_point(|(start, _)| *start <= number);
        let start = behind.checked_sub(1).and_then(|it| self.starts.get(it));
        start.map_or(0, |(_, part)| *part)
    }

    /// What is of each part in `ranges`, which are in order.
    fn split(&self, ranges: &[(T, T)]) -> impl Iterator<Item = RangeSet<T>> + use<T> {
        let mut parts: BTreeMap<usize, Vec<(T, T)>> = BTreeMap::new();
        for &(first, last) in ranges {
            let (mut start, mut part) = (first, self.part(first));
            let from = self.starts.partition_point(|(cut, _)| *cut <= first);
            let cuts = self.starts.iter().skip(from);
            for &(cut, next) in cuts.take_while(|(cut, _)| *cut <= last) {
                let piece = cut.previous().map(|end| (start, end));
                parts.entry(part).or_default().extend(piece);
                (start, part) = (cut, next);
            }
            parts.entry(part).or_default().push((start, last));
        }
        parts.into_values().map(RangeSet::from_ranges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Cidr;

    fn set(cidrs: &[&str]) -> AddressSet {
        AddressSet::from_cidrs(cidrs.iter().map(|it| Cidr::parse(it).unwrap()))
    }

    fn cuts(sets: &[&[&str]]) -> Cuts {
        let mut cuts = Cuts::default();
        for cidrs in sets {
            cuts.add(&set(cidrs));
        }
        cuts
    }

    fn part(cuts: &Cuts, address: &str) -> Part {
        cuts.part(address.parse().unwrap())
    }

    #[test]
    fn addresses_in_the_same_sets_are_of_one_part() {
        let cuts = cuts(&[
            &["10.0.0.0/8", "192.168.0.0/16"],
            &["10.1.0.0/16", "fd00::/8"],
        ]);
        for (a, b, same) in [
            ("10.0.0.1", "192.168.3.4", true),
            ("10.0.255.255", "10.1.0.0", false),
            ("10.1.255.255", "10.2.0.0", false),
            ("9.255.255.255", "11.0.0.0", true),
            ("0.0.0.0", "255.255.255.255", true),
            ("fd00::1", "fdff::", true),
            ("fd00::1", "fe00::", false),
            ("::", "0.0.0.0", false),
        ] {
            assert_eq!(part(&cuts, a) == part(&cuts, b), same, "{a} {b}");
        }
    }

    #[test]
    fn a_set_falls_into_its_parts_by_their_first_addresses() {
        let cuts = cuts(&[&["10.0.0.0/30", "10.0.0.8/30"], &["10.0.0.2/31"]]);
        let parts = cuts.split(&set(&["10.0.0.0/28", "fd00::/127"]));
        let found: Vec<String> = parts
            .iter()
            .map(|(first, part)| {
                let ranges = part.ranges().map(|(first, last)| format!("{first}-{last}"));
                format!("{first}: {}", ranges.collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(
            found,
            [
                "10.0.0.0: 10.0.0.0-10.0.0.1 10.0.0.8-10.0.0.11",
                "10.0.0.2: 10.0.0.2-10.0.0.3",
                "10.0.0.4: 10.0.0.4-10.0.0.7 10.0.0.12-10.0.0.15",
                "fd00::: fd00::-fd00::1",
            ]
        );
    }

    #[test]
    fn sets_that_cancel_out_leave_one_part() {
        let cuts = cuts(&[&["0.0.0.0/0"]]);
        assert_eq!(cuts.split(&AddressSet::all()).len(), 2);
    }
}
