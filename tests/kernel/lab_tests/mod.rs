//! The lab by itself, with small rulesets of which it is plain what they do: that it sees what is
//! dropped and what is not, and that each of its measurements can fail.

mod probes;
mod reloads;
mod rulesets;
mod sockets;
mod traces;

use super::lab::{Lab, PodNet};
use super::packet::Kind;
use super::probe::Probe;
use std::net::IpAddr;

/// Pods named `pod0` and so on, at `10.9.0.10` and `fd09::10` and following.
fn pods(count: u16) -> Vec<PodNet> {
    let pod = |number: u16| {
        let (v4, v6) = (10 + number, 0x10 + number);
        PodNet::new(
            &format!("pod{number}"),
            &[&format!("10.9.0.{v4}"), &format!("fd09::{v6:x}")],
        )
    };
    (0..count).map(pod).collect()
}

fn lab(count: u16) -> Lab {
    Lab::new(&pods(count)).expect("namespaces are available")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn probe(from: &str, to: &str, packet: Kind) -> Probe {
    Probe {
        from: ip(from),
        to: ip(to),
        packet,
    }
}

/// All ordered pairs of pods, themselves included, in both families.
fn all_pairs(pods: &[PodNet], packets: &[Kind]) -> Vec<Probe> {
    let mut probes = Vec::new();
    for (from, to) in pods
        .iter()
        .flat_map(|from| pods.iter().map(move |to| (from, to)))
    {
        for (&from, &to) in from.addresses.iter().zip(&to.addresses) {
            probes.extend(packets.iter().map(|&packet| Probe { from, to, packet }));
        }
    }
    probes
}

/// TCP, UDP and SCTP to two ports.
const SIX: [Kind; 6] = [
    Kind::Tcp(80),
    Kind::Tcp(81),
    Kind::Udp(80),
    Kind::Udp(81),
    Kind::Sctp(80),
    Kind::Sctp(81),
];
