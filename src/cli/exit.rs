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

impl Exit {
    /// The code as a number.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::Invalid => 2,
            Self::Undecided => 3,
            Self::Bug => 101,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
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
    /// netpolc is wrong.
    Bug(String),
}

impl Failure {
    /// How a run without an answer ends: never with the code of one.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Problem(_) | Self::Reported => Exit::Invalid,
            Self::Undecided(_) => Exit::Undecided,
            Self::Bug(_) => Exit::Bug,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The failure after another one; `None` begins. A new one does not compile before it has its
    /// place here.
    fn after(failure: Option<&Failure>) -> Option<Failure> {
        let problem = || Problem::new("a problem");
        match failure {
            None => Some(Failure::Problem(problem())),
            Some(Failure::Problem(_)) => Some(Failure::Reported),
            Some(Failure::Reported) => Some(Failure::Undecided(problem())),
            Some(Failure::Undecided(_)) => Some(Failure::Bug("a bug".to_owned())),
            Some(Failure::Bug(_)) => None,
        }
    }

    #[test]
    fn no_failure_ends_as_an_answer() {
        let mut seen = Vec::new();
        let mut failure = after(None);
        while let Some(one) = failure {
            let exit = one.exit();
            assert!(!matches!(exit, Exit::Yes | Exit::No), "{one:?}");
            assert_ne!(exit.report(), ExitCode::SUCCESS, "{one:?}");
            seen.push(exit);
            failure = after(Some(&one));
        }
        let all = [Exit::Invalid, Exit::Invalid, Exit::Undecided, Exit::Bug];
        assert_eq!(seen, all);
    }
}
