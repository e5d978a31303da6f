//! What several readings of a flow come to together.

use crate::model::Direction;
use crate::net::Family;
use crate::trace::{Half, Trace, Unknown, Verdict};

/// A direction of a flow, with what holds whatever its rules say: that no policy stops the flow, or
/// perhaps none.
pub(super) fn as_judged(told: &Trace, direction: Direction) -> Half {
    let mut half = told.half(direction).clone();
    match (told.verdict, half.verdict) {
        (Verdict::Allow, _) => half.verdict = Verdict::Allow,
        // It would be refused if that held whatever else is so.
        (Verdict::Undecided, Verdict::Deny) => {
            half.verdict = Verdict::Undecided;
            half.unknowns.clone_from(&told.unknowns);
        }
        (Verdict::Undecided | Verdict::Deny, _) => {}
    }
    half
}

/// What comes of a flow that may go over one IP family or another (S49).
pub(super) fn either((one, first): (Family, Trace), (other, second): (Family, Trace)) -> Trace {
    match (first.verdict, second.verdict) {
        (a, b) if a == b => opened(first, &mut second.unknowns.clone()),
        (Verdict::Allow, Verdict::Deny) => {
            let (allowed, denied) = (one, other);
            opened(second, &mut vec![Unknown::Family { allowed, denied }])
        }
        (Verdict::Deny, Verdict::Allow) => {
            let (allowed, denied) = (other, one);
            opened(first, &mut vec![Unknown::Family { allowed, denied }])
        }
        (Verdict::Undecided, _) => first,
        (_, _) => second,
    }
}

/// A trace that is open for reasons of the way, if there are any.
pub(super) fn opened(mut told: Trace, whys: &mut Vec<Unknown>) -> Trace {
    if !whys.is_empty() {
        told.verdict = Verdict::Undecided;
        told.exemption = None;
        told.unknowns.append(whys);
        told.unknowns.sort_unstable();
        told.unknowns.dedup();
    }
    told
}
