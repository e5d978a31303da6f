//! Addresses: which of them are the cluster's own, and where policies tell them apart.

use crate::model::{Cluster, NodeId, PeerMatch, Peers, PodId, Policy, Rule, ServiceId};
use crate::net::{AddressSet, RangeSet};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A set of addresses with those of the cluster taken out of it.
#[derive(Debug)]
pub struct Inside {
    /// Pods with an address in the set.
    pub pods: Vec<PodId>,
    /// Nodes with an address in the set.
    pub nodes: Vec<NodeId>,
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
            .map(|(id, _)| id)
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
            .flat_map(|&node| &cluster.nodes.at(node).ips)
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

/// Where the blocks of some policies begin or have ended: between two cuts, no policy tells one
/// address from another.
#[derive(Debug, Clone, Default)]
pub struct Cuts {
    v4: Vec<u32>,
    v6: Vec<u128>,
}

impl Cuts {
    /// The cuts of these policies.
    pub fn of<'a>(policies: impl Iterator<Item = &'a Policy>) -> Self {
        let rules =
            policies.flat_map(|policy| policy.ingress.iter().chain(&policy.egress).flatten());
        let mut cuts = Self::default();
        for cidr in rules.flat_map(blocks) {
            match (cidr.first(), cidr.last()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => {
                    cuts.v4.push(first.to_bits());
                    cuts.v4.extend(last.to_bits().checked_add(1));
                }
                (IpAddr::V6(first), IpAddr::V6(last)) => {
                    cuts.v6.push(first.to_bits());
                    cuts.v6.extend(last.to_bits().checked_add(1));
                }
                // A prefix does not change family between its ends.
                (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => {}
            }
        }
        cuts.add(&AddressSet::none());
        cuts
    }

    /// Cuts before and after every range of `set`, too.
    pub fn add(&mut self, set: &AddressSet) {
        for &(first, last) in set.v4().ranges() {
            self.v4.push(first);
            self.v4.extend(last.checked_add(1));
        }
        for &(first, last) in set.v6().ranges() {
            self.v6.push(first);
            self.v6.extend(last.checked_add(1));
        }
        self.v4.sort_unstable();
        self.v4.dedup();
        self.v6.sort_unstable();
        self.v6.dedup();
    }

    /// A number that two addresses of one family share exactly if no cut is between them.
    pub fn part(&self, address: IpAddr) -> (bool, usize) {
        match address {
            IpAddr::V4(ip) => (false, self.v4.partition_point(|&cut| cut <= ip.to_bits())),
            IpAddr::V6(ip) => (true, self.v6.partition_point(|&cut| cut <= ip.to_bits())),
        }
    }

    /// The parts of `set`, each with its first address.
    pub fn split(&self, set: &AddressSet) -> Vec<(IpAddr, AddressSet)> {
        let mut parts: BTreeMap<(bool, usize), Vec<AddressSet>> = BTreeMap::new();
        for (first, last) in pieces(set.v4().ranges(), &self.v4, |cut: u32| cut.checked_sub(1)) {
            let piece = AddressSet::from_parts(RangeSet::range(first, last), RangeSet::empty());
            let key = self.part(Ipv4Addr::from_bits(first).into());
            parts.entry(key).or_default().push(piece);
        }
        for (first, last) in pieces(set.v6().ranges(), &self.v6, |cut: u128| cut.checked_sub(1)) {
            let piece = AddressSet::from_parts(RangeSet::empty(), RangeSet::range(first, last));
            let key = self.part(Ipv6Addr::from_bits(first).into());
            parts.entry(key).or_default().push(piece);
        }
        parts
            .into_values()
            .map(AddressSet::union_of)
            .filter_map(|part| Some((part.first()?, part)))
            .collect()
    }
}

/// The prefixes whose edges a rule can tell.
fn blocks(rule: &Rule) -> impl Iterator<Item = crate::net::Cidr> {
    let peers = match &rule.peers {
        Peers::Anyone => &[][..],
        Peers::Listed(peers) => peers,
    };
    peers
        .iter()
        .filter_map(|peer| match &peer.matches {
            PeerMatch::IpBlock(block) => Some(block),
            PeerMatch::Pods(_) => None,
        })
        .flat_map(|block| std::iter::once(block.cidr).chain(block.except.iter().copied()))
}

/// Closed ranges cut before every cut.
fn pieces<T: Copy + Ord>(
    ranges: &[(T, T)],
    cuts: &[T],
    before: impl Fn(T) -> Option<T>,
) -> Vec<(T, T)> {
    let mut out = Vec::new();
    for &(first, last) in ranges {
        let mut start = first;
        let from = cuts.partition_point(|&cut| cut <= first);
        for &cut in cuts.iter().skip(from).take_while(|&&cut| cut <= last) {
            out.extend(before(cut).map(|end| (start, end)));
            start = cut;
        }
        out.push((start, last));
    }
    out
}
