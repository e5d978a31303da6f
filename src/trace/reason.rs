//! Why a flow has its verdict: what decided, and for a refusal what each rule missed by.
//!
//! Plain results that borrow nothing: policies by id, rules and entries by their index from 0 as
//! the field path has them. [`super::describe`] puts them into sentences.

use super::hit::{PORT, distance, rank};
use super::truth::Truth;
use super::{Came, Hit, Met, Miss, Step, Unknown, Verdict};
use crate::model::{Action, Direction, Habit, PolicyId, Tier};

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

    /// The rule that misses by least among those of the directions that refuse the flow: of equals one
    /// on the way out.
    pub fn nearest_miss(&self) -> Option<&Miss> {
        let halves = Direction::BOTH.map(|direction| self.half(direction));
        let refusing = halves.into_iter();
        let refusing = refusing.filter(|half| half.verdict == Verdict::Deny);
        let nearest = refusing.filter_map(|half| half.misses.first());
        nearest.min_by_key(|miss| distance(miss))
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

/// One tier on the way of a direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The tier.
    pub tier: Tier,
    /// Whether it has its turn: no earlier tier surely decides.
    pub reached: bool,
    /// What it comes to, or would come to.
    pub came: Came,
    /// What it hangs on what it comes to, where it may be several. Sorted.
    pub unknowns: Vec<Unknown>,
    /// In the Admin and the Baseline tier the policies with rules for the direction that govern the
    /// subject, or may, in the order in which they are asked (S7).
    pub steps: Vec<Step>,
    /// What the direction would come to without the rules of this tier that decide it, or leave it to
    /// the next tier; none where there are no such rules, or the direction is open.
    pub without: Option<Box<Half>>,
}

impl Stage {
    /// The rule that misses by least, of those that are asked and do not match; none where all miss by
    /// more than one label or the port.
    pub fn near_miss(&self) -> Option<&Miss> {
        let asked = self.steps.iter().filter(|step| step.asked);
        let rules = asked.flat_map(|step| &step.rules);
        let misses = rules.filter_map(|met| match met {
            Met::Misses(miss) => Some(miss),
            Met::Matches(_) | Met::May(..) => None,
        });
        let nearest = misses.min_by_key(|miss| rank(miss));
        nearest.filter(|miss| distance(miss) <= PORT)
    }
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
