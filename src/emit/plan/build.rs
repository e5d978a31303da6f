//! The plan of a cluster: pods grouped by the policies that select them, and the rules of those.
//!
//! A chain for each pod would repeat the same rules for each replica. Instead pods with the same
//! policies over them are one group for each direction, and a new replica is one more element that
//! leads to it. 300 replicas with an address each, under two policies for ingress, are one group
//! and 300 elements.
//!
//! Rules are shared further down. Policies that isolate only add up, so each has a list of its own:
//! groups under {a, b} and under {a, c} share that of a. In the Admin and Baseline tiers order
//! counts, so there each distinct sequence of policies is one list. Policies are asked for their
//! pods, and not pods for their policies. Cost: pods × the policies over them, and the rules of
//! each list once.

use super::fit::{Note, Unfit, addresses, unknown_addresses, unknown_labels};
use super::sets::Sets;
use super::{
    ConnectionTest, Entry, Group, GroupId, PeerTest, Plan, RuleList, RuleListId, RulePlace,
};
use crate::compile::Selection;
use crate::emit::name::key;
use crate::model::{
    Cluster, Direction, Exception, Habit, Peers, Pod, PodId, Policy, PolicyApi, PolicyId, Rule,
    Tier,
};
use crate::net::Family;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// Whose pods a ruleset governs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those of the whole cluster.
    Cluster,
    /// Those of the node of this name; all pods are peers.
    Node(Arc<str>),
}

/// The plan for the pods in `scope`, with what should be known of it.
///
/// # Errors
/// Everything that keeps a ruleset from saying what the policies say, each with its place.
pub fn plan(cluster: &Cluster, scope: &Scope) -> Result<(Plan, Vec<Note>), Vec<Unfit>> {
    let mut unfit = Vec::new();
    addresses(cluster, &mut unfit);
    unknown_labels(cluster, &mut unfit);
    unknown_addresses(cluster, &mut unfit);
    if !unfit.is_empty() {
        return Err(unfit);
    }
    let selection = Selection::new(cluster);
    let mut builder = Builder {
        cluster,
        scope,
        plan: Plan::default(),
        notes: Vec::new(),
        sets: Sets::new(cluster, &selection),
        lists: FxHashMap::default(),
        groups: FxHashMap::default(),
    };
    builder.govern(&selection);
    builder.exempt();
    let nobody = builder.plan.governed.iter().all(BTreeMap::is_empty);
    if nobody && *scope == Scope::Cluster && !cluster.policies.rows().is_empty() {
        builder.notes.push(Note::Nobody);
    }
    let (peers, named) = builder.sets.finish();
    let plan = Plan {
        peers,
        named,
        ..builder.plan
    };
    Ok((plan, builder.notes))
}

/// The policies over a pod in one direction, in the order in which they decide.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Over {
    admin: Vec<PolicyId>,
    isolating: Vec<PolicyId>,
    baseline: Vec<PolicyId>,
}

struct Builder<'a> {
    cluster: &'a Cluster,
    scope: &'a Scope,
    plan: Plan,
    notes: Vec<Note>,
    sets: Sets<'a>,
    lists: FxHashMap<(Vec<PolicyId>, Direction), RuleListId>,
    groups: FxHashMap<(Over, Direction), GroupId>,
}

impl<'a> Builder<'a> {
    /// Puts every pod of the scope that has an address into its groups.
    fn govern(&mut self, selection: &'a Selection<'a>) {
        let mut finder = selection.finder();
        let mut over: BTreeMap<PodId, [Over; 2]> = BTreeMap::new();
        let mut nowhere = BTreeSet::new();
        for id in self.in_order() {
            let policy = self.cluster.policies.at(id);
            for pod in finder.pods(&policy.subject) {
                let what = self.cluster.pods.at(pod);
                if !self.is_mine(what) {
                    if what.node.is_none() && !what.ips.is_empty() {
                        nowhere.insert(pod);
                    }
                    continue;
                }
                let of_pod = over.entry(pod).or_default();
                for (over, direction) in of_pod.iter_mut().zip(Direction::BOTH) {
                    if policy.rules(direction).is_some() {
                        over.add(id, policy.tier);
                    }
                }
            }
        }
        let mut without = Vec::new();
        for (id, of_pod) in over {
            let pod = self.cluster.pods.at(id);
            if of_pod.iter().all(Over::is_empty) {
                continue;
            }
            if pod.ips.is_empty() {
                without.push(id);
            }
            for (over, direction) in of_pod.into_iter().zip(Direction::BOTH) {
                if over.is_empty() || pod.ips.is_empty() {
                    continue;
                }
                let group = self.group(over, direction);
                for &ip in &pod.ips {
                    self.governed_mut(direction).insert(ip, group);
                }
            }
        }
        if !without.is_empty() {
            self.notes.push(Note::WithoutAddress(without));
        }
        if !nowhere.is_empty() {
            let nowhere = nowhere.into_iter().collect();
            self.notes.push(Note::WithoutNode(nowhere));
        }
    }

    /// The policies in the order in which those of one tier decide: by priority, and where that leaves
    /// the order open, by API (S99) and name (S11).
    fn in_order(&self) -> Vec<PolicyId> {
        let all = self.cluster.policies.iter();
        let mut all: Vec<(PolicyId, &Policy)> =
            all.filter(|(_, policy)| self.is_taken(policy)).collect();
        all.sort_by(|(_, a), (_, b)| order(a).cmp(&order(b)));
        all.into_iter().map(|(id, _)| id).collect()
    }

    /// Whether the plugin takes a policy: some take none that names a port.
    fn is_taken(&self, policy: &Policy) -> bool {
        let voids = self.cluster.practice.does(Habit::NameVoidsPolicy);
        let names = || {
            let mut rules = policy.all_rules();
            rules.any(|rule| rule.ports.named().next().is_some())
        };
        !(voids && policy.tier == Tier::NetworkPolicy && names())
    }

    fn is_mine(&self, pod: &Pod) -> bool {
        match self.scope {
            Scope::Cluster => true,
            Scope::Node(name) => pod.node.as_ref() == Some(name),
        }
    }

    fn governed_mut(&mut self, direction: Direction) -> &mut BTreeMap<IpAddr, GroupId> {
        let [egress, ingress] = &mut self.plan.governed;
        match direction {
            Direction::Egress => egress,
            Direction::Ingress => ingress,
        }
    }

    fn group(&mut self, mut over: Over, direction: Direction) -> GroupId {
        if !over.isolating.is_empty() {
            // S12: what isolates is final.
            over.baseline.clear();
        }
        if let Some(&known) = self.groups.get(&(over.clone(), direction)) {
            return known;
        }
        self.note_ties(&over.admin);
        self.note_ties(&over.baseline);
        let admin = self.tier_list(&over.admin, direction);
        let baseline = self.tier_list(&over.baseline, direction);
        let each = over.isolating.iter();
        let rules: Vec<_> = each
            .filter_map(|&policy| self.tier_list(&[policy], direction))
            .collect();
        let all = [&over.admin, &over.isolating, &over.baseline];
        let parts = all.map(|policies| policies_key(self.cluster, policies));
        let group = self.plan.groups.push(Group {
            key: key([direction.name(), &parts[0], &parts[1], &parts[2]]),
            direction,
            admin,
            isolating: over.isolating.clone(),
            rules,
            baseline,
        });
        self.groups.insert((over, direction), group);
        group
    }

    fn note_ties(&mut self, policies: &[PolicyId]) {
        for pair in policies.windows(2) {
            let [a, b] = pair else { continue };
            let note = Note::NoOrder(*a, *b);
            let (policy, other) = (self.cluster.policies.at(*a), self.cluster.policies.at(*b));
            let ordered = policy.is_asked_before(other) || other.is_asked_before(policy);
            if !ordered && !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// The rules of policies of one tier, one after another; none if there are none.
    fn tier_list(&mut self, policies: &[PolicyId], direction: Direction) -> Option<RuleListId> {
        let place = (policies.to_vec(), direction);
        if let Some(&known) = self.lists.get(&place) {
            return Some(known);
        }
        let mut entries = Vec::new();
        for &id in policies {
            let policy = self.cluster.policies.at(id);
            let rules = policy.rules(direction).unwrap_or_default();
            for (index, rule) in rules.iter().enumerate() {
                let place = RulePlace {
                    policy: id,
                    direction,
                    index,
                };
                self.entries(rule, place, &mut entries);
            }
        }
        let tier = self.cluster.policies.at(*policies.first()?).tier;
        if entries.is_empty() {
            return None;
        }
        let list = self.plan.lists.push(RuleList {
            key: key([direction.name(), &policies_key(self.cluster, policies)]),
            tier,
            direction,
            policies: policies.to_vec(),
            entries,
        });
        self.lists.insert(place, list);
        Some(list)
    }

    /// A rule as tests: each kind of peer with each kind of port.
    fn entries(&mut self, rule: &'a Rule, place: RulePlace, entries: &mut Vec<Entry>) {
        let tier = self.cluster.policies.at(place.policy).tier;
        let peers: Vec<PeerTest> = match &rule.peers {
            Peers::Anyone => vec![PeerTest::Anyone],
            Peers::Listed(list) => self.sets.peers(tier, list).map(PeerTest::In).collect(),
        };
        let ports: Vec<ConnectionTest> = self.sets.ports(tier, &rule.ports);
        for peer in peers {
            for ports in &ports {
                entries.push(Entry {
                    action: rule.action,
                    peer,
                    ports: ports.clone(),
                    rule: place,
                });
            }
        }
    }

    /// What no policy can stop, with an end that is governed.
    fn exempt(&mut self) {
        let nodes = self.cluster.nodes.rows().iter();
        let nodes: FxHashMap<&str, &[IpAddr]> =
            nodes.map(|node| (&*node.name, &*node.ips)).collect();
        for pod in self.cluster.pods.rows() {
            if pod.host_network {
                continue;
            }
            let node = pod.node.as_deref().and_then(|name| nodes.get(name));
            let node = node.copied().unwrap_or_default();
            for &ip in &pod.ips {
                let mut governed = self.plan.governed.iter();
                if governed.any(|map| map.contains_key(&ip)) {
                    let exceptions = Exception::ALL.into_iter();
                    let pairs = exceptions.flat_map(|exception| always(exception, ip, node));
                    let passing: Vec<_> = pairs
                        .filter(|(from, to)| !self.denies(*from, *to))
                        .collect();
                    self.plan.always.extend(passing);
                }
            }
        }
    }
}

impl Builder<'_> {
    /// Whether a cluster-wide rule denies some of what an address sends to another, which is that of its
    /// node: then the rules decide, for what these deny no exception lets through (S100), and what
    /// `NetworkPolicies` refuse there is open. Where the plugin lets all of it past these, it may let it past
    /// cluster-wide rules too.
    fn denies(&self, from: IpAddr, to: IpAddr) -> bool {
        if from == to || self.cluster.practice.does(Habit::OutToNode) {
            return false;
        }
        let Some(group) = self.plan.group(Direction::Egress, from) else {
            return false;
        };
        let mut denied = self.plan.denied(self.plan.groups.at(group));
        denied.any(|entry| self.sets.has(entry.peer, to))
    }
}

/// What a ruleset lets through because of an exception: source and destination, where one of them
/// is the pod at `ip` on a node of these addresses.
fn always(exception: Exception, ip: IpAddr, node: &[IpAddr]) -> Vec<(IpAddr, IpAddr)> {
    let near = node.iter().copied();
    let near = near.filter(|other| Family::of(*other) == Family::of(ip));
    match exception {
        // Behind a Service, the second looks like the first; it is open, and let through.
        Exception::Itself | Exception::ItselfThroughService => vec![(ip, ip)],
        Exception::NodeToItsPod => near.map(|other| (other, ip)).collect(),
        // Open, and let through as the introduction of the documents says.
        Exception::PodToItsNode => near.map(|other| (ip, other)).collect(),
        // What is open is left to the policies; a pod in the network of its node has the addresses
        // of that, and nothing sent to a loopback address leaves a pod.
        Exception::SharedNode | Exception::LinkLocal | Exception::Loopback => Vec::new(),
    }
}

impl Over {
    fn add(&mut self, id: PolicyId, tier: Tier) {
        match tier {
            Tier::Admin => self.admin.push(id),
            Tier::NetworkPolicy => self.isolating.push(id),
            Tier::Baseline => self.baseline.push(id),
        }
    }

    fn is_empty(&self) -> bool {
        self.admin.is_empty() && self.isolating.is_empty() && self.baseline.is_empty()
    }
}

type Order<'p> = (Tier, PolicyApi, u16, Option<&'p str>, &'p str, &'static str);

fn order(policy: &Policy) -> Order<'_> {
    let namespace = policy.namespace.as_deref();
    (
        policy.tier,
        policy.kind.api(),
        policy.priority,
        namespace,
        &policy.name,
        policy.kind.name(),
    )
}

fn policies_key(cluster: &Cluster, policies: &[PolicyId]) -> String {
    let one = |id: &PolicyId| {
        let policy = cluster.policies.at(*id);
        let namespace = policy.namespace.as_deref().unwrap_or_default();
        key([policy.kind.name(), namespace, &policy.name])
    };
    let all: Vec<String> = policies.iter().map(one).collect();
    key(all.iter().map(String::as_str))
}
