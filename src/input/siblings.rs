//! The entries of an object, held against each other: whether a name would come to stand there twice.

use super::node::Entry;
use super::repair::{unspaced, unspaced_entry};
use super::schema::{self, Fields};
use super::suggest;
use std::cell::OnceCell;
use std::collections::HashMap;

/// The entries of an object, to be held against each other.
pub(super) struct Siblings<'n> {
    entries: &'n [Entry],
    fields: &'static Fields,
    /// How many entries are, or are meant to be, the same field.
    meant: OnceCell<HashMap<&'n str, usize>>,
}

impl<'n> Siblings<'n> {
    /// The entries of an object with these fields.
    pub(super) fn new(entries: &'n [Entry], fields: &'static Fields) -> Self {
        Self {
            entries,
            fields,
            meant: OnceCell::new(),
        }
    }

    /// Whether no other entry of the object is the field that this one is meant to be, or would be
    /// taken for it.
    pub(super) fn is_alone(&self, entry: &Entry) -> bool {
        let Some(name) = meant(entry, self.fields) else {
            return false;
        };
        let meant = self.meant.get_or_init(|| {
            let names = self.entries.iter().filter_map(|it| meant(it, self.fields));
            count(names)
        });
        meant.get(name) == Some(&1)
    }
}

/// How often each name stands there.
fn count<'n>(names: impl Iterator<Item = &'n str>) -> HashMap<&'n str, usize> {
    let mut counts = HashMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// The field that an entry is, or is meant to be.
fn meant<'f>(entry: &'f Entry, fields: &'static Fields) -> Option<&'f str> {
    let key = key(entry);
    if schema::field(fields, key).is_some() {
        return Some(key);
    }
    suggest::nearest(key, fields.iter().map(|(name, _)| *name))
}

/// The keys of an object whose keys are free.
pub(super) struct Keys<'n> {
    entries: &'n [Entry],
    counts: OnceCell<HashMap<&'n str, usize>>,
}

impl<'n> Keys<'n> {
    /// The keys of these entries.
    pub(super) fn new(entries: &'n [Entry]) -> Self {
        Self {
            entries,
            counts: OnceCell::new(),
        }
    }

    /// Whether the key before the colon of `{app:web}` is no other key of the object, nor one that
    /// another entry becomes.
    pub(super) fn is_new(&self, entry: &Entry) -> bool {
        let counts = self
            .counts
            .get_or_init(|| count(self.entries.iter().map(key)));
        counts.get(key(entry)) == Some(&1)
    }
}

/// The key of an entry, or the one that it becomes.
fn key(entry: &Entry) -> &str {
    unspaced_entry(entry).unwrap_or(&entry.key)
}

/// Whether lines such as `app:web` have different keys.
pub(super) fn are_new(text: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let keys = lines.filter_map(|line| line.get(..unspaced(line)?));
    let mut keys: Vec<&str> = keys.collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    keys.len() == all
}
