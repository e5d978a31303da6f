//! What a selector asks of one label key, in canonical form.

use super::{Operator, Requirement};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A set of possible states of one key: absent, or present with some value.
///
/// Closed under intersection, and equal sets are equal values: that is what makes selectors
/// comparable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyTest {
    absent: bool,
    values: Values,
}

/// The values that a present key may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Values {
    Only(BTreeSet<Arc<str>>),
    AllBut(BTreeSet<Arc<str>>),
}

impl Values {
    fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Only(values) => values.contains(value),
            Self::AllBut(values) => !values.contains(value),
        }
    }

    fn intersection(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Only(a), Self::Only(b)) => Self::Only(a & b),
            (Self::Only(a), Self::AllBut(b)) | (Self::AllBut(b), Self::Only(a)) => {
                Self::Only(a - b)
            }
            (Self::AllBut(a), Self::AllBut(b)) => Self::AllBut(a | b),
        }
    }

    fn is_subset(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Only(a), Self::Only(b)) => a.is_subset(b),
            (Self::Only(a), Self::AllBut(b)) => a.is_disjoint(b),
            // Label values are infinitely many as far as a finite list can tell.
            (Self::AllBut(_), Self::Only(_)) => false,
            (Self::AllBut(a), Self::AllBut(b)) => b.is_subset(a),
        }
    }
}

impl KeyTest {
    /// The test that every state passes.
    pub fn anything() -> Self {
        Self {
            absent: true,
            values: Values::AllBut(BTreeSet::new()),
        }
    }

    /// The test of one requirement. `NotIn` passes where the key is absent.
    pub fn of(requirement: &Requirement) -> Self {
        let listed = || requirement.values.iter().cloned().collect();
        let (absent, values) = match requirement.operator {
            Operator::In => (false, Values::Only(listed())),
            Operator::NotIn => (true, Values::AllBut(listed())),
            Operator::Exists => (false, Values::AllBut(BTreeSet::new())),
            Operator::DoesNotExist => (true, Values::Only(BTreeSet::new())),
        };
        Self { absent, values }
    }

    /// The test of all of these requirements of one key. What they refuse is gathered first:
    /// intersecting one by one costs the square of their number.
    pub fn of_all(requirements: &[&Requirement]) -> Self {
        if let [requirement] = requirements {
            return Self::of(requirement);
        }
        let mut refused = BTreeSet::new();
        let mut test = Self::anything();
        for requirement in requirements {
            match requirement.operator {
                Operator::NotIn => refused.extend(requirement.values.iter().cloned()),
                Operator::In | Operator::Exists | Operator::DoesNotExist => {
                    test = test.intersection(&Self::of(requirement));
                }
            }
        }
        test.intersection(&Self {
            absent: true,
            values: Values::AllBut(refused),
        })
    }

    /// Whether a key with this value, or absent, passes.
    pub fn accepts(&self, value: Option<&Arc<str>>) -> bool {
        match value {
            None => self.absent,
            Some(value) => self.values.accepts(value),
        }
    }

    /// Whether an absent key passes.
    pub fn accepts_absent(&self) -> bool {
        self.absent
    }

    /// The values that pass, if they are finitely many and the key must be there.
    pub fn only_values(&self) -> Option<&BTreeSet<Arc<str>>> {
        match &self.values {
            Values::Only(values) if !self.absent => Some(values),
            Values::Only(_) | Values::AllBut(_) => None,
        }
    }

    /// Whether a value that the test does not name passes.
    pub fn accepts_unnamed(&self) -> bool {
        matches!(self.values, Values::AllBut(_))
    }

    /// Whether the test passes wherever the key is there.
    pub fn accepts_every_value(&self) -> bool {
        self.values == Values::AllBut(BTreeSet::new())
    }

    /// Whether the test passes with some value.
    pub fn accepts_some_value(&self) -> bool {
        self.values != Values::Only(BTreeSet::new())
    }

    /// The values that the test names, whether it accepts or refuses them.
    pub fn named_values(&self) -> impl Iterator<Item = &Arc<str>> {
        let (Values::Only(values) | Values::AllBut(values)) = &self.values;
        values.iter()
    }

    /// Whether every state passes.
    pub fn is_anything(&self) -> bool {
        self.absent && self.values == Values::AllBut(BTreeSet::new())
    }

    /// Whether no state passes.
    pub fn is_nothing(&self) -> bool {
        !self.absent && self.values == Values::Only(BTreeSet::new())
    }

    /// The states that pass both tests.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            absent: self.absent && other.absent,
            values: self.values.intersection(&other.values),
        }
    }

    /// The states that do not pass.
    #[must_use]
    pub fn complement(&self) -> Self {
        let values = match &self.values {
            Values::Only(values) => Values::AllBut(values.clone()),
            Values::AllBut(values) => Values::Only(values.clone()),
        };
        Self {
            absent: !self.absent,
            values,
        }
    }

    /// Whether every state that passes this test passes `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        (!self.absent || other.absent) && self.values.is_subset(&other.values)
    }
}
