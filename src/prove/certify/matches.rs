//! The tests of statements as formulas over who stands at the two ends, and the packet.
//!
//! Rulesets test addresses, and a set may hold as many as there are pods. Held against everybody
//! who may stand at an end, each test would cost both numbers multiplied. Instead the shorter list
//! is gone through and looked up in the other, and sets are remembered where all that there are may
//! stand at an end. A set of pairs that says "any of these clients to any of these servers" has as
//! many pairs as both multiplied; ends with the same partners are taken together again, which makes
//! it one conjunction of two sets.

use super::ends::Ends;
use super::view::{Stand, View, number};
use crate::emit::read::{Match, Members, PacketEnd, Ruleset, SetId};
use crate::net::{AddressSet, Cidr, ConnSet, Family, PortSet};
use crate::prove::encode::{Encoder, Who};
use crate::prove::formula::Formula;
use crate::trace::Endpoint;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Tests of one ruleset, as formulas of one encoder.
pub(super) struct Tests<'r> {
    ruleset: &'r Ruleset,
    view: &'r View<'r>,
    /// Pairs of sets by their first part, and by their second.
    pairs: FxHashMap<SetId, [Vec<(u128, u128)>; 2]>,
    /// Sets of addresses, by end and whether that is inside the cluster, where all that are there may
    /// stand.
    sets: FxHashMap<(SetId, PacketEnd, bool), Formula>,
}

impl<'r> Tests<'r> {
    pub(super) fn new(ruleset: &'r Ruleset, view: &'r View<'r>) -> Self {
        let mut pairs = FxHashMap::default();
        for (id, set) in ruleset.sets.iter() {
            if let Members::Pairs(all) = &set.members {
                let own = all
                    .iter()
                    .filter(|(from, _)| Family::of(*from) == view.family);
                let forth: Vec<(u128, u128)> = own.map(|(a, b)| (number(*a), number(*b))).collect();
                let mut back: Vec<(u128, u128)> = forth.iter().map(|&(a, b)| (b, a)).collect();
                back.sort_unstable();
                pairs.insert(id, [forth, back]);
            }
        }
        Self {
            ruleset,
            view,
            pairs,
            sets: FxHashMap::default(),
        }
    }

    /// A test between two ends.
    pub(super) fn test(
        &mut self,
        encoder: &mut Encoder<'_>,
        ends: Ends<'_>,
        test: &Match,
    ) -> Formula {
        match test {
            Match::In(end, set) => self.in_set(encoder, ends, *end, *set),
            Match::Within(end, first, last) => {
                let block = AddressSet::range(*first, *last);
                self.in_addresses(encoder, ends.at(*end), &block)
            }
            Match::Pair(first, set) => self.pair(encoder, ends, *first, *set),
            Match::Protocol(own) => encoder.packet_in(&ConnSet::of(*own, PortSet::all())),
            Match::Connection(all) => encoder.packet_in(all),
            Match::ConnectionIn(set) => match &self.ruleset.sets.at(*set).members {
                Members::Connections(all) => encoder.packet_in(all),
                Members::Addresses(_)
                | Members::Pairs(_)
                | Members::Destinations(_)
                | Members::Icmpv6(_) => encoder.formulas.constant(false),
            },
            Match::DestinationIn(set) => self.destination(encoder, ends, *set),
            Match::SourceLocal => self.local(encoder, ends),
            // A first packet of TCP, UDP or SCTP.
            Match::Established | Match::Icmpv6(_) | Match::Icmpv6In(_) => {
                encoder.formulas.constant(false)
            }
        }
    }

    fn in_set(
        &mut self,
        encoder: &mut Encoder<'_>,
        ends: Ends<'_>,
        end: PacketEnd,
        set: SetId,
    ) -> Formula {
        let stand = ends.at(end);
        let key = (set, end, stand.entries().is_some());
        if let Some(&known) = self.sets.get(&key).filter(|_| stand.whole) {
            return known;
        }
        let Members::Addresses(all) = &self.ruleset.sets.at(set).members else {
            return encoder.formulas.constant(false);
        };
        let formula = self.in_addresses(encoder, stand, all);
        if stand.whole {
            self.sets.insert(key, formula);
        }
        formula
    }

    /// The address of an end is in a set.
    fn in_addresses(
        &self,
        encoder: &mut Encoder<'_>,
        stand: &Stand<'_>,
        set: &AddressSet,
    ) -> Formula {
        let own = set.only(self.view.family);
        let Some(entries) = stand.entries() else {
            if self.view.is_inside(&own) {
                return encoder.formulas.constant(false);
            }
            return encoder.address_in(&own, stand.side.end, self.view.family);
        };
        let mut chosen = Vec::new();
        if entries.len() < own.ranges().count() {
            let inside = entries
                .iter()
                .filter(|(at, _)| own.contains(self.address(*at)));
            chosen.extend(inside.map(|(_, index)| *index));
        } else {
            for (first, last) in own.ranges() {
                let inside = stand.within(number(first), number(last));
                chosen.extend(inside.iter().map(|(_, index)| *index));
            }
        }
        encoder.chosen(&stand.side, &chosen)
    }

    fn address(&self, number: u128) -> IpAddr {
        match self.view.family {
            Family::V4 => Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX)).into(),
            Family::V6 => Ipv6Addr::from_bits(number).into(),
        }
    }

    /// The address of an end is one of these.
    pub(super) fn one_of(
        &self,
        encoder: &mut Encoder<'_>,
        ends: Ends<'_>,
        end: PacketEnd,
        addresses: impl IntoIterator<Item = u128>,
    ) -> Formula {
        let hosts = addresses.into_iter().map(|number| self.address(number));
        let hosts = AddressSet::from_cidrs(hosts.map(Cidr::host));
        self.in_addresses(encoder, ends.at(end), &hosts)
    }

    /// Goes through what a map has for addresses that may stand at an end.
    pub(super) fn known<'m, T>(
        &self,
        ends: Ends<'_>,
        end: PacketEnd,
        map: &'m BTreeMap<IpAddr, T>,
        mut found: impl FnMut(u128, &'m T),
    ) {
        match ends.at(end).entries() {
            Some(entries) if entries.len() < map.len() => {
                for &(address, _) in entries {
                    if let Some(value) = map.get(&self.address(address)) {
                        found(address, value);
                    }
                }
            }
            Some(_) | None => {
                let own = map
                    .iter()
                    .filter(|(key, _)| Family::of(**key) == self.view.family);
                for (key, value) in own {
                    found(number(*key), value);
                }
            }
        }
    }

    /// Both ends are a pair of a set.
    fn pair(
        &self,
        encoder: &mut Encoder<'_>,
        ends: Ends<'_>,
        first: PacketEnd,
        set: SetId,
    ) -> Formula {
        let Some([forth, back]) = self.pairs.get(&set) else {
            return encoder.formulas.constant(false);
        };
        let listed = |end| ends.at(end).entries().map_or(usize::MAX, <[_]>::len);
        let second = first.other();
        let (near, far, pairs) = if listed(first) <= listed(second) {
            (first, second, forth)
        } else {
            (second, first, back)
        };
        // Those at the far end with all their partners, then those that have the same partners.
        let mut partners: BTreeMap<u128, BTreeSet<u128>> = BTreeMap::new();
        let mut add = |pairs: &[(u128, u128)]| {
            for &(own, other) in pairs {
                partners.entry(other).or_default().insert(own);
            }
        };
        match ends.at(near).entries() {
            Some(entries) if entries.len() < pairs.len() => {
                for &(address, _) in entries {
                    let from = pairs.partition_point(|(own, _)| *own < address);
                    let to = pairs.partition_point(|(own, _)| *own <= address);
                    add(pairs.get(from..to).unwrap_or_default());
                }
            }
            Some(_) | None => add(pairs),
        }
        let mut alike: BTreeMap<BTreeSet<u128>, Vec<u128>> = BTreeMap::new();
        for (other, own) in partners {
            alike.entry(own).or_default().push(other);
        }
        let mut parts = Vec::new();
        for (own, others) in alike {
            let own = self.one_of(encoder, ends, near, own);
            let others = self.one_of(encoder, ends, far, others);
            parts.push(encoder.formulas.all([own, others]));
        }
        encoder.formulas.any(parts)
    }

    /// Destination, protocol and port are in a set.
    fn destination(&mut self, encoder: &mut Encoder<'_>, ends: Ends<'_>, set: SetId) -> Formula {
        let stand = ends.destination;
        let key = (set, PacketEnd::Destination, stand.entries().is_some());
        if let Some(&known) = self.sets.get(&key).filter(|_| stand.whole) {
            return known;
        }
        let Members::Destinations(all) = &self.ruleset.sets.at(set).members else {
            return encoder.formulas.constant(false);
        };
        let mut by_ports: BTreeMap<&ConnSet, Vec<u128>> = BTreeMap::new();
        let end = PacketEnd::Destination;
        self.known(ends, end, all, |address, ports| {
            by_ports.entry(ports).or_default().push(address);
        });
        let mut parts = Vec::new();
        for (all, addresses) in by_ports {
            let who = self.one_of(encoder, ends, end, addresses);
            let packet = encoder.packet_in(all);
            parts.push(encoder.formulas.all([who, packet]));
        }
        let formula = encoder.formulas.any(parts);
        if stand.whole {
            self.sets.insert(key, formula);
        }
        formula
    }

    /// The source is an address of the machine that judges: the node of the pod at the other end.
    fn local(&self, encoder: &mut Encoder<'_>, ends: Ends<'_>) -> Formula {
        let (Who::Listed(from), Who::Listed(to)) =
            (&ends.source.side.who, &ends.destination.side.who)
        else {
            return encoder.formulas.constant(false);
        };
        let mut nodes: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (index, end) in from.iter().enumerate() {
            if let Some(node) = self.view.host(*end) {
                nodes.entry(node).or_default().0.push(index);
            }
        }
        for (index, end) in to.iter().enumerate() {
            if let Endpoint::Pod(pod) = end
                && let Some(node) = pod.node.as_deref().filter(|_| !pod.host_network)
            {
                nodes.entry(node).or_default().1.push(index);
            }
        }
        let mut parts = Vec::new();
        for (hosts, pods) in nodes.into_values() {
            let hosts = encoder.chosen(&ends.source.side, &hosts);
            let pods = encoder.chosen(&ends.destination.side, &pods);
            parts.push(encoder.formulas.all([hosts, pods]));
        }
        encoder.formulas.any(parts)
    }
}
