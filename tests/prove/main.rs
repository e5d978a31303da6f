//! Z3 must agree with `trace` and with `compile`: about pods that are there, about pods that could
//! be, and about two sets of policies; and wrong readings of the documents must be found out.

#![cfg(feature = "smt")]
#![expect(
    clippy::expect_used,
    reason = "a test that cannot make its subject has failed"
)]

mod claims;
mod compared;
mod intents;
mod migrated;
mod packets;
mod points;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../random/mod.rs"]
mod random;
mod ways;
mod world;
mod wrong;

use netpolc::model::Cluster;
use netpolc::trace::Endpoint;
use random::Mix;
use random::failing::Drawn;
use std::net::IpAddr;

/// Everything that clusters can have.
const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
    plugins: true,
    names: true,
};

fn draw(list: &[u16], words: &[u16]) -> Drawn {
    Drawn::of(MIX, list, words)
}

/// Addresses outside a cluster: on both sides of every boundary, as far as some are free there.
fn outside(cluster: &Cluster) -> Vec<Endpoint<'static>> {
    const MORE: [&str; 6] = [
        "10.0.0.9",
        "fd00::",
        "fd00::5",
        "fd00::6",
        "fd00::9",
        "ffff:fffe::",
    ];
    let pods = cluster.pods.rows().iter().flat_map(|pod| &pod.ips);
    let nodes = cluster.nodes.rows().iter().flat_map(|node| &node.ips);
    let own: Vec<IpAddr> = pods.chain(nodes).copied().collect();
    let all = random::OUTSIDE.iter().chain(&MORE);
    let all = all.map(|text| text.parse().expect("an address"));
    let free = all.filter(|address| !own.contains(address));
    free.map(Endpoint::Address).collect()
}
