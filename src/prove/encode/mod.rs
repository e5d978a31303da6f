//! From the model to formulas: what the policies say of a flow of which the ends and the packet
//! are open.
//!
//! Written from `docs/semantics.md`, statement by statement, like `trace`, and sharing nothing with
//! it or with `compile`. Everything is a [`Tri`]: a formula for "surely" and one for "possibly", so
//! that what the input does not say stays open in a proof as it does in an answer (S5).
//!
//! A *case* fixes what kind of endpoint each end is and, for a pod that could exist, its namespace.
//! Everything else is a variable: its labels, its named ports, its address, protocol and port.
//! Variables of one end have the same names in every case. So two cases that the policies cannot
//! tell apart give the same formula, and the second is not even asked about.

mod end;
mod exempt;
mod meaning;
mod packet;
mod rules;
mod switch;
mod tiers;
mod variables;

pub(super) use end::known_addresses;
pub use end::{End, Home, Side, Who};
pub use meaning::{AsDocumented, LabelRange, Meaning};
pub use packet::{protocol_number, protocol_of};
pub use switch::{Field, Goal, Switch, SwitchRole};
pub(super) use tiers::policies_over;
pub(super) use variables::What;

use super::formula::{Formula, Formulas};
use super::vocabulary::Vocabulary;
use crate::model::{Cluster, Direction};
use crate::net::{Cidr, Family};
use std::net::IpAddr;
use switch::Switches;
use variables::Variables;

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

/// Makes formulas of a cluster's policies.
#[derive(Debug)]
pub struct Encoder<'a> {
    /// The formulas made so far.
    pub formulas: Formulas,
    vocabulary: &'a Vocabulary,
    meaning: &'a dyn Meaning,
    pod_networks: &'a [Cidr],
    variables: Variables,
    switches: Option<Switches>,
    open_link_local: bool,
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

    /// The readings of a flow between two ends (S49).
    pub fn readings(
        &self,
        cluster: &Cluster,
        source: &Side<'_>,
        destination: &Side<'_>,
    ) -> Vec<Reading> {
        let families = |side: &Side<'_>| side.families(cluster, self.pod_networks);
        let (from, to) = (families(source), families(destination));
        let common: Vec<Family> = match (from.is_empty(), to.is_empty()) {
            (true, true) => return vec![Reading::NoneKnown],
            (true, false) => to,
            (false, true) => from,
            (false, false) => from
                .into_iter()
                .filter(|family| to.contains(family))
                .collect(),
        };
        if common.is_empty() {
            return vec![Reading::Nothing];
        }
        common.into_iter().map(Reading::Only).collect()
    }

    /// Whether the flow is let through, however it is read (S2, S49).
    pub fn flow(&mut self, cluster: &Cluster, source: &Side<'_>, destination: &Side<'_>) -> Tri {
        let readings = self.readings(cluster, source, destination);
        let exempt = self.exempt(cluster, source, destination);
        let (mut sure, mut may) = (Vec::new(), Vec::new());
        for reading in readings {
            let mut halves = Vec::new();
            for direction in Direction::BOTH {
                halves.push(self.half(cluster, direction, source, destination, reading));
            }
            let through = self.through(&halves);
            sure.push(self.formulas.any([exempt.sure, through.sure]));
            may.push(self.formulas.any([exempt.may, through.may]));
        }
        Tri {
            sure: self.formulas.all(sure),
            may: self.formulas.any(may),
        }
    }

    /// Whether directions let the flow through together (S2).
    pub fn through(&mut self, halves: &[Half]) -> Tri {
        let refused = self.formulas.any(halves.iter().map(|half| half.can_deny));
        Tri {
            sure: self.formulas.not(refused),
            may: self.formulas.all(halves.iter().map(|half| half.can_allow)),
        }
    }

    /// That a flow is not as claimed.
    pub(super) fn against(&mut self, goal: Goal, flow: Tri) -> Tri {
        match goal {
            Goal::Refused => flow,
            Goal::LetThrough => self.negated(flow),
        }
    }

    /// That a statement does not hold.
    pub(super) fn negated(&mut self, tri: Tri) -> Tri {
        Tri {
            sure: self.formulas.not(tri.may),
            may: self.formulas.not(tri.sure),
        }
    }

    pub(super) fn both(&mut self, a: Tri, b: Tri) -> Tri {
        Tri {
            sure: self.formulas.all([a.sure, b.sure]),
            may: self.formulas.all([a.may, b.may]),
        }
    }

    pub(super) fn any_of(&mut self, all: &[Tri]) -> Tri {
        Tri {
            sure: self.formulas.any(all.iter().map(|tri| tri.sure)),
            may: self.formulas.any(all.iter().map(|tri| tri.may)),
        }
    }

    pub(super) fn all_of(&mut self, all: &[Tri]) -> Tri {
        Tri {
            sure: self.formulas.all(all.iter().map(|tri| tri.sure)),
            may: self.formulas.all(all.iter().map(|tri| tri.may)),
        }
    }

    pub(super) fn known(&mut self, holds: bool) -> Tri {
        Tri::exactly(self.formulas.constant(holds))
    }

    /// A statement that is not known.
    fn open(&mut self) -> Tri {
        Tri {
            sure: self.formulas.constant(false),
            may: self.formulas.constant(true),
        }
    }
}
