//! Where the ends of a flow are, as far as its way hangs on it, and who else a client could be.

use crate::endpoint::Cuts;
use crate::hops::{Client, Place};
use crate::model::{Cluster, Policy};
use crate::net::{AddressSet, Family};
use crate::trace::{Endpoint, Flow};
use std::net::IpAddr;

/// One address of each part that policies tell apart, of those that a client may have.
pub(super) fn anybody(policies: &[&Policy], families: Vec<Family>) -> Vec<IpAddr> {
    let cuts = Cuts::of(policies.iter().copied());
    let local = AddressSet::link_local().union(&AddressSet::loopback());
    let all = families.into_iter().flat_map(|family| {
        let all = AddressSet::all().only(family).difference(&local);
        cuts.split(&all)
    });
    all.map(|(address, _)| address).collect()
}

/// The families over which a flow may come: those of an end that is known, else both.
pub(super) fn families(flow: &Flow<'_>) -> Vec<Family> {
    let of = |endpoint: Endpoint<'_>| match endpoint {
        Endpoint::Address(address) => vec![Family::of(address)],
        Endpoint::Pod(pod) => pod.ips.iter().copied().map(Family::of).collect(),
        Endpoint::Node(_) => Vec::new(),
    };
    let known = [of(flow.source), of(flow.destination)];
    let known = known.into_iter().find(|families| !families.is_empty());
    let mut families = known.unwrap_or_else(|| vec![Family::V4]);
    families.sort_unstable();
    families.dedup();
    families
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
        Endpoint::Node(id) => Client::Node(&cluster.nodes.at(id).name),
        Endpoint::Address(_) => Client::Outside,
    }
}

pub(super) fn place<'a>(flow: &Flow<'a>) -> Place<'a> {
    match flow.destination {
        Endpoint::Pod(pod) => match &pod.node {
            Some(node) => Place::On(node),
            None if pod.per_node => Place::Everywhere,
            None => Place::NotKnown,
        },
        Endpoint::Node(_) | Endpoint::Address(_) => Place::NotKnown,
    }
}
