//! What of a rule is sure under a cluster's network plugin. Rules of a NetworkPolicy only let through,
//! so what a plugin does not surely match is left out; cluster-wide rules are read as their API says.

use crate::model::{Cluster, Direction, Habit, Pod, Policy, PortTest, Ports, Practice, Tier};
use crate::net::{ConnSet, PortSet, Protocol};
use std::sync::Arc;

/// Which ends in the cluster blocks of a rule surely match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Reach {
    /// Pods with a network of their own (S45).
    pub(super) pods: bool,
    /// Pods in the network of their node (S59).
    pub(super) hosts: bool,
}

impl Reach {
    /// All: what the API says.
    pub(super) const ALL: Self = Self {
        pods: true,
        hosts: true,
    };

    /// Whether a pod is within it.
    pub(super) fn matches(self, pod: &Pod) -> bool {
        if pod.host_network {
            self.hosts
        } else {
            self.pods
        }
    }

    /// That of the rules of a tier.
    pub(super) fn of(practice: &Practice, tier: Tier) -> Self {
        let cluster_wide = tier != Tier::NetworkPolicy;
        Self {
            pods: cluster_wide || practice.does(Habit::BlocksMatchPods),
            hosts: cluster_wide || practice.does(Habit::BlocksMatchNodes),
        }
    }
}

/// The ports of a rule: connections by number, and names that a destination resolves.
#[derive(Debug)]
pub(super) struct SurePorts<'a> {
    pub(super) numbered: ConnSet,
    pub(super) names: Vec<(&'a Arc<str>, Option<Protocol>)>,
}

impl<'a> SurePorts<'a> {
    /// Those of a rule of a tier and direction.
    pub(super) fn of(
        cluster: &Cluster,
        (tier, direction): (Tier, Direction),
        ports: &'a Ports,
    ) -> Self {
        let practice = &cluster.practice;
        let names = ports.named();
        if tier != Tier::NetworkPolicy {
            return Self {
                numbered: ports.numbered(),
                names: names.collect(),
            };
        }
        let mut numbered = match ports {
            Ports::Any => ConnSet::all(),
            Ports::Listed(_) => by_number(practice, ports),
        };
        let sctp = practice.does(Habit::Sctp);
        if !sctp {
            numbered = numbered.difference(&ConnSet::of(Protocol::Sctp, PortSet::all()));
        }
        let looked_up = practice.does(Habit::NamedPorts);
        let of_protocol = |protocol: Option<Protocol>| sctp || protocol != Some(Protocol::Sctp);
        let mixes = direction == Direction::Egress && !practice.does(Habit::NamesPerPod);
        let apart = |name: &str, protocol| !(mixes && cluster.has_several_numbers(name, protocol));
        let names = names.filter(|(name, protocol)| {
            looked_up && of_protocol(*protocol) && apart(name, *protocol)
        });
        Self {
            numbered,
            names: names.collect(),
        }
    }

    /// The connections at a pod (S36, S37); S59: names mean nothing at one in the network of its node.
    pub(super) fn at(&self, pod: &Pod) -> ConnSet {
        if pod.host_network {
            return self.numbered.clone();
        }
        let names = self.names.iter();
        let ports = names.flat_map(|(name, protocol)| pod.named_port(name, *protocol));
        let resolved = ConnSet::of_ranges(ports.map(|(protocol, port)| (protocol, port, port)));
        self.numbered.union(&resolved)
    }
}

/// What the entries of a NetworkPolicy's rule surely match by number; with names, where those stand
/// for their protocol.
fn by_number(practice: &Practice, ports: &Ports) -> ConnSet {
    let whole = practice.does(Habit::NameOpensProtocol);
    let ranged = practice.does(Habit::EndPorts);
    let entries = ports.listed().iter();
    ConnSet::of_ranges(entries.filter_map(|entry| match entry.test {
        PortTest::Range {
            protocol,
            first,
            last,
        } => {
            let last = if entry.end_port && !ranged {
                first
            } else {
                last
            };
            Some((protocol, first, last))
        }
        PortTest::Named { protocol, .. } => {
            let protocol = protocol.filter(|_| whole)?;
            Some((protocol, 1, u16::MAX))
        }
    }))
}

/// Whether a policy counts: the plugin enforces policies, and takes this one.
pub(super) fn counts(practice: &Practice, policy: &Policy) -> bool {
    let named = || {
        policy
            .all_rules()
            .any(|rule| rule.ports.named().next().is_some())
    };
    let void = policy.tier == Tier::NetworkPolicy && practice.does(Habit::NameVoidsPolicy);
    let enforces = practice.says(Habit::Enforces).known() != Some(false);
    enforces && !practice.passes_over(policy.kind.api()) && !(void && named())
}
