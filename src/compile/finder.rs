//! Whom the peers of rules match: groups.
//!
//! Cost: each distinct peer once; of a scope the groups that have what it requires.

use super::groups::{Group, GroupId, Groups};
use super::peers::RulePeer;
use super::values::Nature;
use super::vocabulary::{AtomId, LabelTest, LabelValueId, Vocabulary};
use crate::model::{Cluster, NamespaceId, NamespaceScope, PodScope};
use crate::net::{DomainPattern, Family};
use crate::selector::Selector;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The other side of a rule, resolved.
#[derive(Debug)]
pub(super) enum PeerGroups {
    /// Everyone, in the cluster and outside.
    Anyone,
    /// Every pod that selectors can match.
    EveryPod,
    /// These groups, whatever address they have, sorted.
    Pods(FoundGroups),
    /// Every pod that selectors can match but these groups, which are fewer, sorted: who is let in from
    /// all other teams costs the own team.
    AllPodsBut(Vec<GroupId>),
    /// These groups by their addresses of one family, sorted.
    Addresses(Family, Vec<GroupId>),
}

/// The groups of a scope, sorted, each with whether it is in it for sure or may be (S75).
pub(super) type FoundGroups = Vec<(GroupId, bool)>;

/// Finds the groups that a scope or a block matches.
pub(super) struct Finder<'a> {
    cluster: &'a Cluster,
    vocabulary: &'a Vocabulary,
    groups: &'a Groups,
    /// The groups that selectors can match.
    selectable: Vec<GroupId>,
    /// Namespaces by selector.
    namespaces: FxHashMap<&'a Selector, Vec<NamespaceId>>,
    /// Namespaces by label.
    labelled: FxHashMap<(&'a str, &'a str), Vec<NamespaceId>>,
    /// Namespaces of which the value of some label is not known.
    open: Vec<NamespaceId>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        cluster: &'a Cluster,
        vocabulary: &'a Vocabulary,
        groups: &'a Groups,
    ) -> Self {
        let mut labelled: FxHashMap<(&str, &str), Vec<NamespaceId>> = FxHashMap::default();
        let mut open = Vec::new();
        for (id, namespace) in cluster.namespaces.iter() {
            if namespace.labels.open().len() > 0 {
                open.push(id);
            }
            for (key, value) in namespace.labels.iter() {
                labelled.entry((key, value)).or_default().push(id);
            }
        }
        let all = groups.table.iter();
        let selectable = all.filter(|(_, group)| is_selectable(group.kind.nature));
        Self {
            cluster,
            vocabulary,
            groups,
            selectable: selectable.map(|(id, _)| id).collect(),
            namespaces: FxHashMap::default(),
            labelled,
            open,
        }
    }

    /// Whom a peer matches.
    pub(super) fn peer(&mut self, peer: &RulePeer<'a>) -> PeerGroups {
        match peer {
            RulePeer::Anyone => PeerGroups::Anyone,
            RulePeer::Pods(scope) => match &scope.namespaces {
                NamespaceScope::Matching(selector)
                    if selector.is_everything() && scope.pods.is_everything() =>
                {
                    PeerGroups::EveryPod
                }
                NamespaceScope::Matching(selector) if scope.pods.is_everything() => {
                    let namespaces = self.matching(selector).to_vec();
                    self.whole(&namespaces)
                }
                NamespaceScope::Named(_) | NamespaceScope::Matching(_) => {
                    let found = self.pods(scope);
                    self.the_fewer(found)
                }
            },
            RulePeer::Addresses(family, addresses, reach) => {
                let atoms = self.vocabulary.atoms_of(addresses);
                let mut found: Vec<_> = atoms
                    .iter()
                    .flat_map(|&atom| self.groups.with_atom(atom))
                    .copied()
                    .filter(|&id| match self.groups.table.at(id).kind.nature {
                        Nature::Pod => reach.pods,
                        Nature::HostPod => reach.hosts,
                        Nature::External => true,
                    })
                    .collect();
                found.sort_unstable();
                found.dedup();
                PeerGroups::Addresses(*family, found)
            }
            RulePeer::Nodes(nodes) => PeerGroups::Pods(self.nodes(nodes)),
            RulePeer::Named(pattern) => PeerGroups::Pods(self.named(pattern)),
        }
    }

    /// The groups of whole namespaces, sorted, or those of all others if these are fewer.
    fn whole(&self, namespaces: &[NamespaceId]) -> PeerGroups {
        let own = |id: &NamespaceId| self.groups.in_namespace(*id);
        let count: usize = namespaces.iter().map(|id| own(id).len()).sum();
        let sorted = |mut found: Vec<GroupId>| {
            found.sort_unstable();
            found
        };
        if count * 2 <= self.selectable.len() {
            let found = sorted(namespaces.iter().flat_map(own).copied().collect());
            return PeerGroups::Pods(found.into_iter().map(|id| (id, true)).collect());
        }
        let all = self.cluster.namespaces.ids();
        let others = all.filter(|id| namespaces.binary_search(id).is_err());
        let others: Vec<NamespaceId> = others.collect();
        PeerGroups::AllPodsBut(sorted(others.iter().flat_map(own).copied().collect()))
    }

    /// Groups of pods, or which they are not, if these are fewer.
    fn the_fewer(&self, found: FoundGroups) -> PeerGroups {
        let sure = found.iter().all(|(_, sure)| *sure);
        if !sure || found.len() * 2 <= self.selectable.len() {
            return PeerGroups::Pods(found);
        }
        let is_found = |id: &GroupId| found.binary_search_by_key(id, |(id, _)| *id).is_ok();
        let others = self.selectable.iter().copied();
        PeerGroups::AllPodsBut(others.filter(|id| !is_found(id)).collect())
    }

    /// The groups of pods in the network of nodes, and of addresses outside that nodes have or may have.
    fn nodes(&self, nodes: &Selector) -> FoundGroups {
        let place = self.vocabulary.node_selector(nodes);
        let atoms = |matching| {
            let addresses = self.cluster.node_addresses(nodes, matching);
            self.vocabulary.atoms_of(&addresses)
        };
        let (own, others) = (atoms(true), atoms(false));
        let complete = self.cluster.knows_addresses_of(nodes);
        let fits = |group: &Group| match group.kind.nature {
            Nature::Pod => None,
            Nature::HostPod => *group.nodes.get(place?)?,
            Nature::External => {
                let atom = group.atoms.first()?;
                let has = |atoms: &[AtomId]| atoms.binary_search(atom).is_ok();
                match (has(&own), complete || has(&others)) {
                    (true, _) => Some(true),
                    (false, true) => None,
                    (false, false) => Some(false),
                }
            }
        };
        let all = self.groups.table.iter();
        all.filter_map(|(id, group)| Some((id, fits(group)?)))
            .collect()
    }

    /// The groups to which names may lead: which they lead to is never sure.
    fn named(&self, pattern: &DomainPattern) -> FoundGroups {
        let namespaces = self.cluster.namespaces.iter();
        let led: FxHashSet<NamespaceId> = namespaces
            .filter(|(_, namespace)| self.cluster.may_lead_to_pods(pattern, &namespace.name))
            .map(|(id, _)| id)
            .collect();
        let others = !self.cluster.leads_to_service(pattern);
        let may = |group: &Group| match group.kind.nature {
            Nature::Pod => group.namespace.is_some_and(|home| led.contains(&home)),
            Nature::HostPod | Nature::External => others,
        };
        let all = self.groups.table.iter();
        all.filter(|(_, group)| may(group))
            .map(|(id, _)| (id, false))
            .collect()
    }

    /// The groups of a scope, sorted. Looks only at groups that have a value which the selector
    /// requires, where it requires one.
    pub(super) fn pods(&mut self, scope: &'a PodScope) -> FoundGroups {
        let test = self.vocabulary.selector(&scope.pods);
        let mut found = match &scope.namespaces {
            NamespaceScope::Named(name) => match self.cluster.namespace(name) {
                Some(namespace) => self.in_namespaces(&[namespace], &test),
                None => Vec::new(),
            },
            NamespaceScope::Matching(selector) => {
                let namespaces = self.matching(selector).to_vec();
                self.in_namespaces(&namespaces, &test)
            }
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The namespaces that a selector matches, sorted. Looks only at those that have a label which
    /// the selector requires, where it requires one, or only at those that may not match where it is
    /// about one label.
    fn matching(&mut self, selector: &'a Selector) -> &[NamespaceId] {
        if !self.namespaces.contains_key(selector) {
            let found = self.find(selector);
            self.namespaces.insert(selector, found);
        }
        self.namespaces
            .get(selector)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn find(&self, selector: &Selector) -> Vec<NamespaceId> {
        let all = &self.cluster.namespaces;
        let fits = |id: &NamespaceId| selector.matches(&all.at(*id).labels);
        let tests = selector.tests();
        let required = tests
            .iter()
            .find_map(|(key, test)| Some((key, test.only_values()?)));
        if let Some((key, values)) = required {
            let mut found: Vec<_> = self.having(key, values).filter(fits).collect();
            found.sort_unstable();
            return found;
        }
        let refused = tests
            .iter()
            .map(|(key, test)| (key, test.complement()))
            .next()
            .filter(|_| tests.len() == 1);
        if let Some((key, refused)) = refused
            && let Some(values) = refused.only_values()
        {
            let others = self.having(key, values).chain(self.open.iter().copied());
            let mut others: Vec<_> = others.filter(|id| !fits(id)).collect();
            others.sort_unstable();
            let is_other = |id: &NamespaceId| others.binary_search(id).is_ok();
            return all.ids().filter(|id| !is_other(id)).collect();
        }
        all.ids().filter(fits).collect()
    }

    /// The namespaces that have a label with one of these values.
    fn having<'v>(
        &'v self,
        key: &'v str,
        values: &'v BTreeSet<Arc<str>>,
    ) -> impl Iterator<Item = NamespaceId> + 'v {
        let lists = values
            .iter()
            .filter_map(move |value| self.labelled.get(&(key, &**value)));
        lists.flatten().copied()
    }

    fn in_namespaces(&self, namespaces: &[NamespaceId], test: &LabelTest) -> FoundGroups {
        let global = |values: &&[LabelValueId]| -> usize {
            values
                .iter()
                .map(|&value| self.groups.with_value(value).len())
                .sum()
        };
        let rarest = test.required().min_by_key(global);
        let fits = |id: GroupId| Some((id, test.matches(&self.groups.table.at(id).labels)?));
        match rarest {
            // Few groups have the value anywhere: look at them rather than at every namespace.
            Some(values) if global(&values) < namespaces.len() => {
                let inside = |id: &GroupId| {
                    let namespace = self.groups.table.at(*id).namespace;
                    namespace.is_some_and(|namespace| namespaces.binary_search(&namespace).is_ok())
                };
                let all = values
                    .iter()
                    .flat_map(|&value| self.groups.with_value(value));
                all.copied().filter(inside).filter_map(fits).collect()
            }
            Some(values) => {
                let pairs = namespaces
                    .iter()
                    .flat_map(|ns| values.iter().map(move |v| (*ns, *v)));
                let all = pairs.flat_map(|(ns, value)| self.groups.in_namespace_with(ns, value));
                all.copied().filter_map(fits).collect()
            }
            None => {
                let all = namespaces
                    .iter()
                    .flat_map(|&ns| self.groups.in_namespace(ns));
                all.copied().filter_map(fits).collect()
            }
        }
    }
}

/// Whether selectors can match endpoints of this nature.
pub(super) fn is_selectable(nature: Nature) -> bool {
    nature == Nature::Pod
}
