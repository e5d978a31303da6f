//! Small clusters written in a few words.
//!
//! Labels are written `app=web,tier=front`; a pod, workload or policy `namespace/name`.

use netpolc::model::{
    Action, Asks, Cluster, ContainerPort, Controller, Count, IpBlock, Made, Namespace,
    NamespaceScope, Node, Objects, Origin, Peer, PeerMatch, PeerPlace, Peers, Pod, PodNature,
    PodObject, PodPhase, PodScope, PodTemplate, Policy, PolicyKind, PortMatch, PortTest, Ports,
    Rule, Tier, WorkloadKind, WorkloadObject,
};
use netpolc::net::{Cidr, Protocol};
use netpolc::selector::{Labels, Operator, Requirement, Selector};
use netpolc::trace::{Endpoint, Flow, Trace, Verdict, trace};
use std::net::IpAddr;
use std::sync::Arc;

/// What a cluster is made from.
#[derive(Default)]
pub struct World(Objects);

fn pairs(text: &str) -> Vec<(&str, &str)> {
    let entries = text.split(',').filter(|entry| !entry.is_empty());
    entries
        .map(|entry| entry.split_once('=').expect("key=value"))
        .collect()
}

fn split(name: &str) -> (Arc<str>, Arc<str>) {
    let (namespace, name) = name.split_once('/').expect("namespace/name");
    (namespace.into(), name.into())
}

impl World {
    /// Declares namespaces: `shop team=a`.
    pub fn namespaces<const N: usize>(mut self, texts: [&str; N]) -> Self {
        for text in texts {
            let (name, labels) = text.split_once(' ').unwrap_or((text, ""));
            let labels = Labels::from_pairs(pairs(labels));
            self.0.namespaces.push(Namespace::declared(
                &name.into(),
                &labels,
                Origin::default(),
            ));
        }
        self
    }

    pub fn node(self, name: &str, ips: &[&str]) -> Self {
        self.node_with(name, "", ips)
    }

    pub fn node_with(mut self, name: &str, labels: &str, ips: &[&str]) -> Self {
        self.0.nodes.push(Node {
            kubelet_version: None,
            pod_cidrs: Vec::new(),
            name: name.into(),
            labels: Labels::from_pairs(pairs(labels)),
            ips: addresses(ips),
            origin: Origin::default(),
        });
        self
    }

    pub fn pod(self, name: &str, labels: &str) -> Self {
        self.pod_with(name, labels, |_| ())
    }

    pub fn pod_at(self, name: &str, labels: &str, ips: &[&str]) -> Self {
        self.pod_with(name, labels, |pod| pod.ips = addresses(ips))
    }

    pub fn pod_with(
        mut self,
        name: &str,
        labels: &str,
        change: impl FnOnce(&mut PodObject),
    ) -> Self {
        let (namespace, name) = split(name);
        let mut pod = PodObject {
            namespace,
            name,
            owner: None,
            template: PodTemplate {
                labels: Labels::from_pairs(pairs(labels)),
                ..PodTemplate::default()
            },
            ips: Vec::new(),
            node: None,
            phase: PodPhase::Live,
            origin: Origin::default(),
        };
        change(&mut pod);
        self.0.pods.push(pod);
        self
    }

    pub fn deployment(mut self, name: &str, labels: &str, replicas: u32) -> Self {
        let (namespace, name) = split(name);
        let made = Made {
            template: PodTemplate {
                labels: Labels::from_pairs(pairs(labels)),
                ..PodTemplate::default()
            },
            controller: Controller::Deployment,
            asks: Asks::replicas(replicas),
            ..Made::default()
        };
        let kind = WorkloadKind::Deployment;
        let object = WorkloadObject::new(kind, &namespace, &name, made);
        self.0.workloads.push(object);
        self
    }

    pub fn policy(mut self, policy: Policy) -> Self {
        self.0.policies.push(policy);
        self
    }

    pub fn build(self) -> Cluster {
        Cluster::new(self.0)
    }
}

pub fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    texts
        .iter()
        .map(|text| text.parse().expect("an address"))
        .collect()
}

/// Ports of a pod: `http TCP 8080`; a name of `-` is none.
pub fn container_ports(texts: &[&str]) -> Arc<[ContainerPort]> {
    let port = |text: &&str| {
        let words: Vec<&str> = text.split(' ').collect();
        ContainerPort {
            host_port: None,
            name: (words[0] != "-").then(|| words[0].into()),
            protocol: Protocol::from_name(words[1]).expect("a protocol"),
            port: words[2].parse().expect("a port"),
        }
    };
    texts.iter().map(port).collect()
}

pub fn labels(text: &str) -> Selector {
    Selector::labels(pairs(text))
}

pub fn expression(key: &str, operator: Operator, values: &[&str]) -> Selector {
    Selector::new(vec![Requirement {
        key: key.into(),
        operator,
        values: values.iter().map(|&value| value.into()).collect(),
    }])
}

fn network_policy(name: &str, selected: &str) -> Policy {
    let (namespace, name) = split(name);
    Policy {
        kind: PolicyKind::NetworkPolicy,
        subject: PodScope {
            namespaces: NamespaceScope::Named(namespace.clone()),
            pods: labels(selected),
        },
        namespace: Some(namespace),
        name,
        tier: Tier::NetworkPolicy,
        priority: 0,
        ingress: None,
        egress: None,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    }
}

/// A NetworkPolicy for ingress to the pods with these labels.
pub fn ingress<const N: usize>(name: &str, selected: &str, rules: [Rule; N]) -> Policy {
    Policy {
        ingress: Some(rules.into()),
        ..network_policy(name, selected)
    }
}

/// A NetworkPolicy for egress of the pods with these labels.
pub fn egress<const N: usize>(name: &str, selected: &str, rules: [Rule; N]) -> Policy {
    Policy {
        egress: Some(rules.into()),
        ..network_policy(name, selected)
    }
}

/// A cluster-wide policy for ingress to every pod.
pub fn cluster_ingress<const N: usize>(
    tier: Tier,
    name: &str,
    priority: u16,
    rules: [Rule; N],
) -> Policy {
    Policy {
        kind: PolicyKind::ClusterNetworkPolicy,
        namespace: None,
        name: name.into(),
        tier,
        priority,
        subject: PodScope {
            namespaces: NamespaceScope::Matching(Selector::everything()),
            pods: Selector::everything(),
        },
        ingress: Some(rules.into()),
        egress: None,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    }
}

fn rule<const P: usize, const Q: usize>(
    action: Action,
    peers: [PeerMatch; P],
    ports: [PortTest; Q],
) -> Rule {
    let origin = Origin::default();
    let peers = peers.map(|matches| Peer {
        matches,
        place: PeerPlace::default(),
        origin,
    });
    let ports = ports.map(|test| PortMatch {
        end_port: matches!(test, PortTest::Range { first, last, .. } if first != last),
        test,
        origin,
    });
    Rule {
        action,
        peers: if P == 0 {
            Peers::Anyone
        } else {
            Peers::Listed(peers.into())
        },
        ports: if Q == 0 {
            Ports::Any
        } else {
            Ports::Listed(ports.into())
        },
        origin,
    }
}

/// A rule that lets through; no peers is everyone, no ports is every port.
pub fn allow<const P: usize, const Q: usize>(peers: [PeerMatch; P], ports: [PortTest; Q]) -> Rule {
    rule(Action::Accept, peers, ports)
}

pub fn deny<const P: usize, const Q: usize>(peers: [PeerMatch; P], ports: [PortTest; Q]) -> Rule {
    rule(Action::Deny, peers, ports)
}

pub fn pass<const P: usize, const Q: usize>(peers: [PeerMatch; P], ports: [PortTest; Q]) -> Rule {
    rule(Action::Pass, peers, ports)
}

/// `podSelector` alone, in a policy of this namespace.
pub fn local(namespace: &str, pods: Selector) -> PeerMatch {
    PeerMatch::Pods(PodScope {
        namespaces: NamespaceScope::Named(namespace.into()),
        pods,
    })
}

/// `namespaceSelector` with `podSelector`.
pub fn across(namespaces: Selector, pods: Selector) -> PeerMatch {
    PeerMatch::Pods(PodScope {
        namespaces: NamespaceScope::Matching(namespaces),
        pods,
    })
}

pub fn everything() -> Selector {
    Selector::everything()
}

pub fn block(cidr: &str, except: &[&str]) -> PeerMatch {
    let read = |text: &str| Cidr::parse(text).expect("a CIDR");
    PeerMatch::IpBlock(IpBlock {
        cidr: read(cidr),
        except: except.iter().map(|text| read(text)).collect(),
    })
}

pub fn tcp(port: u16) -> PortTest {
    range(Protocol::Tcp, port, port)
}

pub fn range(protocol: Protocol, first: u16, last: u16) -> PortTest {
    PortTest::Range {
        protocol,
        first,
        last,
    }
}

pub fn named(name: &str, protocol: Option<Protocol>) -> PortTest {
    let name = name.into();
    PortTest::Named { name, protocol }
}

/// The pod that a question imagines.
pub fn imagined(cluster: &Cluster, namespace: &str, labels: &str) -> Pod {
    Pod {
        names: None,
        namespace: cluster.namespace(namespace).expect("a namespace"),
        name: "imagined".into(),
        labels: Labels::from_pairs(pairs(labels)),
        ips: Vec::new(),
        host_network: false,
        node: None,
        ports: Arc::new([]),
        workload: None,
        count: Count::ONE,
        nature: PodNature::Hypothetical,
        per_node: false,
        origin: Origin::default(),
    }
}

/// An end by its name: `namespace/pod`, the name of a node, or an address.
pub fn end<'a>(cluster: &'a Cluster, name: &str) -> Endpoint<'a> {
    if let Ok(address) = name.parse() {
        return Endpoint::Address(address);
    }
    let mut nodes = cluster.nodes.iter();
    if let Some((id, _)) = nodes.find(|(_, node)| *node.name == *name) {
        return Endpoint::Node(cluster.node_ends(id)[0]);
    }
    let mut pods = cluster.pods.rows().iter();
    Endpoint::Pod(
        pods.find(|pod| cluster.pod_name(pod) == name)
            .expect("a pod"),
    )
}

/// The whole answer; `port` is `TCP 80`.
pub fn ask(cluster: &Cluster, source: Endpoint, destination: Endpoint, port: &str) -> Trace {
    let (protocol, port) = port.split_once(' ').expect("protocol and port");
    let flow = Flow {
        source,
        destination,
        protocol: Protocol::from_name(protocol).expect("a protocol"),
        port: port.parse().expect("a port"),
    };
    trace(cluster, &flow)
}

pub fn verdict(cluster: &Cluster, source: &str, destination: &str, port: &str) -> Verdict {
    ask(
        cluster,
        end(cluster, source),
        end(cluster, destination),
        port,
    )
    .verdict
}
