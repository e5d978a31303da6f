//! Small clusters in few words, and what is written for them.

use crate::emit::nftables::{Options, write};
use crate::emit::plan::{Scope, plan};
use crate::model::{
    Action, Cluster, ContainerPort, Direction, IpBlock, Namespace, NamespaceScope, Node, Objects,
    Origin, Peer, PeerMatch, PeerPlace, Peers, PodObject, PodPhase, PodScope, PodTemplate, Policy,
    PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
use crate::net::{Cidr, Protocol};
use crate::selector::{Labels, Selector};
use std::net::IpAddr;

fn pairs(text: &str) -> Vec<(&str, &str)> {
    let entries = text.split(',').filter(|entry| !entry.is_empty());
    entries.filter_map(|entry| entry.split_once('=')).collect()
}

fn ips(texts: &[&str]) -> Vec<IpAddr> {
    let ip = |text: &&str| text.parse().expect("an address");
    texts.iter().map(ip).collect()
}

/// A pod `namespace/name` with a port `http` of TCP 8080.
pub(super) fn pod(name: &str, labels: &str, addresses: &[&str]) -> PodObject {
    let (namespace, name) = name.split_once('/').expect("namespace/name");
    let http = ContainerPort {
        host_port: None,
        name: Some("http".into()),
        protocol: Protocol::Tcp,
        port: 8080,
    };
    PodObject {
        namespace: namespace.into(),
        name: name.into(),
        owner: None,
        template: PodTemplate {
            names: None,
            labels: Labels::from_pairs(pairs(labels)),
            host_network: false,
            ports: [http].into(),
        },
        ips: ips(addresses),
        node: Some("worker".into()),
        phase: PodPhase::Live,
        origin: Origin::default(),
    }
}

pub(super) fn node(name: &str, addresses: &[&str]) -> Node {
    Node {
        kubelet_version: None,
        pod_cidrs: Vec::new(),
        name: name.into(),
        labels: Labels::none(),
        ips: ips(addresses),
        origin: Origin::default(),
    }
}

/// Pods with these labels, in the namespace `shop`.
pub(super) fn pods(labels: &str) -> PeerMatch {
    PeerMatch::Pods(PodScope {
        namespaces: NamespaceScope::Named("shop".into()),
        pods: Selector::labels(pairs(labels)),
    })
}

pub(super) fn block(cidr: &str, except: &[&str]) -> PeerMatch {
    let cidr_of = |text: &str| Cidr::parse(text).expect("a CIDR");
    PeerMatch::IpBlock(IpBlock {
        cidr: cidr_of(cidr),
        except: except.iter().map(|text| cidr_of(text)).collect(),
    })
}

/// `TCP 80`, `UDP 1-65535`, or a name.
fn port(text: &str) -> PortMatch {
    let tested = match text.split_once(' ') {
        Some((protocol, range)) => {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            PortTest::Range {
                protocol: Protocol::from_name(protocol).expect("a protocol"),
                first: first.parse().expect("a port"),
                last: last.parse().expect("a port"),
            }
        }
        None => PortTest::Named {
            name: text.into(),
            protocol: Some(Protocol::Tcp),
        },
    };
    PortMatch {
        test: tested,
        end_port: false,
        origin: Origin::default(),
    }
}

/// A rule; no peers are anyone, and no ports any.
pub(super) fn rule(action: Action, peers: &[PeerMatch], ports: &[&str]) -> Rule {
    let peer = |matches: &PeerMatch| Peer {
        matches: matches.clone(),
        place: PeerPlace::default(),
        origin: Origin::default(),
    };
    Rule {
        action,
        peers: match peers {
            [] => Peers::Anyone,
            some => Peers::Listed(some.iter().map(peer).collect()),
        },
        ports: match ports {
            [] => Ports::Any,
            some => Ports::Listed(some.iter().map(|text| port(text)).collect()),
        },
        origin: Origin::default(),
    }
}

pub(super) fn accept(peers: &[PeerMatch], ports: &[&str]) -> Rule {
    rule(Action::Accept, peers, ports)
}

/// A policy of the namespace `shop` over the pods with these labels, for one direction.
pub(super) fn policy(name: &str, over: &str, direction: Direction, rules: Vec<Rule>) -> Policy {
    let PeerMatch::Pods(subject) = pods(over) else {
        panic!("pods are pods")
    };
    let (ingress, egress) = match direction {
        Direction::Ingress => (Some(rules), None),
        Direction::Egress => (None, Some(rules)),
    };
    Policy {
        kind: PolicyKind::NetworkPolicy,
        namespace: Some("shop".into()),
        name: name.into(),
        tier: Tier::NetworkPolicy,
        priority: 0,
        subject,
        ingress,
        egress,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    }
}

pub(super) fn ingress(name: &str, over: &str, rules: Vec<Rule>) -> Policy {
    policy(name, over, Direction::Ingress, rules)
}

pub(super) fn egress(name: &str, over: &str, rules: Vec<Rule>) -> Policy {
    policy(name, over, Direction::Egress, rules)
}

/// The policy in another tier, over the same pods.
pub(super) fn in_tier(tier: Tier, priority: u16, policy: Policy) -> Policy {
    Policy {
        kind: PolicyKind::ClusterNetworkPolicy,
        namespace: None,
        tier,
        priority,
        ..policy
    }
}

pub(super) fn objects(pods: Vec<PodObject>, policies: Vec<Policy>) -> Objects {
    let shop = Namespace::declared(&"shop".into(), &Labels::none(), Origin::default());
    Objects {
        namespaces: vec![shop],
        pods,
        policies,
        ..Objects::default()
    }
}

/// The file for a cluster.
pub(super) fn text(objects: Objects, options: &Options) -> String {
    let cluster = Cluster::new(objects);
    let (plan, _) = plan(&cluster, &Scope::Cluster).expect("a plan");
    write(&plan, &cluster, options)
}

/// The file for a cluster, with names of definitions numbered as they appear, and without the one of
/// the whole.
pub(super) fn numbered(objects: Objects) -> String {
    let text = text(objects, &Options::default());
    let (head, rest) = text.split_once("\tset ruleset_").expect("its name");
    let (_, rest) = rest.split_once("\t}\n").expect("the end of the set");
    let text = format!("{head}{rest}");
    let mut known: Vec<&str> = Vec::new();
    let mut out = String::new();
    for (index, part) in text.split('_').enumerate() {
        let end = part.find(|c: char| !c.is_ascii_hexdigit());
        let (word, rest) = part.split_at(end.unwrap_or(part.len()));
        if index > 0 {
            out.push('_');
        }
        if word.len() == 20 {
            let place = known.iter().position(|&name| name == word);
            let place = place.unwrap_or_else(|| {
                known.push(word);
                known.len() - 1
            });
            out.push_str(&(place + 1).to_string());
        } else {
            out.push_str(word);
        }
        out.push_str(rest);
    }
    out
}

/// The lines of the blocks whose head begins like this, without indentation.
pub(super) fn blocks<'t>(text: &'t str, head: &str) -> Vec<&'t str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        let Some(line) = line.strip_prefix('\t') else {
            continue;
        };
        inside |= line.starts_with(head);
        if inside && line != "}" {
            found.push(line.trim_start());
        }
        inside &= line != "}";
    }
    found
}

/// A dual-stack pod that policies are over, and one that they name.
pub(super) fn two() -> Vec<PodObject> {
    vec![
        pod("shop/web", "app=web", &["10.0.0.1", "fd00::1"]),
        pod("shop/api", "app=api", &["10.0.0.2", "fd00::2"]),
    ]
}
