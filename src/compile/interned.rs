//! Distinct things, each kept once and named by a small number.

use crate::table::{Id, Table};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// Distinct things by their ids, and their ids by what they are.
#[derive(Debug)]
pub(super) struct Interned<I, T> {
    table: Table<I, T>,
    ids: FxHashMap<T, I>,
}

impl<I: Id, T: Clone + Eq + Hash> Interned<I, T> {
    pub(super) fn new() -> Self {
        Self {
            table: Table::new(),
            ids: FxHashMap::default(),
        }
    }

    /// The id of a thing.
    pub(super) fn intern(&mut self, thing: T) -> I {
        if let Some(&id) = self.ids.get(&thing) {
            return id;
        }
        let id = self.table.push(thing.clone());
        self.ids.insert(thing, id);
        id
    }

    pub(super) fn at(&self, id: I) -> &T {
        self.table.at(id)
    }
}
