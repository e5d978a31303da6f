//! Random policy sets: packets on both sides of every boundary come out as `trace` says.

use super::super::addressed::{addressed, in_family};
use super::super::available::available;
use super::super::emitted::{Backend, Emitted};
use super::super::lab::Lab;
use super::super::packet::{Kind, is_forwarded};
use super::super::probe::Probe;
use super::super::random::failing::Drawn;
use super::super::random::{self, Mix, told};
use super::BACKENDS;
use netpolc::model::{Cluster, NodeEnd};
use netpolc::net::{Family, Protocol};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use std::net::IpAddr;

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
    plugins: false,
    names: false,
};

/// Policy sets in a run, by each backend.
const SETS: usize = 200;

/// Ports on both sides of those that policies name.
const PORTS: [u16; 6] = [1, 79, 80, 81, 443, 65535];

fn kind(protocol: Protocol, port: u16) -> Kind {
    match protocol {
        Protocol::Tcp => Kind::Tcp(port),
        Protocol::Udp => Kind::Udp(port),
        Protocol::Sctp => Kind::Sctp(port),
    }
}

/// Everyone with an address of a family, and some who are outside.
fn everyone(cluster: &Cluster, family: Family) -> Vec<(Endpoint<'_>, IpAddr)> {
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
    let own: Vec<IpAddr> = all.iter().map(|(_, ip)| *ip).collect();
    let outside = random::OUTSIDE.iter();
    let outside = outside.map(|text| text.parse().expect("an address"));
    let outside =
        outside.filter(|ip| Family::of(*ip) == family && !own.contains(ip) && is_forwarded(*ip));
    all.extend(outside.map(|ip| (Endpoint::Address(ip), ip)));
    all
}

/// A packet of which it is known whether it passes, and the flow that it is of.
struct Known<'a> {
    flow: Flow<'a>,
    probe: Probe,
    allowed: bool,
}

/// Packets of which it is known whether they pass.
fn decided(cluster: &Cluster, family: Family) -> Vec<Known<'_>> {
    let all = everyone(cluster, family);
    let pods = |end: &Endpoint<'_>| matches!(end, Endpoint::Pod(_));
    let mut decided = Vec::new();
    for &(source, from) in &all {
        for &(destination, to) in &all {
            if !pods(&source) && !pods(&destination) {
                continue;
            }
            for protocol in Protocol::ALL {
                for port in PORTS {
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    let packet = kind(protocol, port);
                    let verdict = trace(cluster, &flow).verdict;
                    if verdict != Verdict::Undecided {
                        decided.push(Known {
                            flow,
                            probe: Probe { from, to, packet },
                            allowed: verdict == Verdict::Allow,
                        });
                    }
                }
            }
        }
    }
    decided
}

#[test]
fn random_policy_sets_let_through_what_trace_lets_through() {
    let backends: Vec<_> = BACKENDS
        .into_iter()
        .filter(|(_, tool)| available(&[*tool]))
        .map(|(backend, _)| backend)
        .collect();
    if backends.is_empty() {
        return;
    }
    let mut runner = TestRunner::default();
    let choices = prop::collection::vec(any::<u16>(), 40..400);
    let (mut sets, mut packets) = (0_usize, 0);
    while sets < SETS {
        let list = choices.new_tree(&mut runner).expect("choices").current();
        let mut drawn = Drawn::of(MIX, &list, &[]);
        drawn.objects = addressed(drawn.objects, drawn.number);
        let objects = &drawn.objects;
        let governed = objects
            .pods
            .iter()
            .any(|pod| !pod.ips.is_empty() && !pod.template.host_network);
        if !governed {
            continue;
        }
        sets += 1;
        let emitted = Emitted::of(Cluster::new(objects.clone()));
        let lab = Lab::new(&emitted.pods()).expect("a lab");
        let clusters = [Family::V4, Family::V6].map(|family| {
            let cluster = Cluster::new(in_family(objects, family));
            (cluster, family)
        });
        let known = clusters.iter().flat_map(|(cluster, family)| {
            let decided = decided(cluster, *family).into_iter();
            decided.map(move |known| (cluster, known))
        });
        let known: Vec<_> = known.collect();
        let probes: Vec<Probe> = known.iter().map(|(_, known)| known.probe).collect();
        for &backend in &backends {
            emitted.load(&lab, backend).expect("a ruleset that loads");
            if backend == Backend::Nftables && sets.is_multiple_of(2) {
                lab.load_nft(&emitted.nft_sharing()).expect("it loads");
            }
            let passed = lab.probe(&probes).expect("packets");
            for ((cluster, known), passed) in known.iter().zip(passed) {
                if passed != known.allowed {
                    let judge = format!("the kernel, with {backend:?} (src/emit),");
                    let says = if passed { "yes" } else { "no" };
                    let failure = told::flow(cluster, &known.flow, &judge, says);
                    panic!("{}", failure.shown_by(backend.command()).tell(&drawn));
                }
            }
            packets += probes.len();
        }
    }
    assert!(packets > 100_000, "only {packets} packets");
}
