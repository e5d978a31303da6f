//! What is added to a policy so that it lets a flow through.

use super::yaml::{self, Tree, fields, text};
use crate::model::{
    Action, Cluster, Direction, Origin, Peer, PeerMatch, PeerPlace, Peers, PodScope, Policy,
    PolicyId, PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
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
    /// A rule.
    Rule(NewRule),
    /// A policy with a rule.
    Policy {
        /// Its name.
        name: Arc<str>,
        /// Its pods.
        subject: PodScope,
        /// Its rule.
        rule: NewRule,
    },
}

/// A rule that is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// Its peers; at least one.
    pub peers: Vec<PeerMatch>,
    /// Its ports; at least one.
    pub ports: Vec<PortTest>,
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
            rule,
        } = &self.add
        {
            let rules = vec![rule.made()];
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
            Add::Rule(rule) => rules.push(rule.made()),
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
        lines
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect()
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
            Add::Rule(rule) => rule.tree(self.direction),
            Add::Policy {
                name,
                subject,
                rule,
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
                            (list, Tree::Items(vec![rule.tree(self.direction)])),
                        ]),
                    ),
                ])
            }
        }
    }
}

impl NewRule {
    fn made(&self) -> Rule {
        let peers = self.peers.iter().enumerate();
        let peers = peers.map(|(entry, matches)| peer_at(entry, matches));
        Rule {
            action: Action::Accept,
            peers: Peers::Listed(peers.collect()),
            ports: Ports::Listed(self.ports.iter().map(port_match).collect()),
            origin: Origin::default(),
        }
    }

    fn tree(&self, direction: Direction) -> Tree {
        let peers = self.peers.iter().map(yaml::peer).collect();
        let ports = self.ports.iter().map(yaml::port).collect();
        fields([
            (direction.peers_field(), Tree::Items(peers)),
            ("ports", Tree::Items(ports)),
        ])
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
