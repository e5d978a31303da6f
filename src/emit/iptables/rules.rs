//! The chains of one family, as `iptables-restore` reads them.

use super::names::Names;
use super::ports;
use super::sets::Sets;
use super::trie::{Chain, Host, Trie};
use crate::emit::name::{comment, rule_comment};
use crate::emit::plan::{ConnectionTest, Entry, Group, GroupId, PeerTest, Plan, RuleListId};
use crate::model::{Action, Cluster, Direction, PolicyId};
use crate::net::{Cidr, Family};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

/// What a comment may be long: `iptables` takes 255 bytes.
const COMMENT: usize = 250;

/// The types of neighbour discovery, which is not for policies to stop: forwarded only where pods are
/// bridged.
const NEIGHBOUR_DISCOVERY: std::ops::RangeInclusive<u8> = 133..=137;

/// The chains of one family, and the sets that their rules name.
pub(super) struct Rules<'a> {
    plan: &'a Plan,
    cluster: &'a Cluster,
    names: &'a Names,
    family: Family,
    chains: Vec<Chain>,
    pub(super) sets: Sets,
}

/// The start of a rule, up to its target, with what it decides.
struct Test {
    text: String,
    action: Action,
}

impl<'a> Rules<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        cluster: &'a Cluster,
        names: &'a Names,
        family: Family,
    ) -> Self {
        let mut rules = Self {
            plan,
            cluster,
            names,
            family,
            chains: Vec::new(),
            sets: Sets::new(plan, names, family),
        };
        rules.chains.push(rules.forward());
        for direction in Direction::BOTH {
            let chains = rules.dispatch(direction);
            rules.chains.extend(chains);
        }
        rules.groups();
        rules
    }

    /// The whole file: it creates or replaces our chains and touches no other.
    pub(super) fn text(&self) -> String {
        let mut text = "*filter\n".to_owned();
        // Writing to a string cannot fail.
        for chain in &self.chains {
            let _ = writeln!(text, ":{} - [0:0]", chain.name);
        }
        for chain in &self.chains {
            for rule in &chain.rules {
                let _ = writeln!(text, "-A {} {rule}", chain.name);
            }
        }
        text.push_str("COMMIT\n");
        text
    }

    fn forward(&self) -> Chain {
        let mut rules = vec!["-m conntrack --ctstate ESTABLISHED,RELATED -j RETURN".to_owned()];
        if self.family == Family::V6 {
            let passes = |kind| format!("-p ipv6-icmp -m icmp6 --icmpv6-type {kind} -j RETURN");
            rules.extend(NEIGHBOUR_DISCOVERY.map(passes));
        }
        rules.extend(Direction::BOTH.map(|to| format!("-j {}", self.names.direction(to))));
        Chain {
            name: self.names.forward(),
            rules,
        }
    }

    /// From the governed addresses of a direction to their groups. What no policy can stop returns
    /// just before: since a direction that lets a packet through does not speak for the other, each has its own.
    fn dispatch(&self, direction: Direction) -> Vec<Chain> {
        let mut exempt: BTreeMap<IpAddr, Vec<String>> = BTreeMap::new();
        for &(from, to) in &self.plan.always {
            let governed = match direction {
                Direction::Egress => from,
                Direction::Ingress => to,
            };
            let (from, to) = (Cidr::host(from), Cidr::host(to));
            let rule = format!("-s {from} -d {to} -j RETURN");
            exempt.entry(governed).or_default().push(rule);
        }
        let flag = match direction {
            Direction::Egress => "-s",
            Direction::Ingress => "-d",
        };
        let mut hosts = Vec::new();
        for (&address, &group) in self.plan.governed(direction) {
            if Family::of(address) != self.family {
                continue;
            }
            let mut rules = exempt.remove(&address).unwrap_or_default();
            let group = self.names.group(&self.plan.groups.at(group).key);
            rules.push(format!("{flag} {} -g {group}", Cidr::host(address)));
            hosts.push(Host { address, rules });
        }
        let name = |prefix| self.names.part(direction, prefix);
        let trie = Trie { flag, name: &name };
        trie.chains(self.names.direction(direction), &hosts)
    }

    /// The chains of the groups that have an address of this family.
    fn groups(&mut self) {
        let governed = self.plan.governed.iter().flatten();
        let governed = governed.filter(|(address, _)| Family::of(**address) == self.family);
        let ids: BTreeSet<GroupId> = governed.map(|(_, &group)| group).collect();
        let mut lists = BTreeMap::new();
        for &id in &ids {
            let group = self.plan.groups.at(id);
            let used = group
                .admin
                .iter()
                .chain(&group.rules)
                .chain(&group.baseline);
            for &list in used {
                lists.entry(list).or_insert_with(|| self.list(list));
            }
        }
        // Numbers follow the order of pods in the input, keys do not.
        let mut groups: Vec<&Group> = ids.iter().map(|&id| self.plan.groups.at(id)).collect();
        groups.sort_by_key(|group| &group.key);
        for group in groups {
            let chains = self.group(group, &lists);
            self.chains.extend(chains);
        }
    }

    fn group(&self, group: &Group, lists: &BTreeMap<RuleListId, Vec<Test>>) -> Vec<Chain> {
        let tests = |id: &RuleListId| lists.get(id).into_iter().flatten();
        let mut rest: Vec<String> = Vec::new();
        let inner = group.rules.iter().chain(&group.baseline).flat_map(tests);
        rest.extend(inner.map(|test| test.rule("-j RETURN")));
        if !group.isolating.is_empty() {
            rest.push(format!("{}-j DROP", self.isolation(group)));
        }
        let admin: Vec<&Test> = group.admin.iter().flat_map(tests).collect();
        let passes = admin.iter().any(|test| test.action == Action::Pass);
        let name = self.names.group(&group.key);
        if !passes || rest.is_empty() {
            let mut rules: Vec<String> = admin.iter().map(|test| test.rule("-j RETURN")).collect();
            rules.extend(rest);
            return vec![Chain { name, rules }];
        }
        let after = self.names.rest(&group.key);
        let pass = format!("-g {after}");
        let mut rules: Vec<String> = admin.iter().map(|test| test.rule(&pass)).collect();
        rules.push(pass);
        let rest = Chain {
            name: after,
            rules: rest,
        };
        vec![Chain { name, rules }, rest]
    }

    fn isolation(&self, group: &Group) -> String {
        let direction = group.direction;
        let first = group.isolating.first().map(|&id| self.policy(id));
        let by = first.unwrap_or_default();
        let others = group.isolating.len().saturating_sub(1);
        if others == 0 {
            quoted(&format!("{direction}-isolated by {by}"))
        } else {
            quoted(&format!("{direction}-isolated by {by} and {others} more"))
        }
    }

    fn policy(&self, id: PolicyId) -> String {
        self.cluster.policies.at(id).full_name()
    }

    fn list(&mut self, id: RuleListId) -> Vec<Test> {
        let list = self.plan.lists.at(id);
        let mut tests = Vec::new();
        for entry in &list.entries {
            self.entry(entry, &mut tests);
        }
        tests
    }

    /// An entry as rules: one for each test of its ports. The port is looked at first, which is cheaper
    /// than a set.
    fn entry(&mut self, entry: &Entry, tests: &mut Vec<Test>) {
        let side = match entry.rule.direction {
            Direction::Egress => "dst",
            Direction::Ingress => "src",
        };
        let peer = match entry.peer {
            PeerTest::Anyone => String::new(),
            PeerTest::In(id) => match self.sets.peers(id) {
                Some(set) => format!("-m set --match-set {set} {side} "),
                None => return,
            },
        };
        let ports = match &entry.ports {
            ConnectionTest::Any => vec![String::new()],
            ConnectionTest::Connections(connections) => ports::tests(connections),
            ConnectionTest::Named(id) => {
                let set = self.sets.named(*id);
                vec![format!("-m set --match-set {set} dst,dst ")]
            }
        };
        let place = entry.rule;
        let policy = self.cluster.policies.at(place.policy);
        let words = rule_comment(policy, (place.direction, place.index), COMMENT);
        let words = quoted(&words);
        tests.extend(ports.into_iter().map(|ports| Test {
            text: format!("{ports}{peer}{words}"),
            action: entry.action,
        }));
    }
}

impl Test {
    /// The rule, where `pass` is the target of a Pass.
    fn rule(&self, pass: &str) -> String {
        let target = match self.action {
            Action::Accept => "-j RETURN",
            Action::Deny => "-j DROP",
            Action::Pass => pass,
        };
        format!("{}{target}", self.text)
    }
}

/// A comment, with a space after it.
fn quoted(text: &str) -> String {
    let mut text = comment(text, COMMENT);
    if text.starts_with('-') {
        // Old versions look for options in quotes too.
        text.replace_range(..1, "?");
    }
    format!("-m comment --comment \"{text}\" ")
}
