//! A question to a solver: whether named formulas can all hold at once.
//!
//! A claim is proven by asking for its opposite: is there a flow that the claim is about (the
//! premise) and of which the policies say something else (the claim)? No answer means that it
//! holds, and an answer is a counterexample. The parts keep their names, in the clauses of a
//! certificate too, so that a reader finds out there which formula is the premise and which the
//! policies.

use super::formula::Formula;
use crate::table::listed;
use std::fmt::Write as _;

/// A conjunction of named parts whose satisfiability is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name, which files are called after: made of `a-z`, `0-9` and `-`.
    pub name: String,
    /// Its parts with their symbols ([`PartName`]), which are made of `a-z`, `0-9`, `.` and `-`. Without
    /// a part, the answer is yes.
    pub parts: Vec<(String, Formula)>,
}

listed! {
    /// What a part of a question says.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum PartName {
        /// The flow is one of those that are asked about.
        Premise,
        /// The policies say of it what is asked.
        Claim,
        /// What else policies say has a say.
        Others,
        /// A ruleset gives another verdict than the policies.
        Differs,
        /// Addresses outside are those of nobody inside.
        Ends,
        /// Variables have values that stand for something.
        Domains,
    }
}

impl PartName {
    /// Its symbol in files.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Premise => "premise",
            Self::Claim => "claim",
            Self::Others => "others",
            Self::Differs => "differs",
            Self::Ends => "ends",
            Self::Domains => "domains",
        }
    }

    /// The part of this symbol.
    pub fn of_symbol(symbol: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.symbol() == symbol)
    }

    /// What it says, in a clause.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Premise => "the flow is one of those that are asked about",
            Self::Claim => "the policies say of it what is asked",
            Self::Others => "what else the policies say has a say",
            Self::Differs => "the ruleset gives another verdict than the policies",
            Self::Ends => "addresses outside are those of nobody inside",
            Self::Domains => "variables have values that stand for something",
        }
    }
}

impl Question {
    /// The formulas of its parts.
    pub fn roots(&self) -> Vec<Formula> {
        self.parts.iter().map(|&(_, formula)| formula).collect()
    }
}

/// `text` as one line of printable ASCII, for comments in files that machines read.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            line.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(line, "{}", c.escape_unicode());
        }
    }
    line
}
