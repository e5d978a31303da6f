//! Rulesets must say what the policies say.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot make its subject has failed"
)]

#[path = "../random/addressed.rs"]
mod addressed;
#[cfg(feature = "smt")]
mod certify;
#[cfg(feature = "smt")]
mod mutants;
mod plan;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../random/mod.rs"]
mod random;
