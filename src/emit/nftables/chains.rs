//! The chains: rules, groups, and the hooks that hand packets to groups.

use super::elements::elements;
use super::ports::tests;
use super::sets::{COMMENT, always_name, few, named_name, peer_name};
use super::{Hook, Writer, address_type, header, suffix};
use crate::emit::name::{comment, fingerprint, rule_comment};
use crate::emit::plan::{
    ConnectionTest, Entry, Group, GroupId, PeerTest, RuleList, RuleListId, RulePlace,
};
use crate::model::{Action, Direction, Tier};
use crate::net::Family;
use crate::table::Table;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The letters that begin the names of a direction's map.
fn map_prefix(direction: Direction) -> &'static str {
    match direction {
        Direction::Egress => "eg",
        Direction::Ingress => "in",
    }
}

/// The field that holds the pod of a direction's policies; the other end is in the other.
fn own_side(direction: Direction) -> &'static str {
    match direction {
        Direction::Egress => "saddr",
        Direction::Ingress => "daddr",
    }
}

fn other_side(direction: Direction) -> &'static str {
    match direction {
        Direction::Egress => "daddr",
        Direction::Ingress => "saddr",
    }
}

fn list_name(list: &RuleList) -> String {
    let letter = match list.tier {
        Tier::Admin => 'a',
        Tier::NetworkPolicy => 'r',
        Tier::Baseline => 'd',
    };
    format!("{letter}_{}", fingerprint(&list.key))
}

/// Whether a list stands in its groups instead of in a chain of its own: where that takes no more rules.
/// A jump to rules elsewhere in memory costs a packet more than most rules do. The tiers are chains: what
/// they pass on returns to the group.
fn is_within(list: &RuleList, rules: usize, groups: usize) -> bool {
    list.tier == Tier::NetworkPolicy && rules * groups <= rules + groups
}

impl Writer<'_> {
    /// The chains of rules and groups, each before whoever jumps to it, then the maps and the hooks.
    pub(super) fn chains(&mut self) {
        let (plan, cluster) = (self.plan, self.cluster);
        let lists = self.used.lists.iter();
        let mut lists: Vec<(RuleListId, usize)> = lists.map(|(&id, &uses)| (id, uses)).collect();
        lists.sort_by_cached_key(|&(id, _)| {
            let list = plan.lists.at(id);
            let first = list.policies.first();
            let first = first.map(|&id| cluster.policies.at(id).called());
            (list.tier, first, list.direction, &list.key)
        });
        let mut within = BTreeMap::new();
        for (id, groups) in lists {
            let list = plan.lists.at(id);
            let rules = self.list(list);
            if is_within(list, rules.lines().count(), groups) {
                within.insert(id, rules);
            } else {
                self.open_chain(&list_name(list));
                self.out.push_str(&rules);
                self.close();
            }
        }
        let mut groups: Vec<&Group> = plan.groups.rows().iter().collect();
        groups.sort_by_key(|group| &group.key);
        for group in groups {
            self.group(group, &within);
        }
        let mut names = Table::new();
        for group in plan.groups.rows() {
            let _: GroupId = names.push(group_name(group));
        }
        // Where no group judges a direction, no packet has to pass its hook.
        let judged = Direction::BOTH.into_iter();
        let judged: Vec<Direction> = judged
            .filter(|&direction| !plan.governed(direction).is_empty())
            .collect();
        for &direction in &judged {
            self.maps(direction, &names);
        }
        for &direction in &judged {
            self.hook(direction);
        }
    }

    /// The rules of a list.
    fn list(&mut self, list: &RuleList) -> String {
        let before = std::mem::take(&mut self.out);
        let mut words: Option<(RulePlace, String)> = None;
        for entry in &list.entries {
            let comment = match words {
                Some((place, known)) if place == entry.rule => known,
                Some(_) | None => self.rule_words(entry.rule),
            };
            self.entry(entry, list.direction, &comment);
            words = Some((entry.rule, comment));
        }
        std::mem::replace(&mut self.out, before)
    }

    fn rule_words(&self, place: RulePlace) -> String {
        let policy = self.cluster.policies.at(place.policy);
        rule_comment(policy, (place.direction, place.index), COMMENT)
    }

    fn entry(&mut self, entry: &Entry, direction: Direction, comment: &str) {
        let verdict = match entry.action {
            Action::Accept => "accept",
            Action::Deny => "counter drop",
            Action::Pass => "return",
        };
        let ports = match &entry.ports {
            ConnectionTest::Any => vec![String::new()],
            ConnectionTest::Connections(connections) => {
                tests(connections, |list| self.used.is_set(list))
            }
            ConnectionTest::Named(_) => Vec::new(),
        };
        let families = self.used.families.clone().into_iter();
        let peers: Vec<String> = match entry.peer {
            PeerTest::Anyone => vec![String::new()],
            PeerTest::In(_) => families
                .flat_map(|family| self.peers_of(entry, family, direction))
                .collect(),
        };
        for ports in &ports {
            for peer in &peers {
                self.rule(ports, peer, verdict, comment);
            }
        }
        if let ConnectionTest::Named(id) = entry.ports {
            let set = self.plan.named.at(id);
            for family in self.used.families.clone() {
                let name = named_name(set, family);
                let ports = format!(
                    "{} daddr . meta l4proto . th dport @{name} ",
                    header(family)
                );
                for peer in self.peers_of(entry, family, direction) {
                    self.rule(&ports, &peer, verdict, comment);
                }
            }
        }
    }

    /// The tests of the other end for one family, each of which is enough; none where nobody of the family
    /// can be meant.
    fn peers_of(&self, entry: &Entry, family: Family, direction: Direction) -> Vec<String> {
        let PeerTest::In(id) = entry.peer else {
            return vec![String::new()];
        };
        let set = self.plan.peers.at(id);
        let (header, side) = (header(family), other_side(direction));
        match few(set, family) {
            Some(all) => all
                .iter()
                .map(|addresses| format!("{header} {side} {addresses} "))
                .collect(),
            None => vec![match self.used.numbers.get(&id) {
                // Of the mark nothing is left but the number.
                Some(number) => format!(
                    "{header} {side} . meta mark & {number} | {number} @pods_{} ",
                    suffix(family)
                ),
                None => format!("{header} {side} @{} ", peer_name(set, family)),
            }],
        }
    }

    fn rule(&mut self, ports: &str, peer: &str, verdict: &str, comment: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "\t\t{ports}{peer}{verdict} comment \"{comment}\"");
    }

    fn group(&mut self, group: &Group, within: &BTreeMap<RuleListId, String>) {
        let plan = self.plan;
        self.open_chain(&group_name(group));
        for &list in group
            .admin
            .iter()
            .chain(&group.rules)
            .chain(&group.baseline)
        {
            if let Some(rules) = within.get(&list) {
                self.out.push_str(rules);
            } else {
                let name = list_name(plan.lists.at(list));
                let _ = writeln!(self.out, "\t\tjump {name}");
            }
        }
        if let Some(&first) = group.isolating.first() {
            let more = match group.isolating.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let by = self.cluster.policies.at(first).called();
            let words = format!("{}-isolated by {by}{more}", group.direction);
            self.rule("", "", "counter drop", &comment(&words, COMMENT));
        }
        self.close();
    }

    fn maps(&mut self, direction: Direction, names: &Table<GroupId, String>) {
        let plan = self.plan;
        for family in self.used.families.clone() {
            let name = format!("map {}_{}", map_prefix(direction), suffix(family));
            self.open(&name, &format!("{} : verdict", address_type(family)));
            let own = plan.governed(direction).iter();
            let own = own.filter(|&(&ip, _)| Family::of(ip) == family);
            elements(
                &mut self.out,
                own.map(|(ip, &group)| format!("{ip} : goto {}", names.at(group))),
            );
            self.close();
        }
    }

    fn hook(&mut self, direction: Direction) {
        self.open_chain(&format!("{direction}_hook"));
        let place = self.hook.place(direction);
        self.line(&format!("\t\ttype filter hook {place}; policy accept;"));
        self.line("\t\tct state established,related accept");
        if self.hook == Hook::Postrouting {
            // Here pass also the packets of the node itself, which may reach its pods (S55).
            self.line("\t\tfib saddr type local accept");
        }
        let families = self.used.families.clone();
        if families.contains(&Family::V6) {
            self.line("\t\ticmpv6 type @nd accept");
        }
        for &family in &families {
            let (header, always) = (header(family), always_name(self.plan, direction, family));
            let (own, other) = (own_side(direction), other_side(direction));
            self.line(&format!(
                "\t\t{header} {own} . {header} {other} @{always} accept"
            ));
        }
        for &family in &families {
            let (header, suffix) = (header(family), suffix(family));
            let (side, map) = (own_side(direction), map_prefix(direction));
            self.line(&format!("\t\t{header} {side} vmap @{map}_{suffix}"));
        }
        self.close();
    }

    fn open_chain(&mut self, name: &str) {
        let _ = writeln!(self.out, "\tchain {name} {{");
    }
}

fn group_name(group: &Group) -> String {
    format!("g_{}", fingerprint(&group.key))
}
