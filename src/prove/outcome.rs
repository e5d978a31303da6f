//! What came of a claim, as plain data. Text in it may hold text from manifests.

use crate::model::Origin;
use crate::net::{ConnSet, Protocol};
use crate::trace::Verdict;

/// A claim with what came of it.
#[derive(Debug, Clone)]
pub struct Proved {
    /// The intent's name; the claim in words where it came from the command line.
    pub name: String,
    /// The intent in its file; nowhere for a claim of the command line.
    pub origin: Origin,
    /// The claim in one sentence, lower case, no full stop:
    /// `no pod of namespace dev reaches shop/db[StatefulSet] on TCP 5432`.
    pub claim: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What was taken for granted, one sentence each, lower case, no full stop.
    pub assumed: Vec<String>,
    /// What it took.
    pub effort: Effort,
}

/// What came of a claim.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It is proven.
    Holds {
        /// What carries the proof.
        core: Core,
    },
    /// It says something of nobody: no flow is of the kind that it speaks of.
    Vacuous {
        /// Why, in one sentence.
        why: String,
    },
    /// It is wrong.
    Fails {
        /// A flow that shows it; none for a claim that a policy is redundant in a direction that
        /// it does not govern, and the like.
        witness: Box<Witness>,
    },
    /// It cannot be decided.
    Unknown {
        /// Why, one sentence each; at least one.
        why: Vec<String>,
        /// A flow that cannot be decided, where there is one.
        witness: Option<Box<Witness>>,
    },
}

/// What is known of what carries a proof.
#[derive(Debug, Clone)]
pub enum Core {
    /// The parts of policies with which the claim holds, whatever the others say: for each case none
    /// can be left out of them. Sorted by policy and field. Empty where it holds whatever policies
    /// say.
    Parts(Vec<CorePart>),
    /// Not found out: so many parts have a say that it would take too long.
    TooMany,
    /// Not found out: the solver gave up on it, two sets of policies were compared, or certificates
    /// checked.
    Unasked,
}

impl Core {
    /// The parts; none where they were not found out.
    pub fn parts(&self) -> &[CorePart] {
        match self {
            Self::Parts(parts) => parts,
            Self::TooMany | Self::Unasked => &[],
        }
    }
}

impl Outcome {
    /// `holds`, `vacuous`, `fails`, `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Holds { .. } => "holds",
            Self::Vacuous { .. } => "vacuous",
            Self::Fails { .. } => "fails",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// A part of a policy that carries a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorePart {
    /// The policy: `NetworkPolicy shop/db`.
    pub policy: String,
    /// The field path as the API server prints it: `spec.podSelector`, `spec.ingress[0].from`.
    pub field: String,
    /// What the part does for the proof, lower case, no full stop:
    /// `isolates the pods for ingress`.
    pub role: String,
    /// Whether no other parts could stand for it; where some can, this is one selection of several.
    pub needed: bool,
    /// The part in its manifest.
    pub origin: Origin,
}

/// A flow that shows that a claim is wrong or cannot be decided, replayed in `trace`.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Who opens the connection.
    pub source: WitnessEnd,
    /// Who accepts the connection.
    pub destination: WitnessEnd,
    /// Over which protocol.
    pub protocol: Protocol,
    /// On which port of the destination.
    pub port: u16,
    /// Every connection between the two for which the same holds.
    pub connections: ConnSet,
    /// What `trace` says of the flow: once, or for each of two sets of policies.
    pub judged: Vec<Judged>,
    /// The fewest changes that would let the flow through, where a claim that it is fails.
    pub opening: Vec<Change>,
}

/// One end of a witness.
#[derive(Debug, Clone)]
pub struct WitnessEnd {
    /// How to call it: `shop/db-0`, `a pod of dev with app=web`, `8.8.8.8`.
    pub name: String,
    /// Manifests that make it, ready for `kubectl apply`, where it is imagined; ends with a line
    /// feed. Values are quoted, so that text from manifests stays text.
    pub manifest: Option<String>,
}

/// What one set of policies says of a flow.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Which policies, where a claim is about two sets: `these policies`, `old/`.
    pub policies: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// What decided, for each direction and exemption.
    pub reasons: Vec<Reason>,
}

/// One sentence of a reason and the place it is about.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The sentence, lower case, no full stop.
    pub text: String,
    /// The rule or policy in its manifest.
    pub origin: Origin,
}

/// One change to a policy that helps a flow through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What to do, lower case, no full stop: `add to spec.ingress[1].ports of NetworkPolicy shop/db`.
    pub what: String,
    /// What to add, as YAML, one or more lines; may be empty.
    pub yaml: String,
    /// Where.
    pub origin: Origin,
}

/// What a claim took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Questions put to the solver.
    pub queries: usize,
    /// Cases that needed none, because they are built like one that was decided.
    pub alike: usize,
    /// Resource units that the solver spent; comparable only within one version of it.
    pub units: u64,
}
