//! Rows of the matrix: what all destinations let in from one source, looked up at once.
//!
//! A cell by itself is a search in the function of its destination. For all the cells of a row these are
//! searches in as many functions, far from each other in memory. So the exceptions of all layers are
//! sorted once by the groups that they are for; a row is then that of the source before it, with what
//! layers say of this one written over. Cost: the exceptions, once; a row the functions of which a layer
//! says something else than in the row before.

use super::functions::{FunctionId, Functions, LocalLayerId, WideId};
use super::groups::GroupId;
use super::layered::{LocalValueId, WideValueId};
use super::layers::Layer;
use super::values::{Kind, ValueId, Values};
use crate::table::{Id, Table};

/// Per group, the layers that single it out, each with what it says of it, sorted.
pub(super) type Singled<I, V> = Table<GroupId, Vec<(I, V)>>;

/// Sorts the exceptions of layers by the groups that they are for.
pub(super) fn singled<I: Id, V: Copy>(layers: &Table<I, Layer<V>>, groups: usize) -> Singled<I, V> {
    let mut singled = Table::filled(groups, Vec::new());
    for (id, layer) in layers.iter() {
        for &(group, value) in &layer.exceptions {
            singled.at_mut(group).push((id, value));
        }
    }
    singled
}

/// What a layer says of a group that these single out.
pub(super) fn said<I: Id, V: Copy>(singled: &[(I, V)], layer: I) -> Option<V> {
    let at = singled.binary_search_by_key(&layer, |(id, _)| *id);
    Some(singled.get(at.ok()?)?.1)
}

/// The functions that have each layer.
pub(super) fn having<I: Id>(
    functions: &Functions,
    layers: usize,
    layer: impl Fn(FunctionId) -> I,
) -> Table<I, Vec<FunctionId>> {
    let mut having = Table::filled(layers, Vec::new());
    for id in functions.table.ids() {
        having.at_mut(layer(id)).push(id);
    }
    having
}

/// What layers of one sort say of one group after another.
#[derive(Debug)]
struct Said<I, V> {
    singled: Singled<I, V>,
    /// The functions that have each layer.
    having: Table<I, Vec<FunctionId>>,
    /// What each layer says of the group that was read last.
    values: Table<I, V>,
}

impl<I: Id, V: Copy + Eq> Said<I, V> {
    /// Reads what layers say of a group, and tells the functions for which that is something else.
    fn read(
        &mut self,
        layers: &Table<I, Layer<V>>,
        last: Option<GroupId>,
        (group, kind): (GroupId, Kind),
        changed: &mut Vec<FunctionId>,
    ) {
        let before = last.map(|last| self.singled.at(last).as_slice());
        let own = self.singled.at(group);
        let ids = before.unwrap_or_default().iter().chain(own);
        for &(id, _) in ids {
            let value = said(own, id).unwrap_or_else(|| layers.at(id).base.at(kind));
            if *self.values.at(id) != value {
                *self.values.at_mut(id) = value;
                changed.extend(self.having.at(id));
            }
        }
    }
}

/// What functions of one direction say of one group after another.
#[derive(Debug)]
pub(super) struct Rows {
    wide: Said<WideId, WideValueId>,
    local: Said<LocalLayerId, LocalValueId>,
    /// The group that was read last, and its kind.
    read: Option<(GroupId, Kind)>,
    /// What each function says of it.
    values: Table<FunctionId, ValueId>,
}

impl Rows {
    /// Sorts the exceptions of the functions over so many groups.
    pub(super) fn new(functions: &Functions, groups: usize) -> Self {
        let (wide, local) = (&functions.wide, &functions.local);
        let table = &functions.table;
        Self {
            wide: Said {
                singled: singled(wide, groups),
                having: having(functions, wide.len(), |id| table.at(id).wide),
                values: Table::new(),
            },
            local: Said {
                singled: singled(local, groups),
                having: having(functions, local.len(), |id| table.at(id).local),
                values: Table::new(),
            },
            read: None,
            values: Table::new(),
        }
    }

    /// Reads the row of a group.
    pub(super) fn read(
        &mut self,
        functions: &Functions,
        group: GroupId,
        kind: Kind,
        values: &mut Values,
    ) {
        let last = self.read.replace((group, kind));
        let last = last.filter(|(_, other)| *other == kind).map(|(id, _)| id);
        if last.is_none() {
            let (wide, local) = (functions.wide.rows(), functions.local.rows());
            self.wide.values = wide.iter().map(|layer| layer.base.at(kind)).collect();
            self.local.values = local.iter().map(|layer| layer.base.at(kind)).collect();
            let all = functions.table.rows().iter();
            self.values = all.map(|function| function.base.at(kind)).collect();
        }
        let mut changed = Vec::new();
        let this = (group, kind);
        self.wide.read(&functions.wide, last, this, &mut changed);
        self.local.read(&functions.local, last, this, &mut changed);
        for id in changed {
            let function = functions.table.at(id);
            let wide = *self.wide.values.at(function.wide);
            let local = *self.local.values.at(function.local);
            *self.values.at_mut(id) = values.join(wide, local);
        }
    }

    /// What a function says of a group; none where its row is not the one that was read.
    pub(super) fn value(&self, group: GroupId, function: FunctionId) -> Option<ValueId> {
        let (read, _) = self.read?;
        (read == group).then(|| *self.values.at(function))
    }
}
