//! Subjects of policies. Policies of one subject select together, so that a group is told by its
//! subjects how it is governed, however many policies each of them has.

use super::clause::{RuleClause, isolates};
use crate::model::{Direction, Tier};
use crate::table::define_id;

define_id! {
    /// Names a distinct subject.
    pub(super) SubjectId;
}

/// The policies of one subject.
#[derive(Debug)]
pub(super) struct Subject {
    /// Whether they are cluster-wide.
    pub(super) wide: bool,
    /// Egress and ingress: what their rules say; none where no policy governs the direction.
    clauses: [Option<Vec<RuleClause>>; 2],
}

impl Subject {
    /// A subject of policies of this tier, of which none was read yet.
    pub(super) fn new(tier: Tier) -> Self {
        Self {
            wide: !isolates(tier),
            clauses: [None, None],
        }
    }

    /// What the policies say of a direction; none where none of them governs it.
    pub(super) fn clauses(&self, direction: Direction) -> Option<&[RuleClause]> {
        let [egress, ingress] = &self.clauses;
        match direction {
            Direction::Egress => egress.as_deref(),
            Direction::Ingress => ingress.as_deref(),
        }
    }

    /// Adds a policy that governs a direction.
    pub(super) fn add(&mut self, direction: Direction, clauses: Vec<RuleClause>) {
        let [egress, ingress] = &mut self.clauses;
        let own = match direction {
            Direction::Egress => egress,
            Direction::Ingress => ingress,
        };
        own.get_or_insert_default().extend(clauses);
    }
}

/// Subjects that select a group or may, by id, each with whether it does for sure.
pub(super) type Subjects = Vec<(SubjectId, bool)>;

/// Who selects a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Selecting {
    /// Subjects of cluster-wide policies.
    pub(super) wide: Subjects,
    /// Those of policies of its namespace.
    pub(super) local: Subjects,
}
