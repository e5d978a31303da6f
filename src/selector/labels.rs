//! Labels of a pod or a namespace.

use std::fmt;
use std::sync::Arc;

/// Key-value pairs, sorted by key, each key once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Labels(Box<[(Arc<str>, Arc<str>)]>);

impl Labels {
    /// No label.
    pub fn none() -> Self {
        Self::default()
    }

    /// The labels of `pairs`; the last of equal keys wins.
    pub fn new(pairs: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Self {
        let sorted: std::collections::BTreeMap<_, _> = pairs.into_iter().collect();
        Self(sorted.into_iter().collect())
    }

    /// The labels of literal pairs.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::new(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        )
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Arc<str>> {
        let at = self
            .0
            .binary_search_by(|(other, _)| (**other).cmp(key))
            .ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// These labels with `key` set to `value`.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        Self::new(self.0.iter().cloned().chain([(key.into(), value.into())]))
    }

    /// The pairs, sorted by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Labels {
    /// `app=web,tier=front`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}={value}", if index > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}
