//! Truth with a third value: what is not known stays visible instead of being guessed (S5).

use super::Unknown;
use std::collections::BTreeSet;

/// A statement that holds, does not, or hangs on things that are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It hangs on these things; at least one.
    Maybe(BTreeSet<Unknown>),
}

impl Truth {
    pub(super) fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    pub(super) fn maybe(unknown: Unknown) -> Self {
        Self::Maybe(BTreeSet::from([unknown]))
    }

    /// False if either is false, whatever the other.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, rest) | (rest, Self::Yes) => rest,
            (Self::Maybe(a), Self::Maybe(b)) => Self::Maybe(joined(a, b)),
        }
    }

    /// That it does not hold.
    pub(super) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe(unknowns) => Self::Maybe(unknowns),
        }
    }

    /// True if either is true, whatever the other.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, rest) | (rest, Self::No) => rest,
            (Self::Maybe(a), Self::Maybe(b)) => Self::Maybe(joined(a, b)),
        }
    }

    /// Whether some holds; false of none.
    pub(super) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::No, Self::or)
    }

    pub(super) fn is_possible(&self) -> bool {
        *self != Self::No
    }

    pub(super) fn is_certain(&self) -> bool {
        *self == Self::Yes
    }

    /// What it hangs on; nothing where it is known.
    pub(super) fn unknowns(&self) -> BTreeSet<Unknown> {
        match self {
            Self::Maybe(unknowns) => unknowns.clone(),
            Self::Yes | Self::No => BTreeSet::new(),
        }
    }
}

/// Adds the smaller set to the larger: over many rules one is long, and the other of one element.
fn joined(a: BTreeSet<Unknown>, b: BTreeSet<Unknown>) -> BTreeSet<Unknown> {
    let (mut large, small) = if a.len() < b.len() { (b, a) } else { (a, b) };
    large.extend(small);
    large
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_false_part_and_a_true_alternative_settle_what_is_not_known() {
        let maybe = || Truth::maybe(Unknown::Node);
        assert_eq!(Truth::No.and(maybe()), Truth::No);
        assert_eq!(maybe().and(Truth::No), Truth::No);
        assert_eq!(Truth::Yes.and(maybe()), maybe());
        assert_eq!(Truth::Yes.or(maybe()), Truth::Yes);
        assert_eq!(maybe().or(Truth::Yes), Truth::Yes);
        assert_eq!(Truth::No.or(maybe()), maybe());
        assert_eq!(Truth::any([]), Truth::No);
    }

    #[test]
    fn what_two_parts_hang_on_is_kept() {
        let both = BTreeSet::from([Unknown::Node, Unknown::SharedNode]);
        let (a, b) = (
            Truth::maybe(Unknown::Node),
            Truth::maybe(Unknown::SharedNode),
        );
        assert_eq!(a.clone().and(b.clone()), Truth::Maybe(both.clone()));
        assert_eq!(a.or(b), Truth::Maybe(both));
    }
}
