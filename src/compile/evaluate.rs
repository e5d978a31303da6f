//! What the clauses of a layer that speak of a group come to.
//!
//! Thousands of groups may be peers of the same clauses, but most of them are met by the same few.
//! So nothing is evaluated per group: a group is described by the list of clauses that
//! speak of it, and each distinct list (with the way the group resolves port names, where a clause
//! has any) is evaluated once. If a hundred groups are met by clauses 3 and 7 only, one evaluation
//! serves them all.
//!
//! Rules of `NetworkPolicy` only add up, so what they let through is a union of interned sets. Admin
//! and Baseline rules depend on their order, so they go through [`super::decide`]. A list in which a
//! block matches is evaluated three times: for no address, for an IPv4 and for an IPv6 address.

use super::clause::{PortList, PortListId, PortLists, RuleClause};
use super::decide::{Clause, Isolation, Outcome, ordered};
use super::governed::Governed;
use super::groups::{Groups, ResolutionId};
use super::layered::{Local, LocalId, LocalValueId, Wide, WideValueId};
use super::values::{ByCase, ConnId, Values};
use crate::model::Tier;
use crate::net::{ConnSet, Family};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::rc::Rc;

/// In which cases a clause speaks of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Matched {
    Always,
    ByAddress(Family),
    /// The address or a label is not known, so it may match or not.
    Perhaps,
    /// It speaks of all but this group.
    Never,
}

/// The clauses that speak of a group, by their place in the list.
pub(super) type Touched = Vec<(u32, Matched)>;

/// A clause that speaks of a group, and whether it is certain.
type Said = (RuleClause, bool);

/// What is remembered from one layer to the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The connections of lists of ports, by the way in which their names are resolved.
    ports: FxHashMap<(PortListId, Option<ResolutionId>), ConnId>,
    /// What came of clauses of one tier, by these and the way in which their names are resolved.
    tiers: FxHashMap<(Vec<Said>, Option<ResolutionId>), Rc<Outcome>>,
}

/// Evaluates lists of touched clauses of one layer, each distinct list once.
pub(super) struct Evaluator<'a, V> {
    clauses: &'a [RuleClause],
    groups: &'a Groups,
    ports: &'a PortLists,
    values: &'a mut Values,
    memory: &'a mut Memory,
    /// Values by the clauses that are touched, and by the way names are resolved.
    known: FxHashMap<Touched, FxHashMap<Option<ResolutionId>, V>>,
    by_name: bool,
}

impl<'a, V: Copy> Evaluator<'a, V> {
    pub(super) fn new(
        clauses: &'a [RuleClause],
        groups: &'a Groups,
        ports: &'a PortLists,
        values: &'a mut Values,
        memory: &'a mut Memory,
    ) -> Self {
        let by_name = clauses
            .iter()
            .any(|clause| !ports.at(clause.ports).names.is_empty());
        Self {
            clauses,
            groups,
            ports,
            values,
            memory,
            known: FxHashMap::default(),
            by_name,
        }
    }

    /// What is remembered for a group of which these clauses speak, sorted, and that resolves names so;
    /// else what `evaluate` makes of them.
    fn remembered(
        &mut self,
        touched: &[(u32, Matched)],
        resolution: Option<ResolutionId>,
        evaluate: impl FnOnce(&mut Self, Option<ResolutionId>) -> V,
    ) -> V {
        let resolution = resolution.filter(|_| self.by_name);
        let known = self.known.get(touched);
        if let Some(&value) = known.and_then(|all| all.get(&resolution)) {
            return value;
        }
        let value = evaluate(self, resolution);
        let entry = self.known.entry(touched.to_vec()).or_default();
        entry.insert(resolution, value);
        value
    }

    /// The clauses that speak in a case, each with whether it is certain.
    fn speaking(&self, touched: &[(u32, Matched)], family: Option<Family>) -> Vec<Said> {
        let mut places: Vec<(u32, bool)> = touched
            .iter()
            .filter_map(|(place, matched)| match matched {
                Matched::Always => Some((*place, true)),
                Matched::ByAddress(of) => (Some(*of) == family).then_some((*place, true)),
                Matched::Perhaps => Some((*place, false)),
                Matched::Never => None,
            })
            .collect();
        places.dedup();
        let clause = |place: u32| self.clauses.get(place as usize);
        let said = places.into_iter();
        said.filter_map(|(place, certain)| Some((*clause(place)?, certain)))
            .collect()
    }

    /// The connections of a list of ports, where names are resolved so.
    fn resolved(&self, list: PortListId, resolution: Option<ResolutionId>) -> Cow<'a, ConnSet> {
        let list: &PortList = self.ports.at(list);
        match resolution {
            Some(id) if !list.names.is_empty() => {
                Cow::Owned(list.resolve(self.groups.resolutions.at(id)))
            }
            Some(_) | None => Cow::Borrowed(&list.fixed),
        }
    }
}

/// Whether a clause matches by some address.
fn by_address(touched: &[(u32, Matched)]) -> bool {
    let mut all = touched.iter();
    all.any(|(_, matched)| matches!(matched, Matched::ByAddress(_)))
}

impl Evaluator<'_, LocalValueId> {
    /// What rules of a namespace say.
    pub(super) fn local(
        &mut self,
        (isolation, _): &Governed,
        touched: &[(u32, Matched)],
        resolution: Option<ResolutionId>,
    ) -> LocalValueId {
        self.remembered(touched, resolution, |this, resolution| {
            let mut one = |family| this.isolated(isolation, touched, resolution, family);
            let plain = one(None);
            let mut all = ByCase::filled(plain);
            if by_address(touched) {
                all.v4 = one(Some(Family::V4));
                all.v6 = one(Some(Family::V6));
            }
            if !this.values.ipv6 {
                // What the plugin may not support is let through by no rule for sure.
                all.v6 = this.isolated(isolation, &[], resolution, Some(Family::V6));
            }
            this.values.layered.local.intern(all)
        })
    }

    fn isolated(
        &mut self,
        isolation: &Isolation,
        touched: &[(u32, Matched)],
        resolution: Option<ResolutionId>,
        family: Option<Family>,
    ) -> LocalId {
        let said = self.speaking(touched, family);
        let mut lets = |policy: Option<u32>| {
            let certain = said.iter().filter(|(_, certain)| *certain);
            let own = certain
                .map(|(clause, _)| clause)
                .filter(|clause| policy.is_none_or(|policy| policy == clause.order.0));
            let mut all = self.values.none();
            for clause in own {
                let connections = self.connections(clause.ports, resolution);
                all = self.values.union(all, connections);
            }
            all
        };
        let (asks_baseline, lets): (bool, Box<[ConnId]>) = match isolation {
            Isolation::Never => (true, Box::default()),
            Isolation::Surely => (false, Box::new([lets(None)])),
            Isolation::Perhaps(policies) => {
                let each = policies.iter().map(|policy| lets(Some(*policy)));
                (true, each.collect())
            }
        };
        self.values.layered.locals.intern(Local {
            asks_baseline,
            lets,
        })
    }

    fn connections(&mut self, list: PortListId, resolution: Option<ResolutionId>) -> ConnId {
        let by_name = !self.ports.at(list).names.is_empty();
        let key = (list, resolution.filter(|_| by_name));
        if let Some(&known) = self.memory.ports.get(&key) {
            return known;
        }
        let set = self.resolved(list, resolution).into_owned();
        let id = self.values.intern(set);
        self.memory.ports.insert(key, id);
        id
    }
}

impl Evaluator<'_, WideValueId> {
    /// What cluster-wide rules say.
    pub(super) fn wide(
        &mut self,
        touched: &[(u32, Matched)],
        resolution: Option<ResolutionId>,
    ) -> WideValueId {
        self.remembered(touched, resolution, |this, resolution| {
            let mut one = |family| this.tiers(touched, resolution, family);
            let mut all = ByCase::filled(one(None));
            if by_address(touched) {
                all.v4 = one(Some(Family::V4));
                all.v6 = one(Some(Family::V6));
            }
            this.values.layered.wide.intern(all)
        })
    }

    fn tiers(
        &mut self,
        touched: &[(u32, Matched)],
        resolution: Option<ResolutionId>,
        family: Option<Family>,
    ) -> Wide {
        let said = self.speaking(touched, family);
        let said = said
            .into_iter()
            .map(|(clause, certain)| (clause, certain && clause.selects));
        let (admin, others): (Vec<Said>, Vec<Said>) =
            said.partition(|(clause, _)| clause.tier == Tier::Admin);
        let admin = self.ordered(admin, resolution);
        let baseline = self.ordered(others, resolution);
        Wide {
            denied: self.values.intern(admin.denied.clone()),
            undecided: self.values.intern(admin.undecided.clone()),
            baseline: self.values.intern(baseline.denied.clone()),
        }
    }

    /// What comes of clauses of one tier. Many layers have the same, for cluster-wide policies are over
    /// many namespaces.
    fn ordered(&mut self, said: Vec<Said>, resolution: Option<ResolutionId>) -> Rc<Outcome> {
        let by_name = |(clause, _): &Said| !self.ports.at(clause.ports).names.is_empty();
        let resolution = resolution.filter(|_| said.iter().any(by_name));
        let key = (said, resolution);
        if let Some(known) = self.memory.tiers.get(&key) {
            return Rc::clone(known);
        }
        let sets: Vec<_> = key
            .0
            .iter()
            .map(|(clause, _)| self.resolved(clause.ports, resolution))
            .collect();
        let clauses: Vec<Clause<'_>> = key
            .0
            .iter()
            .zip(&sets)
            .map(|((clause, certain), connections)| Clause {
                tier: clause.tier,
                api: clause.api,
                priority: clause.priority,
                policy: clause.order.0,
                action: clause.action,
                certain: *certain,
                connections,
            })
            .collect();
        let outcome = Rc::new(ordered(clauses.iter()));
        self.memory.tiers.insert(key, Rc::clone(&outcome));
        outcome
    }
}
