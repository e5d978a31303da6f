//! Policies that were applied over the input, as `kubectl apply` does it, and what they took the place of.

use super::{LeftOut, Objects, Origin, Policy, Why};

/// What was applied over the input, and the input without it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// What the policies were read from, as the user calls it.
    pub from: Vec<String>,
    /// What of that has no policy in it.
    pub without_policy: Vec<String>,
    /// The policies, by kind, namespace and name.
    pub policies: Vec<AppliedPolicy>,
    /// What else stood beside them, which was not applied, by kind and name.
    pub others: Vec<String>,
    /// How many documents were read.
    pub documents: usize,
    /// The policies of the input.
    pub policies_before: Vec<Policy>,
    /// What was left out of the input.
    pub left_out_before: Vec<LeftOut>,
}

/// A policy that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedPolicy {
    /// Its kind and name: `NetworkPolicy shop/db`.
    pub name: String,
    /// What it took the place of.
    pub over: Over,
    /// Why no answer counts it, where that is so.
    pub left_out: Option<Why>,
}

/// What a policy takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The input has none of its name.
    Nothing,
    /// The one of the input, which says the same.
    Same,
    /// The one of the input, which stands there.
    Other(Origin),
}

impl Applied {
    /// The objects of the input without what was applied; `with` are those with it.
    #[must_use]
    pub fn before(&self, with: &Objects) -> Objects {
        Objects {
            policies: self.policies_before.clone(),
            left_out: self.left_out_before.clone(),
            ..with.clone()
        }
    }
}
