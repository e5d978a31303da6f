//! How a run ends.

use crate::endpoint::Problem;
use crate::query::Refusal;
use crate::trace::Verdict;
use std::process::{ExitCode, Termination};

/// The exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: yes, or the answer was printed.
    Yes,
    /// 1: no.
    No,
    /// 2: wrong usage, unreadable or invalid input, no input.
    Invalid,
    /// 3: it cannot be decided.
    Undecided,
    /// 101: netpolc has a bug, as for a panic.
    Bug,
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Allow => Self::Yes,
            Verdict::Deny => Self::No,
            Verdict::Undecided => Self::Undecided,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::Invalid => 2,
            Self::Undecided => 3,
            Self::Bug => 101,
        })
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Something that the user can set right.
    Problem(Problem),
    /// The findings say it, and were printed.
    Reported,
    /// It could not be decided.
    Undecided(Problem),
    /// Nobody reads the answer any more, which is no error.
    BrokenPipe,
    /// netpolc is wrong.
    Bug(String),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Problem(problem) => Self::Problem(problem),
            Refusal::Disagreement(what) => Self::Bug(what),
        }
    }
}
