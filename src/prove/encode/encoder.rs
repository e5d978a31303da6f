//! What makes formulas of a cluster's policies: its variables and switches, and how statements that
//! may be open are joined. What it makes of ends, packets and rules stands in the files about those.

use super::meaning::{LabelRange, Meaning};
use super::switch::{Goal, Switches};
use super::tri::Tri;
use super::variables::{Variables, What};
use crate::model::NAMESPACE_NAME_LABEL;
use crate::net::{Cidr, Family};
use crate::prove::formula::{Formula, Formulas, Var};
use crate::prove::vocabulary::Vocabulary;
use crate::trace::End;
use std::net::IpAddr;
use std::sync::Arc;

/// Makes formulas of a cluster's policies.
#[derive(Debug)]
pub struct Encoder<'a> {
    /// The formulas made so far.
    pub formulas: Formulas,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) meaning: &'a dyn Meaning,
    pub(super) pod_networks: &'a [Cidr],
    pub(super) variables: Variables,
    pub(super) switches: Option<Switches>,
    pub(super) open_link_local: bool,
}

impl<'a> Encoder<'a> {
    /// An encoder for what `vocabulary` mentions. Pods that could exist have their addresses in
    /// `pod_networks`; where there are none, their addresses are not known.
    pub fn new(
        vocabulary: &'a Vocabulary,
        meaning: &'a dyn Meaning,
        pod_networks: &'a [Cidr],
    ) -> Self {
        Self {
            formulas: Formulas::new(),
            vocabulary,
            meaning,
            pod_networks,
            variables: Variables::default(),
            switches: None,
            open_link_local: true,
        }
    }

    /// Whether it stays open what becomes of flows with link-local addresses that policies refuse
    /// (S70), or policies are taken to stop them.
    #[must_use]
    pub fn with_open_link_local(mut self, open: bool) -> Self {
        self.open_link_local = open;
        self
    }

    /// The same, with a switch for every part of every policy that serves or hinders the goal:
    /// [`Self::switches`].
    #[must_use]
    pub fn with_switches(mut self, goal: Goal) -> Self {
        self.switches = Some(Switches::new(goal));
        self
    }

    /// What is mentioned of labels.
    pub fn vocabulary(&self) -> &'a Vocabulary {
        self.vocabulary
    }

    /// Whether pods that could exist have addresses of a family.
    pub fn has_pod_network(&self, family: Family) -> bool {
        let mut networks = self.pod_networks.iter();
        networks.any(|network| network.family() == family)
    }

    /// An address that pods that could exist may have in a family.
    pub fn some_address(&self, family: Family) -> Option<IpAddr> {
        let mut networks = self.pod_networks.iter();
        let network = networks.find(|network| network.family() == family)?;
        Some(network.first())
    }

    /// That a statement does not hold.
    pub(in crate::prove) fn negated(&mut self, tri: Tri) -> Tri {
        Tri {
            sure: self.formulas.not(tri.may),
            may: self.formulas.not(tri.sure),
        }
    }

    pub(in crate::prove) fn both(&mut self, a: Tri, b: Tri) -> Tri {
        Tri {
            sure: self.formulas.all([a.sure, b.sure]),
            may: self.formulas.all([a.may, b.may]),
        }
    }

    pub(in crate::prove) fn any_of(&mut self, all: &[Tri]) -> Tri {
        Tri {
            sure: self.formulas.any(all.iter().map(|tri| tri.sure)),
            may: self.formulas.any(all.iter().map(|tri| tri.may)),
        }
    }

    pub(in crate::prove) fn all_of(&mut self, all: &[Tri]) -> Tri {
        Tri {
            sure: self.formulas.all(all.iter().map(|tri| tri.sure)),
            may: self.formulas.all(all.iter().map(|tri| tri.may)),
        }
    }

    pub(in crate::prove) fn known(&mut self, holds: bool) -> Tri {
        Tri::exactly(self.formulas.constant(holds))
    }

    /// A statement that is not known.
    pub(super) fn open(&mut self) -> Tri {
        Tri {
            sure: self.formulas.constant(false),
            may: self.formulas.constant(true),
        }
    }

    pub(super) fn variable(&mut self, what: &What, least: u128, greatest: u128) -> Var {
        self.variables
            .get(&mut self.formulas, what, least, greatest)
    }

    /// The numbers for a label of the pod at `end`.
    pub(in crate::prove) fn label(&mut self, end: End, key: &Arc<str>) -> LabelRange<'a> {
        let values = self.vocabulary.of_pods(key);
        let greatest = values.len() as u128 + self.meaning.unmentioned();
        let what = What::Label(end, Arc::clone(key));
        let variable = self.variables.get(&mut self.formulas, &what, 0, greatest);
        LabelRange {
            variable,
            values,
            greatest,
        }
    }

    /// The numbers for a label of the namespace of the pod at `end`, which does not exist yet.
    pub(in crate::prove) fn namespace_label(&mut self, end: End, key: &Arc<str>) -> LabelRange<'a> {
        let values = self.vocabulary.of_namespaces(key);
        let greatest = values.len() as u128 + self.meaning.unmentioned();
        let what = What::NamespaceLabel(end, Arc::clone(key));
        // S31: the name is always there.
        let least = u128::from(**key == *NAMESPACE_NAME_LABEL);
        let variable = self
            .variables
            .get(&mut self.formulas, &what, least, greatest);
        LabelRange {
            variable,
            values,
            greatest,
        }
    }

    /// All variables with what they stand for, in the order in which they were made.
    pub(in crate::prove) fn whats(&self) -> &[(Var, What)] {
        self.variables.all()
    }

    /// The variables in the order in which a witness has them least: who first, then labels, so
    /// that it has as few as can be, then the rest.
    pub(in crate::prove) fn order(&self) -> Vec<Var> {
        let rank = |what: &What| match what {
            What::Choice(..) => 0,
            What::Label(..) => 1,
            What::NamespaceLabel(..) => 2,
            What::NamedPort(..) => 3,
            What::Address(..) => 4,
            What::Protocol => 5,
            What::Port => 6,
            What::Switch(_) => 7,
        };
        let mut all: Vec<_> = self.variables.all().iter().collect();
        all.sort_by_key(|(_, what)| rank(what));
        all.into_iter().map(|(variable, _)| *variable).collect()
    }

    /// What the variables in `parts` may be.
    pub fn domains(&mut self, parts: &[Formula]) -> Formula {
        let variables = self.formulas.variables_of(parts);
        let domains: Vec<Formula> = variables
            .into_iter()
            .filter_map(|variable| self.variables.domain(variable))
            .collect();
        self.formulas.all(domains)
    }
}
