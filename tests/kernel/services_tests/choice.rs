//! Which pods are chosen where there are several: under `Local` only those of the node.

use super::super::available::{Tool, available, skip};
use super::super::load::Variant;
use super::super::proxy::{OnNode, ServicePort};
use super::super::two_nodes::{CLIENT, FAR_POD, N1, Network, Place, TwoNodes, WEB};
use super::connections::{Attempt, outcomes};
use super::rows::Outcome;
use std::net::{IpAddr, SocketAddr};

/// So many that all of them choose alike once in 32,768 times.
const PORTS: u16 = 16;

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Ports of a Service of which a pod on n1 and one on n2 are ready.
fn services(external_local: bool) -> Vec<ServicePort> {
    let port = |number: u16| ServicePort {
        number: number.into(),
        cluster_ip: ip("10.96.0.1"),
        port: 80 + number,
        node_port: 30_000 + number,
        external_ips: Vec::new(),
        balancer_ips: Vec::new(),
        ranges: Vec::new(),
        external_local,
        internal_local: false,
        endpoints: vec![
            (SocketAddr::new(ip(WEB), 10_000 + number), true),
            (SocketAddr::new(ip(FAR_POD), 10_000 + number), false),
        ],
    };
    (0..PORTS).map(port).collect()
}

/// What comes of dialling node ports of n1 from outside; none if that cannot be tried here. At the
/// pod on n2 nobody listens: who gets there is refused.
fn dialled(iptables: Option<Variant>, external_local: bool) -> Option<Vec<Outcome>> {
    if !available(&[iptables.map_or(Tool::Nft, Tool::Iptables)]) {
        return None;
    }
    let lab = TwoNodes::new(Network::Routed);
    let lab = lab.map_err(|error| skip(&format!("no two nodes: {error}")));
    let lab = lab.ok()?;
    let services = services(external_local);
    let on_node = OnNode {
        address: ip(N1),
        local: "10.1.0.0/16",
        services: &services,
    };
    let node = &lab.nodes[0];
    let loaded = match iptables {
        None => on_node
            .nftables()
            .iter()
            .try_for_each(|text| node.load_nft(text)),
        Some(variant) => on_node.iptables().iter().try_for_each(|text| {
            let restore = variant.restore(true);
            node.run(restore, &["--noflush"], text).map(drop)
        }),
    };
    loaded.expect("it loads");
    let attempt = |number| Attempt {
        from: (Place::Outside, Some(ip(CLIENT))),
        to: SocketAddr::new(ip(N1), 30_000 + number),
        target: 10_000 + number,
        expected: if external_local {
            Outcome::Accepted(ip(CLIENT))
        } else {
            Outcome::Silence
        },
    };
    let attempts: Vec<Attempt> = (0..PORTS).map(attempt).collect();
    Some(outcomes(&lab, &attempts).expect("sockets can be had"))
}

#[test]
fn local_chooses_pods_of_the_node_and_cluster_any() {
    for iptables in [None, Some(Variant::Nft), Some(Variant::Legacy)] {
        let (Some(local), Some(cluster)) = (dialled(iptables, true), dialled(iptables, false))
        else {
            continue;
        };
        let here = Outcome::Accepted(ip(CLIENT));
        assert!(
            local.iter().all(|came| *came == here),
            "{iptables:?}: {local:?}"
        );
        for came in [Outcome::Accepted(ip(N1)), Outcome::Refused] {
            assert!(cluster.contains(&came), "{iptables:?}: {cluster:?}");
        }
    }
}
