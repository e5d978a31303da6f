//! What the two ends of a question mean together, before any flow is judged.

use crate::endpoint::{Asked, OneOf, Party, Problem, Reference};
use crate::model::Cluster;
use crate::net::AddressSet;
use std::net::Ipv6Addr;

/// S71: only a pod dials its own loopback address, and nobody is called from one.
pub(super) fn within_the_pod(
    source: &mut Party<'_>,
    destination: &Party<'_>,
) -> Result<(), Problem> {
    let loopback = AddressSet::loopback();
    let is_loopback = |party: &Party<'_>| {
        let addresses = &party.addresses;
        !addresses.is_empty() && addresses.difference(&loopback).is_empty()
    };
    if is_loopback(source) {
        let title = &source.title;
        let what = format!("`{title}` is loopback, and nobody else is called from there");
        return Err(Problem::new(what).help("name the pod that opens the connection"));
    }
    if is_loopback(destination) {
        source.addresses = AddressSet::none();
        source.nodes.clear();
        if source.pods.is_empty() {
            let title = &destination.title;
            let what = format!("`{title}` is loopback, which a pod dials within itself only");
            return Err(Problem::new(what).help("name a pod as the source"));
        }
    }
    Ok(())
}

/// Told where the last group of an IPv6 address may have been meant as a port: `fd00::1:80`.
pub(super) fn port_in_address(asked: &Asked) -> Option<String> {
    let Reference::Address(address) = &asked.reference else {
        return None;
    };
    let text = address.to_string();
    let (before, port) = text.rsplit_once(':').filter(|_| asked.port.is_none())?;
    let (address, port): (Ipv6Addr, u16) = (before.parse().ok()?, port.parse().ok()?);
    Some(format!(
        "for port {port} of {address} write `[{address}]:{port}`"
    ))
}

/// Of a node with several addresses of a family, one is dialled or opens the connection.
pub(super) fn several_addresses(cluster: &Cluster, party: &Party<'_>) -> Option<OneOf> {
    let (first, others) = party.nodes.split_first()?;
    let one = others.iter().all(|end| end.node == first.node);
    let alone = party.pods.is_empty() && party.addresses.is_empty();
    (one && alone && !others.is_empty()).then(|| {
        let name = &cluster.nodes.at(first.node).name;
        OneOf::there(format!(
            "which of the addresses of node {name} it is about is not said, and policies tell them apart: name one"
        ))
    })
}
