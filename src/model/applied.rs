//! What was applied over the input, as `kubectl apply` does it, and what it took the place of.

use super::{Origin, Why};

/// What was applied over the input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// What it was read from, as the user calls it.
    pub from: Vec<String>,
    /// What of that has no object in it.
    pub without_object: Vec<String>,
    /// The objects, by kind, namespace and name.
    pub objects: Vec<AppliedObject>,
    /// How many documents were read.
    pub documents: usize,
}

/// An object that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedObject {
    /// Its kind and name: `NetworkPolicy shop/db`.
    pub name: String,
    /// What it took the place of.
    pub over: Over,
    /// Whether it makes new pods in place of those of the input.
    pub rolls_out: bool,
    /// Why no answer counts it, where that is so.
    pub left_out: Option<Why>,
}

/// What an object takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The input has none of its name.
    Nothing,
    /// The one of the input, which says the same.
    Same,
    /// The one of the input, which stands there.
    Other(Origin),
}
