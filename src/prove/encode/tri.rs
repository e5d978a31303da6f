//! What comes of statements that may be open.
//!
//! The input often leaves something open: the address of a pod, or the labels of a namespace that
//! no file declares. A third truth value would be the obvious way, but solvers have only two. So a
//! statement is a pair of formulas, for where it surely and where it possibly holds. Joining pairs
//! joins each side; negating one swaps the sides. A claim fails if its opposite surely holds
//! somewhere, and holds if its opposite possibly holds nowhere; what lies between is the answer
//! "unknown".

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
    /// A cluster-wide rule refuses it.
    pub by_rule: Tri,
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
