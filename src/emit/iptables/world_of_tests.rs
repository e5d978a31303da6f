//! Small clusters written in a few words.
//!
//! Labels are written `app=web`, one at most; a pod or policy `namespace/name`.

use crate::model::{
    Action, Cluster, ContainerPort, IpBlock, NamespaceScope, Node, Objects, Origin, Peer,
    PeerMatch, PeerPlace, Peers, PodObject, PodPhase, PodScope, PodTemplate, Policy, PolicyKind,
    PortMatch, PortTest, Ports, Rule, Tier,
};
use crate::net::{Cidr, Protocol};
use crate::selector::{Labels, Selector};
use std::net::IpAddr;
use std::sync::Arc;

/// What a cluster is made from.
#[derive(Default)]
pub(super) struct World(Objects);

fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.split_once('=').into_iter().collect()
}

fn split(name: &str) -> (Arc<str>, Arc<str>) {
    let (namespace, name) = name.split_once('/').expect("namespace/name");
    (namespace.into(), name.into())
}

fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    let read = |text: &&str| text.parse().expect("an address");
    texts.iter().map(read).collect()
}

impl World {
    pub(super) fn pod(self, name: &str, labels: &str, ips: &[&str]) -> Self {
        self.pod_with(name, labels, ips, |_| ())
    }

    /// A pod whose port `http` is this one.
    pub(super) fn pod_http(self, name: &str, ips: &[&str], protocol: Protocol, port: u16) -> Self {
        let http = ContainerPort {
            host_port: None,
            name: Some("http".into()),
            protocol,
            port,
        };
        self.pod_with(name, "", ips, |pod| pod.template.ports = [http].into())
    }

    pub(super) fn pod_on(self, node: &str, name: &str, ips: &[&str]) -> Self {
        self.pod_with(name, "", ips, |pod| pod.node = Some(node.into()))
    }

    fn pod_with(
        mut self,
        name: &str,
        labels: &str,
        ips: &[&str],
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
            ips: addresses(ips),
            node: None,
            phase: PodPhase::Live,
            origin: Origin::default(),
        };
        change(&mut pod);
        self.0.pods.push(pod);
        self
    }

    pub(super) fn node(mut self, name: &str, ips: &[&str]) -> Self {
        self.0.nodes.push(Node {
            kubelet_version: None,
            pod_cidrs: Vec::new(),
            name: name.into(),
            labels: Labels::none(),
            ips: addresses(ips),
            origin: Origin::default(),
        });
        self
    }

    pub(super) fn policy(mut self, policy: Policy) -> Self {
        self.0.policies.push(policy);
        self
    }

    /// The same objects, in the opposite order.
    pub(super) fn reversed(mut self) -> Self {
        self.0.pods.reverse();
        self.0.policies.reverse();
        self
    }

    pub(super) fn build(self) -> Cluster {
        Cluster::new(self.0)
    }
}

/// A NetworkPolicy that governs neither direction.
fn network_policy(name: &str, selected: &str) -> Policy {
    let (namespace, name) = split(name);
    Policy {
        kind: PolicyKind::NetworkPolicy,
        subject: PodScope {
            namespaces: NamespaceScope::Named(Arc::clone(&namespace)),
            pods: Selector::labels(pairs(selected)),
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

pub(super) fn ingress<const N: usize>(name: &str, selected: &str, rules: [Rule; N]) -> Policy {
    Policy {
        ingress: Some(rules.into()),
        ..network_policy(name, selected)
    }
}

pub(super) fn egress<const N: usize>(name: &str, selected: &str, rules: [Rule; N]) -> Policy {
    Policy {
        egress: Some(rules.into()),
        ..network_policy(name, selected)
    }
}

/// A cluster-wide policy for ingress to every pod.
pub(super) fn cluster_wide<const N: usize>(tier: Tier, name: &str, rules: [Rule; N]) -> Policy {
    Policy {
        kind: PolicyKind::ClusterNetworkPolicy,
        namespace: None,
        tier,
        name: name.into(),
        subject: PodScope {
            namespaces: NamespaceScope::Matching(Selector::everything()),
            pods: Selector::everything(),
        },
        ..ingress("-/-", "", rules)
    }
}

/// A rule; no peers is everyone, no ports is every port.
pub(super) fn rule<const P: usize, const Q: usize>(
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

pub(super) fn allow<const P: usize, const Q: usize>(
    peers: [PeerMatch; P],
    ports: [PortTest; Q],
) -> Rule {
    rule(Action::Accept, peers, ports)
}

/// The pods of a namespace with these labels.
pub(super) fn local(namespace: &str, labels: &str) -> PeerMatch {
    PeerMatch::Pods(PodScope {
        namespaces: NamespaceScope::Named(namespace.into()),
        pods: Selector::labels(pairs(labels)),
    })
}

pub(super) fn block(cidr: &str, except: &[&str]) -> PeerMatch {
    let read = |text: &str| Cidr::parse(text).expect("a CIDR");
    PeerMatch::IpBlock(IpBlock {
        cidr: read(cidr),
        except: except.iter().map(|text| read(text)).collect(),
    })
}

pub(super) fn tcp(port: u16) -> PortTest {
    range(Protocol::Tcp, port, port)
}

pub(super) fn range(protocol: Protocol, first: u16, last: u16) -> PortTest {
    PortTest::Range {
        protocol,
        first,
        last,
    }
}

pub(super) fn named(name: &str) -> PortTest {
    PortTest::Named {
        name: name.into(),
        protocol: Some(Protocol::Tcp),
    }
}

/// Both directions, both families, each kind of peer and port, a node, and all tiers.
pub(super) fn whole() -> World {
    let web = ingress(
        "x/web",
        "app=web",
        [
            allow(
                [local("x", "app=db")],
                [tcp(80), range(Protocol::Sctp, 80, 81)],
            ),
            allow([block("10.9.0.0/16", &["10.9.1.0/24"])], [tcp(81)]),
            allow([local("y", "")], []),
        ],
    );
    let out = egress(
        "x/out",
        "app=db",
        [allow([], [named("http")]), allow([block("::/0", &[])], [])],
    );
    let admin = cluster_wide(
        Tier::Admin,
        "guard",
        [
            rule(Action::Pass, [local("x", "")], []),
            rule(Action::Deny, [local("y", "")], [tcp(22)]),
        ],
    );
    let base = cluster_wide(Tier::Baseline, "base", [rule(Action::Deny, [], [tcp(23)])]);
    World::default()
        .node("n1", &["192.168.0.1", "fd99::1"])
        .pod("x/web", "app=web", &["10.0.0.1", "fd00::1"])
        .pod("x/db", "app=db", &["10.0.0.2", "fd00::2"])
        .pod_on("n1", "y/any", &["10.0.0.3"])
        .pod_http("y/http", &["10.0.0.4", "fd00::4"], Protocol::Tcp, 8080)
        .policy(web)
        .policy(out)
        .policy(admin)
        .policy(base)
}
