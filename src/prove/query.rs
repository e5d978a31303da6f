//! A question to a solver: whether named formulas can all hold at once.

use super::formula::Formula;
use std::fmt::Write as _;

/// A conjunction of named parts whose satisfiability is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name, which files are called after: made of `a-z`, `0-9` and `-`.
    pub name: String,
    /// Its parts with their symbols, which are unique and made of `a-z`, `0-9`, `.` and `-`. Without
    /// a part, the answer is yes.
    pub parts: Vec<(String, Formula)>,
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
