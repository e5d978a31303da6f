//! Whether the way itself lets a client in.

use crate::endpoint::Door;
use crate::hops::{Admits, admits, kept_out};
use crate::model::{Service, ServiceId};
use crate::net::AddressSet;
use crate::trace::{Endpoint, Flow, Unknown};
use std::net::IpAddr;

/// Why the way surely stops a client.
pub(super) fn refused_at_balancer(
    service: Option<(ServiceId, &Service)>,
    door: Door,
    flow: &Flow<'_>,
) -> Option<String> {
    let (_, service) = service?;
    let stops = of_flow(service, door, flow) == Admits::Nobody;
    stops.then(|| kept_out(service))
}

/// What leaves the way itself open.
pub(super) fn doubts(
    service: Option<(ServiceId, &Service)>,
    door: Door,
    flow: &Flow<'_>,
) -> Vec<Unknown> {
    let Some((id, service)) = service else {
        return Vec::new();
    };
    match of_flow(service, door, flow) {
        Admits::All | Admits::Nobody => Vec::new(),
        Admits::OnlyInside => vec![Unknown::InsideOnly(id)],
        Admits::Ranges => vec![Unknown::SourceRanges(id)],
    }
}

fn of_flow(service: &Service, door: Door, flow: &Flow<'_>) -> Admits {
    let own = |ips: &[IpAddr]| AddressSet::from_hosts(ips.iter().copied());
    let (outside, sources) = match flow.source {
        Endpoint::Address(address) => (true, own(&[address])),
        Endpoint::Pod(pod) => (false, own(&pod.ips)),
        Endpoint::Node(id) => (false, own(&id.ips())),
    };
    let known = (!sources.is_empty()).then_some(&sources);
    admits(service, door, outside, known)
}
