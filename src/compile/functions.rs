//! Functions: for each distinct way to be governed in one direction, the value for every group.
//!
//! The obvious way asks all policies about each pair of groups, and costs groups². But groups that
//! the same clauses govern treat every peer alike, so they share one function, built once. A
//! function is kept as one value per kind of endpoint plus the groups that differ from it, so that
//! "everyone", "every pod" and `0.0.0.0/0` cost nothing per group. Let anyone in on 443, and
//! `app=web` on 80 too: the base is 443, and the groups of `app=web` are the exceptions; where they
//! are the majority, it is the other way round.
//!
//! A port name is resolved at the destination. For ingress that is the subject, so names become
//! numbers before functions are compared. For egress each peer resolves it, so a name in a rule for
//! everyone makes every group worth a look.
//!
//! Cost: the clauses of each group, to find its function; then for each function the groups that
//! its peers match, and all groups where such a name must be resolved.

use super::decide::Isolation;
use super::evaluate::{Evaluator, Matched, Tiers, Touched};
use super::finder::{PeerGroups, is_selectable};
use super::governed::{Governed, isolates};
use super::groups::{GroupId, Groups, ResolutionId};
use super::rules::{PortList, PortListId, RuleClause, Rules};
use super::values::{ByKind, ConnId, Kind, Nature, ValueId, Values};
use crate::model::{Action, Direction, PolicyId};
use crate::table::{Table, define_id};
use rustc_hash::FxHashMap;

define_id! {
    /// Names a distinct function of one direction.
    pub(super) FunctionId;
}

/// The value for every group.
#[derive(Debug)]
pub(super) struct Function {
    /// The value for the groups of a kind that are not listed.
    pub(super) base: ByKind<ValueId>,
    /// The groups with another value, sorted.
    pub(super) exceptions: Vec<(GroupId, ValueId)>,
}

impl Function {
    /// The value for `group`, which is of `kind`.
    pub(super) fn value(&self, group: GroupId, kind: Kind) -> ValueId {
        match self.exceptions.binary_search_by_key(&group, |(id, _)| *id) {
            Ok(at) => self
                .exceptions
                .get(at)
                .map_or(self.base.at(kind), |(_, value)| *value),
            Err(_) => self.base.at(kind),
        }
    }
}

/// The functions of one direction, and which group has which.
#[derive(Debug)]
pub(super) struct Functions {
    pub(super) table: Table<FunctionId, Function>,
    pub(super) of_group: Table<GroupId, FunctionId>,
}

impl Functions {
    pub(super) fn new(
        direction: Direction,
        groups: &Groups,
        rules: &mut Rules,
        values: &mut Values,
        policies_isolate: impl Fn(PolicyId) -> bool,
    ) -> Self {
        let mut ids: FxHashMap<Governed, FunctionId> = FxHashMap::default();
        let mut builder = Builder::new(groups);
        let mut table = Table::new();
        let mut of_group = Table::new();
        for (id, group) in groups.table.iter() {
            let selecting = rules.selecting(direction, id);
            let isolation = isolation(selecting, rules, &policies_isolate);
            let mut clauses: Vec<RuleClause> = selecting
                .iter()
                .flat_map(|&(policy, sure)| {
                    let clauses = rules.clauses(policy, direction).iter();
                    let unit = rules.units.get(&policy).copied().unwrap_or_default();
                    clauses.map(move |clause| clause.of_subject(unit, sure))
                })
                // What may isolate adds nothing where another policy surely does.
                .filter(|it| it.selects || !isolates(it.tier) || isolation != Isolation::Surely)
                .collect();
            if direction == Direction::Ingress {
                // The subject is the destination: its own ports resolve the names.
                resolve_names(&mut clauses, groups, group.resolution, rules);
            }
            clauses.sort_unstable();
            clauses.dedup();
            let function = *ids
                .entry((isolation, clauses))
                .or_insert_with_key(|key| table.push(builder.build(key, rules, values)));
            of_group.push(function);
        }
        Self { table, of_group }
    }
}

/// What the policies that select a group, or may, make of it.
fn isolation(
    selecting: &[(PolicyId, bool)],
    rules: &Rules,
    policies_isolate: impl Fn(PolicyId) -> bool,
) -> Isolation {
    let isolating = selecting.iter().filter(|(id, _)| policies_isolate(*id));
    let (mut surely, mut perhaps) = (false, Vec::new());
    for &(id, sure) in isolating {
        surely |= sure;
        perhaps.extend(rules.units.get(&id));
    }
    perhaps.sort_unstable();
    perhaps.dedup();
    match perhaps.as_slice() {
        _ if surely => Isolation::Surely,
        [] => Isolation::Never,
        _ => Isolation::Perhaps(perhaps),
    }
}

impl RuleClause {
    /// The clause for a pod that policies of this subject select, for sure or perhaps.
    fn of_subject(self, unit: u32, sure: bool) -> Self {
        let mut clause = self;
        clause.selects = sure;
        if !sure && isolates(clause.tier) {
            clause.order.0 = unit;
        }
        clause
    }
}

fn resolve_names(
    clauses: &mut [RuleClause],
    groups: &Groups,
    own: ResolutionId,
    rules: &mut Rules,
) {
    for clause in clauses {
        let list = rules.port_lists.at(clause.ports);
        if !list.names.is_empty() {
            let fixed = list.resolve(groups.resolutions.at(own));
            clause.ports = rules.intern_ports(PortList {
                fixed,
                names: Vec::new(),
            });
        }
    }
}

struct Builder<'a> {
    groups: &'a Groups,
    /// The connections of port lists without names, each looked up once.
    fixed: FxHashMap<PortListId, ConnId>,
    /// What came of the clauses of each tier.
    tiers: Tiers,
    /// The groups of each kind.
    of_kind: Vec<(Kind, Vec<GroupId>)>,
}

impl<'a> Builder<'a> {
    fn new(groups: &'a Groups) -> Self {
        let mut of_kind: Vec<_> = Kind::all().map(|kind| (kind, Vec::new())).collect();
        for (id, group) in groups.table.iter() {
            if let Some((_, list)) = of_kind.get_mut(group.kind.index()) {
                list.push(id);
            }
        }
        Self {
            groups,
            fixed: FxHashMap::default(),
            tiers: Tiers::default(),
            of_kind,
        }
    }

    fn build(&mut self, key: &Governed, rules: &Rules, values: &mut Values) -> Function {
        let mut base = ByKind::filled(values.everything());
        let mut touched = self.touched(key, rules);
        touched.sort_unstable();
        let mut evaluator = Evaluator::new(
            key,
            self.groups,
            rules,
            values,
            (&mut self.fixed, &mut self.tiers),
        );
        let wide: Vec<Touched> = Kind::all().map(|kind| wide(key, rules, kind)).collect();
        let wide = |kind: Kind| {
            wide.get(kind.index())
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        for (kind, list) in &self.of_kind {
            if !list.is_empty() {
                base.set(*kind, evaluator.value(wide(*kind), None));
            }
        }
        let mut exceptions: Vec<(GroupId, ValueId)> = Vec::new();
        let mut clauses = Touched::new();
        for entries in touched.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(id, ..)) = entries.first() else {
                continue;
            };
            let group = self.groups.table.at(id);
            clauses.clear();
            clauses.extend_from_slice(wide(group.kind));
            clauses.extend(
                entries
                    .iter()
                    .map(|&(_, clause, matched)| (clause, matched)),
            );
            clauses.sort_unstable();
            drop_never(&mut clauses);
            let value = evaluator.value(&clauses, Some(group.resolution));
            if value != base.at(group.kind) {
                exceptions.push((id, value));
            }
        }
        self.rebase(&mut base, &mut exceptions);
        Function { base, exceptions }
    }

    /// Every group that some clause singles out. A clause for a whole kind singles out nobody,
    /// unless the port names in it resolve differently from group to group.
    fn touched(&self, key: &Governed, rules: &Rules) -> Vec<(GroupId, u32, Matched)> {
        let mut touched = Vec::new();
        for (place, clause) in (0u32..).zip(&key.1) {
            match rules.peers.at(clause.peer) {
                PeerGroups::Anyone | PeerGroups::EveryPod => {}
                PeerGroups::Pods(list) => {
                    let matched = |sure| {
                        if sure {
                            Matched::Always
                        } else {
                            Matched::Perhaps
                        }
                    };
                    let groups = list.iter();
                    touched.extend(groups.map(|&(id, sure)| (id, place, matched(sure))));
                }
                PeerGroups::AllPodsBut(list) => {
                    touched.extend(list.iter().map(|&id| (id, place, Matched::Never)));
                }
                PeerGroups::Addresses(family, list) => {
                    touched.extend(
                        list.iter()
                            .map(|&id| (id, place, Matched::ByAddress(*family))),
                    );
                }
            }
        }
        let named = |place: u32| {
            let clause = key.1.get(place as usize);
            clause.is_some_and(|clause| !rules.port_lists.at(clause.ports).names.is_empty())
        };
        if (0u32..).zip(&key.1).any(|(place, _)| named(place)) {
            for (kind, list) in self.of_kind.iter().filter(|(_, list)| !list.is_empty()) {
                let clauses = wide(key, rules, *kind);
                for (place, matched) in clauses.into_iter().filter(|(place, _)| named(*place)) {
                    touched.extend(list.iter().map(|&id| (id, place, matched)));
                }
            }
        }
        touched
    }

    /// Makes the commonest value of each kind its base, so that few groups are exceptions.
    fn rebase(&self, base: &mut ByKind<ValueId>, exceptions: &mut Vec<(GroupId, ValueId)>) {
        for (kind, list) in &self.of_kind {
            let mut counts: FxHashMap<ValueId, usize> = FxHashMap::default();
            let of_kind = |id: GroupId| self.groups.table.at(id).kind == *kind;
            for &(_, value) in exceptions.iter().filter(|(id, _)| of_kind(*id)) {
                *counts.entry(value).or_default() += 1;
            }
            let listed: usize = counts.values().sum();
            let best = counts
                .into_iter()
                .max_by_key(|&(value, count)| (count, std::cmp::Reverse(value)));
            let Some((value, count)) = best else { continue };
            if count > list.len() - listed {
                let old = base.at(*kind);
                base.set(*kind, value);
                let known: rustc_hash::FxHashSet<GroupId> =
                    exceptions.iter().map(|(id, _)| *id).collect();
                exceptions.retain(|(id, other)| !of_kind(*id) || *other != value);
                exceptions.extend(
                    list.iter()
                        .filter(|id| !known.contains(*id))
                        .map(|&id| (id, old)),
                );
                exceptions.sort_unstable();
            }
        }
    }
}

/// Takes out of clauses, sorted, those that never speak of the group.
fn drop_never(clauses: &mut Touched) {
    let never: Vec<u32> = clauses
        .iter()
        .filter(|(_, matched)| *matched == Matched::Never)
        .map(|(place, _)| *place)
        .collect();
    if !never.is_empty() {
        clauses.retain(|(place, _)| never.binary_search(place).is_err());
    }
}

/// The clauses that speak of every endpoint of a kind. A block that lets through is left out where
/// it only may match: it cannot make a connection sure.
fn wide((_, clauses): &Governed, rules: &Rules, kind: Kind) -> Touched {
    let unknown = kind.nature != Nature::External && !(kind.v4 || kind.v6);
    let speaks = |clause: &RuleClause| match rules.peers.at(clause.peer) {
        PeerGroups::Anyone => Some(Matched::Always),
        PeerGroups::EveryPod | PeerGroups::AllPodsBut(_) => {
            is_selectable(kind.nature).then_some(Matched::Always)
        }
        PeerGroups::Addresses(..) if unknown && clause.action != Action::Accept => {
            Some(Matched::Perhaps)
        }
        PeerGroups::Pods(_) | PeerGroups::Addresses(..) => None,
    };
    let all = (0u32..).zip(clauses);
    all.filter_map(|(place, clause)| Some((place, speaks(clause)?)))
        .collect()
}
