//! Rules in small numbers: distinct peers, distinct port lists, and each policy's clauses.
//!
//! Cost: once over all rules; each distinct peer is resolved to its groups once.

use super::clause::{PeerId, PortList, PortListId, PortLists, RuleClause, isolates};
use super::finder::{Finder, PeerGroups};
use super::groups::{GroupId, Groups};
use super::peers::RulePeer;
use super::practice::{Reach, SurePorts, counts};
use super::subjects::{Selecting, Subject, SubjectId};
use super::vocabulary::Vocabulary;
use crate::model::{Cluster, Direction, PodScope, Policy, PolicyId, Rule, Tier};
use crate::table::Table;
use rustc_hash::FxHashMap;

/// All rules of all policies.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) peers: Table<PeerId, PeerGroups>,
    pub(super) ports: PortLists,
    pub(super) subjects: Table<SubjectId, Subject>,
    /// Who selects each group.
    pub(super) selecting: Table<GroupId, Selecting>,
}

impl Rules {
    pub(super) fn new(cluster: &Cluster, vocabulary: &Vocabulary, groups: &Groups) -> Self {
        let mut finder = Finder::new(cluster, vocabulary, groups);
        let mut rules = Self {
            peers: Table::new(),
            ports: PortLists::new(),
            subjects: Table::new(),
            selecting: Table::filled(groups.table.len(), Selecting::default()),
        };
        let mut peer_ids: FxHashMap<RulePeer<'_>, PeerId> = FxHashMap::default();
        let mut subject_ids: FxHashMap<(bool, &PodScope), Option<SubjectId>> = FxHashMap::default();
        let practice = &cluster.practice;
        for (id, policy) in cluster.policies.iter() {
            if !counts(practice, policy) {
                continue;
            }
            let key = (isolates(policy.tier), &policy.subject);
            let found = subject_ids
                .entry(key)
                .or_insert_with(|| rules.subject(policy, &mut finder));
            // Where it governs nobody, none of its rules can decide anything.
            let Some(subject) = *found else {
                continue;
            };
            let (tier, reach) = (policy.tier, Reach::of(practice, policy.tier));
            for direction in Direction::BOTH {
                let Some(of_direction) = policy.rules(direction) else {
                    continue;
                };
                let mut clauses = Vec::new();
                for (number, rule) in of_direction.iter().enumerate() {
                    let ports = SurePorts::of(cluster, (tier, direction), &rule.ports);
                    let ports = rules.ports.intern(port_list(vocabulary, ports));
                    for key in RulePeer::all_of(rule, reach) {
                        let table = &mut rules.peers;
                        let peer = *peer_ids
                            .entry(key)
                            .or_insert_with_key(|key| table.push(finder.peer(key)));
                        clauses.push(clause(policy, id, number, rule, peer, ports));
                    }
                }
                rules.subjects.at_mut(subject).add(direction, clauses);
            }
        }
        rules
    }

    /// A new subject, as that of a policy; none where it selects nobody.
    fn subject<'a>(&mut self, policy: &'a Policy, finder: &mut Finder<'a>) -> Option<SubjectId> {
        let groups = finder.pods(&policy.subject);
        if groups.is_empty() {
            return None;
        }
        let id = self.subjects.push(Subject::new(policy.tier));
        for (group, sure) in groups {
            let selecting = self.selecting.at_mut(group);
            let of_tier = if isolates(policy.tier) {
                &mut selecting.local
            } else {
                &mut selecting.wide
            };
            of_tier.push((id, sure));
        }
        Some(id)
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
