//! Z3 must agree with `trace` and with `compile`: about pods that are there, about pods that could
//! be, and about two sets of policies; and wrong readings of the documents must be found out.

#![cfg(feature = "smt")]
#![expect(
    clippy::expect_used,
    reason = "a test that cannot make its subject has failed"
)]

mod claims;
mod compared;
mod points;
#[path = "../random/mod.rs"]
mod random;
mod wrong;

use proptest::prelude::*;
use random::Mix;

/// Everything that clusters can have.
const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
};

/// So many clusters; more with `NETPOLC_CLUSTERS`, which counts those of the fastest test.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("NETPOLC_CLUSTERS").ok();
    let asked: Option<u32> = asked.and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: asked.map_or(cases, |asked| (asked / (2_000 / cases)).max(1)),
        failure_persistence: None,
        max_shrink_iters: 5_000,
        ..ProptestConfig::default()
    }
}

fn choices() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..400)
}
