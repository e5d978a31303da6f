//! The clusters that are measured: namespaces of 20 pods and 4 applications, under policies of six
//! kinds in turn. Equal numbers and seeds give equal clusters on every machine.

use super::random::Random;
use netpolc::model::{
    Action, ContainerPort, IpBlock, NAMESPACE_NAME_LABEL, Namespace, NamespaceScope, Node, Objects,
    Origin, Peer, PeerMatch, PeerPlace, Peers, PodObject, PodPhase, PodScope, PodTemplate, Policy,
    PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
use netpolc::net::{Cidr, Protocol};
use netpolc::selector::{Labels, Selector};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Applications and the ports they listen on; the pods of a namespace are of each in turn.
const APPS: [(&str, u16); 4] = [("web", 8080), ("api", 8000), ("db", 5432), ("queue", 5672)];

/// Pods in a namespace.
const PODS_EACH: usize = 20;

/// Pods on a node: the most that Kubernetes puts there if told nothing.
const PODS_PER_NODE: usize = 110;

/// The first pod's address; the others follow.
const FIRST_POD: u32 = u32::from_be_bytes([10, 64, 0, 1]);

/// The first node's address.
const FIRST_NODE: u32 = u32::from_be_bytes([10, 0, 0, 1]);

/// How large a cluster is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    policies: usize,
    pods: usize,
}

impl Size {
    pub(crate) const fn new(policies: usize, pods: usize) -> Self {
        Self { policies, pods }
    }
}

/// The cluster of a size and a seed.
pub(crate) fn objects(size: Size, seed: u64) -> Objects {
    let mut random = Random::new(seed);
    let names: Vec<Arc<str>> = (0..size.pods.div_ceil(PODS_EACH))
        .map(|number| format!("ns-{number}").into())
        .collect();
    let namespace = |name| Namespace::declared(name, &Labels::default(), Origin::default());
    let policy = |number: usize| {
        let place = &names[number % names.len()];
        let round = number / names.len();
        let mut drawer = Drawer {
            names: &names,
            place,
            random: &mut random,
        };
        // Every kind is somewhere, however few policies a namespace has.
        drawer.policy(number, (number % names.len() + round) % 6)
    };
    Objects {
        policies: (0..size.policies).map(policy).collect(),
        namespaces: names.iter().map(namespace).collect(),
        nodes: (0..size.pods.div_ceil(PODS_PER_NODE)).map(node).collect(),
        pods: (0..size.pods).map(|number| pod(&names, number)).collect(),
        ..Objects::default()
    }
}

/// The same cluster with one pod more, in the first namespace.
pub(crate) fn with_one_more(objects: &Objects) -> Objects {
    let mut more = objects.clone();
    let mut new = pod(&[Arc::from("ns-0")], 0);
    new.name = "one-more".into();
    new.ips = vec![address(FIRST_POD, objects.pods.len())];
    more.pods.push(new);
    more
}

fn address(first: u32, number: usize) -> IpAddr {
    let number = u32::try_from(number).expect("a number of a pod");
    Ipv4Addr::from(first + number).into()
}

fn node(number: usize) -> Node {
    Node {
        kubelet_version: None,
        pod_cidrs: Vec::new(),
        name: node_name(number),
        labels: Labels::default(),
        ips: vec![address(FIRST_NODE, number)],
        origin: Origin::default(),
    }
}

/// The name of a node by its number, from 0.
pub(crate) fn node_name(number: usize) -> Arc<str> {
    format!("node-{number}").into()
}

fn pod(names: &[Arc<str>], number: usize) -> PodObject {
    let (app, port) = APPS[number % APPS.len()];
    let template = PodTemplate {
        names: None,
        labels: Labels::from_pairs([("app", app)]),
        host_network: false,
        ports: Arc::new([ContainerPort {
            host_port: None,
            name: None,
            protocol: Protocol::Tcp,
            port,
        }]),
    };
    PodObject {
        namespace: Arc::clone(&names[number / PODS_EACH]),
        name: format!("{app}-{number}").into(),
        owner: None,
        template,
        ips: vec![address(FIRST_POD, number)],
        // Nodes have pods of all namespaces.
        node: Some(node_name(number / PODS_PER_NODE)),
        phase: PodPhase::Live,
        origin: Origin::default(),
    }
}

/// Draws the policies of a namespace.
struct Drawer<'a> {
    names: &'a [Arc<str>],
    place: &'a Arc<str>,
    random: &'a mut Random,
}

impl Drawer<'_> {
    fn policy(&mut self, number: usize, kind: usize) -> Policy {
        let (app, port) = *self.random.pick(&APPS);
        let (other, other_port) = *self.random.pick(&APPS);
        let (subject, ingress, egress) = match kind {
            // Some pods of the namespace.
            0 => {
                let peers = vec![self.own(Self::app(other))];
                let ports = vec![tcp(port, port)];
                (Self::app(app), vec![rule(peers, ports)], None)
            }
            // A whole other namespace.
            1 => {
                let peers = vec![elsewhere(self.random.pick::<Arc<str>>(self.names))];
                let ports = vec![tcp(8000, 8099), range(Protocol::Udp, 53, 53)];
                (Self::app(app), vec![rule(peers, ports)], None)
            }
            // A network outside, with a hole.
            2 => {
                let peers = vec![self.block()];
                let ports = vec![tcp(443, 443)];
                (Self::app(app), vec![rule(peers, ports)], None)
            }
            // What the workers may ask, and names.
            3 => {
                let names = [Protocol::Udp, Protocol::Tcp].map(|each| range(each, 53, 53));
                let egress = vec![
                    rule(
                        vec![self.own(Self::app(other))],
                        vec![tcp(other_port, other_port)],
                    ),
                    rule(vec![elsewhere(&self.names[0])], names.into()),
                ];
                return self.blank(number, Self::app("queue"), None, Some(egress));
            }
            // Nobody by default.
            4 => (Selector::everything(), Vec::new(), None),
            // The protocol of telephone exchanges.
            _ => {
                let peers = vec![self.own(Self::app(other))];
                let ports = vec![range(Protocol::Sctp, 3868, 3869)];
                (Self::app(app), vec![rule(peers, ports)], None)
            }
        };
        self.blank(number, subject, Some(ingress), egress)
    }

    fn app(app: &str) -> Selector {
        Selector::labels([("app", app)])
    }

    /// Pods of the namespace itself.
    fn own(&self, pods: Selector) -> Peer {
        peer(PeerMatch::Pods(PodScope {
            namespaces: NamespaceScope::Named(Arc::clone(self.place)),
            pods,
        }))
    }

    /// A network of 2^16 addresses from 32.0.0.0 up to 111.255.0.0, without 2^8 of them.
    fn block(&mut self) -> Peer {
        let network = u32::try_from(self.random.below(0x5000)).expect("16 bits");
        let hole = u32::try_from(self.random.below(256)).expect("8 bits");
        let first = 0x2000_0000 + (network << 16);
        let cidr = |bits, length| Cidr::new(Ipv4Addr::from(bits).into(), length);
        peer(PeerMatch::IpBlock(IpBlock {
            cidr: cidr(first, 16).expect("a network"),
            except: vec![cidr(first + (hole << 8), 24).expect("a network")],
        }))
    }

    fn blank(
        &self,
        number: usize,
        pods: Selector,
        ingress: Option<Vec<Rule>>,
        egress: Option<Vec<Rule>>,
    ) -> Policy {
        Policy {
            kind: PolicyKind::NetworkPolicy,
            namespace: Some(Arc::clone(self.place)),
            name: format!("policy-{number}").into(),
            tier: Tier::NetworkPolicy,
            priority: 0,
            subject: PodScope {
                namespaces: NamespaceScope::Named(Arc::clone(self.place)),
                pods,
            },
            ingress,
            egress,
            origin: Origin::default(),
            subject_origin: Origin::default(),
        }
    }
}

/// All pods of a namespace.
fn elsewhere(namespace: &str) -> Peer {
    peer(PeerMatch::Pods(PodScope {
        namespaces: NamespaceScope::Matching(Selector::labels([(NAMESPACE_NAME_LABEL, namespace)])),
        pods: Selector::everything(),
    }))
}

fn peer(matches: PeerMatch) -> Peer {
    let origin = Origin::default();
    Peer {
        matches,
        place: PeerPlace::default(),
        origin,
    }
}

fn tcp(first: u16, last: u16) -> PortMatch {
    range(Protocol::Tcp, first, last)
}

fn range(protocol: Protocol, first: u16, last: u16) -> PortMatch {
    PortMatch {
        test: PortTest::Range {
            protocol,
            first,
            last,
        },
        end_port: first != last,
        origin: Origin::default(),
    }
}

fn rule(peers: Vec<Peer>, ports: Vec<PortMatch>) -> Rule {
    Rule {
        action: Action::Accept,
        peers: Peers::Listed(peers),
        ports: Ports::Listed(ports),
        origin: Origin::default(),
    }
}
