//! What is answered without the policies that are applied over the input.

use crate::net::ConnSet;
use crate::trace::Verdict;

/// What is answered without the policies that are applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Without {
    /// This.
    Answered {
        /// The verdict.
        verdict: Verdict,
        /// What passes, where the question was what does and one set says it.
        allowed: Option<ConnSet>,
        /// Whether it is surely not the same connections that pass; not set where that is not known.
        differs: bool,
    },
    /// The question cannot be asked then, and why.
    Unasked(String),
}
