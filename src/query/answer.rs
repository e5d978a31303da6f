//! Questions and answers as plain data.

use crate::endpoint::{Asked, Problem, Reference};
use crate::hops::{Because, HopKind};
use crate::model::{Direction, LeftOut, NodeEnd, Pod, WhyDormant};
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::trace::{Basis, Endpoint, Half, Trace, Verdict};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Pairs of one verdict that are explained one by one; of others, the reasons do not say what every
/// rule missed by.
pub const PAIRS: usize = 3;

/// Whether all pairs must be connected for a `yes`, or one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Every pod behind the one name reaches every pod behind the other.
    #[default]
    All,
    /// Some pod does.
    Any,
}

/// A question, read but not looked up.
#[derive(Debug, Clone)]
pub struct Question {
    /// From whom.
    pub source: Asked,
    /// To whom, and perhaps on which port.
    pub destination: Asked,
    /// All pairs, or one.
    pub mode: Mode,
}

impl Question {
    /// Both ends as they were named.
    pub fn names(&self) -> Vec<Reference> {
        let ends = [&self.source, &self.destination];
        ends.map(|end| end.reference.clone()).into()
    }
}

/// Where an end is, for whoever wants to try a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The namespace of its pods.
    pub namespace: Option<Arc<str>>,
    /// One of its pods, where that was read.
    pub pod: Option<Arc<str>>,
    /// The labels of its pods, as kubectl takes them.
    pub labels: String,
    /// The addresses of one of them.
    pub ips: Vec<IpAddr>,
    /// Its node.
    pub node: Option<Arc<str>>,
}

/// One end of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// How to call it.
    pub name: String,
    /// How to call its pods where they are listed with others; empty where its name does.
    pub names: Arc<[String]>,
    /// Its addresses, where it is outside the cluster.
    pub addresses: Option<AddressSet>,
    /// The namespace of its pods, where policies can govern them.
    pub namespace: Option<Arc<str>>,
    /// Why its pods are not there now, if they are not.
    pub dormant: Option<WhyDormant>,
    /// Where one of them is.
    pub place: Place,
}

impl Side {
    /// How to call the first of its pods.
    pub fn one(&self) -> &str {
        self.names.first().unwrap_or(&self.name)
    }
}

/// How a connection looks to policies, where that is not as it was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looks {
    /// As which source to those over the destination, where that is one.
    pub source: Option<String>,
    /// As which destination to those over the source, where that is one.
    pub destination: Option<String>,
    /// Both in a sentence without a full stop; none where it looks as it was asked about.
    pub sentence: Option<String>,
}

/// What holds between two ends.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Who opens the connection.
    pub source: Side,
    /// Who is to answer.
    pub destination: Side,
    /// Whether some connection that was asked about is let through.
    pub verdict: Verdict,
    /// The connections, among those asked about, that are let through.
    pub allowed: ConnSet,
    /// The connections, among those asked about, that cannot be decided.
    pub undecided: ConnSet,
    /// The connection that `reason` is about.
    pub example: (Protocol, u16),
    /// Why `example` has its verdict, which is the pair's.
    pub reason: Trace,
    /// Which directions refuse every connection asked about, each by itself.
    pub refusing: Vec<Direction>,
    /// How it looks to policies.
    pub looks: Looks,
    /// Why the way does not lead there, whatever the policies say, where that is so.
    pub stopped: Option<String>,
    /// Who stands at the ends of `example`, the source first.
    pub ends: Option<Arc<[Standing; 2]>>,
}

/// Who stands at an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A pod.
    Pod(Box<Pod>),
    /// A node, at the addresses that are meant.
    Node(NodeEnd),
    /// An address.
    Address(IpAddr),
}

impl Standing {
    pub(super) fn of(end: Endpoint<'_>) -> Self {
        match end {
            Endpoint::Pod(pod) => Self::Pod(Box::new(pod.clone())),
            Endpoint::Node(node) => Self::Node(node),
            Endpoint::Address(address) => Self::Address(address),
        }
    }

    /// The end of a flow.
    pub fn endpoint(&self) -> Endpoint<'_> {
        match self {
            Self::Pod(pod) => Endpoint::Pod(pod),
            Self::Node(node) => Endpoint::Node(*node),
            Self::Address(address) => Endpoint::Address(*address),
        }
    }
}

/// Where a Service's port leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The Service's port.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// The pods' ports that it leads to, with how the pods are called.
    pub targets: BTreeMap<u16, Vec<String>>,
}

/// The answer: the verdict on each connection of the way, of which the weakest counts.
#[derive(Debug, Clone)]
pub struct Answer {
    /// `yes`, `no` or `unknown`.
    pub verdict: Verdict,
    /// The connections of the way, in order; at least one.
    pub legs: Vec<Leg>,
    /// Why another way may be taken, on which the verdict hangs.
    pub which: Option<String>,
    /// What is answered without the objects that are applied over the input, where some are.
    pub without: Option<Without>,
    /// What to tell about the whole.
    pub notes: Vec<String>,
}

/// What is answered without the objects that are applied over the input.
#[derive(Debug, Clone)]
pub enum Without {
    /// This.
    Answered {
        /// The answer.
        answer: Box<Answer>,
        /// What passes, where the question was what does and one set says it.
        allowed: Option<ConnSet>,
        /// Whether it is surely not the same connections that pass; not set where that is not known.
        differs: bool,
    },
    /// The question cannot be asked then, and why.
    Unasked(String),
}

impl Answer {
    /// The weakest leg, the first of equals, by its place.
    pub fn deciding(&self) -> usize {
        let weakest = weakest(self.legs.iter().map(|leg| leg.verdict));
        let place = self.legs.iter().position(|leg| leg.verdict == weakest);
        place.unwrap_or_default()
    }

    /// What was left out of the input and leaves some leg open.
    pub fn left_out(&self) -> impl Iterator<Item = &LeftOut> {
        self.legs.iter().flat_map(|leg| &leg.left_out)
    }
}

/// One connection on the way, between all of two ends.
#[derive(Debug, Clone)]
pub struct Leg {
    /// What the connection is for.
    pub kind: HopKind,
    /// `yes`, `no` or `unknown`.
    pub verdict: Verdict,
    /// All pairs, or one.
    pub mode: Mode,
    /// How to call the source as a whole.
    pub source: String,
    /// How to call the destination as a whole.
    pub destination: String,
    /// Whether one connection was asked about, rather than on which ones.
    pub one_connection: bool,
    /// Every pair of different ends. Empty only where nothing can be behind the destination.
    pub pairs: Vec<Pair>,
    /// Where the ports of the Service lead, where one was asked about.
    pub translations: Vec<Translation>,
    /// Why nothing can be said, where there are no pairs.
    pub nowhere: Option<String>,
    /// Why only one of the ends is meant, and not known which, where that leaves the verdict open.
    pub one_of: Option<String>,
    /// Why the way goes there.
    pub because: Vec<Because>,
    /// What would have to be allowed, where it is refused.
    pub needs: Option<String>,
    /// The name that is looked up, or by which the destination is dialled.
    pub asked_name: Option<String>,
    /// The URL that is asked for.
    pub asked_url: Option<String>,
    /// What was left out of the input and may decide otherwise: not empty only where it leaves the
    /// verdict open.
    pub left_out: Vec<LeftOut>,
    /// What to tell about how the question was read.
    pub notes: Vec<String>,
}

impl Leg {
    /// Leaves the verdict open where it hangs on what was left out (S5). `unseen` are those among
    /// them that may be pods that are asked about.
    pub(super) fn open_for(&mut self, left_out: &[LeftOut], unseen: &[&LeftOut]) {
        let verdicts = self.pairs.iter().map(|pair| {
            if left_out.iter().any(|it| pair.hangs_on(it)) {
                Verdict::Undecided
            } else {
                pair.verdict
            }
        });
        let unseen_verdict = unseen.iter().map(|_| Verdict::Undecided);
        let verdict = overall(verdicts.chain(unseen_verdict), self.mode);
        let matters = |it: &&LeftOut| {
            let of_pair = self.pairs.iter().any(|pair| pair.hangs_on(it));
            of_pair || unseen.iter().any(|other| std::ptr::eq(*other, *it))
        };
        let open: Vec<LeftOut> = left_out.iter().filter(matters).cloned().collect();
        if verdict == Verdict::Undecided && !open.is_empty() {
            self.verdict = verdict;
            self.left_out = open;
        }
    }

    /// Whether no policy can change the verdict.
    pub(super) fn is_beyond_policy(&self) -> bool {
        match self.mode {
            Mode::All => self.pairs.iter().all(Pair::is_beyond_policy),
            Mode::Any => self.pairs.iter().any(Pair::is_beyond_policy),
        }
    }
}

/// The verdict over all pairs, by theirs.
pub(super) fn overall(verdicts: impl Iterator<Item = Verdict>, mode: Mode) -> Verdict {
    let (decisive, otherwise) = match mode {
        Mode::All => (Verdict::Deny, Verdict::Allow),
        Mode::Any => (Verdict::Allow, Verdict::Deny),
    };
    let verdicts: Vec<Verdict> = verdicts.collect();
    if verdicts.contains(&decisive) {
        decisive
    } else if verdicts.contains(&Verdict::Undecided) || verdicts.is_empty() {
        Verdict::Undecided
    } else {
        otherwise
    }
}

/// The verdict of the weakest part.
pub(super) fn weakest(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    overall(verdicts, Mode::All)
}

/// The verdict where one of the pairs is meant and it is not known which.
pub(super) fn of_one(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut verdicts = verdicts;
    let first = verdicts.next().unwrap_or(Verdict::Undecided);
    if verdicts.all(|other| other == first) {
        first
    } else {
        Verdict::Undecided
    }
}

impl Pair {
    /// The same where the way does not lead there, whatever the policies say.
    #[must_use]
    pub(super) fn stopped(self, why: String) -> Self {
        Self {
            verdict: Verdict::Deny,
            allowed: ConnSet::default(),
            undecided: ConnSet::default(),
            stopped: Some(why),
            ..self
        }
    }

    /// Whether no policy can stop the connection: it is exempt, or no policy governs either end.
    fn is_beyond_policy(&self) -> bool {
        let free = |half: &Half| matches!(half.basis, Basis::NotSubject(_));
        let ungoverned = free(&self.reason.egress) && free(&self.reason.ingress);
        self.verdict == Verdict::Allow && (self.reason.exemption.is_some() || ungoverned)
    }

    /// Whether what was left out may decide otherwise: it may govern an end, and neither is the
    /// connection exempt nor refused at an end that it has no say in (S2).
    fn hangs_on(&self, it: &LeftOut) -> bool {
        let governs = |direction: Direction| {
            let side = match direction {
                Direction::Egress => &self.source,
                Direction::Ingress => &self.destination,
            };
            let namespace = side.namespace.as_deref();
            namespace.is_some_and(|namespace| it.may_govern(namespace))
        };
        let exempt = self.verdict == Verdict::Allow && self.reason.exemption.is_some();
        let refused = self.refusing.iter().any(|direction| !governs(*direction));
        !exempt && !refused && Direction::BOTH.into_iter().any(governs)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The question cannot be asked.
    Problem(Problem),
    /// The two engines disagree about a flow: a bug, with the flow in words.
    Disagreement(String),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}
