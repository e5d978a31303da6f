//! Random packets of claims.

use super::random::{self, Choices};
use netpolc::model::PortTest;
use netpolc::net::Protocol;
use netpolc::prove::claim::Packets;

/// Some packets, and how a claim names them.
pub(super) fn packets(choices: &mut Choices<'_>) -> (Vec<(Protocol, u16)>, Packets) {
    let protocol = Protocol::ALL
        .get(choices.below(3))
        .copied()
        .expect("one of three");
    let port = *random::PORTS.get(choices.below(8)).expect("one of eight");
    let range = |first, last| {
        Packets::Some(vec![PortTest::Range {
            protocol,
            first,
            last,
        }])
    };
    match choices.below(4) {
        0 => {
            let all = (79..=81).map(|port| (protocol, port)).collect();
            (all, range(79, 81))
        }
        _ => (vec![(protocol, port)], range(port, port)),
    }
}
