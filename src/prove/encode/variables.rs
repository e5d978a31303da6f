//! The variables of a question, each made when it is first spoken of.
//!
//! A variable is known by what it stands for and not by the case it is used in: the source's label
//! `app` is the same variable whichever namespace the source is in. Without that, two cases that
//! say alike would be two formulas with other names, and each would be asked about. Made on demand,
//! they also keep a question small: a label that neither a rule nor the claim asks about in a case
//! is no variable of its questions.

use crate::net::{Family, Protocol};
use crate::prove::formula::{Formula, Formulas, Var, Variable};
use crate::trace::End;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a variable stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::prove) enum What {
    /// A label of the pod at an end.
    Label(End, Arc<str>),
    /// A label of the namespace of the pod at an end, which does not exist yet.
    NamespaceLabel(End, Arc<str>),
    /// Whether the pod at an end has a container port of this name and protocol with the number
    /// that the packet goes to.
    NamedPort(End, Arc<str>, Protocol),
    /// The address of an end, in one family.
    Address(End, Family),
    /// Which of so many listed endpoints is at an end.
    Choice(End, usize),
    /// The packet's protocol.
    Protocol,
    /// The packet's destination port.
    Port,
    /// Whether a part of a policy counts; its number.
    Switch(usize),
}

/// All variables, with the numbers that they may take.
#[derive(Debug, Default)]
pub(super) struct Variables {
    known: FxHashMap<What, Var>,
    /// What each variable stands for, in the order in which they were made.
    whats: Vec<(Var, What)>,
    domains: FxHashMap<Var, Formula>,
}

/// The short name of an end in symbols.
fn letter(end: End) -> &'static str {
    match end {
        End::Source => "source",
        End::Destination => "destination",
    }
}

impl Variables {
    /// The variable for `what`, which takes the numbers `least..=greatest`.
    pub(super) fn get(
        &mut self,
        formulas: &mut Formulas,
        what: &What,
        least: u128,
        greatest: u128,
    ) -> Var {
        if let Some(&known) = self.known.get(what) {
            return known;
        }
        let width = greatest.checked_ilog2().map_or(1, |bit| bit + 1);
        let variable = formulas.variable(Variable {
            symbol: self.symbol(what),
            width: u8::try_from(width).unwrap_or(128),
            meaning: meaning(what),
        });
        let domain = formulas.within(variable, least, greatest);
        self.domains.insert(variable, domain);
        self.known.insert(what.clone(), variable);
        self.whats.push((variable, what.clone()));
        variable
    }

    /// The numbers that a variable may take.
    pub(super) fn domain(&self, variable: Var) -> Option<Formula> {
        self.domains.get(&variable).copied()
    }

    /// All variables with what they stand for.
    pub(super) fn all(&self) -> &[(Var, What)] {
        &self.whats
    }

    fn symbol(&self, what: &What) -> String {
        let number = self.whats.len();
        match what {
            What::Label(end, _) => format!("{}.label.{number}", letter(*end)),
            What::NamespaceLabel(end, _) => format!("{}.namespace-label.{number}", letter(*end)),
            What::NamedPort(end, ..) => format!("{}.named-port.{number}", letter(*end)),
            What::Address(end, Family::V4) => format!("{}.ipv4", letter(*end)),
            What::Address(end, Family::V6) => format!("{}.ipv6", letter(*end)),
            What::Choice(end, count) => format!("{}.of.{count}", letter(*end)),
            What::Protocol => "packet.protocol".to_owned(),
            What::Port => "packet.port".to_owned(),
            What::Switch(number) => format!("part.{number}"),
        }
    }
}

fn meaning(what: &What) -> String {
    match what {
        What::Label(end, key) => format!("label {key} of the {} pod", letter(*end)),
        What::NamespaceLabel(end, key) => {
            format!("label {key} of the namespace of the {} pod", letter(*end))
        }
        What::NamedPort(end, name, protocol) => format!(
            "the {} pod has a {protocol} container port {name} with the packet's port number",
            letter(*end)
        ),
        What::Address(end, _) => format!("address of the {}", letter(*end)),
        What::Choice(end, _) => format!("which listed endpoint is the {}", letter(*end)),
        What::Protocol => "0 TCP, 1 UDP, 2 SCTP".to_owned(),
        What::Port => "destination port".to_owned(),
        What::Switch(_) => "whether this part of a policy counts".to_owned(),
    }
}
