//! Two sets of policies: what is written in other words is proven equal, and what differs is shown.

use super::random::{self, Choices, rewrite};
use super::{MIX, choices, config};
use netpolc::compile::{End, connections};
use netpolc::model::{Cluster, Origin};
use netpolc::prove::Prover;
use netpolc::prove::claim::{Claim, Compare, Kind, Premises, Scope};
use netpolc::prove::encode::AsDocumented;
use netpolc::prove::outcome::Outcome;
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::trace::Verdict;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use std::borrow::Cow;

/// What comes of comparing the policies of a cluster with others.
fn compare(one: &Cluster, other: Cluster, more_allowed: bool) -> Result<Outcome, TestCaseError> {
    let claim = Claim {
        name: "compare".to_owned(),
        file_name: "compare".to_owned(),
        origin: Origin::default(),
        words: String::new(),
        scope: Scope::Any,
        granted: Vec::new(),
        kind: Kind::Compare(Box::new(Compare {
            other: Cow::Owned(other),
            names: ["one".to_owned(), "other".to_owned()],
            placed: true,
            more_allowed,
        })),
    };
    let judge = Prover {
        cluster: one,
        premises: &Premises::default(),
        engine: &Z3 { units: 0 },
        meaning: &AsDocumented,
    };
    let proved = judge.prove(&claim, &mut Nobody);
    Ok(proved.map_err(|bug| TestCaseError::fail(bug.0))?.outcome)
}

#[test]
fn what_is_written_in_other_words_is_equal() {
    TestRunner::new(config(500))
        .run(&(choices(), choices()), |(list, words)| {
            let objects = random::objects(&mut Choices::new(&list), MIX);
            let rewritten = rewrite::rewrite(objects.clone(), &mut Choices::new(&words));
            let one = Cluster::new(objects);
            let other = one.with_policies(rewritten.policies);
            let outcome = compare(&one, other, false)?;
            prop_assert_eq!(outcome.name(), "holds", "{:?}", outcome);
            Ok(())
        })
        .expect("rewriting keeps the meaning");
}

/// The policies of two random clusters over one inventory: what differs is replayed by the prover,
/// so here only whether the two directions of the comparison fit together.
#[test]
fn what_differs_lets_through_more_on_one_side() {
    TestRunner::new(config(200))
        .run(&(choices(), choices()), |(list, words)| {
            let one = random::cluster(&mut Choices::new(&list), MIX);
            let others = random::objects(&mut Choices::new(&words), MIX);
            let other = one.with_policies(others.policies);
            let equal = compare(&one, other.clone(), false)?;
            let less = compare(&one, other.clone(), true)?;
            let more = compare(&other, one, true)?;
            if let Outcome::Fails { witness } = &equal {
                let verdicts: Vec<Verdict> = witness.judged.iter().map(|j| j.verdict).collect();
                let (a, b) = (verdicts.first(), verdicts.last());
                prop_assert!(a != b, "{:?}", witness);
            }
            let names = (equal.name(), less.name(), more.name());
            let fits = match names {
                ("holds", "holds", "holds") => true,
                ("fails", a, b) => a == "fails" || b == "fails",
                ("unknown", a, b) => a != "fails" && b != "fails",
                _ => false,
            };
            prop_assert!(fits, "{:?}", names);
            Ok(())
        })
        .expect("the comparisons fit together");
}

/// A rewriting of which one rule is then left out: where that shows between two pods of the cluster,
/// it must not be called equal.
#[test]
fn a_change_that_shows_is_never_called_equal() {
    TestRunner::new(config(300))
        .run(
            &(choices(), choices(), any::<u16>()),
            |(list, words, which)| {
                let objects = random::objects(&mut Choices::new(&list), MIX);
                let rewritten = rewrite::rewrite(objects.clone(), &mut Choices::new(&words));
                let one = Cluster::new(objects);
                let mut policies = rewritten.policies;
                let rules = policies.iter_mut();
                let rules = rules.flat_map(|policy| [&mut policy.ingress, &mut policy.egress]);
                let mut rules: Vec<_> = rules.flatten().filter(|rules| !rules.is_empty()).collect();
                let count = rules.len().max(1);
                if let Some(rules) = rules.get_mut(usize::from(which) % count) {
                    rules.pop();
                }
                let other = one.with_policies(policies);
                // Where addresses are not known, the matrix leaves out more than differs.
                let pods = || one.pods.rows().iter().filter(|pod| !pod.ips.is_empty());
                let shows = pods().any(|from| {
                    pods().any(|to| {
                        let (from, to) = (End::Pod(from), End::Pod(to));
                        connections(&one, from, to) != connections(&other, from, to)
                    })
                });
                let outcome = compare(&one, other, false)?;
                prop_assert!(!shows || outcome.name() != "holds");
                Ok(())
            },
        )
        .expect("what differs is seen");
}
