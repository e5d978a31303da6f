//! `docs/semantics.md`, statement by statement: what `trace` must answer. A test is named by the
//! statement that it holds `trace` to; `coverage` checks that none is left out.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test may fail by panicking, and its helpers are documented where they need to be"
)]

mod addresses;
mod cluster_wide;
mod completions;
mod coverage;
mod exempt;
mod isolation;
mod nearness;
mod peers;
mod plugins;
mod ports;
mod reasons;
mod tiers;
mod world;
