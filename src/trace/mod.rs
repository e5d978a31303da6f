//! The reference evaluator: one flow in, a verdict with its reasons out, by reading
//! `docs/semantics.md` literally. Slow and obvious on purpose; it never meets `compile`.

mod flow;

pub use flow::{Endpoint, Flow, Verdict};
