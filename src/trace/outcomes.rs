//! What a tier may come to.

use super::{Basis, Came, Hit, Step, Unknown};
use std::collections::BTreeSet;

/// What a tier may come to: one of these, or several where something is not known.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcomes {
    /// It may let the flow through.
    pub(super) allow: bool,
    /// It may refuse it.
    pub(super) deny: bool,
    /// It may leave it to the next tier.
    pub(super) next: bool,
    /// What decided, where the tier decides.
    pub(super) basis: Option<Basis>,
    /// The rules that leave the flow to the next tier.
    pub(super) passes: Vec<Hit>,
    /// The cluster-wide policies that were asked, and those that come after them.
    pub(super) steps: Vec<Step>,
    /// What it hangs on.
    pub(super) unknowns: BTreeSet<Unknown>,
}

impl Outcomes {
    /// The same for whoever tells of it.
    pub(super) fn came(&self) -> Came {
        Came {
            allow: self.allow,
            deny: self.deny,
            next: self.next,
        }
    }

    /// What it hangs on; nothing where it is one of them whatever that is.
    pub(super) fn open(&self) -> Vec<Unknown> {
        let unknowns = self.unknowns.iter().cloned();
        unknowns.filter(|_| !self.came().is_certain()).collect()
    }
}
