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

/// What one IP family leaves of a question.
#[derive(Debug, Default)]
pub(super) struct Narrowed {
    /// What to tell.
    pub(super) note: Option<String>,
    /// Why nothing is left.
    pub(super) refused: Option<String>,
}

/// Only ends of the family of the address that is dialled, and of the Service, meet (S48, S73): the
/// others are left out.
pub(super) fn narrow_to_families<'a>(
    cluster: &Cluster,
    source: &mut Party<'a>,
    destination: &mut Party<'a>,
) -> Narrowed {
    let service = destination.service.map(|id| cluster.services.at(id));
    let of_service = service.map_or(&[][..], |it| &it.families);
    let dialled = destination.dialled.map(Family::of);
    let what = match (service, destination.dialled) {
        // An address outside has its own family, whatever is known of the client (S48).
        (None, Some(_)) if destination.pods.is_empty() => return Narrowed::default(),
        (_, Some(address)) => format!("`{address}`"),
        (Some(service), None) => format!("Service `{}/{}`", service.namespace, service.name),
        (None, None) => return Narrowed::default(),
    };
    let family = match (dialled, of_service) {
        (Some(family), [only]) if *only != family => {
            let refused = service.map(|service| {
                format!(
                    "Service `{}/{}` has {only} addresses only, and {what} is none",
                    service.namespace, service.name
                )
            });
            return Narrowed {
                note: None,
                refused,
            };
        }
        (Some(family), _) | (None, &[family]) => family,
        (None, _) => return Narrowed::default(),
    };
    let of_family = |ip: &IpAddr| Family::of(*ip) == family;
    for party in [&mut *source, &mut *destination] {
        party.pods.retain(|member| {
            let ips = &member.pod.ips;
            ips.is_empty() || ips.iter().any(of_family)
        });
        for member in &mut party.pods {
            if !member.pod.ips.iter().all(of_family) {
                member.pod.to_mut().ips.retain(of_family);
            }
        }
    }
    let left = source.addresses.only(family);
    let narrowed = left != source.addresses;
    source.addresses = left;
    destination.addresses = destination.addresses.only(family);
    let nobody = if source.is_empty() {
        Some(format!(
            "{} has no {family} address, and {what} is met over {family} only",
            source.title
        ))
    } else if destination.is_empty() {
        Some(format!(
            "no pod behind {} has an {family} address",
            destination.title
        ))
    } else {
        None
    };
    Narrowed {
        note: narrowed.then(|| match service {
            Some(_) if dialled.is_none() => format!("{what} has {family} addresses only"),
            _ => format!("{what} is met over {family}"),
        }),
        refused: nobody,
    }
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
