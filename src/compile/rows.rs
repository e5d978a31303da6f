//! Rows of the matrix: what all destinations let in from one source, looked up at once.
//!
//! A cell by itself is a search in the function of its destination. For all the cells of a row these are
//! searches in as many functions, far from each other in memory. So the exceptions of all functions are
//! sorted once by the groups that they are for; a row is then the base of each function, with the
//! exceptions of its source written over. Cost: the exceptions, once; a row those of its source.

use super::functions::{FunctionId, Functions};
use super::groups::GroupId;
use super::values::{Kind, ValueId};
use crate::table::Table;

/// What functions of one direction say of one group after another.
#[derive(Debug)]
pub(super) struct Rows {
    /// Per group, the functions that have another value for it than for most of its kind.
    exceptions: Table<GroupId, Vec<(FunctionId, ValueId)>>,
    /// The group that was read last, and its kind.
    read: Option<(GroupId, Kind)>,
    /// What each function says of it.
    values: Table<FunctionId, ValueId>,
}

impl Rows {
    /// Sorts the exceptions of the functions over so many groups.
    pub(super) fn new(functions: &Functions, groups: usize) -> Self {
        let mut exceptions = Table::filled(groups, Vec::new());
        for (id, function) in functions.table.iter() {
            for &(group, value) in &function.exceptions {
                exceptions.at_mut(group).push((id, value));
            }
        }
        Self {
            exceptions,
            read: None,
            values: Table::new(),
        }
    }

    /// Reads the row of a group.
    pub(super) fn read(&mut self, functions: &Functions, group: GroupId, kind: Kind) {
        let base = |id| functions.table.at(id).base.at(kind);
        match self.read.replace((group, kind)) {
            Some((last, other)) if other == kind => {
                for &(id, _) in self.exceptions.at(last) {
                    *self.values.at_mut(id) = base(id);
                }
            }
            Some(_) | None => self.values = functions.table.ids().map(base).collect(),
        }
        for &(id, value) in self.exceptions.at(group) {
            *self.values.at_mut(id) = value;
        }
    }

    /// What a function says of a group; none where its row is not the one that was read.
    pub(super) fn value(&self, group: GroupId, function: FunctionId) -> Option<ValueId> {
        let (read, _) = self.read?;
        (read == group).then(|| *self.values.at(function))
    }
}
