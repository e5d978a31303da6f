//! Packets through Services as kube-proxy translates them, past what netpolc writes: every row of the
//! tables of `docs/services.md`, with real connections between two nodes.
//!
//! Each row is a Service of its own with three ports. The first is reached where the policies allow
//! exactly the source and the destination of the row. The second lets in every source but that one, the
//! third lets out to every destination but that one: what these still let through, policies did not see
//! as the row says.

mod choice;
mod connections;
mod orders;
mod page;
mod rows;
mod setting;
mod tables;

use super::two_nodes::{CLIENT, FAR_POD, N1, N2, NEAR_POD, Network, STRANGER, T2, WEB};

/// The address that a word of the page means. The tunnel's address is that which the node has in it.
fn address(word: &str, network: Network) -> &'static str {
    match (word, network) {
        ("near", _) => NEAR_POD,
        ("far", _) => FAR_POD,
        ("web", _) => WEB,
        ("client", _) => CLIENT,
        ("stranger", _) => STRANGER,
        ("n1", _) => N1,
        ("n2", _) | ("n2 or t2", Network::Routed) => N2,
        ("n2 or t2", Network::Tunnel) => T2,
        _ => panic!("`{word}` is nobody's name"),
    }
}
