//! Which scopes and peers cover which, and sets of numbers that are covered more than once.

pub use crate::model::{blocks_cover, is_possible, meets, peer_within, scope_within};

use crate::model::NAMESPACE_NAME_LABEL;
use crate::net::{Bound, RangeSet};
use crate::selector::Selector;

/// Whether a namespace may match of which nothing but the name is known.
pub fn may_match(selector: &Selector, name: &std::sync::Arc<str>) -> bool {
    let mut tests = selector.tests().iter();
    tests.all(|(key, test)| {
        !test.is_nothing() && (**key != *NAMESPACE_NAME_LABEL || test.accepts(Some(name)))
    })
}

/// The numbers that at least two of the ranges have.
pub fn doubled<T: Bound>(mut ranges: Vec<(T, T)>) -> RangeSet<T> {
    ranges.sort_unstable();
    let mut twice = Vec::new();
    let mut reached: Option<T> = None;
    for (first, last) in ranges {
        if let Some(reached) = reached.filter(|&reached| first <= reached) {
            twice.push((first, last.min(reached)));
        }
        reached = Some(reached.map_or(last, |reached| reached.max(last)));
    }
    RangeSet::from_ranges(twice)
}

/// Whether a set has all numbers of a range.
pub fn holds<T: Bound>(set: &RangeSet<T>, (first, last): (T, T)) -> bool {
    let ranges = set.ranges();
    let after = ranges.partition_point(|(start, _)| *start <= first);
    let before = after.checked_sub(1).and_then(|place| ranges.get(place));
    before.is_some_and(|(_, end)| last <= *end)
}
