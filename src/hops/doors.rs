//! Ports of nodes that lead to pods: those of Services (`nodePort`) and of pods (`hostPort`).

use super::request::Because;
use crate::endpoint::{AskedPort, Door, Party, PartyPod, PortName};
use crate::model::{Cluster, NodeId, Pod, Service, ServiceId, ServiceKind, ServicePort};
use crate::net::Protocol;
use std::borrow::Cow;
use std::net::IpAddr;

/// What answers at a port of a node, in place of the node.
pub(super) fn at_node<'a>(
    cluster: &'a Cluster,
    party: Party<'a>,
    port: Option<AskedPort>,
) -> (Party<'a>, Option<AskedPort>, Option<Because>) {
    let (Some(node), Some(asked)) = (only_node(&party), &port) else {
        return (party, port, None);
    };
    let PortName::Number(number) = asked.port else {
        return (party, port, None);
    };
    if !party.addresses.is_empty() {
        return (party, port, None);
    }
    let protocol = asked.protocol.unwrap_or(Protocol::Tcp);
    // Load balancers and external IPs may have the address of a node.
    let mut ips = cluster.nodes.at(node).ips.iter().copied();
    let first = party.dialled.or_else(|| ips.next());
    if let Some(there) = first.and_then(|address| at_address(cluster, address, asked)) {
        return (there, port, None);
    }
    let at = |what: &str| format!("port {number}/{protocol} of {} is {what}", party.title);
    if let Some((id, service, own)) = node_port(cluster, protocol, number) {
        let because = Because {
            text: at(&format!(
                "the nodePort of port {} of Service `{}/{}`",
                own.port, service.namespace, service.name
            )),
            origin: service.origin,
        };
        let mut there = Party::of_service(cluster, id);
        there.door = Door::NodePort(node);
        there.dialled = party.dialled;
        let port = AskedPort {
            port: PortName::Number(own.port),
            protocol: Some(protocol),
        };
        return (there, Some(port), Some(because));
    }
    if let Some((pods, container_port)) = host_port(cluster, node, protocol, number)
        && let Some(first) = pods.first()
    {
        let because = Because {
            text: at(&format!(
                "the hostPort of {}, which leads to its port {container_port}",
                cluster.own_name(first)
            )),
            origin: first.origin,
        };
        let there = Party {
            title: cluster.own_name(first),
            pods: pods
                .iter()
                .map(|&pod| PartyPod {
                    pod: Cow::Borrowed(pod),
                    dormant: None,
                })
                .collect(),
            door: Door::HostPort(node, number),
            dialled: party.dialled,
            ..Party::default()
        };
        let port = AskedPort {
            port: PortName::Number(container_port),
            protocol: Some(protocol),
        };
        return (there, Some(port), Some(because));
    }
    (party, port, None)
}

/// The node that is meant, where it is one and nobody else is.
fn only_node(party: &Party<'_>) -> Option<NodeId> {
    let node = party.nodes.first()?.node;
    let mut all = party.nodes.iter();
    all.all(|end| end.node == node).then_some(node)
}

/// The Service that answers at an address on a port: several may share the address of a load balancer.
pub(super) fn at_address<'a>(
    cluster: &'a Cluster,
    address: IpAddr,
    asked: &AskedPort,
) -> Option<Party<'a>> {
    let PortName::Number(number) = asked.port else {
        return None;
    };
    let protocol = asked.protocol.unwrap_or(Protocol::Tcp);
    let mut services = cluster.services.iter();
    let (id, service) = services.find(|(_, service)| {
        let mut ports = service.ports.iter();
        service.all_addresses().any(|it| *it == address)
            && ports.any(|it| (it.port, it.protocol) == (number, protocol))
    })?;
    let mut there = Party::of_service(cluster, id);
    there
        .notes
        .push(format!("`{address}` is the address of {}", there.title));
    there.dialled = Some(address);
    there.door = if service.addresses.contains(&address) {
        Door::Inside
    } else {
        Door::Outside(address)
    };
    Some(there)
}

/// The Service to which a port on every node leads.
pub fn node_port(
    cluster: &Cluster,
    protocol: Protocol,
    number: u16,
) -> Option<(ServiceId, &Service, &ServicePort)> {
    let mut services = cluster.services.iter();
    services.find_map(|(id, service)| {
        let met = matches!(
            service.kind,
            ServiceKind::NodePort | ServiceKind::LoadBalancer
        );
        let mut ports = service.ports.iter().filter(|_| met);
        let port = ports.find(|it| (it.node_port, it.protocol) == (Some(number), protocol))?;
        Some((id, service, port))
    })
}

/// The pods that a port of a node leads to, and their own port. Of pods whose node is not known
/// those of a kind of which each node has one count.
fn host_port(
    cluster: &Cluster,
    node: NodeId,
    protocol: Protocol,
    number: u16,
) -> Option<(Vec<&Pod>, u16)> {
    let name = &cluster.nodes.at(node).name;
    let leads = |pod: &Pod| {
        let mut ports = pod.ports.iter();
        let there = pod.node.as_ref().is_none_or(|it| it == name);
        let found = ports.find(|it| it.host_port == Some(number) && it.protocol == protocol);
        found
            .filter(|_| there && !pod.host_network)
            .map(|it| it.port)
    };
    let pods = cluster.pods.rows().iter();
    let found: Vec<(&Pod, u16)> = pods.filter_map(|pod| Some((pod, leads(pod)?))).collect();
    let (_, port) = *found.first()?;
    let same = found.into_iter().filter(|(_, other)| *other == port);
    Some((same.map(|(pod, _)| pod).collect(), port))
}
