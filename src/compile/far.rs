//! The functions on the far side of the lines of the matrix, prepared for summing.

use super::functions::{FunctionId, Functions, LocalLayerId, WideId};
use super::groups::{GroupId, Groups};
use super::layered::{LocalValueId, WideValueId};
use super::mix::Mix;
use super::rows::{Singled, having, singled};
use super::values::{ByKind, Kind, ValueId};
use crate::table::{Id as _, Table, define_id};
use rustc_hash::FxHashMap;

define_id! {
    /// Names functions with one cluster-wide layer and one base of their local layers.
    pub(super) PartId;
}

/// The kinds of some groups, with the sum of the groups' places.
pub(super) type Places = Vec<(Kind, u128)>;

/// Functions with one cluster-wide layer and one base of their local layers.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) wide: WideId,
    /// The base of their local layers.
    pub(super) local: ByKind<LocalValueId>,
    /// Their base.
    pub(super) base: ByKind<ValueId>,
    /// The groups that have them.
    pub(super) places: Places,
}

/// The functions, and which groups have them.
pub(super) struct Far<'a> {
    pub(super) functions: &'a Functions,
    /// The groups that have each function.
    pub(super) members: Table<FunctionId, Vec<(GroupId, Kind)>>,
    pub(super) places: Table<FunctionId, Places>,
    /// The distinct bases, with the groups that have them.
    pub(super) bases: Vec<(ByKind<ValueId>, Places)>,
    pub(super) parts: Table<PartId, Part>,
    pub(super) part_of: Table<FunctionId, PartId>,
    /// The parts of each cluster-wide layer.
    pub(super) of_wide: Table<WideId, Vec<PartId>>,
    /// The functions with each local layer.
    pub(super) of_local: Table<LocalLayerId, Vec<FunctionId>>,
    /// Per group: the layers that single it out, with what they say of it, sorted.
    pub(super) wide: Singled<WideId, WideValueId>,
    pub(super) local: Singled<LocalLayerId, LocalValueId>,
}

impl<'a> Far<'a> {
    pub(super) fn new(functions: &'a Functions, groups: &Groups, mix: &Mix) -> Self {
        let mut places: Table<FunctionId, Places> =
            Table::filled(functions.table.len(), Vec::new());
        let mut members = Table::filled(functions.table.len(), Vec::new());
        for (id, group) in groups.table.iter() {
            let function = *functions.of_group.at(id);
            let place = mix.position(id.index());
            add(places.at_mut(function), group.kind, place);
            members.at_mut(function).push((id, group.kind));
        }
        let mut by_base: FxHashMap<ByKind<ValueId>, Places> = FxHashMap::default();
        let mut part_ids: FxHashMap<(WideId, ByKind<LocalValueId>), PartId> = FxHashMap::default();
        let mut parts: Table<PartId, Part> = Table::new();
        let mut part_of = Table::new();
        let mut of_wide = Table::filled(functions.wide.len(), Vec::new());
        for (id, function) in functions.table.iter() {
            let local = functions.local.at(function.local).base;
            let part = *part_ids.entry((function.wide, local)).or_insert_with(|| {
                let id = parts.push(Part {
                    wide: function.wide,
                    local,
                    base: function.base,
                    places: Vec::new(),
                });
                of_wide.at_mut(function.wide).push(id);
                id
            });
            part_of.push(part);
            for &(kind, place) in places.at(id) {
                add(by_base.entry(function.base).or_default(), kind, place);
                add(&mut parts.at_mut(part).places, kind, place);
            }
        }
        let count = groups.table.len();
        Self {
            functions,
            members,
            places,
            // The order of summands does not change a sum.
            bases: by_base.into_iter().collect(),
            parts,
            part_of,
            of_wide,
            of_local: having(functions, functions.local.len(), |id| {
                functions.table.at(id).local
            }),
            wide: singled(&functions.wide, count),
            local: singled(&functions.local, count),
        }
    }
}

fn add(list: &mut Places, kind: Kind, place: u128) {
    match list.iter_mut().find(|(other, _)| *other == kind) {
        Some((_, sum)) => *sum = sum.wrapping_add(place),
        None => list.push((kind, place)),
    }
}
