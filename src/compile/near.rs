//! The functions on the near side of the lines of the matrix: whom their cluster-wide layers single
//! out, taken together by who these are on the far side.

use super::far::{Far, PartId};
use super::functions::{FunctionId, Functions, WideId};
use super::groups::Groups;
use super::layered::WideValueId;
use super::mix::Mix;
use super::values::Kind;
use crate::table::{Id as _, Table};
use rustc_hash::FxHashMap;

/// Groups of one kind and one part of the far functions of which a layer says the same, and the sum
/// of their places.
type Alike = ((WideValueId, Kind, PartId), u128);

/// The functions, and whom their cluster-wide layers single out.
pub(super) struct Near<'a> {
    pub(super) functions: &'a Functions,
    mix: &'a Mix,
    pub(super) exceptions: Table<WideId, Vec<Alike>>,
}

impl<'a> Near<'a> {
    pub(super) fn new(
        functions: &'a Functions,
        groups: &Groups,
        far: &Far<'_>,
        mix: &'a Mix,
    ) -> Self {
        let layers = functions.wide.rows().iter();
        let exceptions = layers.map(|layer| {
            let mut sums: FxHashMap<_, u128> = FxHashMap::default();
            for &(id, value) in &layer.exceptions {
                let part = *far.part_of.at(*far.functions.of_group.at(id));
                let key = (value, groups.table.at(id).kind, part);
                let sum = sums.entry(key).or_default();
                *sum = sum.wrapping_add(mix.position(id.index()));
            }
            sums.into_iter().collect()
        });
        Self {
            functions,
            mix,
            exceptions: exceptions.collect(),
        }
    }
}

/// Groups of one kind that have a far function and of which a near layer says the same, and the sum of
/// their places.
type Member = ((WideValueId, Kind), u128);

/// The groups that have a far function, by what a near cluster-wide layer says of them.
#[derive(Default)]
pub(super) struct Members(FxHashMap<(WideId, FunctionId), Vec<Member>>);

impl Members {
    pub(super) fn of(
        &mut self,
        key: (WideId, FunctionId),
        near: &Near<'_>,
        far: &Far<'_>,
    ) -> &[Member] {
        self.0.entry(key).or_insert_with(|| {
            let layer = near.functions.wide.at(key.0);
            if layer.exceptions.is_empty() {
                let all = far.places.at(key.1).iter();
                let all = all.map(|&(kind, place)| ((layer.base.at(kind), kind), place));
                return all.collect();
            }
            let mut sums: FxHashMap<_, u128> = FxHashMap::default();
            for &(id, kind) in far.members.at(key.1) {
                let sum = sums.entry((layer.value(id, kind), kind)).or_default();
                *sum = sum.wrapping_add(near.mix.position(id.index()));
            }
            sums.into_iter().collect()
        })
    }
}
