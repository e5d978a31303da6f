//! Rules in small numbers: distinct peers, distinct port lists, and each policy's clauses.
//!
//! Cost: once over all rules; each distinct peer is resolved to its groups once.

use super::finder::{Finder, PeerGroups};
use super::groups::{GroupId, Groups, Resolution};
use super::peers::RulePeer;
use super::practice::{Reach, SurePorts, counts};
use super::vocabulary::{PortNameId, Vocabulary};
use crate::model::{Action, Cluster, Direction, PodScope, Policy, PolicyApi, PolicyId, Rule, Tier};
use crate::net::ConnSet;
use crate::table::{Table, define_id};
use rustc_hash::FxHashMap;

define_id! {
    /// Names a distinct peer.
    pub(super) PeerId;
    /// Names a distinct list of ports.
    pub(super) PortListId;
}

/// A list of ports: fixed connections, and names that each destination resolves for itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PortList {
    pub(super) fixed: ConnSet,
    pub(super) names: Vec<PortNameId>,
}

impl PortList {
    /// The connections on a destination that resolves names so.
    pub(super) fn resolve(&self, resolution: &Resolution) -> ConnSet {
        let named = self.names.iter().filter_map(|name| {
            let at = resolution.binary_search_by_key(name, |(id, _)| *id).ok()?;
            resolution.get(at).map(|(_, set)| set)
        });
        ConnSet::union_of(named.chain([&self.fixed]))
    }
}

/// One rule's word on one peer. Sorted as the tiers decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RuleClause {
    pub(super) tier: Tier,
    pub(super) api: PolicyApi,
    pub(super) priority: u16,
    /// Policy and rule number; 0 for NetworkPolicy, whose rules have no order.
    pub(super) order: (u32, u32),
    pub(super) action: Action,
    pub(super) peer: PeerId,
    pub(super) ports: PortListId,
    /// Whether the policy surely selects the subject.
    pub(super) selects: bool,
}

/// All rules of all policies.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) peers: Table<PeerId, PeerGroups>,
    pub(super) port_lists: Table<PortListId, PortList>,
    port_list_ids: FxHashMap<PortList, PortListId>,
    /// Per policy and direction: its clauses; none where it does not govern the direction.
    clauses: FxHashMap<(PolicyId, Direction), Box<[RuleClause]>>,
    /// The number of each policy's subject, where it may select a group: equal subjects select
    /// together.
    pub(super) units: FxHashMap<PolicyId, u32>,
    /// Per group and direction: the policies that select it or may, by id, each with whether it does
    /// for sure.
    pub(super) selected: [Table<GroupId, Vec<(PolicyId, bool)>>; 2],
}

impl Rules {
    pub(super) fn new(cluster: &Cluster, vocabulary: &Vocabulary, groups: &Groups) -> Self {
        let mut finder = Finder::new(cluster, vocabulary, groups);
        let mut rules = Self {
            peers: Table::new(),
            port_lists: Table::new(),
            port_list_ids: FxHashMap::default(),
            clauses: FxHashMap::default(),
            units: FxHashMap::default(),
            selected: [0, 1].map(|_| Table::filled(groups.table.len(), Vec::new())),
        };
        let mut peer_ids: FxHashMap<RulePeer<'_>, PeerId> = FxHashMap::default();
        let mut units: FxHashMap<&PodScope, u32> = FxHashMap::default();
        let practice = &cluster.practice;
        for (id, policy) in cluster.policies.iter() {
            if !counts(practice, policy) {
                continue;
            }
            let subject = finder.pods(&policy.subject);
            if subject.is_empty() {
                // It governs nobody: none of its rules can decide anything.
                continue;
            }
            if subject.iter().any(|(_, sure)| !sure) {
                let next = u32::try_from(units.len()).map_or(u32::MAX, |len| len.saturating_add(1));
                let unit = *units.entry(&policy.subject).or_insert(next);
                rules.units.insert(id, unit);
            }
            let (tier, reach) = (policy.tier, Reach::of(practice, policy.tier));
            for direction in Direction::BOTH {
                let Some(of_direction) = policy.rules(direction) else {
                    continue;
                };
                let mut clauses = Vec::new();
                for (number, rule) in of_direction.iter().enumerate() {
                    let ports = SurePorts::of(cluster, (tier, direction), &rule.ports);
                    let ports = rules.intern_ports(port_list(vocabulary, ports));
                    for key in RulePeer::all_of(rule, reach) {
                        let table = &mut rules.peers;
                        let peer = *peer_ids
                            .entry(key)
                            .or_insert_with_key(|key| table.push(finder.peer(key)));
                        clauses.push(clause(policy, id, number, rule, peer, ports));
                    }
                }
                rules.clauses.insert((id, direction), clauses.into());
                for &(group, sure) in &subject {
                    rules.selected_mut(direction).at_mut(group).push((id, sure));
                }
            }
        }
        rules
    }

    fn selected_mut(&mut self, direction: Direction) -> &mut Table<GroupId, Vec<(PolicyId, bool)>> {
        let [egress, ingress] = &mut self.selected;
        match direction {
            Direction::Egress => egress,
            Direction::Ingress => ingress,
        }
    }

    /// The policies that select `group` for `direction`, or may; each with whether it does for sure.
    pub(super) fn selecting(&self, direction: Direction, group: GroupId) -> &[(PolicyId, bool)] {
        let [egress, ingress] = &self.selected;
        match direction {
            Direction::Egress => egress.at(group),
            Direction::Ingress => ingress.at(group),
        }
    }

    /// The clauses of a policy; it must govern the direction.
    pub(super) fn clauses(&self, policy: PolicyId, direction: Direction) -> &[RuleClause] {
        self.clauses
            .get(&(policy, direction))
            .map(AsRef::as_ref)
            .unwrap_or_default()
    }

    pub(super) fn intern_ports(&mut self, list: PortList) -> PortListId {
        let table = &mut self.port_lists;
        *self
            .port_list_ids
            .entry(list)
            .or_insert_with_key(|list| table.push(list.clone()))
    }
}

fn clause(
    policy: &Policy,
    id: PolicyId,
    number: usize,
    rule: &Rule,
    peer: PeerId,
    ports: PortListId,
) -> RuleClause {
    let order = match policy.tier {
        Tier::NetworkPolicy => (0, 0),
        Tier::Admin | Tier::Baseline => {
            let small = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
            (small(crate::table::Id::index(id)), small(number))
        }
    };
    let (tier, priority, action) = (policy.tier, policy.priority, rule.action);
    RuleClause {
        tier,
        api: policy.kind.api(),
        priority,
        order,
        action,
        peer,
        ports,
        selects: true,
    }
}

/// The ports of a rule in the vocabulary.
fn port_list(vocabulary: &Vocabulary, ports: SurePorts<'_>) -> PortList {
    let by_name = ports.names.into_iter();
    let by_name = by_name.map(|(name, protocol)| (name.clone(), protocol));
    let mut names: Vec<_> = by_name
        .filter_map(|name| vocabulary.port_name(&name))
        .collect();
    names.sort_unstable();
    names.dedup();
    PortList {
        fixed: ports.numbered,
        names,
    }
}
