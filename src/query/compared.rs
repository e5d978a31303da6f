//! An answer beside that without the objects that are applied over the input: what they change of it.

use super::answer::{Answer, Leg, Pair, Question, Refusal, Without};
use super::can::ask;
use crate::hops::Around;
use crate::net::ConnSet;
use std::collections::HashSet;

/// Asks the question that `with` answers without what is applied.
///
/// # Errors
/// The two engines disagree.
pub fn without(around: Around<'_>, question: &Question, with: &Answer) -> Result<Without, Refusal> {
    let without = match ask(around, question) {
        Ok(answer) => answer,
        Err(Refusal::Problem(problem)) => return Ok(Without::Unasked(problem.message)),
        Err(bug @ Refusal::Disagreement(_)) => return Err(bug),
    };
    let listed = one(with).and(one(&without)).map(|it| it.allowed.clone());
    Ok(Without::Answered {
        allowed: listed.filter(|it| !it.is_empty()),
        differs: differ(with, &without),
        answer: Box::new(without),
    })
}

/// The one pair of an answer that lists connections.
fn one(answer: &Answer) -> Option<&Pair> {
    match answer.legs.as_slice() {
        [leg] if !leg.one_connection => match leg.pairs.as_slice() {
            [pair] => Some(pair),
            _ => None,
        },
        _ => None,
    }
}

/// Whether two answers surely let different connections pass. Pairs are of ends that the policies at
/// hand tell apart, so that the same connections may be in other pairs: only what passes between some
/// ends of the one and none of the other tells.
fn differ(with: &Answer, without: &Answer) -> bool {
    let mut legs = with.legs.iter().zip(&without.legs);
    with.legs.len() == without.legs.len() && legs.any(|(a, b)| passes(a) != passes(b))
}

/// What passes between some ends, and what may.
fn passes(leg: &Leg) -> HashSet<(&ConnSet, &ConnSet)> {
    let pairs = leg.pairs.iter();
    // What no policy decides is in both, if it is in a pair of its own at all.
    let pairs = pairs.filter(|pair| pair.reason.exemption.is_none());
    pairs.map(|pair| (&pair.allowed, &pair.undecided)).collect()
}
