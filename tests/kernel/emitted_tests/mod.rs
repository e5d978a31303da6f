//! What netpolc writes, met by packets.

mod admin_tiers;
mod clusters;
mod hooks;
mod hostile;
mod mutants;
mod own_node;
mod provenance;
mod random;
mod read_back;
mod reloads;
mod sockets;
mod table;
mod truth;
pub mod written;

use super::available::Tool;
use super::emitted::Backend;
use super::load::Variant;

/// All ways to enforce, with what they need.
const BACKENDS: [(Backend, Tool); 3] = [
    (Backend::Nftables, Tool::Nft),
    (
        Backend::Iptables(Variant::Nft),
        Tool::Iptables(Variant::Nft),
    ),
    (
        Backend::Iptables(Variant::Legacy),
        Tool::Iptables(Variant::Legacy),
    ),
];
