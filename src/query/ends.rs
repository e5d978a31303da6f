//! What the two ends of a question mean together, before any flow is judged.

use crate::endpoint::{Asked, Party, Problem, Reference};
use crate::model::Cluster;
use crate::net::{AddressSet, Family};
use std::net::{IpAddr, Ipv6Addr};

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

/// Clients of a Service that has one IP family only come over that (S62): the other is left out.
pub(super) fn narrow_to_families<'a>(
    cluster: &Cluster,
    source: &mut Party<'a>,
    destination: &mut Party<'a>,
) -> Option<String> {
    let service = cluster.services.at(destination.service?);
    let &[family] = service.families.as_slice() else {
        return None;
    };
    for party in [&mut *source, destination] {
        for member in &mut party.pods {
            let of_family = |ip: &IpAddr| Family::of(*ip) == family;
            let some = member.pod.ips.iter().any(of_family);
            if some && !member.pod.ips.iter().all(of_family) {
                member.pod.to_mut().ips.retain(of_family);
            }
        }
    }
    let left = source.addresses.only(family);
    if left == source.addresses {
        return None;
    }
    source.addresses = left;
    let name = format!("{}/{}", service.namespace, service.name);
    Some(format!("Service `{name}` has {family} addresses only"))
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
