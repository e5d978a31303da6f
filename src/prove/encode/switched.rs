//! What the parts of policies are worth to an encoder that tells them apart.
//!
//! A switch is a variable of one bit: whether a part counts. A part that restricts what may match
//! becomes `counts → formula`, which is true of everything once it is taken out. A part that makes
//! something sure becomes `counts ∧ formula`, which is then true of nothing. Either way the
//! policies say less for the claim, never more. So one formula with switches serves to try every
//! selection of parts, and the encoder runs once instead of once for each selection.

use super::encoder::Encoder;
use super::switch::{Goal, Switch};
use super::variables::What;
use crate::prove::formula::{Formula, Var};
use std::collections::BTreeSet;

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
