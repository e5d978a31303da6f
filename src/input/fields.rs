//! The fields of an object while it is read: each name once, the last value kept, as the API
//! server's readers do; a second one is remarked.

use super::node::{Entry, Node, Remark, Value};
use crate::written::ShortText;
use std::collections::{HashMap, HashSet};

/// From here on names are looked up in a table.
const MANY: usize = 16;

/// The fields read so far.
#[derive(Default)]
pub(super) struct Fields {
    entries: Vec<Entry>,
    /// Where each name stands, once there are too many to look through.
    places: Option<HashMap<ShortText, usize>>,
    /// The names that a merge key gave and nobody set since.
    merged: Option<HashSet<ShortText>>,
}

impl Fields {
    /// Adds a field whose name stands at `at`.
    pub(super) fn add(
        &mut self,
        key: ShortText,
        at: (u32, u32),
        value: Node,
        remarks: &mut Vec<Remark>,
    ) {
        let entry = Entry {
            key,
            key_start: at.0,
            key_end: at.1,
            value,
        };
        let merged = self.merged.as_mut();
        let is_merged = merged.is_some_and(|merged| merged.remove(&entry.key));
        match self.earlier(&entry.key) {
            Some(earlier) if is_merged => *earlier = entry,
            Some(earlier) => {
                remarks.push(Remark::Duplicate {
                    key: entry.key.clone(),
                    first: (earlier.key_start, earlier.key_end),
                    again: at,
                });
                *earlier = entry;
            }
            None => self.push(entry),
        }
    }

    fn push(&mut self, entry: Entry) {
        if let Some(places) = &mut self.places {
            places.insert(entry.key.clone(), self.entries.len());
        }
        self.entries.push(entry);
    }

    fn earlier(&mut self, name: &str) -> Option<&mut Entry> {
        if self.entries.len() < MANY {
            return self.entries.iter_mut().find(|entry| &*entry.key == name);
        }
        let entries = &self.entries;
        let places = || {
            entries
                .iter()
                .map(|entry| entry.key.clone())
                .zip(0..)
                .collect()
        };
        let place = *self.places.get_or_insert_with(places).get(name)?;
        self.entries.get_mut(place)
    }

    /// Takes what a merge key gives: an object, or a list of them, of which the first counts most.
    /// Says whether it was that. As in go-yaml, only what stands after the merge key counts more.
    pub(super) fn merge(&mut self, value: Node) -> bool {
        match value.value {
            Value::Map(entries) => {
                self.take(entries);
                true
            }
            Value::Seq(items) => items.into_iter().rev().all(|item| match item.value {
                Value::Map(entries) => {
                    self.take(entries);
                    true
                }
                _ => false,
            }),
            _ => false,
        }
    }

    fn take(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            let merged = self.merged.get_or_insert_default();
            merged.insert(entry.key.clone());
            match self.earlier(&entry.key) {
                Some(earlier) => *earlier = entry,
                None => self.push(entry),
            }
        }
    }

    /// All fields.
    pub(super) fn finish(self) -> Vec<Entry> {
        self.entries
    }
}
