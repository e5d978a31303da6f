//! What could be added so that a direction lets a flow through: what the rules lack that nearly match, then
//! a rule, then a policy.

use super::change::{Add, Change, NewRule};
use super::peer::{Meant, Wanted, peer, pods_of};
use crate::model::{Cluster, Direction, NamespaceScope, PodScope, PortTest};
use crate::trace::{Basis, Endpoint, Half, Miss};
use std::cmp::Reverse;
use std::sync::Arc;

/// What could be added so that `half` lets a flow through: of the smallest kind first, and within a kind
/// what is nearest.
pub fn candidates(cluster: &Cluster, half: &Half, wanted: &Wanted<'_>) -> Vec<Change> {
    if half.basis != Basis::NoRule {
        return Vec::new();
    }
    let direction = half.direction;
    let port = PortTest::Range {
        protocol: wanted.flow.protocol,
        first: wanted.flow.port,
        last: wanted.flow.port,
    };
    let lacks = half.misses.iter();
    let mut all: Vec<Change> = lacks
        .filter_map(|miss| lacking(cluster, miss, wanted, &port))
        .collect();
    let mut policies = half.isolating.clone();
    // A rule for all pods of a namespace would say more than one for these.
    policies.sort_by_key(|&id| Reverse(cluster.policies.at(id).subject.pods.tests().len()));
    let (other, _) = ends(wanted, direction);
    for policy in policies {
        let home = cluster.policies.at(policy).namespace.as_ref();
        if let Some(peer) = peer(cluster, other, home) {
            all.push(Change {
                policy,
                direction,
                add: Add::Rule(NewRule {
                    peers: vec![peer],
                    ports: vec![port.clone()],
                }),
            });
        }
    }
    all.extend(new_policy(cluster, half, wanted, &port));
    all.sort_by_key(|change| change.kind(cluster));
    all
}

/// An end of a flow, and who is meant by it.
type End<'a> = (Endpoint<'a>, Meant);

/// The other end and the subject, as the policies of a direction have them.
fn ends<'a>(wanted: &Wanted<'a>, direction: Direction) -> (End<'a>, End<'a>) {
    let source = (wanted.flow.source, wanted.source);
    let destination = (wanted.flow.destination, wanted.destination);
    match direction {
        Direction::Egress => (destination, source),
        Direction::Ingress => (source, destination),
    }
}

/// What a rule lacks that misses by its peers or its ports alone.
fn lacking(cluster: &Cluster, miss: &Miss, wanted: &Wanted<'_>, port: &PortTest) -> Option<Change> {
    let direction = miss.rule.direction;
    let (policy, index) = (miss.rule.policy, miss.rule.index);
    let add = match (miss.peers.is_empty(), miss.ports.is_some()) {
        (true, true) => Add::Port(index, port.clone()),
        (false, false) => {
            let home = cluster.policies.at(policy).namespace.as_ref();
            let (other, _) = ends(wanted, direction);
            Add::Peer(index, peer(cluster, other, home)?)
        }
        (true, false) | (false, true) => return None,
    };
    Some(Change {
        policy,
        direction,
        add,
    })
}

/// A policy of its own for the subject.
fn new_policy(
    cluster: &Cluster,
    half: &Half,
    wanted: &Wanted<'_>,
    port: &PortTest,
) -> Option<Change> {
    let (other, (subject, meant)) = ends(wanted, half.direction);
    let Endpoint::Pod(pod) = subject else {
        return None;
    };
    let home = &cluster.namespaces.at(pod.namespace).name;
    let own = short_name(cluster, subject);
    let peer_name = short_name(cluster, other.0);
    let name = match half.direction {
        Direction::Egress => format!("{own}-to-{peer_name}"),
        Direction::Ingress => format!("{own}-from-{peer_name}"),
    };
    Some(Change {
        policy: *half.isolating.first()?,
        direction: half.direction,
        add: Add::Policy {
            name: free_name(cluster, home, &name),
            subject: PodScope {
                namespaces: NamespaceScope::Named(Arc::clone(home)),
                pods: pods_of(cluster, pod, meant),
            },
            rule: NewRule {
                peers: vec![peer(cluster, other, Some(home))?],
                ports: vec![port.clone()],
            },
        },
    })
}

/// What a policy for an end may be called.
fn short_name(cluster: &Cluster, end: Endpoint<'_>) -> String {
    let name = match end {
        Endpoint::Address(_) => "outside".to_owned(),
        Endpoint::Node(node) => cluster.nodes.at(node.node).name.to_string(),
        Endpoint::Pod(pod) => match pod.workload {
            Some(workload) => cluster.workloads.at(workload).owner.name.to_string(),
            None => pod.name.to_string(),
        },
    };
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let name: String = name.chars().filter(|c| known(*c)).take(60).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "pods" } else { name }.to_owned()
}

/// The name, or one with a number where a policy of the namespace has it.
fn free_name(cluster: &Cluster, home: &Arc<str>, name: &str) -> Arc<str> {
    let taken = |name: &str| {
        let mut policies = cluster.policies.rows().iter();
        policies.any(|it| it.namespace.as_ref() == Some(home) && *it.name == *name)
    };
    let numbered = (2u32..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|it| !taken(it)).unwrap_or_default().into()
}
