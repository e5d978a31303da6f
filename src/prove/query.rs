//! A question to a solver: named parts that are to hold together.

use super::formula::Formula;

/// Formulas whose conjunction is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name, fit for a file: `a-z`, `0-9` and `-`.
    pub name: String,
    /// The parts, with names of `a-z`, `0-9`, `.` and `-` that differ.
    pub parts: Vec<(String, Formula)>,
}
