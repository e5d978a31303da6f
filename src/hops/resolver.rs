//! Who answers DNS queries: told by the settings, or found in the input by what all clusters have.

use crate::model::{Cluster, Pod, PodId, Service, ServiceId, ServicePort};
use crate::net::Protocol;
use crate::selector::Selector;
use crate::settings::Dns;
use std::net::IpAddr;

/// Namespaces in which clusters have their DNS.
pub const NAMESPACES: [&str; 2] = ["kube-system", "openshift-dns"];

/// Where a DNS cache on each node listens (`NodeLocal DNSCache`), where nothing else is told.
pub const NODE_LOCAL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(169, 254, 20, 10));

/// What selects the pods of that cache. Source: nodelocaldns.yaml of Kubernetes.
const NODE_LOCAL_LABEL: (&str, &str) = ("k8s-app", "node-local-dns");

/// The port that DNS is asked on.
pub const PORT: u16 = 53;

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
    if let Some(named) = &told.pods {
        let pods = select(cluster, &named.namespace, &named.pods);
        return if pods.is_empty() {
            Resolver::NotKnown
        } else {
            let ports = if told.ports.is_empty() {
                vec![PORT]
            } else {
                told.ports.clone()
            };
            Resolver::Pods(pods, ports)
        };
    }
    let service = service(cluster);
    let cache = Selector::labels([NODE_LOCAL_LABEL]);
    if !select(cluster, "kube-system", &cache).is_empty() {
        return Resolver::NodeLocal(service);
    }
    if let Some(id) = service {
        return Resolver::Service(id);
    }
    for selector in usual_pods() {
        let pods = NAMESPACES
            .iter()
            .flat_map(|namespace| select(cluster, namespace, &selector));
        let pods: Vec<PodId> = pods.collect();
        let first = pods.first().map(|&id| cluster.pods.at(id));
        if let Some(first) = first {
            return Resolver::Pods(pods, ports_of(first));
        }
    }
    Resolver::NotKnown
}

/// The Service before the cluster's DNS, if pods of the input are behind it.
fn service(cluster: &Cluster) -> Option<ServiceId> {
    let mut services = cluster.services.iter();
    let found = services.find(|(_, it)| {
        NAMESPACES.contains(&&*it.namespace) && it.ports.iter().any(answers) && serves(cluster, it)
    });
    found.map(|(id, _)| id)
}

/// Whether a Service's port is one that DNS is asked on.
pub fn answers(port: &ServicePort) -> bool {
    (port.port, port.protocol) == (PORT, Protocol::Udp)
}

fn serves(cluster: &Cluster, service: &Service) -> bool {
    let Some(selector) = &service.selector else {
        return !service.endpoints.is_empty();
    };
    !select(cluster, &service.namespace, selector).is_empty()
}

/// The labels of DNS pods, by the ways to install them.
fn usual_pods() -> impl Iterator<Item = Selector> {
    const LABELS: [(&str, &str); 4] = [
        ("k8s-app", "kube-dns"),
        ("k8s-app", "coredns"),
        ("app.kubernetes.io/name", "coredns"),
        ("dns.operator.openshift.io/daemonset-dns", "default"),
    ];
    LABELS.into_iter().map(|label| Selector::labels([label]))
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
