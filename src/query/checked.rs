//! A flow as both evaluators judge it.

use super::answer::Refusal;
use crate::compile::{End, connections as connections_between};
use crate::model::Cluster;
use crate::net::Family;
use crate::trace::{Endpoint, Flow, Trace, Verdict, trace_over};

/// The one place where a flow between two ends with these names is judged.
pub(super) fn checked(
    cluster: &Cluster,
    flow: &Flow<'_>,
    family: Option<Family>,
    (source, destination): (&str, &str),
) -> Result<Trace, Refusal> {
    let trace = trace_over(cluster, flow, family);
    let definite = match trace.verdict {
        Verdict::Allow => Some(true),
        Verdict::Deny => Some(false),
        Verdict::Undecided => None,
    };
    match (definite, compiled(cluster, flow)) {
        (Some(first), Some(second)) if first != second => Err(Refusal::Disagreement(format!(
            "the evaluator and the compiler disagree on {source} to {destination} over {} {}",
            flow.protocol, flow.port
        ))),
        _ => Ok(trace),
    }
}

/// What the compiler says of a flow; a node has no one address.
fn compiled(cluster: &Cluster, flow: &Flow<'_>) -> Option<bool> {
    let end = |endpoint| match endpoint {
        Endpoint::Pod(pod) => Some(End::Pod(pod)),
        Endpoint::Address(address) => Some(End::Address(address)),
        Endpoint::Node(_) => None,
    };
    let (source, destination) = (end(flow.source)?, end(flow.destination)?);
    Some(connections_between(cluster, source, destination).contains(flow.protocol, flow.port))
}
