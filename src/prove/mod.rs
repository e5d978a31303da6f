//! Proofs: a claim over every packet and every pod that exists or could be created.
//!
//! `resolve` looks up what an intent names. `cases` says who may stand at each end; `encode` makes
//! formulas of the policies and `premise` of the claim; `flows` and `compare` go through the cases
//! and ask a `decide::Engine`; `ways` does so for each hop of a way. What speaks against a claim becomes a `witness`, replayed in `trace`;
//! what carries a proof is its `core`; what would let a refused flow through is its `opening`.
//! `solver` is Z3; `smtlib`, `cnf` and `certificate` let others check, and `certified` does.

#![deny(clippy::wildcard_enum_match_arm)]

mod cases;
pub mod certificate;
pub mod certified;
pub mod certify;
pub mod claim;
pub mod cnf;
mod compare;
mod concrete;
mod core;
pub mod decide;
mod differing;
pub mod encode;
mod families;
mod flows;
pub mod formula;
mod manifest;
mod opening;
pub mod outcome;
mod premise;
pub mod query;
pub mod resolve;
mod run;
mod same;
mod sat;
pub mod session;
mod shown;
mod slices;
pub mod smtlib;
#[cfg(feature = "smt")]
pub mod solver;
pub mod vocabulary;
mod ways;
mod witness;

pub(crate) use crate::repair::quoted;
pub use cases::contains;
pub use run::{Bug, Prover};
pub use same::same;
