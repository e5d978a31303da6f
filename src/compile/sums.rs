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
//! Exceptions come in two layers. Those of cluster-wide policies are the same for all functions with
//! that layer, so what they change is found once for all groups that are governed and singled out by
//! cluster-wide policies alike; those of a namespace's own policies are walked for each group.
//!
//! Cost: for each group the exceptions of its local layer and the local layers that single it out, once
//! for groups of one kind that agree in both; for each distinct way to stand to cluster-wide policies their
//! exceptions; plus pairs of distinct bases.

use super::far::Far;
use super::functions::{Function, FunctionId, Functions, LocalLayerId, WideId};
use super::groups::{GroupId, Groups};
use super::layered::{LocalValueId, WideValueId};
use super::mix::Mix;
use super::near::{Members, Near};
use super::rows::said;
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

/// The cluster-wide layers that single a group out, with what they say of it.
type SingledWide<'a> = &'a [(WideId, WideValueId)];

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
    let near = Near::new(near, groups, &far, mix);
    let mut bases: FxHashMap<(ByKind<ValueId>, Kind), Line> = FxHashMap::default();
    let mut wide: FxHashMap<WideKey<'_>, Line> = FxHashMap::default();
    // Groups of one kind with one function that the same layers single out have one line: where a
    // policy names thousands of pods that look different, its exceptions are visited once.
    let mut known: FxHashMap<_, Line> = FxHashMap::default();
    let mut members = Members::default();
    let mut lines = Table::new();
    for (id, group) in groups.table.iter() {
        let own = *near.functions.of_group.at(id);
        let kind = group.kind;
        let (by_wide, by_local) = (far.wide.at(id).as_slice(), far.local.at(id).as_slice());
        let key = (own, kind, by_wide, by_local);
        if let Some(line) = known.get(&key) {
            lines.push(line.clone());
            continue;
        }
        let function = near.functions.table.at(own);
        let local = near.functions.local.at(function.local);
        let start = wide
            .entry((function.wide, local.base, kind, by_wide))
            .or_insert_with(|| {
                let base = bases
                    .entry((function.base, kind))
                    .or_insert_with(|| base_line((function, kind), &far, values, mix));
                let mut walk = Walk::new(
                    base.clone(),
                    (&near, &far),
                    (own, kind),
                    by_wide,
                    values,
                    mix,
                );
                walk.far_wide();
                walk.near_wide();
                walk.end()
            });
        let mut walk = Walk::new(
            start.clone(),
            (&near, &far),
            (own, kind),
            by_wide,
            values,
            mix,
        );
        walk.far_local(by_local, &mut members);
        walk.near_local(id, groups);
        let line = walk.end();
        known.insert(key, line.clone());
        lines.push(line);
    }
    lines
}

/// What a line hangs on but for the policies of namespaces.
type WideKey<'a> = (WideId, ByKind<LocalValueId>, Kind, SingledWide<'a>);

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
    seen: FxHashSet<ConnId>,
    near: &'a Near<'a>,
    far: &'a Far<'a>,
    function: &'a Function,
    local: &'a ByKind<LocalValueId>,
    kind: Kind,
    singled: SingledWide<'a>,
    values: &'a mut Values,
    mix: &'a Mix,
}

impl<'a> Walk<'a> {
    fn new(
        line: Line,
        (near, far): (&'a Near<'a>, &'a Far<'a>),
        (own, kind): (FunctionId, Kind),
        singled: SingledWide<'a>,
        values: &'a mut Values,
        mix: &'a Mix,
    ) -> Self {
        let function = near.functions.table.at(own);
        Self {
            line,
            seen: FxHashSet::default(),
            near,
            far,
            function,
            local: &near.functions.local.at(function.local).base,
            kind,
            singled,
            values,
            mix,
        }
    }

    fn end(self) -> Line {
        let mut line = self.line;
        line.values.extend(self.seen);
        line.values.sort_unstable();
        line.values.dedup();
        line
    }

    /// Puts what `new` is in the place of what `old` is: what the near and what the far side let through.
    fn replace(
        &mut self,
        place: u128,
        kind: Kind,
        old: (ValueId, ValueId),
        new: (ValueId, ValueId),
    ) {
        let cases = Cases::of(self.kind, kind);
        let old = self.values.meet(old.0, old.1, cases);
        let new = self.values.meet(new.0, new.1, cases);
        let change = product(self.mix, place, new).wrapping_sub(product(self.mix, place, old));
        self.line.sum = self.line.sum.wrapping_add(change);
        self.seen.insert(new);
    }

    /// What a far cluster-wide layer says of this group.
    fn wide(&self, layer: WideId) -> WideValueId {
        let base = || self.far.functions.wide.at(layer).base.at(self.kind);
        said(self.singled, layer).unwrap_or_else(base)
    }

    /// Where cluster-wide policies on the far side single this group out.
    fn far_wide(&mut self) {
        for &(layer, value) in self.singled {
            for &id in self.far.of_wide.at(layer) {
                let part = self.far.parts.at(id);
                let old = part.base.at(self.kind);
                let new = self.values.join(value, part.local.at(self.kind));
                for &(kind, place) in &part.places {
                    let own = self.function.base.at(kind);
                    self.replace(place, kind, (own, old), (own, new));
                }
            }
        }
    }

    /// Where cluster-wide policies on this side single others out, to whom policies of namespaces on the
    /// far side say nothing in particular.
    fn near_wide(&mut self) {
        for &((value, kind, id), place) in self.near.exceptions.at(self.function.wide) {
            let part = self.far.parts.at(id);
            let wide = self.wide(part.wide);
            let theirs = self.values.join(wide, part.local.at(self.kind));
            let old = self.function.base.at(kind);
            let new = self.values.join(value, self.local.at(kind));
            self.replace(place, kind, (old, theirs), (new, theirs));
        }
    }

    /// Where policies of namespaces on the far side single this group out.
    fn far_local(&mut self, singled: &[(LocalLayerId, LocalValueId)], members: &mut Members) {
        for &(layer, value) in singled {
            let base = self.far.functions.local.at(layer).base.at(self.kind);
            for &id in self.far.of_local.at(layer) {
                let wide = self.wide(self.far.functions.table.at(id).wide);
                let old = self.values.join(wide, base);
                let new = self.values.join(wide, value);
                let key = (self.function.wide, id);
                for &((own, kind), place) in members.of(key, self.near, self.far) {
                    let own = self.values.join(own, self.local.at(kind));
                    self.replace(place, kind, (own, old), (own, new));
                }
            }
        }
    }

    /// Where policies of the namespace on this side single others out.
    fn near_local(&mut self, id: GroupId, groups: &Groups) {
        let wide = self.near.functions.wide.at(self.function.wide);
        let local = self.near.functions.local.at(self.function.local);
        for &(other, value) in &local.exceptions {
            let kind = groups.table.at(other).kind;
            let function = *self.far.functions.of_group.at(other);
            let theirs = self
                .far
                .functions
                .value(function, id, self.kind, self.values);
            let of_wide = wide.value(other, kind);
            let old = self.values.join(of_wide, local.base.at(kind));
            let new = self.values.join(of_wide, value);
            let place = self.mix.position(other.index());
            self.replace(place, kind, (old, theirs), (new, theirs));
        }
    }
}
