//! A pod and its own node, and link-local addresses. Where the documents decide, rulesets do as they
//! say; where they leave it to the plugin (S69, S70) and where the input does not say (S56), what
//! rulesets do is what `docs/emit.md` says.

use super::super::available::{Tool, available};
use super::super::emitted::{Backend, Emitted, load_iptables};
use super::super::lab::Lab;
use super::super::load::Node;
use super::super::netns::Netns;
use super::super::packet::Kind;
use super::super::probe::Probe;
use super::super::topology::{self, far_index, near_index};
use super::BACKENDS;
use super::hooks::text;
use super::table::kind;
use super::written::{namespace, node, objects, pod, policy};
use netpolc::emit::nftables::Hook;
use netpolc::emit::plan::{Note, Scope, plan};
use netpolc::model::{Cluster, Direction, NodeEnd, Objects};
use netpolc::net::Protocol;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::net::{IpAddr, SocketAddr, SocketAddrV6, UdpSocket};
use std::process::Command;
use std::time::Duration;

/// `closed` may do nothing and `cached` may only talk with a DNS cache at a link-local address: both on
/// n1. `lost` may do nothing either, and nobody knows where it is.
fn cluster() -> Objects {
    let both = ["block 169.254.20.10/32"];
    objects(
        vec![namespace("shop", ("team", "a"))],
        vec![
            node("n1", &["10.0.1.1", "fd00::101"]),
            node("n2", &["10.0.1.2", "fd00::102"]),
        ],
        vec![
            pod("shop/closed", "closed", &["10.1.0.1", "fd01::1"], "n1"),
            pod("shop/cached", "cached", &["10.1.0.2", "fd01::2"], "n1"),
            pod("shop/lost", "closed", &["10.1.0.3", "fd01::3"], ""),
        ],
        vec![
            policy("shop/closed", "pods app=closed")
                .isolating(Direction::Ingress)
                .isolating(Direction::Egress),
            policy("shop/cached", "pods app=cached")
                .from(&both, &["UDP/53"])
                .to(&both, &["UDP/53"]),
        ],
    )
}

const ALLOW: Verdict = Verdict::Allow;
const DENY: Verdict = Verdict::Deny;
const OPEN: Verdict = Verdict::Undecided;

/// Ends, what the documents say of UDP port 53 between them, and whether a ruleset lets it through
/// where it is forwarded.
const ENDS: [(&str, &str, Verdict, bool); 20] = [
    // S55: the own node gets in.
    ("10.0.1.1", "10.1.0.1", ALLOW, true),
    ("fd00::101", "fd01::1", ALLOW, true),
    ("10.0.1.1", "10.1.0.2", ALLOW, true),
    // S69: the way back is left to the plugin, and a ruleset lets it through.
    ("10.1.0.1", "10.0.1.1", OPEN, true),
    ("fd01::1", "fd00::101", OPEN, true),
    ("10.1.0.2", "10.0.1.1", OPEN, true),
    // Another node is somebody else.
    ("10.0.1.2", "10.1.0.1", DENY, false),
    ("fd00::102", "fd01::1", DENY, false),
    ("10.1.0.1", "10.0.1.2", DENY, false),
    ("fd01::1", "fd00::102", DENY, false),
    // S56: of a pod whose node is not known, every node is taken for another.
    ("10.0.1.1", "10.1.0.3", OPEN, false),
    ("10.0.1.2", "10.1.0.3", OPEN, false),
    ("fd01::3", "fd00::101", OPEN, false),
    ("fd01::3", "fd00::102", OPEN, false),
    // S70: what policies let through passes. What they refuse is left to the plugin, and a ruleset
    // refuses it.
    ("10.1.0.2", "169.254.20.10", ALLOW, true),
    ("169.254.20.10", "10.1.0.2", ALLOW, true),
    ("10.1.0.2", "169.254.20.11", OPEN, false),
    ("169.254.20.11", "10.1.0.2", OPEN, false),
    ("10.1.0.1", "169.254.20.10", OPEN, false),
    ("169.254.20.10", "10.1.0.1", OPEN, false),
];

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Who has an address.
fn end(cluster: &Cluster, address: IpAddr) -> Endpoint<'_> {
    let mut pods = cluster.pods.rows().iter();
    let mut nodes = cluster.nodes.iter();
    match (
        pods.find(|pod| pod.ips.contains(&address)),
        nodes.find(|(_, node)| node.ips.contains(&address)),
    ) {
        (Some(pod), _) => Endpoint::Pod(pod),
        (None, Some((id, _))) => Endpoint::Node(NodeEnd::at(id, address)),
        (None, None) => Endpoint::Address(address),
    }
}

#[test]
fn what_is_open_between_a_pod_and_its_node_is_open_in_the_documents() {
    let cluster = Cluster::new(cluster());
    for (from, to, verdict, _) in ENDS {
        let flow = Flow {
            source: end(&cluster, ip(from)),
            destination: end(&cluster, ip(to)),
            protocol: Protocol::Udp,
            port: 53,
        };
        assert_eq!(trace(&cluster, &flow).verdict, verdict, "{from} to {to}");
    }
}

/// Of the ends, those between which a packet passes. Between a pod and its node that does not hang on
/// the protocol; to and from a link-local address, only what is let through is.
fn passing(lab: &Lab, packet: Kind) -> Vec<(&'static str, &'static str)> {
    let probes = ENDS.map(|(from, to, ..)| Probe {
        from: ip(from),
        to: ip(to),
        packet,
    });
    let passed = lab.probe(&probes).expect("packets");
    let ends = ENDS.iter().zip(passed).filter(|(_, passed)| *passed);
    ends.map(|((from, to, ..), _)| (*from, *to)).collect()
}

#[test]
fn a_pod_and_its_node_reach_each_other_and_link_local_addresses_are_judged() {
    let emitted = Emitted::of(Cluster::new(cluster()));
    // Nothing but what no policy can stop.
    let mut bare = Emitted::of(Cluster::new(cluster()));
    bare.plan.always.clear();
    let passes = ENDS.iter().filter(|(.., passes)| *passes);
    let expected: Vec<(&str, &str)> = passes.map(|&(from, to, ..)| (from, to)).collect();
    let is_link_local =
        |(from, to): &(&str, &str)| [from, to].iter().any(|it| it.starts_with("169."));
    let (cache, own): (Vec<_>, Vec<_>) = expected.iter().copied().partition(is_link_local);
    for (backend, tool) in BACKENDS {
        if !available(&[tool]) {
            continue;
        }
        let lab = Lab::new(&emitted.pods()).expect("a lab");
        emitted.load(&lab, backend).expect("it loads");
        assert_eq!(passing(&lab, Kind::Udp(53)), expected, "{backend:?}");
        for other in [
            kind(Protocol::Tcp, 53),
            kind(Protocol::Sctp, 53),
            Kind::Udp(54),
            Kind::Icmp,
        ] {
            assert_eq!(passing(&lab, other), own, "{backend:?} {other:?}");
        }
        bare.load(&lab, backend).expect("it loads");
        assert_eq!(passing(&lab, Kind::Udp(53)), cache, "{backend:?}, bare");
    }
}

#[test]
fn of_which_pods_the_node_is_not_known_is_said() {
    let cluster = Cluster::new(cluster());
    let (_, notes) = plan(&cluster, &Scope::Node("n1".into())).expect("a ruleset can say it");
    let lost = cluster.pods.ids().nth(2).expect("three pods");
    let said = notes
        .iter()
        .any(|note| matches!(note, Note::WithoutNode(pods) if *pods == [lost]));
    assert!(said, "{notes:?}");
}

/// An address with a port; `interface` is that of a link-local one.
fn place(address: &str, port: u16, interface: u32) -> SocketAddr {
    match ip(address) {
        IpAddr::V6(address) if address.is_unicast_link_local() => {
            SocketAddrV6::new(address, port, 0, interface).into()
        }
        address => (address, port).into(),
    }
}

/// Gives addresses to interfaces of a namespace.
fn add_addresses(netns: &Netns, added: &[(&str, &str)]) {
    netns.inside(|| {
        for (address, interface) in added {
            let mut ip = Command::new("ip");
            ip.args(["address", "add", address, "dev", interface]);
            if address.contains(':') {
                ip.arg("nodad");
            }
            assert!(ip.status().expect("`ip` is there").success(), "{address}");
        }
    });
}

/// Whether a datagram gets to a server, and the answer back.
fn is_answered(client: (&Netns, SocketAddr), server: (&Netns, SocketAddr), to: SocketAddr) -> bool {
    let bound = |(netns, address): (&Netns, SocketAddr)| {
        let socket = netns.inside(|| UdpSocket::bind(address)).expect("a socket");
        socket
            .set_read_timeout(Some(Duration::from_millis(200)))
            .expect("a patient socket");
        socket
    };
    let (near, far) = (bound(client), bound(server));
    let mut buffer = [0; 16];
    if near.send_to(b"ask", to).is_err() {
        return false;
    }
    let Ok((_, from)) = far.recv_from(&mut buffer) else {
        return false;
    };
    far.send_to(b"answer", from).is_ok() && near.recv_from(&mut buffer).is_ok()
}

/// What is on the node itself, which forwards none of it: its own addresses, and those of a DNS cache.
const ON_NODE: [(&str, &str); 4] = [
    ("10.1.0.1", "10.0.1.1"),
    ("fd01::1", "fd00::101"),
    ("10.1.0.1", "169.254.20.10"),
    ("fe80::2", "fe80::1"),
];

/// A pod that may do nothing and its node ask each other, under a ruleset.
fn is_never_judged(load: impl Fn(&Node), what: &str) {
    let pods = Emitted::of(Cluster::new(cluster())).pods();
    let (node, ends) = topology::sockets(&pods).expect("namespaces");
    let added = [
        ("10.0.1.1/32", "lo"),
        ("fd00::101/128", "lo"),
        ("169.254.20.10/32", "lo"),
        ("fe80::1/64", "pod0"),
    ];
    add_addresses(&node, &added);
    add_addresses(&ends[0], &[("fe80::2/64", "eth0")]);
    let there = Node::new(node.try_clone().expect("a namespace")).expect("a node");
    load(&there);
    for (pod, own) in ON_NODE {
        let (near, far) = (near_index(0), far_index(0));
        let to_node = is_answered(
            (&ends[0], place(pod, 0, far)),
            (&node, place(own, 53, near)),
            place(own, 53, far),
        );
        let to_pod = is_answered(
            (&node, place(own, 0, near)),
            (&ends[0], place(pod, 53, far)),
            place(pod, 53, near),
        );
        assert_eq!((to_node, to_pod), (true, true), "{what}: {pod} and {own}");
    }
    // The ruleset is there: another pod is not reached.
    let other = place("10.1.0.2", 53, 0);
    let to_other = is_answered(
        (&ends[0], place("10.1.0.1", 0, 0)),
        (&ends[1], other),
        other,
    );
    assert!(!to_other, "{what}");
}

#[test]
fn what_is_on_the_node_itself_is_never_judged() {
    let emitted = Emitted::of(Cluster::new(cluster()));
    for (backend, tool) in BACKENDS {
        if !available(&[tool]) {
            continue;
        }
        let load = |node: &Node| match backend {
            Backend::Nftables => node.load_nft(&emitted.nft()).expect("it loads"),
            Backend::Iptables(variant) => {
                load_iptables(node, &emitted.iptables(), variant).expect("it loads");
            }
        };
        is_never_judged(load, &format!("{backend:?}"));
    }
    if available(&[Tool::Nft]) {
        let behind = text(&emitted, "behind_routing", Hook::Postrouting);
        let load = |node: &Node| node.load_nft(&behind).expect("it loads");
        is_never_judged(load, "behind routing");
    }
}
