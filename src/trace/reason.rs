//! Why a flow has its verdict: what decided, and for a refusal what each rule missed by.
//!
//! Plain results that borrow nothing: policies by id, rules and entries by their index from 0 as
//! the field path has them. [`super::describe`] puts them into sentences.

use super::truth::Truth;
use super::{Stage, Unknown, Verdict};
use crate::model::{
    Action, Direction, Habit, IpBlock, NamespaceId, Policy, PolicyId, PortTest, Tier,
};
use crate::net::Protocol;
use crate::selector::Requirement;
use std::net::IpAddr;
use std::sync::Arc;

/// The verdict on one flow with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Allowed if exempt from policy, or if both directions allow.
    pub verdict: Verdict,
    /// Why no policy can stop the flow, where that is so; both directions are then told as the
    /// policies have them, and do not count.
    pub exemption: Option<Exemption>,
    /// What the policies on the source say.
    pub egress: Half,
    /// What the policies on the destination say.
    pub ingress: Half,
    /// What the verdict hangs on: not empty exactly if it is [`Verdict::Undecided`]. Sorted.
    pub unknowns: Vec<Unknown>,
    /// The habits of the plugin without which the verdict would be another; filled by
    /// [`super::with_habits`].
    pub habits: Vec<Habit>,
}

impl Trace {
    /// Without what each rule missed by, which takes the most room.
    #[must_use]
    pub fn without_misses(mut self) -> Self {
        for half in [&mut self.egress, &mut self.ingress] {
            half.misses = Vec::new();
            for stage in &mut half.stages {
                stage.without = None;
                for step in &mut stage.steps {
                    step.rules = Vec::new();
                }
            }
        }
        self
    }

    /// The half of `direction`.
    pub fn half(&self, direction: Direction) -> &Half {
        match direction {
            Direction::Egress => &self.egress,
            Direction::Ingress => &self.ingress,
        }
    }
}

/// Why no policy can stop a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exemption {
    /// A pod and itself, at its own address (S52).
    SamePod,
    /// A node and a pod on it, in this direction (S55).
    NodeToItsPod,
    /// A pod and a loopback address, which is within the pod (S71).
    Loopback,
    /// A pod and the node that it is on, where the plugin always lets it (S69).
    PodToItsNode,
    /// A pod and a pod in the network of its node, where the plugin takes that for the node (S60).
    SharedNode,
}

/// One direction of one flow: egress as the policies on the source have it, or ingress as those
/// on the destination have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    /// Which direction.
    pub direction: Direction,
    /// Whether it lets the flow through.
    pub verdict: Verdict,
    /// What decided.
    pub basis: Basis,
    /// The policies of the NetworkPolicy tier that isolate the subject in this direction, in the
    /// order of the cluster; also where another tier decided.
    pub isolating: Vec<PolicyId>,
    /// Rules of the Admin and Baseline tiers that leave the flow to the next tier (S8), in the
    /// order in which they are met.
    pub passes: Vec<Hit>,
    /// Where no rule lets the flow through: for every rule of every isolating policy what it
    /// missed by, the nearest first.
    pub misses: Vec<Miss>,
    /// The tiers in their order, where policies govern the subject.
    pub stages: Vec<Stage>,
    /// What the direction's verdict hangs on: not empty exactly if it is undecided. Sorted.
    pub unknowns: Vec<Unknown>,
    /// Whether it is a cluster-wide rule that refuses the flow.
    pub(super) denied: Truth,
}

/// What decided a direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// Policies do not govern this end.
    NotSubject(NotSubject),
    /// No policy isolates the pod and no cluster-wide rule matches: allowed (S15).
    NotIsolated,
    /// Rules of the NetworkPolicy tier that let the flow through: one or more, in the order of
    /// the cluster (S16).
    Allowed(Vec<Hit>),
    /// Policies of the NetworkPolicy tier isolate the pod, and none of their rules matches:
    /// refused (S16).
    NoRule,
    /// The first matching rule of the Admin or Baseline tier (S7).
    ClusterRule {
        /// The tier.
        tier: Tier,
        /// What the rule does: accept or deny.
        action: Action,
        /// The rule; several where policies agree of which none comes first.
        hits: Vec<Hit>,
    },
    /// See [`Half::unknowns`].
    Undecided,
}

/// Why policies do not govern an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotSubject {
    /// It is outside the cluster (S3).
    Outside,
    /// It is a node (S3).
    Node,
    /// It is a pod that shares its node's network (S57).
    HostNetwork,
    /// The plugin enforces no policy (S86).
    Unenforced,
}

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
}

/// An entry of `from` or `to` that does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerMiss {
    /// Its index, from 0.
    pub entry: usize,
    /// Everything about the other end that does not fit; at least one.
    pub faults: Vec<PeerFault>,
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
