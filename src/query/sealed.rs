//! Who reaches nothing at all.

use super::answer::Leg;
use crate::endpoint::Party;
use crate::model::{Cluster, Direction};
use crate::net::Protocol;
use crate::trace::{Basis, Endpoint, Flow, Verdict, list, trace};
use std::net::{IpAddr, Ipv4Addr};

/// Policies that are named.
const NAMES: usize = 5;

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
