//! What comes of statements that may be open.

use crate::net::Family;
use crate::prove::formula::Formula;

/// A statement that may be open: whether it surely holds, and whether it possibly does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tri {
    /// It surely holds.
    pub sure: Formula,
    /// It possibly holds; it does wherever it surely does.
    pub may: Formula,
}

impl Tri {
    /// A statement that is not open.
    pub fn exactly(formula: Formula) -> Self {
        Self {
            sure: formula,
            may: formula,
        }
    }
}

/// What a direction may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Half {
    /// It may let the flow through.
    pub can_allow: Formula,
    /// It may refuse it.
    pub can_deny: Formula,
}

/// The addresses that count in one reading of a flow (S49).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// Neither end has a known address.
    NoneKnown,
    /// Those of one family.
    Only(Family),
    /// None: the ends have no family in common.
    Nothing,
}
