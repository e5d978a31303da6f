//! The sets: what rules compare addresses and ports with.

use super::elements::{Addresses, elements};
use super::ports::{FEW, PortList};
use super::{Writer, address_type, suffix};
use crate::emit::name::{comment, fingerprint};
use crate::emit::plan::{Members, NamedPorts, PeerSet, Plan};
use crate::model::Direction;
use crate::net::Family;
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::net::IpAddr;

/// How long a comment may be, in bytes; nft takes 128.
pub(super) const COMMENT: usize = 120;

/// The types of Neighbour Discovery: without them, no IPv6 neighbour is found across a bridge.
const DISCOVERY: [&str; 5] = [
    "nd-router-solicit",
    "nd-router-advert",
    "nd-neighbor-solicit",
    "nd-neighbor-advert",
    "nd-redirect",
];

/// The name of a set of addresses of a family.
pub(super) fn peer_name(set: &PeerSet, family: Family) -> String {
    let letter = match set.members {
        Members::Pods(_) => 'p',
        Members::Blocks(_) => 'b',
    };
    format!("{letter}_{}_{}", fingerprint(&set.key), suffix(family))
}

/// The addresses of a set that needs none in a family: few blocks, which stand in the rules. None for
/// what has to be a set.
pub(super) fn few(set: &PeerSet, family: Family) -> Option<Vec<Addresses>> {
    let Members::Blocks(blocks) = &set.members else {
        return None;
    };
    let blocks = blocks.only(family);
    let all: Vec<Addresses> = blocks
        .ranges()
        .map(|(first, last)| Addresses(first, last))
        .collect();
    (all.len() <= FEW).then_some(all)
}

/// The name of a set of named ports of a family.
pub(super) fn named_name(set: &NamedPorts, family: Family) -> String {
    format!("n_{}_{}", fingerprint(&set.key), suffix(family))
}

impl Writer<'_> {
    /// All sets. The kernel goes through them from the first for each rule that names one, so those come
    /// first that many rules name.
    pub(super) fn sets(&mut self) {
        let plan = self.plan;
        let families = self.used.families.clone();
        for list in self.used.port_sets() {
            self.ports(&list);
        }
        let named = self.used.named.iter().map(|&id| plan.named.at(id));
        let mut named: Vec<&NamedPorts> = named.collect();
        named.sort_by_key(|set| (&set.words, &set.key));
        for set in named {
            for &family in &families {
                self.named(set, family);
            }
        }
        let alone = self.used.peers.iter();
        let alone = alone.filter(|(id, _)| !self.used.numbers.contains_key(id));
        let peers = alone.map(|(&id, &uses)| (Reverse(uses), plan.peers.at(id)));
        let mut peers: Vec<(Reverse<usize>, &PeerSet)> = peers.collect();
        peers.sort_by_key(|&(uses, set)| (uses, &set.words, &set.key));
        for (_, set) in peers {
            for &family in &families {
                self.peers(set, family);
            }
        }
        for &family in &families {
            self.numbered(family);
            self.always(family);
        }
        if families.contains(&Family::V6) {
            self.open("set nd", "icmpv6_type");
            elements(&mut self.out, DISCOVERY);
            self.close();
        }
    }

    fn peers(&mut self, set: &PeerSet, family: Family) {
        if few(set, family).is_some() {
            return;
        }
        let what = format!("set {}", peer_name(set, family));
        self.open(&what, address_type(family));
        match &set.members {
            Members::Pods(pods) => {
                self.comment(&set.words);
                let own = pods.iter().filter(|&&ip| Family::of(ip) == family);
                elements(&mut self.out, own);
            }
            Members::Blocks(blocks) => {
                self.line("\t\tflags interval");
                self.comment(&set.words);
                let own = blocks
                    .ranges()
                    .filter(|&(first, _)| Family::of(first) == family);
                elements(
                    &mut self.out,
                    own.map(|(first, last)| Addresses(first, last)),
                );
            }
        }
        self.close();
    }

    /// The sets of pods that share one. It is said once what the numbers mean.
    fn numbered(&mut self, family: Family) {
        let plan = self.plan;
        let numbers = self.used.numbers.iter();
        let mut all: Vec<(u32, &PeerSet)> = numbers
            .map(|(&id, &number)| (number, plan.peers.at(id)))
            .collect();
        all.sort_by_key(|(number, _)| *number);
        if all.is_empty() {
            return;
        }
        let kind = format!("{} . mark", address_type(family));
        self.open(&format!("set pods_{}", suffix(family)), &kind);
        self.comment("pods with the numbers of the peers that they are of");
        if self.used.families.first() == Some(&family) {
            for (number, set) in &all {
                self.line(&format!("\t\t# {number}: {}", comment(&set.words, COMMENT)));
            }
        }
        let pods = all.iter().flat_map(|(number, set)| {
            let pods = match &set.members {
                Members::Pods(pods) => Some(pods),
                Members::Blocks(_) => None,
            };
            let pods = pods.into_iter().flatten();
            pods.map(move |&ip| (ip, *number))
        });
        let own = pods.filter(|&(ip, _)| Family::of(ip) == family);
        elements(
            &mut self.out,
            own.map(|(ip, number)| format!("{ip} . {number}")),
        );
        self.close();
    }

    fn named(&mut self, set: &NamedPorts, family: Family) {
        let kind = format!("{} . inet_proto . inet_service", address_type(family));
        self.open(&format!("set {}", named_name(set, family)), &kind);
        self.comment(&set.words);
        let own = set
            .members
            .iter()
            .filter(|(ip, ..)| Family::of(*ip) == family);
        elements(
            &mut self.out,
            own.map(|(ip, protocol, port)| format!("{ip} . {} . {port}", protocol.small_name())),
        );
        self.close();
    }

    fn ports(&mut self, list: &PortList) {
        self.open(&format!("set {}", list.name()), "inet_proto . inet_service");
        if list.has_ranges() {
            self.line("\t\tflags interval");
        }
        elements(&mut self.out, list.elements());
        self.close();
    }

    /// Pairs that begin with the governed pod; each hook looks for its own first. One set serves both
    /// directions, unless something is denied on the way to the own node (S100).
    fn always(&mut self, family: Family) {
        let mut written = None;
        let judged = Direction::BOTH.into_iter();
        for direction in judged.filter(|&it| !self.plan.governed(it).is_empty()) {
            let name = always_name(self.plan, direction, family);
            if written.as_ref() != Some(&name) {
                self.always_of(&name, family, direction);
            }
            written = Some(name);
        }
    }

    fn always_of(&mut self, name: &str, family: Family, direction: Direction) {
        let address = address_type(family);
        self.open(&format!("set {name}"), &format!("{address} . {address}"));
        self.comment("a pod and itself, a pod and its node");
        let pairs = self.plan.exempt(direction);
        let mut own: Vec<(IpAddr, IpAddr)> = pairs
            .filter(|(own, _)| Family::of(*own) == family)
            .collect();
        own.sort_unstable();
        elements(
            &mut self.out,
            own.iter().map(|(own, other)| format!("{own} . {other}")),
        );
        self.close();
    }

    pub(super) fn open(&mut self, what: &str, kind: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "\t{what} {{\n\t\ttype {kind}");
    }

    pub(super) fn close(&mut self) {
        self.line("\t}");
    }

    fn comment(&mut self, words: &str) {
        let words = comment(words, COMMENT);
        let _ = writeln!(self.out, "\t\tcomment \"{words}\"");
    }
}

/// The set of what no policy can stop in a direction. That a direction has its own hangs on policies,
/// not on what is in it: another pod changes elements only.
pub(super) fn always_name(plan: &Plan, direction: Direction, family: Family) -> String {
    let suffix = suffix(family);
    if direction == Direction::Ingress && plan.denies_out() {
        format!("always_in_{suffix}")
    } else {
        format!("always_{suffix}")
    }
}
