//! The value of one function for one group: which clauses speak of it, and what they come to.
//!
//! Thousands of groups may be peers of the same function, but most of them are met by the same few
//! clauses. So nothing is evaluated per group: a group is described by the list of clauses that
//! speak of it, and each distinct list (with the way the group resolves port names, where a clause
//! has any) is evaluated once. If a hundred groups are met by clauses 3 and 7 only, one union
//! serves them all.
//!
//! There are two ways to evaluate. Rules of `NetworkPolicy` only add up, so where there is nothing
//! else, no port name, and no doubt whether a policy isolates the group, the value is a union of
//! interned sets. Admin and Baseline rules depend on their order, so everything else goes through
//! [`super::decide`]. A list in which a block matches is evaluated three times: for no address, for
//! an IPv4 and for an IPv6 address.

use super::decide::{Clause, Isolation, Outcome, join, ordered};
use super::governed::{Governed, isolates};
use super::groups::{Groups, ResolutionId};
use super::rules::{PortList, PortListId, RuleClause, Rules};
use super::values::{ConnId, Value, ValueId, Values};
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

/// A clause that speaks of a group, whether it is certain, and its ports.
type Said<'a> = (RuleClause, bool, &'a PortList);

/// What came of clauses of one tier, by these and the way in which their names are resolved.
pub(super) type Tiers = FxHashMap<(Vec<(RuleClause, bool)>, Option<ResolutionId>), Rc<Outcome>>;

/// Evaluates lists of touched clauses, each distinct list once.
pub(super) struct Evaluator<'a> {
    isolation: &'a Isolation,
    clauses: Vec<(RuleClause, &'a PortList)>,
    groups: &'a Groups,
    /// All clauses are of `NetworkPolicy` and name no port: the connections of each.
    plain: Option<Vec<ConnId>>,
    values: &'a mut Values,
    tiers: &'a mut Tiers,
    /// Values by the clauses that are touched, and by the way names are resolved.
    memory: FxHashMap<Touched, FxHashMap<Option<ResolutionId>, ValueId>>,
    by_name: bool,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(
        key: &'a Governed,
        groups: &'a Groups,
        rules: &'a Rules,
        values: &'a mut Values,
        (fixed, tiers): (&mut FxHashMap<PortListId, ConnId>, &'a mut Tiers),
    ) -> Self {
        let clauses: Vec<_> = key
            .1
            .iter()
            .map(|clause| (*clause, rules.port_lists.at(clause.ports)))
            .collect();
        let by_name = clauses.iter().any(|(_, list)| !list.names.is_empty());
        let only_namespaced = key
            .1
            .iter()
            .all(|clause| clause.tier == Tier::NetworkPolicy);
        let plain = (only_namespaced && !by_name).then(|| {
            let known = |(clause, list): &(RuleClause, &PortList)| {
                *fixed
                    .entry(clause.ports)
                    .or_insert_with(|| values.intern(list.fixed.clone()))
            };
            clauses.iter().map(known).collect()
        });
        Self {
            isolation: &key.0,
            clauses,
            groups,
            plain,
            values,
            tiers,
            memory: FxHashMap::default(),
            by_name,
        }
    }

    /// The value for a group of which these clauses speak, sorted, and that resolves names so.
    pub(super) fn value(
        &mut self,
        touched: &[(u32, Matched)],
        resolution: Option<ResolutionId>,
    ) -> ValueId {
        let resolution = resolution.filter(|_| self.by_name);
        let known = self.memory.get(touched);
        if let Some(&value) = known.and_then(|all| all.get(&resolution)) {
            return value;
        }
        let plain = self.connections(touched, resolution, None);
        let by_address = touched
            .iter()
            .any(|(_, matched)| matches!(matched, Matched::ByAddress(_)));
        let value = if by_address || !self.values.ipv6 {
            let v4 = self.connections(touched, resolution, Some(Family::V4));
            let v6 = self.connections(touched, resolution, Some(Family::V6));
            Value { plain, v4, v6 }
        } else {
            Value {
                plain,
                v4: plain,
                v6: plain,
            }
        };
        let value = self.values.intern_value(value);
        let entry = self.memory.entry(touched.to_vec()).or_default();
        entry.insert(resolution, value);
        value
    }

    fn connections(
        &mut self,
        touched: &[(u32, Matched)],
        resolution: Option<ResolutionId>,
        family: Option<Family>,
    ) -> ConnId {
        let mut places: Vec<(usize, bool)> = touched
            .iter()
            .filter_map(|(place, matched)| match matched {
                Matched::Always => Some((*place as usize, true)),
                Matched::ByAddress(of) => (Some(*of) == family).then_some((*place as usize, true)),
                Matched::Perhaps => Some((*place as usize, false)),
                Matched::Never => None,
            })
            .collect();
        places.dedup();
        if family == Some(Family::V6) && !self.values.ipv6 {
            // What the plugin may not support is let through by no rule for sure.
            let counts = |place: usize| Some(!isolates(self.clauses.get(place)?.0.tier));
            places.retain(|(place, _)| counts(*place).unwrap_or_default());
        }
        match (&self.plain, self.isolation) {
            (Some(_), Isolation::Never) => self.values.all(),
            (Some(sets), Isolation::Surely) => {
                let certain = places.into_iter().filter(|(_, certain)| *certain);
                let sets = certain.filter_map(|(place, _)| sets.get(place));
                sets.fold(self.values.none(), |all, set| self.values.union(all, *set))
            }
            (None, _) | (Some(_), Isolation::Perhaps(_)) => self.decide(places, resolution),
        }
    }

    /// The tiers in order, on the clauses in these places; the flag says whether one is certain.
    fn decide(&mut self, places: Vec<(usize, bool)>, resolution: Option<ResolutionId>) -> ConnId {
        let (mut admin, mut namespaced, mut baseline) = (Vec::new(), Vec::new(), Vec::new());
        for (place, certain) in places {
            let Some((clause, ports)) = self.clauses.get(place) else {
                continue;
            };
            let certain = certain && (clause.selects || isolates(clause.tier));
            let of_tier = match clause.tier {
                Tier::Admin => &mut admin,
                Tier::NetworkPolicy => &mut namespaced,
                Tier::Baseline => &mut baseline,
            };
            of_tier.push((*clause, certain, *ports));
        }
        if *self.isolation == Isolation::Surely {
            // It is not asked.
            baseline.clear();
        }
        let (admin, baseline) = (
            self.ordered(&admin, resolution),
            self.ordered(&baseline, resolution),
        );
        let sets = self.resolved(&namespaced, resolution);
        let clauses = said(&namespaced, &sets);
        let sure = join(self.isolation, &admin, &clauses.iter(), &baseline);
        self.values.intern(sure)
    }

    /// What comes of clauses of one tier. Many functions have the same, for cluster-wide policies are over
    /// many namespaces.
    fn ordered(&mut self, clauses: &[Said<'a>], resolution: Option<ResolutionId>) -> Rc<Outcome> {
        let by_name = clauses.iter().any(|(.., ports)| !ports.names.is_empty());
        let resolution = resolution.filter(|_| by_name);
        let own = clauses
            .iter()
            .map(|(clause, certain, _)| (*clause, *certain));
        let key = (own.collect(), resolution);
        if let Some(known) = self.tiers.get(&key) {
            return Rc::clone(known);
        }
        let sets = self.resolved(clauses, resolution);
        let outcome = Rc::new(ordered(said(clauses, &sets).iter()));
        self.tiers.insert(key, Rc::clone(&outcome));
        outcome
    }

    fn resolved(
        &self,
        clauses: &[Said<'a>],
        resolution: Option<ResolutionId>,
    ) -> Vec<Cow<'a, ConnSet>> {
        let all = clauses.iter();
        all.map(|(_, _, ports)| match resolution {
            Some(id) if !ports.names.is_empty() => {
                Cow::Owned(ports.resolve(self.groups.resolutions.at(id)))
            }
            Some(_) | None => Cow::Borrowed(&ports.fixed),
        })
        .collect()
    }
}

/// Clauses with the connections that they are about.
fn said<'s>(clauses: &[Said<'_>], sets: &'s [Cow<'_, ConnSet>]) -> Vec<Clause<'s>> {
    let all = clauses.iter().zip(sets);
    all.map(|((clause, certain, _), connections)| Clause {
        tier: clause.tier,
        api: clause.api,
        priority: clause.priority,
        policy: clause.order.0,
        action: clause.action,
        certain: *certain,
        connections,
    })
    .collect()
}
