//! Packets on both sides of every boundary that policies draw, with what `trace` says of them.

use super::super::addressed::in_family;
use super::super::packet::{Kind, is_forwarded};
use super::super::probe::Probe;
use netpolc::model::{Cluster, IpBlock, NodeEnd, Objects, Peer, Peers, PortTest, Ports, Rule};
use netpolc::net::{Family, Protocol};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A packet, and whether it passes; none where `trace` does not say.
pub type Known = (Probe, Option<bool>);

/// Outside of everything that clusters here speak of.
const ELSEWHERE: [&str; 2] = ["198.18.7.7", "2001:db8:ffff::7"];

pub fn kind(protocol: Protocol, port: u16) -> Kind {
    match protocol {
        Protocol::Tcp => Kind::Tcp(port),
        Protocol::Udp => Kind::Udp(port),
        Protocol::Sctp => Kind::Sctp(port),
    }
}

fn rules(objects: &Objects) -> impl Iterator<Item = &Rule> {
    let policies = objects.policies.iter();
    policies.flat_map(|policy| policy.ingress.iter().chain(&policy.egress).flatten())
}

fn blocks(objects: &Objects) -> impl Iterator<Item = &IpBlock> {
    let listed = rules(objects).filter_map(|rule| match &rule.peers {
        Peers::Listed(peers) => Some(peers),
        Peers::Anyone => None,
    });
    listed.flatten().filter_map(Peer::block)
}

/// An address `by` further on; none past the ends.
pub fn moved(address: IpAddr, by: i8) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => {
            let bits = address.to_bits().checked_add_signed(by.into())?;
            Some(Ipv4Addr::from_bits(bits).into())
        }
        IpAddr::V6(address) => {
            let bits = address.to_bits().checked_add_signed(by.into())?;
            Some(Ipv6Addr::from_bits(bits).into())
        }
    }
}

/// The addresses at both sides of both ends of every block and every hole, each with whether it
/// stands for its block: those packets are tried at every port.
fn edges(objects: &Objects) -> BTreeMap<IpAddr, bool> {
    let elsewhere = ELSEWHERE.map(|text| (text.parse().expect("an address"), true));
    let mut edges = BTreeMap::from(elsewhere);
    for block in blocks(objects) {
        edges.insert(block.cidr.first(), true);
        for cidr in block.except.iter().chain([&block.cidr]) {
            let (first, last) = (cidr.first(), cidr.last());
            let near = [Some(first), Some(last), moved(first, -1), moved(last, 1)];
            for address in near.into_iter().flatten() {
                edges.entry(address).or_default();
            }
        }
    }
    edges.retain(|ip, _| is_forwarded(*ip));
    edges
}

/// The ports at both sides of every port and range, and of what named ports may be, each with
/// whether it is one of those that are named.
fn connections(objects: &Objects) -> BTreeMap<(Protocol, u16), bool> {
    let mut all: BTreeMap<(Protocol, u16), bool> = Protocol::ALL
        .into_iter()
        .map(|protocol| ((protocol, 9), true))
        .collect();
    let mut add = |protocol, first: u16, last: u16| {
        let near = [first.saturating_sub(1), first, last, last.saturating_add(1)];
        for port in near.into_iter().filter(|port| *port > 0) {
            *all.entry((protocol, port)).or_default() |= port == first;
        }
    };
    for pod in &objects.pods {
        for port in pod.template.ports.iter() {
            add(port.protocol, port.port, port.port);
        }
    }
    for rule in rules(objects) {
        let Ports::Listed(ports) = &rule.ports else {
            continue;
        };
        for port in ports {
            if let PortTest::Range {
                protocol,
                first,
                last,
            } = port.test
            {
                add(protocol, first, last);
            }
        }
    }
    all
}

/// All packets from and to pods, in an order in which neighbours have little in common.
pub fn table(objects: &Objects) -> Vec<Known> {
    let mut all = Vec::new();
    let mut last = None;
    flows(objects, |cluster, flow, probe| {
        let passes = match trace(cluster, flow).verdict {
            Verdict::Allow => Some(true),
            Verdict::Deny => Some(false),
            Verdict::Undecided => None,
        };
        let ends = (probe.from, probe.to);
        if last.replace(ends) != Some(ends) {
            let packet = Kind::Icmp;
            all.push((Probe { packet, ..probe }, None));
        }
        all.push((probe, passes));
    });
    mixed(all)
}

/// Shows every flow that boundaries make worth a look, with its packet, in the cluster as its family
/// sees it.
pub fn flows(objects: &Objects, mut show: impl FnMut(&Cluster, &Flow<'_>, Probe)) {
    let connections = connections(objects);
    let every: Vec<_> = connections.keys().copied().collect();
    let named = connections.iter().filter(|(_, named)| **named);
    let few: Vec<_> = named.map(|(connection, _)| *connection).collect();
    let edges = edges(objects);
    for family in [Family::V4, Family::V6] {
        let cluster = Cluster::new(in_family(objects, family));
        let ends = ends(&cluster, &edges, family);
        let is_pod = |end: &End<'_>| matches!(end.0, Endpoint::Pod(_));
        for source in &ends {
            for destination in ends.iter().filter(|end| is_pod(end) || is_pod(source)) {
                let tried = if source.2 && destination.2 {
                    &every
                } else {
                    &few
                };
                for &(protocol, port) in tried {
                    let (from, to) = (source.1, destination.1);
                    let flow = Flow {
                        source: source.0,
                        destination: destination.0,
                        protocol,
                        port,
                    };
                    let packet = kind(protocol, port);
                    show(&cluster, &flow, Probe { from, to, packet });
                }
            }
        }
    }
}

/// An end, its address, and whether it is tried at every port.
type End<'c> = (Endpoint<'c>, IpAddr, bool);

fn ends<'c>(cluster: &'c Cluster, edges: &BTreeMap<IpAddr, bool>, family: Family) -> Vec<End<'c>> {
    let mut ends: Vec<End<'_>> = Vec::new();
    for pod in cluster.pods.rows().iter().filter(|pod| !pod.host_network) {
        ends.extend(pod.ips.iter().map(|&ip| (Endpoint::Pod(pod), ip, true)));
    }
    for (id, node) in cluster.nodes.iter() {
        ends.extend(
            node.ips
                .iter()
                .map(|&ip| (Endpoint::Node(NodeEnd::at(id, ip)), ip, false)),
        );
    }
    let own: BTreeSet<IpAddr> = ends.iter().map(|(_, ip, _)| *ip).collect();
    let outside = edges
        .iter()
        .filter(|(ip, _)| Family::of(**ip) == family && !own.contains(ip));
    ends.extend(outside.map(|(&ip, &whole)| (Endpoint::Address(ip), ip, whole)));
    ends
}

/// Far-apart ones next to each other: the first few hundred have something of everything.
fn mixed(all: Vec<Known>) -> Vec<Known> {
    let mut numbered: Vec<(usize, Known)> = all.into_iter().enumerate().collect();
    // Knuth's multiplicative hash.
    numbered.sort_by_key(|(number, _)| (number * 2_654_435_761) & 0xffff_ffff);
    numbered.into_iter().map(|(_, known)| known).collect()
}
