//! What is judged between two ends, port by port, as one pair of an answer.

use super::answer::{Looks, Pair, Side};
use crate::model::Direction;
use crate::net::{ConnSet, Protocol};
use crate::trace::{Trace, Verdict};

/// A range of ports of a protocol, and what was found of the first.
pub(super) type Judged = (Protocol, u16, u16, Trace);

/// What comes of all that was asked between two ends.
pub(super) fn summary((source, destination): (Side, Side), judged: Vec<Judged>) -> Option<Pair> {
    let gather = |wanted| {
        let fitting = judged
            .iter()
            .filter(move |(_, _, _, trace)| trace.verdict == wanted);
        ConnSet::of_ranges(fitting.map(|(protocol, first, last, _)| (*protocol, *first, *last)))
    };
    let (allowed, undecided) = (gather(Verdict::Allow), gather(Verdict::Undecided));
    let verdict = if !allowed.is_empty() {
        Verdict::Allow
    } else if !undecided.is_empty() {
        Verdict::Undecided
    } else {
        Verdict::Deny
    };
    let refuses = |direction: &Direction| {
        let mut judged = judged.iter();
        judged.all(|(_, _, _, trace)| trace.half(*direction).verdict == Verdict::Deny)
    };
    let refusing = match verdict {
        Verdict::Deny => Direction::BOTH.into_iter().filter(refuses).collect(),
        Verdict::Allow | Verdict::Undecided => Vec::new(),
    };
    let (protocol, port, _, reason) = judged
        .into_iter()
        .find(|(_, _, _, trace)| trace.verdict == verdict)?;
    Some(Pair {
        source,
        destination,
        verdict,
        allowed,
        undecided,
        example: (protocol, port),
        reason,
        refusing,
        looks: Looks::default(),
        stopped: None,
        ends: None,
    })
}
