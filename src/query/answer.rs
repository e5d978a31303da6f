//! Questions and answers as plain data.

use crate::endpoint::{Asked, Problem};
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::trace::{Basis, Half, Trace, Verdict};
use std::collections::BTreeMap;

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

/// One end of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// How to call it.
    pub name: String,
    /// Its addresses, where it is outside the cluster.
    pub addresses: Option<AddressSet>,
    /// Why its pods are not there now, if they are not: `has replicas: 0`.
    pub dormant: Option<&'static str>,
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

/// The answer.
#[derive(Debug, Clone)]
pub struct Answer {
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
    /// Policies that are not read and may decide otherwise, such as `AdminNetworkPolicy p`: not
    /// empty only where they leave the verdict open.
    pub unread: Vec<String>,
    /// What to tell about how the question was read.
    pub notes: Vec<String>,
}

impl Answer {
    /// Leaves the verdict open because of policies that are not read, unless no policy can change
    /// it (S5).
    pub fn open_for(&mut self, unread: &[String]) {
        if !unread.is_empty() && !self.is_beyond_policy() {
            self.verdict = Verdict::Undecided;
            self.unread = unread.to_vec();
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

impl Pair {
    /// Whether no policy can stop the connection: it is exempt, or no policy governs either end.
    fn is_beyond_policy(&self) -> bool {
        let free = |half: &Half| matches!(half.basis, Basis::NotSubject(_));
        let ungoverned = free(&self.reason.egress) && free(&self.reason.ingress);
        self.verdict == Verdict::Allow && (self.reason.exemption.is_some() || ungoverned)
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
