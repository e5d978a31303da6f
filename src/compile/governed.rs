//! What makes two groups be governed alike.

use super::clause::{PortList, PortLists, RuleClause, isolates};
use super::decide::Isolation;
use super::groups::{Groups, ResolutionId};
use super::subjects::{Subject, SubjectId};
use crate::model::Direction;
use crate::table::{Id as _, Table};

/// What makes two groups be governed alike by policies of their namespaces: whether these isolate
/// them, and the clauses, sorted.
pub(super) type Governed = (Isolation, Vec<RuleClause>);

/// What the subjects that select a group, or may, make of it in one direction.
pub(super) fn governed(
    direction: Direction,
    selecting: &[(SubjectId, bool)],
    subjects: &Table<SubjectId, Subject>,
) -> Governed {
    let (mut surely, mut perhaps) = (false, Vec::new());
    let mut clauses = Vec::new();
    for &(id, sure) in selecting {
        let subject = subjects.at(id);
        let Some(said) = subject.clauses(direction) else {
            continue;
        };
        // 0 is those that surely select.
        let unit = u32::try_from(id.index()).map_or(u32::MAX, |unit| unit.saturating_add(1));
        if sure {
            surely |= !subject.wide;
        } else if !subject.wide {
            perhaps.push(unit);
        }
        clauses.extend(said.iter().map(|clause| clause.of_subject(unit, sure)));
    }
    let isolation = match perhaps.as_slice() {
        _ if surely => Isolation::Surely,
        [] => Isolation::Never,
        _ => Isolation::Perhaps(perhaps),
    };
    // What may isolate adds nothing where another policy surely does.
    clauses.retain(|it| it.selects || !isolates(it.tier) || isolation != Isolation::Surely);
    clauses.sort_unstable();
    clauses.dedup();
    (isolation, clauses)
}

impl RuleClause {
    /// The clause for a pod that policies of this subject select, for sure or perhaps.
    fn of_subject(self, unit: u32, sure: bool) -> Self {
        let mut clause = self;
        clause.selects = sure;
        if !sure && isolates(clause.tier) {
            clause.order.0 = unit;
        }
        clause
    }
}

/// Makes numbers of the port names in clauses, as a destination resolves them; keeps them sorted.
pub(super) fn resolve_names(
    clauses: &mut Vec<RuleClause>,
    own: ResolutionId,
    groups: &Groups,
    ports: &mut PortLists,
) {
    let mut resolved = false;
    for clause in &mut *clauses {
        let list = ports.at(clause.ports);
        if !list.names.is_empty() {
            let fixed = list.resolve(groups.resolutions.at(own));
            let names = Vec::new();
            clause.ports = ports.intern(PortList { fixed, names });
            resolved = true;
        }
    }
    if resolved {
        clauses.sort_unstable();
        clauses.dedup();
    }
}
