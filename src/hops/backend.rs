//! From whoever listens for a URL to the pods that answer.

use super::hop::{Around, Hop, HopKind, Settled};
use super::listener::somebody;
use super::request::{BackendPort, Because, Destination};
use super::unlisted::may_name_pods;
use crate::endpoint::{AskedPort, Door, Party, PortName};
use crate::model::{Cluster, Direction, Habit, Pod, Practice, Says, TargetPort};
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

/// The hop to a backend.
pub(super) fn to_backend<'a>(
    around: Around<'a>,
    opener: &Opener<'a>,
    destination: &Destination,
) -> Hop<'a> {
    let cluster = around.cluster;
    let kind = if destination.is_mirror {
        HopKind::Copy
    } else {
        HopKind::Backend
    };
    let full = format!("{}/{}", destination.namespace, destination.service);
    let because = Because::new(destination.why.clone(), destination.origin);
    let Some(id) = cluster.service(&destination.namespace, &destination.service) else {
        let how = Settled::NotKnown(format!("Service `{full}` is not in the input"));
        let source = match opener {
            Opener::Pods(party) => party.clone(),
            Opener::NotInInput(title, why) | Opener::NoPod(title, why) => {
                somebody(title, why.clone())
            }
        };
        let mut hop = Hop::settled(kind, source, &full, how);
        hop.because.push(because);
        return hop;
    };
    let mut to = Party::of_service(cluster, id);
    to.door = Door::Endpoints;
    let port = port(&destination.port);
    let mut hop = match opener {
        Opener::Pods(from) => {
            let mut hop = Hop::new(kind, from.clone(), to, port);
            hop.needs = needs(cluster, from);
            hop
        }
        Opener::NotInInput(title, why) => {
            let named = to
                .pods
                .iter()
                .any(|it| may_name_pods(cluster, &it.pod, Direction::Ingress, &[]));
            let from = somebody(title, why.clone());
            if named {
                let how =
                    Settled::NotKnown(format!("{why}, and policies name pods that may be these"));
                let title = to.title.clone();
                Hop::settled(kind, from, &title, how)
            } else {
                Hop::new(kind, from, to, port)
            }
        }
        Opener::NoPod(title, why) => Hop::new(kind, somebody(title, why.clone()), to, port),
    };
    hop.because.push(because);
    hop
}

fn port(of: &BackendPort) -> Option<AskedPort> {
    let target = match of {
        BackendPort::Any => return None,
        BackendPort::OfService(target) | BackendPort::OfEndpoints(target) => target,
    };
    let port = match target {
        TargetPort::Number(number) => PortName::Number(*number),
        TargetPort::Named(name) => PortName::Name(name.clone()),
    };
    Some(AskedPort {
        port,
        protocol: Some(Protocol::Tcp),
    })
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
