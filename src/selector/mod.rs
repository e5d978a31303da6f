//! Labels and label selectors: what a selector matches, and how two selectors relate.
//!
//! A selector is kept twice: as the requirements that were written (for `trace` and for people)
//! and as one test per key (for everything that compares selectors). The tests of this module
//! hold the two against each other exhaustively.

#![deny(clippy::wildcard_enum_match_arm)]

mod key_test;
mod labels;

pub use key_test::KeyTest;
pub use labels::{Label, Labels};

use crate::table::listed;
use std::fmt;
use std::sync::Arc;

listed! {
    /// How a requirement compares. Source: `metav1.LabelSelectorOperator`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Operator {
        /// The key is there and its value is listed.
        In,
        /// The key is absent, or its value is not listed.
        NotIn,
        /// The key is there.
        Exists,
        /// The key is absent.
        DoesNotExist,
    }
}

impl Operator {
    /// The name as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::Exists => "Exists",
            Self::DoesNotExist => "DoesNotExist",
        }
    }

    /// The operator of an API name; the API is case-sensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| operator.name() == name)
    }
}

/// One condition on one label key; a `matchLabels` entry is `In` with one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Requirement {
    /// The label key.
    pub key: Arc<str>,
    /// How its value is compared.
    pub operator: Operator,
    /// The values, for `In` and `NotIn`.
    pub values: Vec<Arc<str>>,
}

impl Requirement {
    /// Whether `labels` meet the requirement, word for word as the API documents it; none where that
    /// hangs on a value that is not known.
    pub fn meets(&self, labels: &Labels) -> Option<bool> {
        let listed = match labels.state(&self.key) {
            Label::Absent => Some(false),
            Label::Is(value) => Some(self.values.iter().any(|other| **other == **value)),
            Label::Open => None,
        };
        let exists = labels.state(&self.key) != Label::Absent;
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => listed.map(|listed| !listed),
            Operator::Exists => Some(exists),
            Operator::DoesNotExist => Some(!exists),
        }
    }

    /// Whether `labels` surely meet the requirement.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.meets(labels) == Some(true)
    }
}

impl fmt::Display for Requirement {
    /// As kubectl writes selectors: `app=web`, `tier in (a,b)`, `!canary`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match (self.operator, self.values.as_slice()) {
            (Operator::In, [value]) => write!(f, "{key}={value}"),
            (Operator::In, values) => write!(f, "{key} in ({})", values.join(",")),
            (Operator::NotIn, [value]) => write!(f, "{key}!={value}"),
            (Operator::NotIn, values) => write!(f, "{key} notin ({})", values.join(",")),
            (Operator::Exists, _) => write!(f, "{key}"),
            (Operator::DoesNotExist, _) => write!(f, "!{key}"),
        }
    }
}

/// A label selector: all requirements must hold. The empty selector matches everything.
///
/// Two selectors are equal if they match the same labels.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    requirements: Vec<Requirement>,
    tests: Vec<(Arc<str>, KeyTest)>,
}

impl Selector {
    /// The selector that matches everything.
    pub fn everything() -> Self {
        Self::default()
    }

    /// The selector of `requirements`, in the order in which they are written.
    pub fn new(requirements: Vec<Requirement>) -> Self {
        let mut by_key: Vec<&Requirement> = requirements.iter().collect();
        by_key.sort_by_key(|requirement| &requirement.key);
        let of_key = by_key.chunk_by(|a, b| a.key == b.key);
        let tests = of_key.filter_map(|all| {
            let key = Arc::clone(&all.first()?.key);
            let test = KeyTest::of_all(all);
            (!test.is_anything()).then_some((key, test))
        });
        let tests = tests.collect();
        Self {
            requirements,
            tests,
        }
    }

    /// The selector that asks for exactly these values.
    pub fn labels<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let requirement = |(key, value): (&str, &str)| Requirement {
            key: key.into(),
            operator: Operator::In,
            values: vec![value.into()],
        };
        Self::new(pairs.into_iter().map(requirement).collect())
    }

    /// The requirements as they were written.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// One test per key that matters, sorted by key.
    pub fn tests(&self) -> &[(Arc<str>, KeyTest)] {
        &self.tests
    }

    /// Whether every set of labels matches.
    pub fn is_everything(&self) -> bool {
        self.tests.is_empty()
    }

    /// Whether some set of labels matches.
    pub fn is_satisfiable(&self) -> bool {
        self.tests.iter().all(|(_, test)| !test.is_nothing())
    }

    /// Whether `labels` surely match.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.tests
            .iter()
            .all(|(key, test)| match labels.state(key) {
                Label::Absent => test.accepts_absent(),
                Label::Is(value) => test.accepts(Some(value)),
                Label::Open => test.accepts_every_value(),
            })
    }

    /// Whether `labels` match, or may: there are values with which they do.
    pub fn may_match(&self, labels: &Labels) -> bool {
        self.tests
            .iter()
            .all(|(key, test)| match labels.state(key) {
                Label::Absent => test.accepts_absent(),
                Label::Is(value) => test.accepts(Some(value)),
                Label::Open => test.accepts_some_value(),
            })
    }

    /// Whether all labels that match this selector match `other`.
    pub fn implies(&self, other: &Self) -> bool {
        !self.is_satisfiable()
            || other
                .tests
                .iter()
                .all(|(key, theirs)| match self.test(key) {
                    Some(ours) => ours.is_subset(theirs),
                    None => theirs.is_anything(),
                })
    }

    /// Whether some labels match both selectors.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.is_satisfiable()
            && other
                .tests
                .iter()
                .all(|(key, theirs)| match self.test(key) {
                    Some(ours) => !ours.intersection(theirs).is_nothing(),
                    None => !theirs.is_nothing(),
                })
    }

    fn test(&self, key: &str) -> Option<&KeyTest> {
        let at = self
            .tests
            .binary_search_by(|(other, _)| (**other).cmp(key))
            .ok()?;
        self.tests.get(at).map(|(_, test)| test)
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.tests == other.tests || !(self.is_satisfiable() || other.is_satisfiable())
    }
}

impl Eq for Selector {}

impl std::hash::Hash for Selector {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        // All selectors that match nothing are equal, so they must hash alike.
        if self.is_satisfiable() {
            self.tests.hash(state);
        }
    }
}

impl fmt::Display for Selector {
    /// As kubectl writes selectors; nothing for the empty one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().enumerate() {
            write!(f, "{}{requirement}", if index > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
