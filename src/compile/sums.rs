//! Rows and columns of the matrix, summed up without being written out.
//!
//! A row is the same function combined with many others. Most cells combine two bases; only the
//! groups that some function singles out are visited one by one.
//!
//! This works because a sum can be taken in any order. A thousand columns with one content add that
//! content's factor times the sum of their positions: one multiplication. So a line starts as if
//! nobody were an exception, which depends on the base and the kind alone and is remembered. Then
//! it is corrected, old product out and new one in: first where a far function singles out this
//! group, then where this group's function singles out others.
//!
//! Cost: for each group the exceptions of its function and the functions that single it out, once
//! for groups of one kind that agree in both; plus pairs of distinct bases.

use super::functions::{Function, FunctionId, Functions};
use super::groups::{GroupId, Groups};
use super::mix::Mix;
use super::values::{ByKind, Cases, ConnId, Kind, ValueId, Values};
use crate::table::{Id as _, Table};
use rustc_hash::{FxHashMap, FxHashSet};

/// The factor of a value in a place.
pub(super) fn product(mix: &Mix, place: u128, value: ConnId) -> u128 {
    place.wrapping_mul(mix.content(value.index()))
}

/// The sum of one row (or column), and every value in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) sum: u128,
    /// Sorted; may hold values that only nearly occur.
    pub(super) values: Vec<ConnId>,
}

/// The kinds of some groups, with the sum of the groups' places.
type Places = Vec<(Kind, u128)>;

/// The functions that single a group out, with their value for it.
type Singled<'a> = &'a [(FunctionId, ValueId)];

/// The functions on the far side of the lines, prepared for summing.
struct Far<'a> {
    functions: &'a Functions,
    /// Per function: the kinds of its groups, with the sum of their places.
    places: Table<FunctionId, Places>,
    /// The distinct bases, with the kinds and places of the groups that have them.
    bases: Vec<(ByKind<ValueId>, Places)>,
    /// Per group: the functions that single it out, with their value for it, sorted.
    singled: Table<GroupId, Vec<(FunctionId, ValueId)>>,
}

impl<'a> Far<'a> {
    fn new(functions: &'a Functions, groups: &Groups, mix: &Mix) -> Self {
        let mut places: Table<FunctionId, Places> =
            Table::filled(functions.table.len(), Vec::new());
        for (id, group) in groups.table.iter() {
            add(
                places.at_mut(*functions.of_group.at(id)),
                group.kind,
                mix.position(id.index()),
            );
        }
        let mut by_base: FxHashMap<ByKind<ValueId>, Places> = FxHashMap::default();
        let mut singled = Table::filled(groups.table.len(), Vec::new());
        for (id, function) in functions.table.iter() {
            let of_base = by_base.entry(function.base).or_default();
            for &(kind, place) in places.at(id) {
                add(of_base, kind, place);
            }
            for &(group, value) in &function.exceptions {
                singled.at_mut(group).push((id, value));
            }
        }
        // The order of summands does not change a sum.
        Self {
            functions,
            places,
            bases: by_base.into_iter().collect(),
            singled,
        }
    }

    /// The far function's value for a group of kind `near`, which it may single out.
    fn value(&self, function: FunctionId, group: GroupId, near: Kind) -> ValueId {
        let singled = self.singled.at(group);
        match singled.binary_search_by_key(&function, |(id, _)| *id) {
            Ok(at) => singled
                .get(at)
                .map_or(self.base(function, near), |(_, value)| *value),
            Err(_) => self.base(function, near),
        }
    }

    fn base(&self, function: FunctionId, near: Kind) -> ValueId {
        self.functions.table.at(function).base.at(near)
    }
}

fn add(list: &mut Places, kind: Kind, place: u128) {
    match list.iter_mut().find(|(other, _)| *other == kind) {
        Some((_, sum)) => *sum = sum.wrapping_add(place),
        None => list.push((kind, place)),
    }
}

/// The line of every group: its row where `near` are the egress functions and `far` the ingress
/// functions, its column the other way round.
pub(super) fn lines(
    groups: &Groups,
    near: &Functions,
    far: &Functions,
    values: &mut Values,
    mix: &Mix,
) -> Table<GroupId, Line> {
    let far = Far::new(far, groups, mix);
    let mut memory: FxHashMap<(ByKind<ValueId>, Kind), Line> = FxHashMap::default();
    // Groups of one kind with one function that the same functions single out have one line: where a
    // policy names thousands of pods that look different, its exceptions are visited once.
    let mut known: FxHashMap<(FunctionId, Kind, Singled<'_>), Line> = FxHashMap::default();
    let mut lines = Table::new();
    for (id, group) in groups.table.iter() {
        let own = *near.of_group.at(id);
        let key = (own, group.kind, far.singled.at(id).as_slice());
        if let Some(line) = known.get(&key) {
            lines.push(line.clone());
            continue;
        }
        let function = near.table.at(own);
        let bases = memory
            .entry((function.base, group.kind))
            .or_insert_with(|| base_line((function, group.kind), &far, values, mix));
        let mut walk = Walk {
            line: bases.clone(),
            values,
            kind: group.kind,
            mix,
        };
        let mut seen: FxHashSet<ConnId> = FxHashSet::default();
        walk.far_exceptions(id, function, &far, &mut seen);
        walk.near_exceptions(id, function, &far, groups, &mut seen);
        let mut line = walk.line;
        line.values.extend(seen);
        line.values.sort_unstable();
        line.values.dedup();
        known.insert(key, line.clone());
        lines.push(line);
    }
    lines
}

/// The line of a function that singles nobody out, among functions that do not single it out.
fn base_line(
    (function, kind): (&Function, Kind),
    far: &Far<'_>,
    values: &mut Values,
    mix: &Mix,
) -> Line {
    let mut line = Line::default();
    for (base, places) in &far.bases {
        for &(other, place) in places {
            let cases = Cases::of(kind, other);
            let value = values.meet(function.base.at(other), base.at(kind), cases);
            line.sum = line.sum.wrapping_add(product(mix, place, value));
            line.values.push(value);
        }
    }
    line.values.sort_unstable();
    line.values.dedup();
    line
}

/// Corrects a line where either side singles out the other.
struct Walk<'a> {
    line: Line,
    values: &'a mut Values,
    kind: Kind,
    mix: &'a Mix,
}

impl Walk<'_> {
    fn replace(&mut self, place: u128, old: ConnId, new: ConnId) {
        let change = product(self.mix, place, new).wrapping_sub(product(self.mix, place, old));
        self.line.sum = self.line.sum.wrapping_add(change);
    }

    fn far_exceptions(
        &mut self,
        id: GroupId,
        function: &Function,
        far: &Far<'_>,
        seen: &mut FxHashSet<ConnId>,
    ) {
        for &(other, value) in far.singled.at(id) {
            for &(kind, place) in far.places.at(other) {
                let cases = Cases::of(self.kind, kind);
                let own = function.base.at(kind);
                let old = self.values.meet(own, far.base(other, self.kind), cases);
                let new = self.values.meet(own, value, cases);
                self.replace(place, old, new);
                seen.insert(new);
            }
        }
    }

    fn near_exceptions(
        &mut self,
        id: GroupId,
        function: &Function,
        far: &Far<'_>,
        groups: &Groups,
        seen: &mut FxHashSet<ConnId>,
    ) {
        for &(other, value) in &function.exceptions {
            let kind = groups.table.at(other).kind;
            let cases = Cases::of(self.kind, kind);
            let theirs = far.value(*far.functions.of_group.at(other), id, self.kind);
            let old = self.values.meet(function.base.at(kind), theirs, cases);
            let new = self.values.meet(value, theirs, cases);
            self.replace(self.mix.position(other.index()), old, new);
            seen.insert(new);
        }
    }
}
