//! What single conditions mean, apart from the rest, so that tests can put wrong readings in their
//! place and see that they are found out.

use crate::model::IpBlock;
use crate::prove::formula::{Formula, Formulas, Var};
use crate::selector::{Labels, Operator, Requirement};
use crate::trace::End;
use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::Arc;

/// The numbers that stand for the values of one label.
#[derive(Debug, Clone, Copy)]
pub struct LabelRange<'a> {
    /// The variable: 0 where the key is absent, then the mentioned values, then others.
    pub variable: Var,
    /// The mentioned values, sorted.
    pub values: &'a [Arc<str>],
    /// The greatest number that the variable takes.
    pub greatest: u128,
}

impl LabelRange<'_> {
    /// The numbers of those `values` that are mentioned.
    pub fn numbers(&self, values: &[Arc<str>]) -> Vec<u128> {
        let found = values
            .iter()
            .filter_map(|value| self.values.binary_search(value).ok());
        found.map(|index| index as u128 + 1).collect()
    }
}

/// How conditions are read. The methods given are the documents' reading.
pub trait Meaning: Debug {
    /// How many values beside the mentioned ones a label can have that can be told apart.
    fn unmentioned(&self) -> u128 {
        2
    }

    /// S30, for a pod or namespace of which the labels are open.
    fn requirement(
        &self,
        label: &LabelRange<'_>,
        requirement: &Requirement,
        formulas: &mut Formulas,
    ) -> Formula {
        let LabelRange {
            variable, greatest, ..
        } = *label;
        let listed = formulas.one_of(variable, label.numbers(&requirement.values));
        match requirement.operator {
            Operator::In => listed,
            Operator::NotIn => formulas.not(listed),
            Operator::Exists => formulas.within(variable, 1, greatest),
            Operator::DoesNotExist => formulas.equals(variable, 0),
        }
    }

    /// S30, for labels that are known; none where the value is not.
    fn holds(&self, requirement: &Requirement, labels: &Labels) -> Option<bool> {
        requirement.meets(labels)
    }

    /// S44, for an address that is open, of the block's family.
    fn block(&self, block: &IpBlock, address: Var, formulas: &mut Formulas) -> Formula {
        let range = |cidr: crate::net::Cidr| (number(cidr.first()), number(cidr.last()));
        let (low, high) = range(block.cidr);
        let mut parts = vec![formulas.within(address, low, high)];
        for hole in &block.except {
            let (low, high) = range(*hole);
            let hole = formulas.within(address, low, high);
            parts.push(formulas.not(hole));
        }
        formulas.all(parts)
    }

    /// S44, for an address that is known.
    fn contains(&self, block: &IpBlock, address: IpAddr) -> bool {
        let excepted = block.except.iter().any(|hole| hole.contains(address));
        block.cidr.contains(address) && !excepted
    }

    /// S36: the end of the flow at which named ports are looked up.
    fn named_port_end(&self) -> End {
        End::Destination
    }
}

/// The reading of `docs/semantics.md`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AsDocumented;

impl Meaning for AsDocumented {}

/// An address as a number.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}
