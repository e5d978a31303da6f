//! Wrong readings of the documents, each of which the agreement tests must find out.

use super::random::Choices;
use super::random::failing::{self, clusters};
use super::{claims, draw, points};
use netpolc::model::IpBlock;
use netpolc::prove::encode::{AsDocumented, End, LabelRange, Meaning};
use netpolc::prove::formula::{Formula, Formulas, Var};
use netpolc::selector::{Labels, Operator, Requirement};
use std::net::IpAddr;

/// Whether some random cluster tells a reading from the documents'.
fn is_found_out(meaning: &dyn Meaning) -> bool {
    failing::is_found_out(clusters(2_000, 2_000), draw, |drawn| {
        points::agrees(&drawn.cluster(), drawn.number, meaning)
    })
}

/// Whether some claim about pods that could be tells a reading from the documents'.
fn is_found_out_by_claims(meaning: &dyn Meaning) -> bool {
    // It ends at the first one that tells.
    failing::is_found_out(clusters(2_000, 2_000), draw, |drawn| {
        let asked = claims::asked(&mut Choices::new(&drawn.words));
        claims::agrees(&drawn.cluster(), &asked, meaning).map(drop)
    })
}

/// `NotIn` as if it asked for the key to be there.
#[derive(Debug)]
struct NotInNeedsTheKey;

impl Meaning for NotInNeedsTheKey {
    fn requirement(
        &self,
        label: &LabelRange<'_>,
        requirement: &Requirement,
        formulas: &mut Formulas,
    ) -> Formula {
        let listed = formulas.one_of(label.variable, label.numbers(&requirement.values));
        let there = formulas.within(label.variable, 1, label.greatest);
        let not_listed = formulas.not(listed);
        match requirement.operator {
            Operator::In => listed,
            Operator::NotIn => formulas.all([there, not_listed]),
            Operator::Exists => there,
            Operator::DoesNotExist => formulas.not(there),
        }
    }

    fn holds(&self, requirement: &Requirement, labels: &Labels) -> Option<bool> {
        let there = labels.get(&requirement.key).is_some();
        let holds = requirement.meets(labels)?;
        Some(holds && (requirement.operator != Operator::NotIn || there))
    }
}

#[test]
fn not_in_that_needs_the_key_is_found_out() {
    assert!(is_found_out(&NotInNeedsTheKey));
    assert!(is_found_out_by_claims(&NotInNeedsTheKey));
}

/// Named ports as if they were looked up at the source.
#[derive(Debug)]
struct NamedPortsOfTheSource;

impl Meaning for NamedPortsOfTheSource {
    fn named_port_end(&self) -> End {
        End::Source
    }
}

#[test]
fn named_ports_of_the_wrong_end_are_found_out() {
    assert!(is_found_out(&NamedPortsOfTheSource));
}

/// Blocks without their exceptions.
#[derive(Debug)]
struct NoExceptions;

impl Meaning for NoExceptions {
    fn block(&self, block: &IpBlock, address: Var, formulas: &mut Formulas) -> Formula {
        let number = |address| match address {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits(),
        };
        formulas.within(
            address,
            number(block.cidr.first()),
            number(block.cidr.last()),
        )
    }

    fn contains(&self, block: &IpBlock, address: IpAddr) -> bool {
        block.cidr.contains(address)
    }
}

#[test]
fn exceptions_that_are_ignored_are_found_out() {
    assert!(is_found_out(&NoExceptions));
}

/// Labels with fewer values than there are.
#[derive(Debug)]
struct Unmentioned(u128);

impl Meaning for Unmentioned {
    fn unmentioned(&self) -> u128 {
        self.0
    }
}

#[test]
fn labels_without_a_value_that_nobody_mentions_are_found_out() {
    assert!(is_found_out_by_claims(&Unmentioned(0)));
}

/// Two pods can only differ in a value that nobody mentions if there are two such values.
#[test]
fn labels_with_one_such_value_are_found_out() {
    let cluster = draw(&[], &[]).cluster();
    let strangers = claims::strangers();
    assert!(claims::agrees(&cluster, &strangers, &AsDocumented).is_ok());
    assert!(claims::agrees(&cluster, &strangers, &Unmentioned(1)).is_err());
}
