//! Numbers that stand for places and contents, such that sums of their products identify a row.
//!
//! A row of the matrix is identified by the sum over its columns of
//! `position(column) * content(cell)` in 128-bit arithmetic. A hash of the row would need each
//! cell; sums can be formed for whole groups of columns at once and corrected in single places,
//! which is what keeps the normal form from costing classes².
//!
//! The factors come from a key that is drawn anew in every run from the operating system's
//! randomness: who writes manifests cannot know them, so whatever two different rows are, they have
//! the same sum with a probability around 2^-120: never, in practice. With factors that are the
//! same in every run, rows could be made to collide, for sums are linear.
//!
//! No output depends on the key: sums are compared and never ordered.

use std::cell::RefCell;
use std::hash::{BuildHasher as _, RandomState};

/// The factors of one run.
#[derive(Debug, Default)]
pub(super) struct Mix {
    key: RandomState,
    /// Factors that were asked for, by place and by content.
    positions: RefCell<Vec<u128>>,
    contents: RefCell<Vec<u128>>,
}

/// What a factor is for, so that no place has the factor of a content.
#[derive(Clone, Copy, Hash)]
enum Of {
    Place,
    Content,
}

impl Mix {
    /// The factor of a place; odd, so that it does not lose a content's low bits.
    pub(super) fn position(&self, index: usize) -> u128 {
        factor(&self.positions, index, |index| {
            self.wide(Of::Place, index) | 1
        })
    }

    /// The factor of a content; 0 is the content that adds nothing.
    pub(super) fn content(&self, index: usize) -> u128 {
        factor(&self.contents, index, |index| match index {
            0 => 0,
            _ => self.wide(Of::Content, index),
        })
    }

    fn wide(&self, of: Of, index: usize) -> u128 {
        let half = |half: bool| u128::from(self.key.hash_one((of, index, half)));
        half(true) << 64 | half(false)
    }
}

/// The factor of this index, made with all before it when it is first asked for.
fn factor(known: &RefCell<Vec<u128>>, index: usize, make: impl Fn(usize) -> u128) -> u128 {
    let mut known = known.borrow_mut();
    for next in known.len()..=index {
        known.push(make(next));
    }
    known.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_stay_the_same_within_a_run_and_nobody_knows_them_before() {
        let (one, other) = (Mix::default(), Mix::default());
        let factors = |mix: &Mix| -> Vec<u128> {
            let places = (0..8).map(|index| mix.position(index));
            places
                .chain((0..8).map(|index| mix.content(index)))
                .collect()
        };
        let drawn = factors(&one);
        assert_eq!(drawn, factors(&one));
        assert!(
            drawn
                .iter()
                .zip(factors(&other))
                .all(|(a, b)| *a != b || b == 0)
        );
        let distinct: std::collections::BTreeSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), 16);
    }

    #[test]
    fn a_place_loses_nothing_and_no_connection_adds_nothing() {
        let mix = Mix::default();
        assert!((0..100).all(|index| mix.position(index) % 2 == 1));
        assert_eq!(mix.content(0), 0);
    }
}
