//! From a client to whoever listens for a URL.

use super::connect::outside_name;
use super::hop::{Around, Hop, HopKind, Settled};
use super::names::{Found, Meaning};
use super::queries::queries;
use super::request::Because;
use crate::endpoint::{AskedPort, Door, OneOf, Party, PartyPod, PortName, Url};
use crate::model::{Cluster, Pod, PodId, Service, ServiceId, ServiceKind};
use crate::net::{AddressSet, Protocol};
use std::borrow::Cow;
use std::net::IpAddr;

/// The pods that listen, as a party; none where there is none.
pub(super) fn party_of<'a>(cluster: &'a Cluster, pods: &[PodId]) -> Option<Party<'a>> {
    let first = cluster.pods.at(*pods.first()?);
    let members = pods.iter().map(|&id| PartyPod {
        pod: Cow::Borrowed(cluster.pods.at(id)),
        dormant: None,
    });
    Some(Party {
        title: cluster.endpoint_name(first),
        pods: members.collect(),
        ..Party::default()
    })
}

/// The hops from `from` to the pods that listen at `url`.
pub(super) fn to_listener<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    url: &Url,
    (pods, listens): (&[PodId], Option<u16>),
) -> Vec<Hop<'a>> {
    let cluster = around.cluster;
    let mut hops = look_up(around, from, url);
    let ways = services_before(cluster, pods, url.port);
    let inside = from.addresses.is_empty();
    if let Some(&(id, own)) = ways.first() {
        let mut to = Party::of_service(cluster, id);
        let service = cluster.services.at(id);
        to.door = if inside {
            let balanced = service.outside.addresses.iter();
            let of_family = |ip: &&IpAddr| {
                let families = from.pods.iter().flat_map(|it| it.pod.ips.iter());
                families.clone().next().is_none()
                    || families.clone().any(|own| own.is_ipv4() == ip.is_ipv4())
            };
            match balanced.copied().find(|ip| of_family(&ip)) {
                Some(address) => Door::Outside(address),
                None => Door::Balancer,
            }
        } else {
            Door::Name
        };
        let mut hop = Hop::new(HopKind::Connection, from.clone(), to, Some(tcp(own)));
        hop.because.push(Because::new(
            format!(
                "Service `{}/{}` leads to the pods that listen",
                service.namespace, service.name
            ),
            service.origin,
        ));
        hops.push(hop);
    } else {
        hops.push(without_service(cluster, from, url, (pods, listens)));
    }
    if let Some(hop) = hops.last_mut() {
        hop.name = Some(url.host.to_string());
        hop.url = Some(url.to_string());
    }
    hops
}

/// Clients inside look the host up first.
fn look_up<'a>(around: Around<'a>, from: &Party<'a>, url: &Url) -> Vec<Hop<'a>> {
    let found = Found {
        full: url.host.to_string(),
        meaning: Meaning::Outside(url.host.as_ref().into()),
        aliases: Vec::new(),
    };
    queries(around, from, &url.host, &found)
}

pub(super) fn tcp(port: u16) -> AskedPort {
    AskedPort {
        port: PortName::Number(port),
        protocol: Some(Protocol::Tcp),
    }
}

/// The Services that are met from outside on a port and lead to some of the pods: load balancers first.
/// Each with the port of its own that is meant.
fn services_before(cluster: &Cluster, pods: &[PodId], port: u16) -> Vec<(ServiceId, u16)> {
    let selects = |service: &Service| {
        let namespace = cluster.namespace(&service.namespace);
        let selector = service.selector.as_ref();
        pods.iter().map(|&id| cluster.pods.at(id)).any(|pod| {
            Some(pod.namespace) == namespace && selector.is_some_and(|it| it.matches(&pod.labels))
        })
    };
    let leads = |service: &Service| {
        // Only at an address of its own outside a Service has its own port.
        let own = !service.outside.addresses.is_empty()
            || !service.outside.hostnames.is_empty()
            || service.kind == ServiceKind::LoadBalancer;
        let mut ports = service
            .ports
            .iter()
            .filter(|it| it.protocol == Protocol::Tcp);
        let found = ports.find(|it| (own && it.port == port) || it.node_port == Some(port));
        found.map(|it| it.port)
    };
    let services = cluster.services.iter();
    let services = services.filter(|(_, it)| it.is_met_from_outside() && selects(it));
    let mut found: Vec<(ServiceKind, ServiceId, u16)> = services
        .filter_map(|(id, it)| Some((it.kind, id, leads(it)?)))
        .collect();
    found.sort_by_key(|(kind, ..)| std::cmp::Reverse(*kind));
    found.into_iter().map(|(_, id, port)| (id, port)).collect()
}

/// Without a Service: at a port of the node that a pod has (`hostPort`), or in the network of the node.
fn without_service<'a>(
    cluster: &'a Cluster,
    from: &Party<'a>,
    url: &Url,
    (pods, listens): (&[PodId], Option<u16>),
) -> Hop<'a> {
    let at_host_port = |pod: &Pod| {
        let mut ports = pod.ports.iter();
        ports
            .find(|it| it.host_port == Some(url.port) && it.protocol == Protocol::Tcp)
            .map(|it| it.port)
    };
    let all = || pods.iter().map(|&id| cluster.pods.at(id));
    let Some(to) = party_of(cluster, pods) else {
        let how = Settled::NotKnown("nobody listens".to_owned());
        return Hop::settled(HopKind::Connection, from.clone(), &url.host, how);
    };
    if let Some(port) = all().find_map(at_host_port) {
        let mut hop = Hop::new(HopKind::Connection, from.clone(), to, Some(tcp(port)));
        if let Some(pod) = all().find(|pod| at_host_port(pod).is_some()) {
            let text = format!(
                "port {} of its node leads to its port {port} (hostPort)",
                url.port
            );
            hop.because.push(Because::new(text, pod.origin));
        }
        return hop;
    }
    if all().all(|pod| pod.host_network) {
        return Hop::new(HopKind::Connection, from.clone(), to, Some(tcp(url.port)));
    }
    let mut hop = Hop::new(HopKind::Connection, from.clone(), to, listens.map(tcp));
    hop.settled = Some(Settled::NotKnown(format!(
        "no Service in the input leads from port {} to the pods that listen, so that how they are met is \
         not known",
        url.port
    )));
    hop
}

/// A listener that is no pod of the input: how it is met is not the concern of policies, or not known.
pub(super) fn to_unknown<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    url: &Url,
    how: Option<String>,
) -> Vec<Hop<'a>> {
    let mut hops = look_up(around, from, url);
    if let Some(why) = how {
        let how = Settled::NotKnown(why);
        hops.push(Hop::settled(
            HopKind::Connection,
            from.clone(),
            &url.host,
            how,
        ));
    } else if !from.pods.is_empty() {
        // It is outside, wherever that is.
        let to = outside_name(around, from, &url.host);
        hops.push(Hop::new(
            HopKind::Connection,
            from.clone(),
            to,
            Some(tcp(url.port)),
        ));
    }
    if let Some(hop) = hops.last_mut() {
        hop.url = Some(url.to_string());
    }
    hops
}

/// Whoever opens connections to backends without being a pod of the input.
pub(super) fn somebody(title: &str, why: String) -> Party<'static> {
    let local = AddressSet::link_local().union(&AddressSet::loopback());
    Party {
        title: title.to_owned(),
        addresses: AddressSet::all().difference(&local),
        one_of: Some(OneOf::there(why)),
        ..Party::default()
    }
}
