//! The addresses of one family, cut where the sets of addresses that rules mention begin and end.
//!
//! n sets of blocks could overlap in 2^n ways. But a sweep over their
//! boundaries meets only the combinations that occur. Each set has a random number that is added
//! where a range of it begins and taken away behind its end, so equal sums mean that the same sets
//! match. Pieces of one sum are one atom, even far apart. `10.0.0.0/8` except `10.1.0.0/16` makes
//! two IPv4 atoms: what it matches, and everything else, the hole included.
//!
//! Cost: sorting of the boundaries.

use super::mix::Mix;
use crate::net::Bound;
use rustc_hash::FxHashMap;

/// The address space of one family, cut at every boundary of a block; the pieces that the same
/// blocks match form one class.
#[derive(Debug, Default)]
pub(super) struct Cuts<T> {
    /// First addresses of the pieces, ascending from the least address.
    starts: Vec<T>,
    /// The class of each piece.
    class: Vec<usize>,
    /// How many classes there are.
    pub(super) class_count: usize,
}

impl<T: Bound + std::hash::Hash> Cuts<T> {
    /// Cost: sorting of the boundaries.
    pub(super) fn new<'a>(blocks: impl Iterator<Item = &'a [(T, T)]>, mix: &Mix) -> Self
    where
        T: 'a,
    {
        // The set of blocks around a piece is remembered as the sum of one number per block,
        // which changes only at boundaries.
        let mut edges: Vec<(T, u128)> = vec![(T::LEAST, 0)];
        for (index, ranges) in blocks.enumerate() {
            let mark = mix.position(index);
            for &(first, last) in ranges {
                edges.push((first, mark));
                edges.extend(last.next().map(|next| (next, mark.wrapping_neg())));
            }
        }
        edges.sort_unstable_by_key(|(at, _)| *at);
        let mut cuts = Self {
            starts: Vec::new(),
            class: Vec::new(),
            class_count: 0,
        };
        let mut classes: FxHashMap<u128, usize> = FxHashMap::default();
        let mut around = 0u128;
        for piece in edges.chunk_by(|a, b| a.0 == b.0) {
            around = piece
                .iter()
                .fold(around, |sum, (_, mark)| sum.wrapping_add(*mark));
            let class = *classes.entry(around).or_insert_with(|| {
                cuts.class_count += 1;
                cuts.class_count - 1
            });
            cuts.starts.extend(piece.first().map(|(at, _)| *at));
            cuts.class.push(class);
        }
        cuts
    }

    fn piece(&self, address: T) -> usize {
        self.starts
            .partition_point(|start| *start <= address)
            .saturating_sub(1)
    }

    /// The class of an address.
    pub(super) fn class(&self, address: T) -> usize {
        self.class
            .get(self.piece(address))
            .copied()
            .unwrap_or_default()
    }

    /// The classes that have addresses of these ranges.
    pub(super) fn classes_of(&self, ranges: &[(T, T)]) -> Vec<usize> {
        let pieces = ranges
            .iter()
            .flat_map(|&(first, last)| self.piece(first)..=self.piece(last));
        pieces
            .filter_map(|piece| self.class.get(piece).copied())
            .collect()
    }

    /// The ranges of each class.
    pub(super) fn classes(&self) -> Vec<Vec<(T, T)>> {
        let mut all = vec![Vec::new(); self.class_count];
        let ends = self
            .starts
            .iter()
            .skip(1)
            .filter_map(|start| start.previous());
        let ends = ends.chain(std::iter::once(T::GREATEST));
        for ((&start, end), &class) in self.starts.iter().zip(ends).zip(&self.class) {
            if let Some(ranges) = all.get_mut(class) {
                ranges.push((start, end));
            }
        }
        all
    }
}
