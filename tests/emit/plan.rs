//! Every packet between all addresses: the plan of a ruleset, read literally, says what `trace` says.

use super::addressed::{addressed, in_family};
use super::random::failing::{Checked, Drawn, Failure, clusters, on_clusters};
use super::random::{self, Mix, told};
use netpolc::emit::plan::{ConnectionTest, Group, Members, PeerTest, Plan, RuleList, Scope, plan};
use netpolc::model::{Action, Cluster, Direction, NodeEnd};
use netpolc::net::{Family, Protocol};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::net::IpAddr;

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
    plugins: true,
    names: false,
};

/// A cluster with addresses, each of one pod.
pub(super) fn draw(list: &[u16], words: &[u16]) -> Drawn {
    let mut drawn = Drawn::of(MIX, list, words);
    drawn.practice = drawn.practice.of_ruleset();
    drawn.objects = addressed(drawn.objects, drawn.number);
    drawn
}

#[derive(Debug, Clone, Copy)]
struct Packet {
    source: IpAddr,
    destination: IpAddr,
    protocol: Protocol,
    port: u16,
}

/// What a list decides, word for word as the plan's documents say.
fn decides(plan: &Plan, list: &RuleList, packet: Packet) -> Option<Action> {
    let peer = match list.direction {
        Direction::Egress => packet.destination,
        Direction::Ingress => packet.source,
    };
    let matching = list.entries.iter().find(|entry| {
        let peer = match entry.peer {
            PeerTest::Anyone => true,
            PeerTest::In(set) => match &plan.peers.at(set).members {
                Members::Pods(pods) => pods.contains(&peer),
                Members::Blocks(blocks) => blocks.contains(peer),
            },
        };
        let ports = match &entry.ports {
            ConnectionTest::Any => true,
            ConnectionTest::Connections(all) => all.contains(packet.protocol, packet.port),
            ConnectionTest::Named(named) => plan.named.at(*named).members.contains(&(
                packet.destination,
                packet.protocol,
                packet.port,
            )),
        };
        peer && ports
    });
    matching.map(|entry| entry.action)
}

/// Whether a group lets a packet through.
fn passes(plan: &Plan, group: &Group, packet: Packet) -> bool {
    let decided = |list| decides(plan, plan.lists.at(list), packet);
    match group.admin.and_then(decided) {
        Some(Action::Accept) => return true,
        Some(Action::Deny) => return false,
        Some(Action::Pass) | None => {}
    }
    if !group.isolating.is_empty() {
        return group.rules.iter().any(|&list| decided(list).is_some());
    }
    group.baseline.and_then(decided) != Some(Action::Deny)
}

fn verdict(plan: &Plan, packet: Packet) -> bool {
    let Packet {
        source,
        destination,
        ..
    } = packet;
    let half = |direction, address| {
        let group = plan.group(direction, address);
        group.is_none_or(|group| passes(plan, plan.groups.at(group), packet))
    };
    plan.always.contains(&(source, destination))
        || half(Direction::Egress, source) && half(Direction::Ingress, destination)
}

/// Everyone who can send packets of a family, with an address.
pub(super) fn everyone(cluster: &Cluster, family: Family) -> Vec<(Endpoint<'_>, IpAddr)> {
    let mut all = Vec::new();
    for pod in cluster.pods.rows() {
        all.extend(pod.ips.iter().map(|&ip| (Endpoint::Pod(pod), ip)));
    }
    for (id, node) in cluster.nodes.iter() {
        all.extend(
            node.ips
                .iter()
                .map(|&ip| (Endpoint::Node(NodeEnd::at(id, ip)), ip)),
        );
    }
    let outside = random::OUTSIDE.iter();
    let outside = outside.map(|text| text.parse().expect("an address"));
    let own: Vec<IpAddr> = all.iter().map(|(_, ip)| *ip).collect();
    let outside = outside.filter(|ip| Family::of(*ip) == family && !own.contains(ip));
    all.extend(outside.map(|ip| (Endpoint::Address(ip), ip)));
    all
}

fn agrees(drawn: &Drawn) -> Checked {
    let objects = &drawn.objects;
    let whole = drawn.cluster();
    let Ok((plan, _)) = plan(&whole, &Scope::Cluster) else {
        let mut pods = whole.pods.rows().iter();
        return if pods.all(|pod| pod.host_network || pod.ips.is_empty()) {
            Ok(())
        } else {
            Err(Failure::new(
                "there are pods to govern, and no plan for them",
            ))
        };
    };
    for family in [Family::V4, Family::V6] {
        let mut cluster = Cluster::new(in_family(objects, family));
        cluster.practice = drawn.practice.clone();
        let all = everyone(&cluster, family);
        let probes = Protocol::ALL.map(|protocol| random::PORTS.map(|port| (protocol, port)));
        for &(source, from) in &all {
            for &(destination, to) in &all {
                if let (Endpoint::Address(_), Endpoint::Address(_)) = (source, destination) {
                    continue;
                }
                for &(protocol, port) in probes.iter().flatten() {
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    let packet = Packet {
                        source: from,
                        destination: to,
                        protocol,
                        port,
                    };
                    let planned = verdict(&plan, packet);
                    let says = match (planned, trace(&cluster, &flow).verdict) {
                        (true, Verdict::Deny) => "yes",
                        (false, Verdict::Allow) => "no",
                        _ => continue,
                    };
                    let judge =
                        format!("the plan of rulesets (src/emit/plan), from {from} to {to},");
                    let failure = told::flow(&cluster, &flow, &judge, says);
                    return Err(failure.shown_by("emit nftables --no-certify"));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn a_plan_says_what_trace_says() {
    on_clusters(clusters(500, 500), draw, agrees);
}
