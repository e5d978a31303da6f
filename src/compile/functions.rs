//! Functions: for each distinct way to be governed in one direction, what passes for every group.
//!
//! The obvious way asks all policies about each pair of groups, and costs groups². But groups that
//! the same clauses govern treat every peer alike, so they share one function, built once. It has two
//! layers: what cluster-wide policies say, and what the policies of a namespace say. Thousands of
//! namespaces have policies of their own under the same cluster-wide ones, so each layer is found and
//! built by itself, and what both say of a group is joined when somebody asks.
//!
//! Cost: the subjects that select each group; the clauses of each distinct list of subjects; then what
//! each distinct layer costs.

use super::clause::PortLists;
use super::evaluate::{Evaluator, Memory};
use super::governed::{Governed, governed, resolve_names};
use super::groups::{GroupId, Groups, ResolutionId};
use super::layered::{LocalValueId, WideValueId};
use super::layers::{Builder, Layer};
use super::rules::Rules;
use super::subjects::{Subject, SubjectId};
use super::values::{ByKind, Kind, ValueId, Values};
use crate::model::Direction;
use crate::table::{Table, define_id};
use rustc_hash::FxHashMap;
use std::hash::Hash;

define_id! {
    /// Names a distinct function of one direction.
    pub(super) FunctionId;
    /// Names a distinct layer of cluster-wide policies.
    pub(super) WideId;
    /// Names a distinct layer of policies of namespaces.
    pub(super) LocalLayerId;
}

/// What passes for every group: what two layers say together.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) wide: WideId,
    pub(super) local: LocalLayerId,
    /// What passes for groups of a kind that neither singles out.
    pub(super) base: ByKind<ValueId>,
}

/// The functions of one direction, and which group has which.
#[derive(Debug)]
pub(super) struct Functions {
    pub(super) table: Table<FunctionId, Function>,
    pub(super) of_group: Table<GroupId, FunctionId>,
    pub(super) wide: Table<WideId, Layer<WideValueId>>,
    pub(super) local: Table<LocalLayerId, Layer<LocalValueId>>,
}

impl Functions {
    pub(super) fn new(
        direction: Direction,
        groups: &Groups,
        rules: &mut Rules,
        values: &mut Values,
    ) -> Self {
        let Rules {
            peers,
            ports,
            subjects,
            selecting,
        } = rules;
        let builder = Builder::new(groups, peers);
        let mut memory = Memory::default();
        let (mut wide, mut local) = (Layers::default(), Layers::default());
        let mut ids: FxHashMap<(WideId, LocalLayerId), FunctionId> = FxHashMap::default();
        let mut table = Table::new();
        let mut of_group = Table::new();
        for (id, group) in groups.table.iter() {
            let selecting = selecting.at(id);
            // The subject is the destination: its own ports resolve the names.
            let own = (direction == Direction::Ingress).then_some(group.resolution);
            let asked = (direction, own, groups);
            let wide_id = wide.of(&selecting.wide, asked, subjects, ports, |key, ports| {
                let mut evaluator = Evaluator::new(&key.1, groups, ports, values, &mut memory);
                builder.build(&key.1, ports, |touched, resolution| {
                    evaluator.wide(touched, resolution)
                })
            });
            let local_id = local.of(&selecting.local, asked, subjects, ports, |key, ports| {
                let mut evaluator = Evaluator::new(&key.1, groups, ports, values, &mut memory);
                builder.build(&key.1, ports, |touched, resolution| {
                    evaluator.local(key, touched, resolution)
                })
            });
            let function = *ids.entry((wide_id, local_id)).or_insert_with(|| {
                let bases = (&wide.table.at(wide_id).base, &local.table.at(local_id).base);
                table.push(Function {
                    wide: wide_id,
                    local: local_id,
                    base: together(bases, values),
                })
            });
            of_group.push(function);
        }
        Self {
            table,
            of_group,
            wide: wide.table,
            local: local.table,
        }
    }

    /// What a function says of `group`, which is of `kind`.
    pub(super) fn value(
        &self,
        function: FunctionId,
        group: GroupId,
        kind: Kind,
        values: &mut Values,
    ) -> ValueId {
        let function = self.table.at(function);
        let (wide, local) = (self.wide.at(function.wide), self.local.at(function.local));
        match (wide.exception(group), local.exception(group)) {
            (None, None) => function.base.at(kind),
            (of_wide, of_local) => values.join(
                of_wide.unwrap_or_else(|| wide.base.at(kind)),
                of_local.unwrap_or_else(|| local.base.at(kind)),
            ),
        }
    }
}

/// What bases of two layers say together.
pub(super) fn together(
    (wide, local): (&ByKind<WideValueId>, &ByKind<LocalValueId>),
    values: &mut Values,
) -> ByKind<ValueId> {
    let mut base = ByKind::filled(values.everything());
    for kind in Kind::all() {
        base.set(kind, values.join(wide.at(kind), local.at(kind)));
    }
    base
}

/// Subjects that select groups, with the way in which these resolve names.
type Selected<'a> = (&'a [(SubjectId, bool)], Option<ResolutionId>);

/// Distinct layers of one sort.
struct Layers<'a, I, V> {
    table: Table<I, Layer<V>>,
    by_clauses: FxHashMap<Governed, I>,
    by_subjects: FxHashMap<Selected<'a>, I>,
}

impl<I, V> Default for Layers<'_, I, V>
where
    Table<I, Layer<V>>: Default,
{
    fn default() -> Self {
        Self {
            table: Table::default(),
            by_clauses: FxHashMap::default(),
            by_subjects: FxHashMap::default(),
        }
    }
}

impl<'a, I: crate::table::Id + Hash, V> Layers<'a, I, V> {
    /// The layer of these subjects; one that is new is made by `build`.
    fn of(
        &mut self,
        selecting: &'a [(SubjectId, bool)],
        (direction, own, groups): (Direction, Option<ResolutionId>, &Groups),
        subjects: &Table<SubjectId, Subject>,
        ports: &mut PortLists,
        build: impl FnOnce(&Governed, &PortLists) -> Layer<V>,
    ) -> I {
        if let Some(&known) = self.by_subjects.get(&(selecting, own)) {
            return known;
        }
        let (isolation, mut clauses) = governed(direction, selecting, subjects);
        if let Some(own) = own {
            resolve_names(&mut clauses, own, groups, ports);
        }
        let table = &mut self.table;
        let id = *self
            .by_clauses
            .entry((isolation, clauses))
            .or_insert_with_key(|key| table.push(build(key, ports)));
        self.by_subjects.insert((selecting, own), id);
        id
    }
}
