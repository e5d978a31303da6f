//! Sets of numbers as sorted, disjoint, non-adjacent closed ranges.

/// A number type that a [`RangeSet`] can hold.
pub trait Bound: Copy + Ord {
    /// The least number of the universe.
    const LEAST: Self;
    /// The greatest number of the universe.
    const GREATEST: Self;
    /// The next number, unless this is the greatest.
    fn next(self) -> Option<Self>;
    /// The number before, unless this is the least.
    fn previous(self) -> Option<Self>;
}

macro_rules! bound {
    ($type:ty, $least:expr) => {
        impl Bound for $type {
            const LEAST: Self = $least;
            const GREATEST: Self = <$type>::MAX;
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn previous(self) -> Option<Self> {
                if self > Self::LEAST {
                    self.checked_sub(1)
                } else {
                    None
                }
            }
        }
    };
}
// Port 0 cannot be sent to: a policy cannot name it (API validation: 1-65535).
bound!(u16, 1);
bound!(u32, 0);
bound!(u128, 0);

/// A set of numbers in canonical form: sorted ranges that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RangeSet<T> {
    ranges: Vec<(T, T)>,
}

impl<T> Default for RangeSet<T> {
    fn default() -> Self {
        Self { ranges: Vec::new() }
    }
}

impl<T: Bound> RangeSet<T> {
    /// The empty set.
    pub const fn none() -> Self {
        Self { ranges: Vec::new() }
    }

    /// Every number of the universe.
    pub fn all() -> Self {
        Self {
            ranges: vec![(T::LEAST, T::GREATEST)],
        }
    }

    /// The numbers from `first` to `last`, both included; empty if `first > last`.
    pub fn range(first: T, last: T) -> Self {
        let first = first.max(T::LEAST);
        if first > last {
            Self::none()
        } else {
            Self {
                ranges: vec![(first, last)],
            }
        }
    }

    /// One number.
    pub fn single(number: T) -> Self {
        Self::range(number, number)
    }

    /// The union of closed ranges in any order.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut sorted: Vec<(T, T)> = ranges
            .into_iter()
            .map(|(first, last)| (first.max(T::LEAST), last))
            .filter(|(first, last)| first <= last)
            .collect();
        sorted.sort_unstable();
        let mut ranges: Vec<(T, T)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match ranges.last_mut() {
                // Touching or overlapping: grow the last range.
                Some(open) if open.1.next().is_none_or(|next| first <= next) => {
                    open.1 = open.1.max(last);
                }
                _ => ranges.push((first, last)),
            }
        }
        Self { ranges }
    }

    /// The ranges, sorted, disjoint and not touching.
    pub fn ranges(&self) -> &[(T, T)] {
        &self.ranges
    }

    /// Whether the set has no number.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether the set is the universe.
    pub fn is_all(&self) -> bool {
        matches!(self.ranges.as_slice(), [(first, last)] if *first == T::LEAST && *last == T::GREATEST)
    }

    /// Whether `number` is in the set.
    pub fn contains(&self, number: T) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= number);
        after
            .checked_sub(1)
            .and_then(|i| self.ranges.get(i))
            .is_some_and(|(_, last)| number <= *last)
    }

    /// Whether some number of a range is in the set.
    pub fn meets(&self, first: T, last: T) -> bool {
        let after = self.ranges.partition_point(|(start, _)| *start <= last);
        let near = after.checked_sub(1).and_then(|it| self.ranges.get(it));
        near.is_some_and(|(_, end)| first <= *end)
    }

    /// Whether some number is in both sets; the shorter is looked up in the longer.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (short, long) = if self.ranges.len() < other.ranges.len() {
            (self, other)
        } else {
            (other, self)
        };
        let mut ranges = short.ranges.iter();
        ranges.any(|&(first, last)| long.meets(first, last))
    }

    /// Adds the numbers of a range in place.
    pub fn insert(&mut self, first: T, last: T) {
        let first = first.max(T::LEAST);
        if first > last {
            return;
        }
        // Those that touch it, or overlap.
        let before = |&(_, end): &(T, T)| end.next().is_some_and(|next| next < first);
        let until = |&(start, _): &(T, T)| last.next().is_none_or(|next| start <= next);
        let from = self.ranges.partition_point(before);
        let to = self.ranges.partition_point(until);
        let joined = self.ranges.get(from..to).unwrap_or_default();
        let first = joined.first().map_or(first, |range| range.0.min(first));
        let last = joined.last().map_or(last, |range| range.1.max(last));
        self.ranges.splice(from..to.max(from), [(first, last)]);
    }

    /// The numbers in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.ranges.iter().chain(&other.ranges).copied())
    }

    /// The numbers in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let (mut left, mut right) = (
            self.ranges.iter().peekable(),
            other.ranges.iter().peekable(),
        );
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let (first, last) = (a.0.max(b.0), a.1.min(b.1));
            if first <= last {
                ranges.push((first, last));
            }
            if a.1 < b.1 {
                left.next()
            } else {
                right.next()
            };
        }
        Self { ranges }
    }

    /// The numbers that are not in the set.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut free = Some(T::LEAST);
        for &(first, last) in &self.ranges {
            if let (Some(from), Some(to)) = (free, first.previous())
                && from <= to
            {
                ranges.push((from, to));
            }
            free = last.next();
        }
        if let Some(from) = free {
            ranges.push((from, T::GREATEST));
        }
        Self { ranges }
    }

    /// The numbers of this set that are not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    /// Whether every number of this set is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All 256 subsets of the first eight ports and of the last eight, as bit masks.
    fn set(mask: u8, high: bool) -> RangeSet<u16> {
        let base = if high { u16::MAX - 7 } else { 1 };
        RangeSet::from_ranges(
            (0..8)
                .filter(|bit| mask >> bit & 1 == 1)
                .map(|b| (base + b, base + b)),
        )
    }

    #[test]
    fn algebra_agrees_with_bit_masks_on_every_pair_at_both_ends() {
        for high in [false, true] {
            for a in 0..=255u8 {
                for b in 0..=255u8 {
                    let (x, y) = (set(a, high), set(b, high));
                    assert_eq!(x.union(&y), set(a | b, high));
                    assert_eq!(x.intersection(&y), set(a & b, high));
                    assert_eq!(x.difference(&y), set(a & !b, high));
                    assert_eq!(x.is_subset(&y), a & !b == 0);
                }
            }
        }
    }

    #[test]
    fn ranges_are_added_in_place_as_a_union_adds_them() {
        for a in 0..=255u8 {
            for first in 1..=8u16 {
                for last in first..=8 {
                    let (whole, range) = (set(a, false), RangeSet::range(first, last));
                    let mut grown = whole.clone();
                    grown.insert(first, last);
                    assert_eq!(grown, whole.union(&range), "{whole:?} {first}-{last}");
                    let met = !whole.intersection(&range).is_empty();
                    assert_eq!(whole.meets(first, last), met, "{whole:?} {first}-{last}");
                    assert_eq!(whole.overlaps(&range), met, "{whole:?} {first}-{last}");
                }
            }
        }
    }

    #[test]
    fn the_universe_of_ports_begins_at_one() {
        assert_eq!(RangeSet::<u16>::all().ranges(), [(1, 65535)]);
        assert_eq!(RangeSet::<u16>::range(0, 3).ranges(), [(1, 3)]);
        assert!(RangeSet::<u16>::single(0).is_empty());
        assert!(RangeSet::<u16>::none().complement().is_all());
        assert!(RangeSet::<u128>::all().complement().is_empty());
    }

    proptest! {
        #[test]
        fn sets_are_canonical_and_agree_with_membership(
            a in prop::collection::vec((0u16..40, 0u16..40), 0..6),
            b in prop::collection::vec((0u16..40, 0u16..40), 0..6),
        ) {
            let (x, y) = (RangeSet::from_ranges(a.clone()), RangeSet::from_ranges(b.clone()));
            let has = |list: &[(u16, u16)], n: u16| n > 0 && list.iter().any(|&(f, l)| f <= n && n <= l);
            for n in 0..45 {
                prop_assert_eq!(x.contains(n), has(&a, n));
                prop_assert_eq!(x.union(&y).contains(n), has(&a, n) || has(&b, n));
                prop_assert_eq!(x.intersection(&y).contains(n), has(&a, n) && has(&b, n));
                prop_assert_eq!(x.difference(&y).contains(n), has(&a, n) && !has(&b, n));
                prop_assert_eq!(x.complement().contains(n), n > 0 && !has(&a, n));
            }
            for set in [x.union(&y), x.intersection(&y), x.difference(&y), x.complement()] {
                for pair in set.ranges().windows(2) {
                    prop_assert!(pair[0].1 + 1 < pair[1].0);
                }
            }
        }
    }
}
