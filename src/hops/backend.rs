//! From whoever listens for a URL to the pods that answer.

use super::hop::{Around, Hop, HopKind, Settled};
use super::listener::somebody;
use super::request::{BackendPort, Because, Destination};
use super::unlisted::{may_miss_blocks, may_name_pods};
use crate::endpoint::{AskedPort, Door, Party, PortName};
use crate::model::{
    Cluster, Direction, Habit, Pod, Practice, Says, Service, ServicePort, TargetPort,
};
use crate::net::Protocol;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Who opens the connection to a backend.
#[derive(Debug, Clone)]
pub(super) enum Opener<'a> {
    /// These pods.
    Pods(Party<'a>),
    /// Pods that are not in the input: how to call them, and why they are not known.
    NotInInput(String, String),
    /// Somebody who is no pod: how to call it, and why no selector names it.
    NoPod(String, String),
}

/// The hops to a backend: one for each of its ports that may be meant.
pub(super) fn to_backend<'a>(
    around: Around<'a>,
    opener: &Opener<'a>,
    destination: &Destination,
) -> Vec<Hop<'a>> {
    let cluster = around.cluster;
    let kind = if destination.is_mirror {
        HopKind::Copy
    } else {
        HopKind::Backend
    };
    let full = format!("{}/{}", destination.namespace, destination.service);
    let because = Because::new(destination.why.clone(), destination.origin);
    let settled = |how: Settled| {
        let mut hop = Hop::settled(kind, source(opener), &full, how);
        hop.because.push(because.clone());
        vec![hop]
    };
    let Some(id) = cluster.service(&destination.namespace, &destination.service) else {
        return settled(Settled::NotKnown(format!(
            "Service `{full}` is not in the input"
        )));
    };
    let service = cluster.services.at(id);
    if let Some(alias) = service.alias() {
        return settled(Settled::NotKnown(format!(
            "Service `{full}` is an alias of `{alias}`, whose addresses are not in the input"
        )));
    }
    let mut to = Party::of_service(cluster, id);
    to.door = Door::Endpoints;
    let ports = ports(service, &to, &destination.port);
    if ports.is_empty() && !service.ports.is_empty() {
        return settled(Settled::Refused(format!(
            "Service `{full}` has no port {}, to which that leads",
            called(&destination.port)
        )));
    }
    let unknown = match opener {
        Opener::NotInInput(_, why) => to
            .pods
            .iter()
            .any(|it| may_name_pods(cluster, &it.pod, Direction::Ingress, &[]))
            .then(|| format!("{why}, and policies name pods that may be these")),
        Opener::NoPod(_, why) => to
            .pods
            .iter()
            .any(|it| may_miss_blocks(cluster, &it.pod))
            .then(|| format!("{why}, and the network plugin may not match an `ipBlock` to it")),
        Opener::Pods(_) => None,
    };
    if let Some(why) = unknown {
        return settled(Settled::NotKnown(why));
    }
    let hop = |port: Option<AskedPort>| {
        let mut hop = Hop::new(kind, source(opener), to.clone(), port);
        if let Opener::Pods(from) = opener {
            hop.needs = needs(cluster, from);
        }
        hop.because.push(because.clone());
        hop
    };
    if ports.is_empty() {
        return vec![hop(None)];
    }
    ports.into_iter().map(|port| hop(Some(port))).collect()
}

fn source<'a>(opener: &Opener<'a>) -> Party<'a> {
    match opener {
        Opener::Pods(party) => party.clone(),
        Opener::NotInInput(title, why) | Opener::NoPod(title, why) => somebody(title, why.clone()),
    }
}

/// The ports of a Service that a backend may mean: those that lead to the named port of the pods,
/// where it names that.
fn ports(service: &Service, to: &Party<'_>, of: &BackendPort) -> Vec<AskedPort> {
    let is = |port: &ServicePort, target: &TargetPort| match target {
        TargetPort::Number(number) => port.port == *number,
        TargetPort::Named(name) => port.name.as_ref() == Some(name),
    };
    let serves = |port: &ServicePort, target: &TargetPort| match target {
        TargetPort::Named(name) => port.name.as_ref() == Some(name),
        TargetPort::Number(number) => {
            let at_pods = to
                .pods
                .iter()
                .any(|it| service.served(port, &it.pod).contains(number));
            let mut endpoints = service.endpoints.iter();
            at_pods || endpoints.any(|it| service.endpoint_at(it.address, port) == Some(*number))
        }
    };
    let tcp = service
        .ports
        .iter()
        .filter(|it| it.protocol == Protocol::Tcp);
    let meant = tcp.filter(|port| match of {
        BackendPort::Any => true,
        BackendPort::OfService(target) => is(port, target),
        BackendPort::OfEndpoints(target) => serves(port, target),
    });
    let asked = meant.map(|port| AskedPort {
        port: PortName::Number(port.port),
        protocol: Some(Protocol::Tcp),
    });
    asked.collect()
}

fn called(port: &BackendPort) -> String {
    match port {
        BackendPort::Any => "over TCP".to_owned(),
        BackendPort::OfService(target) | BackendPort::OfEndpoints(target) => match target {
            TargetPort::Number(number) => number.to_string(),
            TargetPort::Named(name) => format!("`{name}`"),
        },
    }
}

/// Which `from` lets pods in that listen.
fn needs(cluster: &Cluster, from: &Party<'_>) -> Option<String> {
    let first: &Pod = &from.pods.first()?.pod;
    let namespace = &cluster.namespaces.at(first.namespace).name;
    if from.pods.iter().any(|it| it.pod.host_network) {
        let ips = from.pods.iter().flat_map(|it| it.pod.ips.iter().copied());
        let nodes = cluster
            .nodes
            .rows()
            .iter()
            .flat_map(|node| node.ips.iter().copied());
        let known: BTreeSet<IpAddr> = ips.chain(nodes).collect();
        let list: Vec<String> = known
            .iter()
            .map(|ip| format!("{ip}/{}", if ip.is_ipv4() { 32 } else { 128 }))
            .collect();
        let blocks = if list.is_empty() {
            "the addresses of its nodes".to_owned()
        } else {
            list.join(", ")
        };
        let opens = opens_to_nodes(&cluster.practice, &blocks);
        return Some(format!(
            "{} uses the network of its node (hostNetwork), which no podSelector and no namespaceSelector \
             matches: {opens}",
            from.title
        ));
    }
    let labels: Vec<String> = first
        .labels
        .iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    Some(format!(
        "what lets {} in is a `from` with namespaceSelector kubernetes.io/metadata.name: {namespace} and \
         podSelector {} in one entry",
        from.title,
        labels.join(", ")
    ))
}

/// What lets nodes with these addresses in, as the network plugin has it.
fn opens_to_nodes(practice: &Practice, blocks: &str) -> String {
    let block = format!("what lets it in is a `from` with ipBlock {blocks}");
    let nodes = practice.describe(Habit::BlocksMatchNodes);
    let opens = match practice.says(Habit::BlocksMatchNodes) {
        Says::Yes => block,
        Says::Open => format!("{block}; but {nodes}"),
        Says::No if practice.plugin() == "cilium" => {
            return format!(
                "{nodes}; what lets it in is a CiliumNetworkPolicy with `fromEntities: [host, remote-node]`"
            );
        }
        Says::No => {
            return format!("{nodes}; what lets it in is a policy of the plugin's own kind");
        }
    };
    // The documents know of no tunnels.
    let told = practice.plugin() != Practice::default().plugin();
    let tunnel = match practice.says(Habit::Overlay) {
        Says::Yes => {
            "between nodes there is a tunnel, in which it has the address of the tunnel instead"
        }
        Says::Open if told => {
            "where there is a tunnel between nodes, it has the address of the tunnel instead"
        }
        Says::Open | Says::No => return opens,
    };
    format!("{opens}; {tunnel}")
}
