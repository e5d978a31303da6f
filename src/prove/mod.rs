//! Proofs: a claim over every packet and every pod that exists or could be created.

pub mod formula;
pub mod outcome;
