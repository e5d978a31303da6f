//! Parts of policies that can be taken out of a proof one by one, to see which it needs.
//!
//! Taking a part out lets the policies say less for the claim. Where the claim is that flows are
//! refused, a `from` that is taken out matches everyone, and a policy that no longer isolates
//! leaves its pods open; where it is that flows are let through, a rule no longer accepts. So what
//! is proven without a part is proven with it, too.

use crate::model::{Direction, PolicyId};
use crate::prove::formula::Var;
use std::collections::BTreeMap;

/// What is to be proven of flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// That they are refused.
    Refused,
    /// That they are let through.
    LetThrough,
}

/// A field of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `spec.podSelector` or `spec.subject`.
    Subject,
    /// A rule as a whole, by its direction and place.
    Rule(Direction, usize),
    /// Its `from` or `to`.
    Peers(Direction, usize),
    /// Its `ports`.
    Ports(Direction, usize),
}

/// What a field does in a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SwitchRole {
    /// It isolates the pods for a direction.
    Isolates(Direction),
    /// It keeps the policy off other pods, in a direction.
    Confines(Direction),
    /// It keeps the rule from matching.
    Narrows,
    /// It decides flows: accepts, denies or passes them on.
    Decides,
}

/// A part of a policy in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Switch {
    /// The policy.
    pub policy: PolicyId,
    /// The field.
    pub field: Field,
    /// What it does.
    pub role: SwitchRole,
}

/// All switches with their variables.
#[derive(Debug)]
pub(super) struct Switches {
    pub(super) goal: Goal,
    pub(super) all: BTreeMap<Switch, Var>,
}

impl Switches {
    pub(super) fn new(goal: Goal) -> Self {
        Self {
            goal,
            all: BTreeMap::new(),
        }
    }
}
