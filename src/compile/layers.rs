//! Layers: from clauses to what they say of every group at the other end.
//!
//! The obvious way asks all clauses about each group. A layer is instead kept as one value per kind
//! of endpoint plus the groups that differ from it, so that "everyone", "every pod" and `0.0.0.0/0`
//! cost nothing per group. Let anyone in on 443, and `app=web` on 80 too: the base is 443, and the
//! groups of `app=web` are the exceptions; where they are the majority, it is the other way round.
//!
//! A port name is resolved at the destination. For ingress that is the subject, so names become
//! numbers before clauses are compared. For egress each peer resolves it, so a name in a rule for
//! everyone makes every group worth a look.
//!
//! Cost: the groups that its peers match, and all groups where such a name must be resolved.

use super::clause::{PeerId, PortLists, RuleClause};
use super::evaluate::{Matched, Touched};
use super::finder::{PeerGroups, is_selectable};
use super::groups::{GroupId, Groups, ResolutionId};
use super::values::{ByKind, Kind, Nature};
use crate::model::Action;
use crate::table::Table;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

/// What is said of every group.
#[derive(Debug)]
pub(super) struct Layer<V> {
    /// The value for the groups of a kind that are not listed.
    pub(super) base: ByKind<V>,
    /// The groups with another value, sorted.
    pub(super) exceptions: Vec<(GroupId, V)>,
}

impl<V: Copy> Layer<V> {
    /// The value for a group that is singled out.
    pub(super) fn exception(&self, group: GroupId) -> Option<V> {
        let at = self.exceptions.binary_search_by_key(&group, |(id, _)| *id);
        Some(self.exceptions.get(at.ok()?)?.1)
    }

    /// The value for `group`, which is of `kind`.
    pub(super) fn value(&self, group: GroupId, kind: Kind) -> V {
        self.exception(group).unwrap_or_else(|| self.base.at(kind))
    }
}

/// Makes layers.
pub(super) struct Builder<'a> {
    pub(super) groups: &'a Groups,
    peers: &'a Table<PeerId, PeerGroups>,
    /// The groups of each kind.
    of_kind: Vec<(Kind, Vec<GroupId>)>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(groups: &'a Groups, peers: &'a Table<PeerId, PeerGroups>) -> Self {
        let mut of_kind: Vec<_> = Kind::all().map(|kind| (kind, Vec::new())).collect();
        for (id, group) in groups.table.iter() {
            if let Some((_, list)) = of_kind.get_mut(group.kind.index()) {
                list.push(id);
            }
        }
        Self {
            groups,
            peers,
            of_kind,
        }
    }

    /// The layer of clauses, which are sorted; `value` says what those come to that speak of a group,
    /// which resolves names so.
    pub(super) fn build<V: Copy + Ord + Hash>(
        &self,
        clauses: &[RuleClause],
        ports: &PortLists,
        mut value: impl FnMut(&[(u32, Matched)], Option<ResolutionId>) -> V,
    ) -> Layer<V> {
        let mut base = ByKind::filled(value(&[], None));
        let mut touched = self.touched(clauses, ports);
        touched.sort_unstable();
        let wide: Vec<Touched> = Kind::all().map(|kind| self.wide(clauses, kind)).collect();
        let wide = |kind: Kind| {
            wide.get(kind.index())
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        for (kind, list) in &self.of_kind {
            if !list.is_empty() {
                base.set(*kind, value(wide(*kind), None));
            }
        }
        let mut exceptions: Vec<(GroupId, V)> = Vec::new();
        let mut speaking = Touched::new();
        for entries in touched.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(id, ..)) = entries.first() else {
                continue;
            };
            let group = self.groups.table.at(id);
            speaking.clear();
            speaking.extend_from_slice(wide(group.kind));
            speaking.extend(
                entries
                    .iter()
                    .map(|&(_, clause, matched)| (clause, matched)),
            );
            speaking.sort_unstable();
            drop_never(&mut speaking);
            let own = value(&speaking, Some(group.resolution));
            if own != base.at(group.kind) {
                exceptions.push((id, own));
            }
        }
        self.rebase(&mut base, &mut exceptions);
        Layer { base, exceptions }
    }

    /// Every group that some clause singles out. A clause for a whole kind singles out nobody,
    /// unless the port names in it resolve differently from group to group.
    fn touched(&self, clauses: &[RuleClause], ports: &PortLists) -> Vec<(GroupId, u32, Matched)> {
        let mut touched = Vec::new();
        for (place, clause) in (0u32..).zip(clauses) {
            match self.peers.at(clause.peer) {
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
            let clause = clauses.get(place as usize);
            clause.is_some_and(|clause| !ports.at(clause.ports).names.is_empty())
        };
        if (0u32..).zip(clauses).any(|(place, _)| named(place)) {
            for (kind, list) in self.of_kind.iter().filter(|(_, list)| !list.is_empty()) {
                let wide = self.wide(clauses, *kind);
                for (place, matched) in wide.into_iter().filter(|(place, _)| named(*place)) {
                    touched.extend(list.iter().map(|&id| (id, place, matched)));
                }
            }
        }
        touched
    }

    /// The clauses that speak of every endpoint of a kind. A block that lets through is left out where
    /// it only may match: it cannot make a connection sure.
    fn wide(&self, clauses: &[RuleClause], kind: Kind) -> Touched {
        let unknown = kind.nature != Nature::External && !(kind.v4 || kind.v6);
        let speaks = |clause: &RuleClause| match self.peers.at(clause.peer) {
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

    /// Makes the commonest value of each kind its base, so that few groups are exceptions.
    fn rebase<V: Copy + Ord + Hash>(
        &self,
        base: &mut ByKind<V>,
        exceptions: &mut Vec<(GroupId, V)>,
    ) {
        if exceptions.is_empty() {
            return;
        }
        for (kind, list) in &self.of_kind {
            let mut counts: FxHashMap<V, usize> = FxHashMap::default();
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
                let known: FxHashSet<GroupId> = exceptions.iter().map(|(id, _)| *id).collect();
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
