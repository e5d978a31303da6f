//! What of a plan some group reaches: only that is written.

use super::ports::PortList;
use crate::emit::plan::{Entry, NamedPortsId, PeerSetId, PeerTest, Plan, PortTest, RuleListId};
use crate::model::PolicyId;
use crate::net::Family;
use std::collections::{BTreeMap, BTreeSet};

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
    pub(super) ports: BTreeSet<PortList>,
    pub(super) policies: BTreeSet<PolicyId>,
}

impl Used {
    pub(super) fn of(plan: &Plan) -> Self {
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
        used
    }

    fn entry(&mut self, entry: &Entry) {
        if let PeerTest::In(set) = entry.peer {
            *self.peers.entry(set).or_default() += 1;
        }
        match &entry.ports {
            PortTest::Any => {}
            PortTest::Connections(connections) => {
                let list = PortList::of(connections);
                if list.is_set() {
                    self.ports.insert(list);
                }
            }
            PortTest::Named(named) => {
                self.named.insert(*named);
            }
        }
    }
}
