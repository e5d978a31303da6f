//! Labels of a pod or a namespace.

use std::fmt;
use std::sync::Arc;

/// Key-value pairs, sorted by key, each key once; and keys that are there with a value that is not
/// known (S74), which are none of the pairs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Labels {
    pairs: Box<[(Arc<str>, Arc<str>)]>,
    open: Box<[Arc<str>]>,
}

/// What is known of one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label<'a> {
    /// It is not there.
    Absent,
    /// It is there with this value.
    Is(&'a Arc<str>),
    /// It is there, and its value is not known.
    Open,
}

impl Labels {
    /// No label.
    pub fn none() -> Self {
        Self::default()
    }

    /// The labels of `pairs`; the last of equal keys wins.
    pub fn new(pairs: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Self {
        let sorted: std::collections::BTreeMap<_, _> = pairs.into_iter().collect();
        Self {
            pairs: sorted.into_iter().collect(),
            open: Box::default(),
        }
    }

    /// The labels of literal pairs.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::new(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        )
    }

    /// What is known of the label `key`.
    pub fn state(&self, key: &str) -> Label<'_> {
        match self.get(key) {
            Some(value) => Label::Is(value),
            None if self.is_open(key) => Label::Open,
            None => Label::Absent,
        }
    }

    /// The value of `key`, where it is known.
    pub fn get(&self, key: &str) -> Option<&Arc<str>> {
        let at = self
            .pairs
            .binary_search_by(|(other, _)| (**other).cmp(key))
            .ok()?;
        self.pairs.get(at).map(|(_, value)| value)
    }

    fn is_open(&self, key: &str) -> bool {
        let found = self.open.binary_search_by(|other| (**other).cmp(key));
        found.is_ok()
    }

    /// These labels with `key` set to `value`.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        let pairs = self.pairs.iter().cloned();
        let open = self.open.iter().filter(|other| ***other != *key);
        Self {
            open: open.cloned().collect(),
            ..Self::new(pairs.chain([(key.into(), value.into())]))
        }
    }

    /// These labels with `key` there, with a value that is not known.
    #[must_use]
    pub fn with_open(&self, key: &str) -> Self {
        let pairs = self.pairs.iter().filter(|(other, _)| **other != *key);
        let open: std::collections::BTreeSet<Arc<str>> =
            self.open.iter().cloned().chain([key.into()]).collect();
        Self {
            pairs: pairs.cloned().collect(),
            open: open.into_iter().collect(),
        }
    }

    /// The pairs, sorted by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Arc<str>)> {
        self.pairs.iter().map(|(key, value)| (key, value))
    }

    /// The keys whose values are not known, sorted.
    pub fn open(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.open.iter()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.open.is_empty()
    }
}

impl fmt::Display for Labels {
    /// `app=web,tier=front`; a label whose value is not known is its key: `pod-template-hash`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}={value}", if index > 0 { "," } else { "" })?;
        }
        for (index, key) in self.open().enumerate() {
            let first = index == 0 && self.pairs.is_empty();
            write!(f, "{}{key}", if first { "" } else { "," })?;
        }
        Ok(())
    }
}
