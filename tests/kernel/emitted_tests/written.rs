//! Clusters written by hand, in few words, with policies of every tier.

use netpolc::model::{
    Action, ContainerPort, Direction, IpBlock, Namespace, NamespaceScope, Node, Objects, Origin,
    Peer, PeerMatch, PeerPlace, Peers, PodObject, PodPhase, PodScope, PodTemplate, Policy,
    PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
use netpolc::net::{Cidr, Protocol};
use netpolc::selector::{Labels, Selector};
use std::net::IpAddr;

fn addresses(all: &[&str]) -> Vec<IpAddr> {
    let parsed = |text: &&str| text.parse().expect("an address");
    all.iter().map(parsed).collect()
}

/// A namespace with one label.
pub fn namespace(name: &str, label: (&str, &str)) -> Namespace {
    let labels = Labels::from_pairs([label]);
    Namespace::declared(&name.into(), &labels, Origin::default())
}

pub fn node(name: &str, ips: &[&str]) -> Node {
    Node {
        kubelet_version: None,
        pod_cidrs: Vec::new(),
        name: name.into(),
        labels: Labels::none(),
        ips: addresses(ips),
        origin: Origin::default(),
    }
}

/// The pod `shop/web` with the label `app: web`.
pub fn pod(place: &str, app: &str, ips: &[&str], node: &str) -> PodObject {
    let (namespace, name) = place.split_once('/').expect("a namespace and a name");
    PodObject {
        namespace: namespace.into(),
        name: name.into(),
        owner: None,
        template: PodTemplate {
            labels: Labels::from_pairs([("app", app)]),
            ..PodTemplate::default()
        },
        ips: addresses(ips),
        node: (!node.is_empty()).then(|| node.into()),
        phase: PodPhase::Live,
        origin: Origin::default(),
    }
}

/// The pod with named ports.
pub fn with_ports(mut pod: PodObject, ports: &[(&str, Protocol, u16)]) -> PodObject {
    let declared = |&(name, protocol, port): &(&str, Protocol, u16)| ContainerPort {
        host_port: None,
        name: Some(name.into()),
        protocol,
        port,
    };
    pod.template.ports = ports.iter().map(declared).collect();
    pod
}

/// `*` for everything, else `app=web`.
fn selector(text: &str) -> Selector {
    let pair = text.split_once('=');
    assert!(pair.is_some() || text == "*", "`{text}` is no selector");
    pair.map_or_else(Selector::everything, |pair| Selector::labels([pair]))
}

/// `pods app=web` of the policy's namespace, or `namespaces team=a pods app=web`.
fn scope(text: &str, own: &str) -> PodScope {
    let words: Vec<&str> = text.split(' ').collect();
    match words[..] {
        ["pods", pods] => PodScope {
            namespaces: NamespaceScope::Named(own.into()),
            pods: selector(pods),
        },
        ["namespaces", namespaces, "pods", pods] => PodScope {
            namespaces: NamespaceScope::Matching(selector(namespaces)),
            pods: selector(pods),
        },
        _ => panic!("`{text}` is no scope"),
    }
}

/// A scope, or `block 10.0.0.0/8 except 10.1.0.0/16`.
fn peer(text: &str, own: &str) -> Peer {
    let cidr = |text: &str| Cidr::parse(text).expect("a CIDR");
    let words: Vec<&str> = text.split(' ').collect();
    let block = |whole: &str, holes: &[&str]| {
        PeerMatch::IpBlock(IpBlock {
            cidr: cidr(whole),
            except: holes.iter().map(|hole| cidr(hole)).collect(),
        })
    };
    let matches = match &words[..] {
        ["block", whole] => block(whole, &[]),
        ["block", whole, "except", holes @ ..] => block(whole, holes),
        _ => PeerMatch::Pods(scope(text, own)),
    };
    Peer {
        matches,
        place: PeerPlace::default(),
        origin: Origin::default(),
    }
}

/// `TCP`, `TCP/80`, `TCP/80-90` or `TCP/http`; `http` where the API names no protocol.
fn port(text: &str) -> PortMatch {
    let (protocol, port) = text.split_once('/').unwrap_or((text, "1-65535"));
    let number = |text: &str| text.parse::<u16>().ok();
    let range = port.split_once('-').unwrap_or((port, port));
    let known = Protocol::from_name(protocol);
    let wanted = match (known, number(range.0), number(range.1)) {
        (Some(protocol), Some(first), Some(last)) => PortTest::Range {
            protocol,
            first,
            last,
        },
        (Some(protocol), ..) => PortTest::Named {
            name: port.into(),
            protocol: Some(protocol),
        },
        (None, ..) => PortTest::Named {
            name: protocol.into(),
            protocol: None,
        },
    };
    PortMatch {
        test: wanted,
        end_port: false,
        origin: Origin::default(),
    }
}

/// A policy under way.
pub struct Written(Policy);

/// The NetworkPolicy `shop/web` for pods of its namespace. Says nothing yet.
pub fn policy(place: &str, pods: &str) -> Written {
    let (namespace, name) = place.split_once('/').expect("a namespace and a name");
    Written(Policy {
        kind: PolicyKind::NetworkPolicy,
        namespace: Some(namespace.into()),
        name: name.into(),
        tier: Tier::NetworkPolicy,
        priority: 0,
        subject: scope(pods, namespace),
        ingress: None,
        egress: None,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    })
}

/// A policy of the cluster. Says nothing yet.
pub fn wide(name: &str, tier: Tier, priority: u16, subject: &str) -> Written {
    Written(Policy {
        kind: PolicyKind::ClusterNetworkPolicy,
        namespace: None,
        name: name.into(),
        tier,
        priority,
        subject: scope(subject, ""),
        ingress: None,
        egress: None,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    })
}

impl Written {
    /// Governs a direction, with no rule of its own.
    pub fn isolating(mut self, direction: Direction) -> Self {
        self.rules(direction);
        self
    }

    /// One more rule. No peers are anyone, no ports are all.
    pub fn rule(
        mut self,
        direction: Direction,
        action: Action,
        peers: &[&str],
        ports: &[&str],
    ) -> Self {
        let own = self.0.namespace.clone().unwrap_or_default();
        let peers = match peers {
            [] => Peers::Anyone,
            listed => Peers::Listed(listed.iter().map(|text| peer(text, &own)).collect()),
        };
        let ports = match ports {
            [] => Ports::Any,
            listed => Ports::Listed(listed.iter().map(|text| port(text)).collect()),
        };
        self.rules(direction).push(Rule {
            action,
            peers,
            ports,
            origin: Origin::default(),
        });
        self
    }

    /// One more rule of a NetworkPolicy for ingress.
    pub fn from(self, peers: &[&str], ports: &[&str]) -> Self {
        self.rule(Direction::Ingress, Action::Accept, peers, ports)
    }

    /// One more rule of a NetworkPolicy for egress.
    pub fn to(self, peers: &[&str], ports: &[&str]) -> Self {
        self.rule(Direction::Egress, Action::Accept, peers, ports)
    }

    fn rules(&mut self, direction: Direction) -> &mut Vec<Rule> {
        let rules = match direction {
            Direction::Ingress => &mut self.0.ingress,
            Direction::Egress => &mut self.0.egress,
        };
        rules.get_or_insert_default()
    }
}

/// All of a cluster.
pub fn objects(
    namespaces: Vec<Namespace>,
    nodes: Vec<Node>,
    pods: Vec<PodObject>,
    policies: Vec<Written>,
) -> Objects {
    Objects {
        namespaces,
        nodes,
        pods,
        policies: policies.into_iter().map(|written| written.0).collect(),
        ..Objects::default()
    }
}
