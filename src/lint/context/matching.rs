//! The blocks of rules, and what ports match at addresses.

use crate::model::{IpBlock, Ports, Rule};
use crate::net::ConnSet;

/// The peers of a rule that are blocks, each with its place in the list.
pub(in crate::lint) fn blocks(rule: &Rule) -> impl Iterator<Item = (usize, &IpBlock)> {
    let peers = rule.peers.listed().iter().enumerate();
    peers.filter_map(|(index, peer)| Some((index, peer.block()?)))
}

/// The connections that ports match at an address, which has no named ports (S40).
pub(in crate::lint) fn on_address(ports: &Ports) -> ConnSet {
    ports.numbered()
}
