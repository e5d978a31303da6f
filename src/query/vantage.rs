//! Where the ends of a flow are, as far as its way hangs on it, and who else a client could be.

use crate::endpoint::Cuts;
use crate::hops::{Client, Place};
use crate::model::{Cluster, Policy};
use crate::net::{AddressSet, Family};
use crate::trace::{Endpoint, Flow};
use std::net::IpAddr;

/// One address of a family in each part that policies tell apart, of those that a client may have.
pub(super) fn anybody(policies: &[&Policy], family: Family) -> Vec<IpAddr> {
    let cuts = Cuts::of(policies.iter().copied());
    let local = AddressSet::link_local().union(&AddressSet::loopback());
    let all = AddressSet::all().only(family).difference(&local);
    let all = cuts.split(&all).into_iter();
    all.map(|(address, _)| address).collect()
}

/// The families over which a flow may come, of those that are `met`, or of all: those that both ends
/// have. None where nothing is known.
pub(super) fn families(flow: &Flow<'_>, met: &[Family]) -> Option<Vec<Family>> {
    let of_all = |ips: &[IpAddr]| ips.iter().copied().map(Family::of).collect();
    let of = |endpoint: Endpoint<'_>| match endpoint {
        Endpoint::Address(address) => vec![Family::of(address)],
        Endpoint::Pod(pod) => of_all(&pod.ips),
        Endpoint::Node(id) => of_all(&id.ips()),
    };
    let (source, destination) = (of(flow.source), of(flow.destination));
    let open = |known: &[Family], family: &Family| known.is_empty() || known.contains(family);
    let all = [Family::V4, Family::V6].into_iter();
    let met: Vec<Family> = all.filter(|it| open(met, it)).collect();
    let common = met.iter().copied();
    let common: Vec<Family> = common
        .filter(|it| open(&source, it) && open(&destination, it))
        .collect();
    let known = !source.is_empty() || !destination.is_empty() || met.len() == 1;
    match (known, common.is_empty()) {
        (false, _) => None,
        // An address outside has its own, whatever the other end has (S48).
        (true, true) => match (flow.source, flow.destination) {
            (Endpoint::Address(own), _) | (_, Endpoint::Address(own)) => {
                Some(vec![Family::of(own)])
            }
            _ => Some(met),
        },
        (true, false) => Some(common),
    }
}

pub(super) fn flow_to<'a>(flow: &Flow<'a>, destination: Endpoint<'a>, port: u16) -> Flow<'a> {
    Flow {
        destination,
        port,
        ..*flow
    }
}

pub(super) fn client<'a>(cluster: &'a Cluster, source: Endpoint<'a>) -> Client<'a> {
    match source {
        Endpoint::Pod(pod) => match (&pod.node, pod.host_network) {
            (Some(node), true) => Client::Node(node),
            (node, _) => Client::Pod(node.as_deref()),
        },
        Endpoint::Node(id) => Client::Node(&cluster.nodes.at(id.node).name),
        Endpoint::Address(_) => Client::Outside,
    }
}

pub(super) fn place<'a>(cluster: &'a Cluster, flow: &Flow<'a>) -> Place<'a> {
    match flow.destination {
        Endpoint::Pod(pod) => match &pod.node {
            Some(node) => Place::On(node),
            None if pod.per_node => Place::Everywhere,
            None => Place::NotKnown,
        },
        Endpoint::Node(id) => Place::On(&cluster.nodes.at(id.node).name),
        Endpoint::Address(_) => Place::NotKnown,
    }
}
