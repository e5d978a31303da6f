//! Proofs: a claim over every packet and every pod that exists or could be created.

pub mod decide;
pub mod encode;
pub mod formula;
pub mod outcome;
#[cfg(feature = "smt")]
pub mod solver;
pub mod vocabulary;
