//! Why there is nothing behind a destination, and who reaches nothing at all.

use super::answer::Leg;
use crate::endpoint::Party;
use crate::model::{Cluster, Direction};
use crate::net::Protocol;
use crate::trace::{Basis, Endpoint, Flow, Verdict, list, trace};
use std::net::{IpAddr, Ipv4Addr};

/// Policies that are named.
const NAMES: usize = 5;

/// Why nothing in the input is behind a destination; none where something is.
pub(super) fn nowhere(
    cluster: &Cluster,
    source: &Party<'_>,
    destination: &Party<'_>,
) -> Option<String> {
    let empty = source.is_empty() || destination.is_empty();
    let Some(id) = destination.service else {
        return empty.then(|| "no address is left to ask about".to_owned());
    };
    let service = cluster.services.at(id);
    let full = format!("{}/{}", service.namespace, service.name);
    if service.selector.is_none() && service.endpoints.is_empty() {
        return Some(format!(
            "Service `{full}` has no selector, and its EndpointSlices, which say where it leads, are \
             not in the input or have no endpoint"
        ));
    }
    if empty {
        return Some(format!("no pod in the input is behind Service `{full}`"));
    }
    let portless = service.ports.is_empty() && !service.headless;
    portless.then(|| format!("Service `{full}` has no ports"))
}

/// What cannot be found is not reached by who may open nothing at all.
pub(super) fn sealed(cluster: &Cluster, source: &Party<'_>, mut leg: Leg) -> Leg {
    if leg.verdict == Verdict::Undecided
        && let (Some(why), Some(policies)) = (&leg.nowhere, sealed_by(cluster, source))
    {
        leg.verdict = Verdict::Deny;
        leg.nowhere = Some(format!(
            "{} may open no connection at all ({policies}), whatever is behind it: {why}",
            source.title
        ));
    }
    leg
}

/// Which policies keep every pod of a party from opening any connection, in words; none where some
/// may open one.
fn sealed_by(cluster: &Cluster, party: &Party<'_>) -> Option<String> {
    if party.pods.is_empty() || !party.nodes.is_empty() || !party.addresses.is_empty() {
        return None;
    }
    let mut names = Vec::new();
    for member in &party.pods {
        // Without any rule it does not matter where to.
        let anywhere = Flow {
            source: Endpoint::Pod(&member.pod),
            destination: Endpoint::Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
            protocol: Protocol::Tcp,
            port: 1,
        };
        let told = trace(cluster, &anywhere);
        let half = told.half(Direction::Egress);
        let sealed = half.verdict == Verdict::Deny
            && half.basis == Basis::NoRule
            && half.misses.is_empty()
            && half.passes.is_empty();
        if !sealed {
            return None;
        }
        let isolating = half.isolating.iter();
        names.extend(isolating.map(|&id| cluster.policies.at(id).full_name()));
    }
    names.sort();
    names.dedup();
    Some(format!("isolated by {}", list(&names, NAMES)))
}
