//! One rule and one flow: by which entries it matches, or what it misses by.
//!
//! Plain results that borrow nothing: policies by id, rules and entries by their index from 0 as
//! the field path has them.

use crate::model::{Direction, IpBlock, NamespaceId, Policy, PolicyId, PortTest};
use crate::net::Protocol;
use crate::selector::Requirement;
use std::cmp::Reverse;
use std::net::IpAddr;
use std::sync::Arc;

/// Names one rule of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleRef {
    /// The policy.
    pub policy: PolicyId,
    /// The list that the rule is in.
    pub direction: Direction,
    /// Its index in the list, from 0.
    pub index: usize,
}

impl RuleRef {
    /// The number by which people count the rule, from 1.
    pub fn number(self) -> usize {
        self.index + 1
    }

    /// The field path as the API server prints it: `spec.ingress[1]`.
    pub fn path(self) -> String {
        Policy::rule_path(self.direction, self.index)
    }
}

/// A rule that matches the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The rule.
    pub rule: RuleRef,
    /// The first entry of `from` or `to` that matches, from 0; none where the rule lists none.
    pub peer: Option<usize>,
    /// The first entry of `ports` that matches, from 0; none where the rule lists none.
    pub port: Option<usize>,
}

/// A rule that does not match the flow, and what it missed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The rule.
    pub rule: RuleRef,
    /// The first entry of `from` or `to` that matches, or may; none where no entry does, or the
    /// rule lists none.
    pub peer: Option<usize>,
    /// Why no entry of `from` or `to` matches, the nearest first; empty where the peers match.
    pub peers: Vec<PeerMiss>,
    /// Why no entry of `ports` matches; none where the ports match.
    pub ports: Option<PortMiss>,
    /// How much of what it asks for holds: labels of its nearest entry, and a port that it lists.
    pub holds: usize,
}

/// An entry of `from` or `to` that does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerMiss {
    /// Its index, from 0.
    pub entry: usize,
    /// Everything about the other end that does not fit; at least one.
    pub faults: Vec<PeerFault>,
    /// How much of what it asks for holds: its namespace, and labels.
    pub holds: usize,
}

/// One thing about the other end that does not fit a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerFault {
    /// The peer asks for this label of the pod, and the pod has another value or none.
    PodLabel {
        /// What the peer asks for.
        requirement: Requirement,
        /// The pod's value for the key.
        actual: Option<Arc<str>>,
    },
    /// The peer asks for this label of the namespace, which has another value or none.
    NamespaceLabel {
        /// The pod's namespace.
        namespace: NamespaceId,
        /// What the peer asks for.
        requirement: Requirement,
        /// The namespace's value for the key.
        actual: Option<Arc<str>>,
    },
    /// The peer has a `podSelector` alone, so it speaks of the policy's own namespace (S26).
    OtherNamespace {
        /// The namespace that the peer speaks of.
        wanted: Arc<str>,
        /// The pod's namespace.
        actual: NamespaceId,
    },
    /// The addresses are not in the block, or are excepted.
    NotInBlock {
        /// The block.
        block: IpBlock,
        /// The addresses of the other end that count.
        addresses: Vec<IpAddr>,
    },
    /// Whether the block matches is open, for the address is not known (S47): that is no match to speak
    /// of where something else does not fit.
    AddressNotKnown,
    /// The peer selects pods, and the other end is a pod that shares its node's network (S58).
    HostNetwork,
    /// The peer selects pods, and the other end is none (S27).
    NotAPod,
    /// The end is in the cluster, and the plugin matches no block to it (S45, S50).
    BlockSkips,
    /// The end is none of the nodes that the peer selects, nor in the network of one (S97).
    OtherNode,
    /// No name that the peer matches leads to the end (S98).
    NeverNamed,
}

/// The entries of `ports`, none of which matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortMiss {
    /// What the flow asks for.
    pub asked: (Protocol, u16),
    /// What the rule allows instead, in the order of the manifest.
    pub allowed: Vec<PortTest>,
    /// What the destination has under the names among them: name, protocol, port.
    pub resolved: Vec<(Arc<str>, Protocol, u16)>,
}

/// How far a rule is from matching that misses by the port alone, or by less.
pub(super) const PORT: u32 = 30;

/// Of two rules that do not match, the nearer has the lesser rank: what does not fit weighs, and of
/// equals the one of which more fits, in the order of the manifest.
pub(super) fn rank(miss: &Miss) -> (u32, Reverse<usize>, RuleRef) {
    (distance(miss), Reverse(miss.holds), miss.rule)
}

/// The same for the entries of a rule.
pub(super) fn peer_rank(miss: &PeerMiss) -> (u32, Reverse<usize>, usize) {
    (peer_distance(miss), Reverse(miss.holds), miss.entry)
}

/// How far a rule is from matching. Only the order matters: one wrong label is less than another port,
/// for a label is mistaken more often, and the port says what the rule is for.
pub(super) fn distance(miss: &Miss) -> u32 {
    let nearest_peer = miss.peers.iter().map(peer_distance).min().unwrap_or(0);
    let port = if miss.ports.is_some() { PORT } else { 0 };
    nearest_peer + port
}

fn peer_distance(miss: &PeerMiss) -> u32 {
    let weight = |fault: &PeerFault| match fault {
        PeerFault::PodLabel { .. } => 20,
        PeerFault::NamespaceLabel { .. } => 25,
        PeerFault::OtherNamespace { .. } => 35,
        PeerFault::NotInBlock { block, addresses } => {
            let excepted = addresses.iter().any(|it| block.cidr.contains(*it));
            if excepted { 40 } else { 200 }
        }
        PeerFault::AddressNotKnown => 220,
        PeerFault::BlockSkips => 250,
        PeerFault::HostNetwork => 300,
        PeerFault::NotAPod | PeerFault::OtherNode | PeerFault::NeverNamed => 1000,
    };
    miss.faults.iter().map(weight).sum()
}
