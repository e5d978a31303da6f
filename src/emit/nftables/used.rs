//! What of a plan some group reaches: only that is written.

use super::ports::PortList;
use crate::emit::plan::{
    ConnectionTest, Entry, Members, NamedPortsId, PeerSetId, PeerTest, Plan, RuleListId,
};
use crate::model::PolicyId;
use crate::net::Family;
use std::collections::{BTreeMap, BTreeSet};

/// How many entries name a set of pods that never shares one: a number costs each of them time to load.
const OFTEN: usize = 256;

/// The parts of a plan that are needed.
#[derive(Default)]
pub(super) struct Used {
    /// The families of which an address is governed.
    pub(super) families: Vec<Family>,
    /// With the number of groups that have each.
    pub(super) lists: BTreeMap<RuleListId, usize>,
    /// How many entries name each set.
    pub(super) peers: BTreeMap<PeerSetId, usize>,
    pub(super) named: BTreeSet<NamedPortsId>,
    /// How many entries have each list of ports.
    ports: BTreeMap<PortList, usize>,
    /// The sets of pods that share one set, with the number that each has there, from 1.
    pub(super) numbers: BTreeMap<PeerSetId, u32>,
    pub(super) policies: BTreeSet<PolicyId>,
}

impl Used {
    /// Of a plan, with so many sets of pods at most that need not share one.
    pub(super) fn of(plan: &Plan, sets: usize) -> Self {
        let mut used = Self::default();
        let governed = |family: &Family| {
            let mut all = plan.governed.iter().flat_map(|map| map.keys());
            all.any(|&ip| Family::of(ip) == *family)
        };
        used.families = [Family::V4, Family::V6]
            .into_iter()
            .filter(governed)
            .collect();
        for group in plan.groups.rows() {
            used.policies.extend(&group.isolating);
            let lists = group.admin.iter().chain(&group.rules);
            for &list in lists.chain(&group.baseline) {
                let groups = used.lists.entry(list).or_default();
                *groups += 1;
                if *groups == 1 {
                    let list = plan.lists.at(list);
                    used.policies.extend(&list.policies);
                    list.entries.iter().for_each(|entry| used.entry(entry));
                }
            }
        }
        used.share(plan, sets);
        used
    }

    /// Whether a list of ports is a set.
    pub(super) fn is_set(&self, list: &PortList) -> bool {
        list.is_set(self.ports.get(list).copied().unwrap_or_default())
    }

    /// The lists of ports that are sets.
    pub(super) fn port_sets(&self) -> Vec<PortList> {
        let lists = self.ports.keys().filter(|list| self.is_set(list));
        lists.cloned().collect()
    }

    /// Has sets of pods share one, if there are too many; not those that very many entries name. Who is
    /// in them does not matter, so another pod changes nothing here.
    fn share(&mut self, plan: &Plan, sets: usize) {
        let is_pods = |id: PeerSetId| matches!(plan.peers.at(id).members, Members::Pods(_));
        let pods = self.peers.iter().filter(|&(&id, _)| is_pods(id));
        let pods: Vec<(PeerSetId, usize)> = pods.map(|(&id, &uses)| (id, uses)).collect();
        if pods.len() <= sets {
            return;
        }
        let rare = pods.into_iter().filter(|&(_, uses)| uses < OFTEN);
        let mut rare: Vec<PeerSetId> = rare.map(|(id, _)| id).collect();
        rare.sort_by_key(|&id| {
            let set = plan.peers.at(id);
            (&set.words, &set.key)
        });
        self.numbers = rare.into_iter().zip(1..).collect();
    }

    fn entry(&mut self, entry: &Entry) {
        if let PeerTest::In(set) = entry.peer {
            *self.peers.entry(set).or_default() += 1;
        }
        match &entry.ports {
            ConnectionTest::Any => {}
            ConnectionTest::Connections(connections) => {
                *self.ports.entry(PortList::of(connections)).or_default() += 1;
            }
            ConnectionTest::Named(named) => {
                self.named.insert(*named);
            }
        }
    }
}
