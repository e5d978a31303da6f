//! What is added to a policy so that it lets a flow through, and what could be: what the rules lack that
//! nearly match, then a rule, then a policy.

use super::peer::{Meant, Wanted, peer, pods_of};
use super::yaml::{self, Tree, fields, text};
use crate::model::{
    Action, Cluster, Direction, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace, Peers,
    PodScope, Policy, PolicyId, PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
use crate::trace::{Basis, Endpoint, Half, Miss};
use std::cmp::Reverse;
use std::sync::Arc;

/// Something that is added to one direction of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The policy; of a new policy one that isolates the pods.
    pub policy: PolicyId,
    /// The direction.
    pub direction: Direction,
    /// What is added.
    pub add: Add,
}

/// What is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Add {
    /// A port to the rule of this index.
    Port(usize, PortTest),
    /// A peer to the rule of this index.
    Peer(usize, PeerMatch),
    /// A rule for this peer and port.
    Rule(PeerMatch, PortTest),
    /// A policy with such a rule.
    Policy {
        /// Its name.
        name: Arc<str>,
        /// Its pods.
        subject: PodScope,
        /// The peer of its rule.
        peer: PeerMatch,
        /// The port of its rule.
        port: PortTest,
    },
}

/// The kinds of change, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A port in a rule that names the peer.
    Port,
    /// A peer in a rule that names the port.
    Peer,
    /// A rule in a policy that has others, or is for these pods.
    Rule,
    /// A policy.
    Policy,
    /// A rule in a policy that only isolates all pods of a namespace.
    RuleForAll,
}

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
                add: Add::Rule(peer, port.clone()),
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
            peer: peer(cluster, other, Some(home))?,
            port: port.clone(),
        },
    })
}

/// What a policy for an end may be called.
fn short_name(cluster: &Cluster, end: Endpoint<'_>) -> String {
    let name = match end {
        Endpoint::Address(_) => "outside".to_owned(),
        Endpoint::Node(node) => cluster.nodes.at(node).name.to_string(),
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

impl Change {
    /// Its kind.
    pub fn kind(&self, cluster: &Cluster) -> Kind {
        match &self.add {
            Add::Port(..) => Kind::Port,
            Add::Peer(..) => Kind::Peer,
            Add::Rule(..) => {
                let policy = cluster.policies.at(self.policy);
                let rules = policy.rules(self.direction).unwrap_or_default();
                if policy.subject.pods.is_everything() && rules.is_empty() {
                    Kind::RuleForAll
                } else {
                    Kind::Rule
                }
            }
            Add::Policy { .. } => Kind::Policy,
        }
    }

    /// The cluster after it.
    #[must_use]
    pub fn apply(&self, cluster: &Cluster) -> Cluster {
        if let Add::Policy {
            name,
            subject,
            peer,
            port,
        } = &self.add
        {
            let rules = vec![rule(peer, port)];
            let (ingress, egress) = match self.direction {
                Direction::Ingress => (Some(rules), None),
                Direction::Egress => (None, Some(rules)),
            };
            let mut policies = cluster.policies.rows().to_vec();
            policies.push(Policy {
                kind: PolicyKind::NetworkPolicy,
                namespace: cluster.policies.at(self.policy).namespace.clone(),
                name: Arc::clone(name),
                tier: Tier::NetworkPolicy,
                priority: 0,
                subject: subject.clone(),
                ingress,
                egress,
                origin: Origin::default(),
                subject_origin: Origin::default(),
            });
            return cluster.with_policies(policies);
        }
        let mut changed = cluster.clone();
        let policy = changed.policies.at_mut(self.policy);
        if let Some(rules) = policy.rules_mut(self.direction) {
            self.add_to(rules);
        }
        changed
    }

    fn add_to(&self, rules: &mut Vec<Rule>) {
        match &self.add {
            Add::Port(index, test) => {
                if let Some(Ports::Listed(all)) = rules.get_mut(*index).map(|it| &mut it.ports) {
                    all.push(port_match(test));
                }
            }
            Add::Peer(index, matches) => {
                if let Some(Peers::Listed(all)) = rules.get_mut(*index).map(|it| &mut it.peers) {
                    let entry = all.len();
                    all.push(peer_at(entry, matches));
                }
            }
            Add::Rule(peer, port) => rules.push(rule(peer, port)),
            Add::Policy { .. } => {}
        }
    }

    /// What to do: lower case, no full stop.
    pub fn what(&self, cluster: &Cluster) -> String {
        let policy = cluster.policies.at(self.policy);
        let name = format!("{} {}", policy.kind.name(), policy.full_name());
        let direction = self.direction;
        match &self.add {
            Add::Port(index, _) => {
                format!(
                    "add to {}.ports of {name}",
                    Policy::rule_path(direction, *index)
                )
            }
            Add::Peer(index, _) => {
                let rule = Policy::rule_path(direction, *index);
                format!("add to {rule}.{} of {name}", direction.peers_field())
            }
            Add::Rule(..) if policy.subject.pods.is_everything() => {
                format!("add to spec.{direction} of {name}, for all pods that it selects")
            }
            Add::Rule(..) => format!("add to spec.{direction} of {name}"),
            Add::Policy { .. } => format!("add a NetworkPolicy beside {}", policy.full_name()),
        }
    }

    /// Where the place is that it is added to.
    pub fn origin(&self, cluster: &Cluster) -> Origin {
        let policy = cluster.policies.at(self.policy);
        match &self.add {
            Add::Port(index, _) | Add::Peer(index, _) => {
                let rules = policy.rules(self.direction).unwrap_or_default();
                rules.get(*index).map_or(policy.origin, |rule| rule.origin)
            }
            Add::Rule(..) | Add::Policy { .. } => policy.origin,
        }
    }

    /// What is added as YAML: entries of a list, or a manifest. Every line ends with a line feed.
    pub fn yaml(&self, cluster: &Cluster) -> String {
        let lines = match &self.add {
            Add::Policy { .. } => self.tree(cluster).lines(self.depth()),
            Add::Port(..) | Add::Peer(..) | Add::Rule(..) => {
                Tree::Items(vec![self.tree(cluster)]).lines(self.depth())
            }
        };
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// How many levels of it stand on lines of their own.
    pub(super) fn depth(&self) -> usize {
        match &self.add {
            Add::Port(..) => 1,
            Add::Peer(..) => 2,
            Add::Rule(..) => 4,
            Add::Policy { .. } => 6,
        }
    }

    /// What is added: one entry, or a manifest.
    pub(super) fn tree(&self, cluster: &Cluster) -> Tree {
        match &self.add {
            Add::Port(_, port) => yaml::port(port),
            Add::Peer(_, peer) => yaml::peer(peer),
            Add::Rule(peer, port) => self.rule_tree(peer, port),
            Add::Policy {
                name,
                subject,
                peer,
                port,
            } => {
                let home = cluster.policies.at(self.policy).namespace.clone();
                let home = home.unwrap_or_default();
                let (kind, list) = match self.direction {
                    Direction::Ingress => ("Ingress", "ingress"),
                    Direction::Egress => ("Egress", "egress"),
                };
                fields([
                    ("apiVersion", text("networking.k8s.io/v1")),
                    ("kind", text("NetworkPolicy")),
                    (
                        "metadata",
                        fields([("name", text(&**name)), ("namespace", text(&*home))]),
                    ),
                    (
                        "spec",
                        fields([
                            ("podSelector", yaml::selector(&subject.pods)),
                            ("policyTypes", Tree::Items(vec![text(kind)])),
                            (list, Tree::Items(vec![self.rule_tree(peer, port)])),
                        ]),
                    ),
                ])
            }
        }
    }

    fn rule_tree(&self, peer: &PeerMatch, port: &PortTest) -> Tree {
        fields([
            (
                self.direction.peers_field(),
                Tree::Items(vec![yaml::peer(peer)]),
            ),
            ("ports", Tree::Items(vec![yaml::port(port)])),
        ])
    }
}

fn rule(peer: &PeerMatch, port: &PortTest) -> Rule {
    Rule {
        action: Action::Accept,
        peers: Peers::Listed(vec![peer_at(0, peer)]),
        ports: Ports::Listed(vec![port_match(port)]),
        origin: Origin::default(),
    }
}

fn peer_at(entry: usize, matches: &PeerMatch) -> Peer {
    Peer {
        matches: matches.clone(),
        place: PeerPlace::entry(entry),
        origin: Origin::default(),
    }
}

fn port_match(test: &PortTest) -> PortMatch {
    PortMatch {
        test: test.clone(),
        end_port: false,
        origin: Origin::default(),
    }
}
