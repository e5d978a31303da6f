//! Connections of real sockets through what is emitted.

use super::super::available::available;
use super::super::emitted::{Backend, Emitted, load_iptables};
use super::super::packet::Kind;
use super::super::probe::Probe;
use super::super::sockets::Pods;
use super::{BACKENDS, clusters};
use netpolc::model::{Cluster, Objects};

fn probe(from: &str, to: &str, packet: Kind) -> Probe {
    let ip = |text: &str| text.parse().expect("an address");
    Probe {
        from: ip(from),
        to: ip(to),
        packet,
    }
}

fn load(lab: &Pods, objects: Objects, backend: Backend) {
    let emitted = Emitted::of(Cluster::new(objects));
    let loaded = match backend {
        Backend::Nftables => lab.load_nft(&emitted.nft()),
        Backend::Iptables(variant) => load_iptables(lab, &emitted.iptables(), variant),
    };
    loaded.expect("it loads");
}

/// A handshake, its answers and all that follows pass; what is open outlives the policy that let
/// it open.
fn connects(backend: Backend) {
    let open = clusters::plain();
    let mut closed = open.clone();
    for policy in &mut closed.policies {
        policy.ingress = policy.ingress.take().map(|_| Vec::new());
        policy.egress = policy.egress.take().map(|_| Vec::new());
    }
    let pods = Emitted::of(Cluster::new(open.clone())).pods();
    let lab = Pods::new(&pods).expect("namespaces are available");
    load(&lab, open, backend);
    let allowed = [
        probe("10.1.0.4", "10.1.0.1", Kind::Tcp(80)),
        probe("fd01::4", "fd01::1", Kind::Udp(53)),
        probe("10.1.0.5", "10.1.0.1", Kind::Tcp(1005)),
        probe("fd01::3", "fd01::2", Kind::Tcp(9090)),
        probe("10.1.0.8", "10.1.0.3", Kind::Tcp(5433)),
    ];
    let denied = [
        probe("10.1.0.1", "10.1.0.4", Kind::Tcp(80)),
        probe("fd01::1", "fd01::4", Kind::Udp(53)),
        probe("10.1.0.5", "10.1.0.1", Kind::Tcp(1011)),
        probe("fd01::3", "fd01::2", Kind::Tcp(8080)),
    ];
    let mut opened = lab.open(&allowed).expect("sockets can be had");
    for (probe, conversation) in allowed.iter().zip(&mut opened) {
        let both = conversation
            .as_mut()
            .is_some_and(|open| open.echoes("hello"));
        assert!(both, "{backend:?} {probe:?}");
    }
    let refused = lab.open(&denied).expect("sockets can be had");
    assert!(refused.iter().all(Option::is_none), "{backend:?}");
    load(&lab, closed, backend);
    for (probe, conversation) in allowed.iter().zip(&mut opened) {
        let both = conversation
            .as_mut()
            .is_some_and(|open| open.echoes("again"));
        assert!(both, "{backend:?} {probe:?} after the reload");
    }
    let refused = lab.open(&allowed).expect("sockets can be had");
    assert!(
        refused.iter().all(Option::is_none),
        "{backend:?} after the reload"
    );
}

#[test]
fn connections_open_and_outlive_what_let_them_open() {
    for (backend, tool) in BACKENDS {
        if available(&[tool]) {
            connects(backend);
        }
    }
}
