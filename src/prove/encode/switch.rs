//! Parts of policies that can be taken out of a proof one by one, to see which it needs.
//!
//! Taking a part out lets the policies say less for the claim. Where the claim is that flows are
//! refused, a `from` that is taken out matches everyone, and a policy that no longer isolates
//! leaves its pods open; where it is that flows are let through, a rule no longer accepts. So what
//! is proven without a part is proven with it, too.

use super::Encoder;
use super::variables::What;
use crate::model::{Direction, PolicyId};
use crate::prove::formula::{Formula, Var};
use std::collections::{BTreeMap, BTreeSet};

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
    goal: Goal,
    all: BTreeMap<Switch, Var>,
}

impl Switches {
    pub(super) fn new(goal: Goal) -> Self {
        Self {
            goal,
            all: BTreeMap::new(),
        }
    }
}

impl Encoder<'_> {
    /// The parts with these variables, each with the formula that it counts.
    pub fn switches(&mut self, spoken: &BTreeSet<Var>) -> Vec<(Switch, Formula)> {
        let all = self.switches.as_ref().map(|switches| switches.all.clone());
        let all = all.unwrap_or_default().into_iter();
        all.filter(|(_, variable)| spoken.contains(variable))
            .map(|(switch, variable)| (switch, self.formulas.equals(variable, 1)))
            .collect()
    }

    /// What is to be proven, where parts are told apart.
    pub(super) fn goal(&self) -> Option<Goal> {
        self.switches.as_ref().map(|switches| switches.goal)
    }

    /// The part counts; none where parts are not told apart.
    fn counts(&mut self, switch: Switch) -> Option<Formula> {
        let switches = self.switches.as_ref()?;
        let number = switches.all.len();
        let known = switches.all.get(&switch).copied();
        let variable = known.unwrap_or_else(|| self.variable(&What::Switch(number), 0, 1));
        self.switches.as_mut()?.all.insert(switch, variable);
        Some(self.formulas.equals(variable, 1))
    }

    /// `formula`; true where the part is taken out.
    pub(super) fn unless_out(&mut self, switch: Switch, formula: Formula) -> Formula {
        match self.counts(switch) {
            Some(counts) => self.formulas.implies(counts, formula),
            None => formula,
        }
    }

    /// `formula`; false where the part is taken out.
    pub(super) fn if_in(&mut self, switch: Switch, formula: Formula) -> Formula {
        match self.counts(switch) {
            Some(counts) => self.formulas.all([counts, formula]),
            None => formula,
        }
    }
}
