//! Policies of every tier.
//!
//! Sources: `networking.k8s.io/v1` NetworkPolicy and `policy.networking.k8s.io` API types. The
//! field path of a part follows from its place: [`Policy::rule_path`], [`Policy::peer_path`].

use super::peer::{IpBlock, Peer, Peers, PodScope};
use super::{Origin, Pod};
use crate::net::{ConnSet, Protocol};
use crate::table::listed;
use std::fmt;
use std::sync::Arc;

/// The stages in which a direction is decided, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Cluster-wide rules that come first; first match decides.
    Admin,
    /// NetworkPolicy: final for the pods that a policy selects.
    NetworkPolicy,
    /// Cluster-wide rules for what no NetworkPolicy decides; first match decides.
    Baseline,
}

/// Which side of a connection a rule speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Connections to the subject.
    Ingress,
    /// Connections from the subject.
    Egress,
}

impl Direction {
    /// Both directions, in the order in which a flow meets them.
    pub const BOTH: [Self; 2] = [Self::Egress, Self::Ingress];

    /// `ingress` or `egress`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    /// The other one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Ingress => Self::Egress,
            Self::Egress => Self::Ingress,
        }
    }

    /// `from` or `to`: the field that lists the peers.
    pub fn peers_field(self) -> &'static str {
        match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a rule does with the connections that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Let them through; all that a NetworkPolicy rule can do.
    Accept,
    /// Refuse them (Admin and Baseline).
    Deny,
    /// Leave them to the next tier (Admin and Baseline).
    Pass,
}

listed! {
    /// The API type that a policy comes from.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PolicyKind {
        /// `networking.k8s.io/v1` NetworkPolicy.
        NetworkPolicy,
        /// `policy.networking.k8s.io/v1alpha1` AdminNetworkPolicy.
        AdminNetworkPolicy,
        /// `policy.networking.k8s.io/v1alpha1` BaselineAdminNetworkPolicy.
        BaselineAdminNetworkPolicy,
        /// `policy.networking.k8s.io/v1alpha2` ClusterNetworkPolicy.
        ClusterNetworkPolicy,
    }
}

/// The API that a kind belongs to. Policies of one tier are in order only with those of their own: no
/// document says how those of two stand to each other (S99).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyApi {
    /// `networking.k8s.io`, where nothing has an order.
    NetworkPolicy,
    /// `policy.networking.k8s.io/v1alpha1`.
    AdminNetworkPolicy,
    /// `policy.networking.k8s.io/v1alpha2`, and later ones.
    ClusterNetworkPolicy,
}

impl PolicyKind {
    /// Its API.
    pub fn api(self) -> PolicyApi {
        match self {
            Self::NetworkPolicy => PolicyApi::NetworkPolicy,
            Self::AdminNetworkPolicy | Self::BaselineAdminNetworkPolicy => {
                PolicyApi::AdminNetworkPolicy
            }
            Self::ClusterNetworkPolicy => PolicyApi::ClusterNetworkPolicy,
        }
    }

    /// The kind as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NetworkPolicy => "NetworkPolicy",
            Self::AdminNetworkPolicy => "AdminNetworkPolicy",
            Self::BaselineAdminNetworkPolicy => "BaselineAdminNetworkPolicy",
            Self::ClusterNetworkPolicy => "ClusterNetworkPolicy",
        }
    }

    /// The field of a rule that lists the destination's ports.
    pub fn ports_field(self) -> &'static str {
        match self {
            Self::NetworkPolicy | Self::AdminNetworkPolicy | Self::BaselineAdminNetworkPolicy => {
                "ports"
            }
            Self::ClusterNetworkPolicy => "protocols",
        }
    }

    /// Whether policies of the kind are in a namespace, and not for the whole cluster.
    pub fn is_namespaced(self) -> bool {
        self == Self::NetworkPolicy
    }
}

/// Which port of the destination an entry of `ports` names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortTest {
    /// The ports `first..=last` of one protocol; `1..=65535` where the entry names none.
    Range {
        /// The protocol.
        protocol: Protocol,
        /// First port, 1 to 65535.
        first: u16,
        /// Last port, `first` to 65535.
        last: u16,
    },
    /// The container port of this name on the destination pod.
    Named {
        /// The port's name.
        name: Arc<str>,
        /// The protocol that the container port must have; none: whichever it has.
        protocol: Option<Protocol>,
    },
}

/// One entry of `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortMatch {
    /// What it matches.
    pub test: PortTest,
    /// Whether the entry gives the last port itself (`endPort`).
    pub end_port: bool,
    /// The entry in the manifest.
    pub origin: Origin,
}

/// The ports of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// Every port of every protocol: `ports` is missing, empty or null.
    Any,
    /// Whatever some entry matches.
    Listed(Vec<PortMatch>),
}

impl Ports {
    /// The entries; none where every port is meant.
    pub fn listed(&self) -> &[PortMatch] {
        match self {
            Self::Any => &[],
            Self::Listed(entries) => entries,
        }
    }

    /// The connections that they match by number: all of them where every port is meant.
    pub fn numbered(&self) -> ConnSet {
        match self {
            Self::Any => ConnSet::all(),
            Self::Listed(entries) => {
                ConnSet::of_ranges(entries.iter().filter_map(|entry| match entry.test {
                    PortTest::Range {
                        protocol,
                        first,
                        last,
                    } => Some((protocol, first, last)),
                    PortTest::Named { .. } => None,
                }))
            }
        }
    }

    /// Those that have names, each with the protocol that the container port must have.
    pub fn named(&self) -> impl Iterator<Item = (&Arc<str>, Option<Protocol>)> {
        let entries = self.listed().iter();
        entries.filter_map(|entry| match &entry.test {
            PortTest::Named { name, protocol } => Some((name, *protocol)),
            PortTest::Range { .. } => None,
        })
    }

    /// The connections that they match at a pod (S36, S37); S59: names mean nothing at one in the
    /// network of its node.
    pub fn at(&self, pod: &Pod) -> ConnSet {
        if pod.host_network {
            return self.numbered();
        }
        let named = self.named();
        let ports = named.flat_map(|(name, protocol)| pod.named_port(name, protocol));
        let resolved = ConnSet::of_ranges(ports.map(|(protocol, port)| (protocol, port, port)));
        self.numbered().union(&resolved)
    }
}

/// One entry of `ingress` or `egress`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What happens to what the rule matches.
    pub action: Action,
    /// The other side.
    pub peers: Peers,
    /// The destination's ports.
    pub ports: Ports,
    /// The entry in the manifest.
    pub origin: Origin,
}

impl Rule {
    /// The pods that its peers select, one scope for each peer that selects pods.
    pub fn scopes(&self) -> impl Iterator<Item = &PodScope> {
        self.peers.listed().iter().filter_map(Peer::scope)
    }

    /// The blocks among its peers.
    pub fn blocks(&self) -> impl Iterator<Item = &IpBlock> {
        self.peers.listed().iter().filter_map(Peer::block)
    }
}

/// A policy of any tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The API type that it comes from.
    pub kind: PolicyKind,
    /// Its namespace; none for the cluster-wide kinds.
    pub namespace: Option<Arc<str>>,
    /// Its name.
    pub name: Arc<str>,
    /// Where in the order of decision it stands.
    pub tier: Tier,
    /// Order within the Admin or Baseline tier, 0 to 1000, lower first; 0 for NetworkPolicy.
    pub priority: u16,
    /// The pods that it governs.
    pub subject: PodScope,
    /// Its ingress rules; none where it does not govern ingress (`policyTypes`).
    pub ingress: Option<Vec<Rule>>,
    /// Its egress rules; none where it does not govern egress (`policyTypes`).
    pub egress: Option<Vec<Rule>>,
    /// The policy's name in the manifest.
    pub origin: Origin,
    /// Its `podSelector` (or `subject`) in the manifest.
    pub subject_origin: Origin,
}

/// The last priority of cluster-wide policies; the first is 0.
pub const LAST_PRIORITY: u16 = 1000;

impl Policy {
    /// The rules for `direction`; none where the policy does not govern it.
    pub fn rules(&self, direction: Direction) -> Option<&[Rule]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }

    /// What it says, wherever it stands: no part has an origin.
    #[must_use]
    pub fn without_origins(&self) -> Self {
        let mut policy = self.clone();
        policy.origin = Origin::default();
        policy.subject_origin = Origin::default();
        let rules = policy.ingress.iter_mut().chain(&mut policy.egress);
        for rule in rules.flatten() {
            rule.origin = Origin::default();
            if let Peers::Listed(peers) = &mut rule.peers {
                for peer in peers {
                    peer.origin = Origin::default();
                }
            }
            if let Ports::Listed(ports) = &mut rule.ports {
                for port in ports {
                    port.origin = Origin::default();
                }
            }
        }
        policy
    }

    /// The rules of both directions, those for ingress first.
    pub fn all_rules(&self) -> impl Iterator<Item = &Rule> {
        self.ingress.iter().chain(&self.egress).flatten()
    }

    /// The same rules, to be changed.
    pub fn rules_mut(&mut self, direction: Direction) -> Option<&mut Vec<Rule>> {
        match direction {
            Direction::Ingress => self.ingress.as_mut(),
            Direction::Egress => self.egress.as_mut(),
        }
    }

    /// The entries of `from` and `to` of all its rules, those for ingress first.
    pub fn all_peers(&self) -> impl Iterator<Item = &Peer> {
        self.all_rules().flat_map(|rule| rule.peers.listed())
    }

    /// Whether it is asked before another cluster-wide policy of its tier (S7): only those of one API are
    /// in order (S99), and not those of one priority (S11).
    pub fn is_asked_before(&self, other: &Self) -> bool {
        self.kind.api() == other.kind.api() && self.priority < other.priority
    }

    /// `shop/db`, or the bare name of a cluster-wide policy.
    pub fn full_name(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.name),
            None => self.name.to_string(),
        }
    }

    /// What sentences call it: `shop/db`, and a cluster-wide policy by its kind and name.
    pub fn called(&self) -> String {
        match &self.namespace {
            Some(_) => self.full_name(),
            None => format!("{} {}", self.kind.name(), self.name),
        }
    }

    /// Its priority; none where policies of its kind have none.
    pub fn written_priority(&self) -> Option<u16> {
        match self.kind {
            PolicyKind::AdminNetworkPolicy | PolicyKind::ClusterNetworkPolicy => {
                Some(self.priority)
            }
            PolicyKind::NetworkPolicy | PolicyKind::BaselineAdminNetworkPolicy => None,
        }
    }

    /// The field path of a rule as the API server prints it: `spec.ingress[0]`.
    pub fn rule_path(direction: Direction, rule: usize) -> String {
        format!("spec.{direction}[{rule}]")
    }

    /// The field path of a peer of a rule: `spec.egress[0].to[1].networks[2]`.
    pub fn peer_path(direction: Direction, rule: usize, peer: &Peer) -> String {
        let rule = Self::rule_path(direction, rule);
        format!("{rule}.{}{}", direction.peers_field(), peer.place)
    }
}
