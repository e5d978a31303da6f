//! Who answers DNS queries: told by the settings, or found in the input by what all clusters have.

use crate::model::{Cluster, Origin, Pod, PodId, Service, ServiceId, ServicePort};
use crate::net::Protocol;
use crate::selector::Selector;
use crate::settings::Dns;
use std::net::IpAddr;

/// Namespaces in which clusters have their DNS.
pub const NAMESPACES: [&str; 2] = ["kube-system", "openshift-dns"];

/// Where a DNS cache on each node listens (`NodeLocal DNSCache`), where nothing else is told.
pub const NODE_LOCAL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(169, 254, 20, 10));

/// What selects the pods of that cache. Source: nodelocaldns.yaml of Kubernetes.
const NODE_LOCAL_LABEL: (&str, &str) = ("k8s-app", NODE_LOCAL_NAME);

/// What it is called, and where it is.
const NODE_LOCAL_NAME: &str = "node-local-dns";
const NODE_LOCAL_NAMESPACE: &str = "kube-system";

/// The port that DNS is asked on.
pub const PORT: u16 = 53;

/// The ports that DNS pods listen on: 5353 is that of `openshift-dns`.
pub const PORTS: [u16; 2] = [PORT, 5353];

/// The labels of DNS pods, by the ways to install them.
pub const LABELS: [(&str, &str); 4] = [
    ("k8s-app", "kube-dns"),
    ("k8s-app", "coredns"),
    ("app.kubernetes.io/name", "coredns"),
    ("dns.operator.openshift.io/daemonset-dns", "default"),
];

/// A pod that answers queries, whoever leads there.
#[derive(Debug, Clone)]
pub struct Answering {
    /// The pod.
    pub pod: PodId,
    /// The ports that it listens on; empty where that is not known.
    pub ports: Vec<u16>,
    /// What selects it.
    pub selector: Selector,
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolver {
    /// The pods behind a Service, which clients dial.
    Service(ServiceId),
    /// These pods, on these ports.
    Pods(Vec<PodId>, Vec<u16>),
    /// Addresses: any of them is asked.
    Addresses(Vec<IpAddr>),
    /// A cache on the node of the client, and the Service of which it may have the address.
    NodeLocal(Option<ServiceId>),
    /// It is not in the input.
    NotKnown,
}

/// Finds who answers the queries of ordinary pods.
pub fn find(cluster: &Cluster, told: &Dns) -> Resolver {
    if !told.addresses.is_empty() {
        return Resolver::Addresses(told.addresses.clone());
    }
    if told.pods.is_some() {
        return of_pods(named(cluster, told));
    }
    let service = services(cluster).map(|(id, ..)| id).next();
    if node_local(cluster).is_some() {
        return Resolver::NodeLocal(service);
    }
    match service {
        Some(id) => Resolver::Service(id),
        None => of_pods(usual(cluster, told)),
    }
}

/// The pods of the input that answer queries, of every DNS that there is: those that the settings name;
/// else those behind the Services before the cluster's DNS; else those that look like it.
pub fn answering(cluster: &Cluster, told: &Dns) -> Vec<Answering> {
    if told.pods.is_some() {
        return named(cluster, told);
    }
    let mut all = Vec::new();
    for (_, service, port) in services(cluster) {
        let Some(selector) = &service.selector else {
            continue;
        };
        let pods = select(cluster, &service.namespace, selector).into_iter();
        all.extend(pods.map(|pod| Answering {
            pod,
            ports: service.targets(port, cluster.pods.at(pod)),
            selector: selector.clone(),
        }));
    }
    if all.is_empty() {
        return usual(cluster, told);
    }
    all
}

/// Where it is written that there is a DNS cache on each node: by the labels of its pods, or by the name
/// of the DaemonSet that makes them.
pub fn node_local(cluster: &Cluster) -> Option<Origin> {
    let pods = select(
        cluster,
        NODE_LOCAL_NAMESPACE,
        &Selector::labels([NODE_LOCAL_LABEL]),
    );
    let namespace = cluster.namespace(NODE_LOCAL_NAMESPACE)?;
    let owner = pods.first().and_then(|&id| cluster.pods.at(id).workload);
    let mut workloads = cluster.workloads.iter();
    let found = workloads.find(|(id, it)| {
        let is_named = *it.owner.name == *NODE_LOCAL_NAME && *it.owner.kind == *"DaemonSet";
        Some(*id) == owner || (is_named && it.namespace == namespace)
    });
    match found {
        Some((_, workload)) => Some(workload.origin),
        None => pods.first().map(|&id| cluster.pods.at(id).origin),
    }
}

fn of_pods(found: Vec<Answering>) -> Resolver {
    let Some(first) = found.first() else {
        return Resolver::NotKnown;
    };
    let ports = first.ports.clone();
    Resolver::Pods(found.into_iter().map(|it| it.pod).collect(), ports)
}

/// The pods that the settings name.
fn named(cluster: &Cluster, told: &Dns) -> Vec<Answering> {
    let named = told.pods.as_ref();
    named.map_or_else(Vec::new, |named| {
        listening(cluster, &named.namespace, &named.pods, told)
    })
}

/// The pods that look like the DNS of a cluster.
fn usual(cluster: &Cluster, told: &Dns) -> Vec<Answering> {
    for label in LABELS {
        let selector = Selector::labels([label]);
        let namespaces = NAMESPACES.iter();
        let found = namespaces.flat_map(|it| listening(cluster, it, &selector, told));
        let found: Vec<Answering> = found.collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The pods of a selector, on the ports that are told, or else that they have themselves.
fn listening(
    cluster: &Cluster,
    namespace: &str,
    selector: &Selector,
    told: &Dns,
) -> Vec<Answering> {
    let pods = select(cluster, namespace, selector).into_iter();
    let answering = pods.map(|pod| Answering {
        pod,
        ports: if told.ports.is_empty() {
            ports_of(cluster.pods.at(pod))
        } else {
            told.ports.clone()
        },
        selector: selector.clone(),
    });
    answering.collect()
}

/// The Services before the cluster's DNS of which somebody in the input is behind, and their port.
fn services(cluster: &Cluster) -> impl Iterator<Item = (ServiceId, &Service, &ServicePort)> {
    let services = cluster.services.iter();
    services.filter_map(|(id, it)| {
        let here = NAMESPACES.contains(&&*it.namespace) && serves(cluster, it);
        let mut ports = it.ports.iter().filter(|_| here);
        Some((id, it, ports.find(|port| answers(port))?))
    })
}

/// Whether a Service's port is one that DNS is asked on.
pub fn answers(port: &ServicePort) -> bool {
    (port.port, port.protocol) == (PORT, Protocol::Udp)
}

/// Whether somebody is behind a Service. One with an empty selector leads nowhere by itself.
fn serves(cluster: &Cluster, service: &Service) -> bool {
    let Some(selector) = &service.selector else {
        return !service.endpoints.is_empty();
    };
    !selector.requirements().is_empty() && !select(cluster, &service.namespace, selector).is_empty()
}

fn ports_of(pod: &Pod) -> Vec<u16> {
    let named = pod.named_port("dns", Some(Protocol::Udp));
    let named: Vec<u16> = named.map(|(_, number)| number).collect();
    if named.is_empty() { vec![PORT] } else { named }
}

fn select(cluster: &Cluster, namespace: &str, selector: &Selector) -> Vec<PodId> {
    let Some(namespace) = cluster.namespace(namespace) else {
        return Vec::new();
    };
    let pods = cluster.pods.iter();
    let pods = pods.filter(|(_, pod)| pod.namespace == namespace && selector.matches(&pod.labels));
    pods.map(|(id, _)| id).collect()
}
