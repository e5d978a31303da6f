//! Slices that say the same in other words, told without a solver: the same selectors isolate, and
//! the same peers are let through on the same ports, once what another rule includes is left out.
//!
//! Whoever tidies policies mostly cuts them differently: one policy with two rules becomes two
//! policies of the same selector with one rule each. To prove that harmless takes questions for
//! each class of peers; to compare two sets of entries takes none. It costs the entries of a slice
//! squared, since each is held against all others. Policies of the other tiers have to be equal
//! word for word, because there the order counts.
//!
//! Only a quick look: what is alike here means the same, and what is not may still do so.

use super::encode::{End, Home, Side, Who, policies_over};
use crate::model::{
    Cluster, Direction, NamespaceScope, PeerMatch, Peers, Policy, PolicyId, Ports, Tier,
};
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::selector::Selector;
use crate::trace::Endpoint;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Whether two clusters have policies alike over the pods of a namespace, in one direction.
pub(super) fn alike(one: &Cluster, other: &Cluster, home: Home, direction: Direction) -> bool {
    let tells_apart = |it: &Cluster| it.practice.splits_words() || it.practice.tells_apis_apart();
    if tells_apart(one) || tells_apart(other) {
        return false;
    }
    let (first, second) = (over(one, home), over(other, home));
    wide(&first).eq(wide(&second)) && Slice::of(&first, direction) == Slice::of(&second, direction)
}

/// Whether two clusters have policies alike over the pods at an end, in one direction.
pub(super) fn says_the_same(
    one: &Cluster,
    other: &Cluster,
    side: &Side<'_>,
    direction: Direction,
) -> bool {
    let home = match &side.who {
        Who::Imagined(home) => *home,
        // All that are listed at one end are of one namespace.
        Who::Listed(list) => match list.first() {
            Some(Endpoint::Pod(pod)) => Home::Existing(pod.namespace),
            Some(Endpoint::Node(_) | Endpoint::Address(_)) | None => return true,
        },
        Who::Outside(_) => return true,
    };
    same_policies(one, other, home) || alike(one, other, home, direction)
}

/// Whether two clusters have the same policies over a namespace, word for word.
pub(super) fn same_policies(one: &Cluster, other: &Cluster, home: Home) -> bool {
    let over = |cluster| -> BTreeMap<PolicyId, &Policy> {
        let side = Side {
            end: End::Source,
            who: Who::Imagined(home),
        };
        policies_over(cluster, &side)
    };
    let (first, second) = (over(one), over(other));
    first.len() == second.len() && first.values().eq(second.values())
}

fn over(cluster: &Cluster, home: Home) -> Vec<&Policy> {
    let side = Side {
        end: End::Source,
        who: Who::Imagined(home),
    };
    policies_over(cluster, &side).into_values().collect()
}

/// The policies of the other tiers, whose order counts.
fn wide<'p>(policies: &'p [&'p Policy]) -> impl Iterator<Item = &'p &'p Policy> {
    let all = policies.iter();
    all.filter(|policy| policy.tier != Tier::NetworkPolicy)
}

/// The policies of a namespace in one direction, in a form that does not depend on how they are cut.
#[derive(Debug, PartialEq, Eq)]
struct Slice<'p> {
    /// Who is isolated: no selector of these implies another.
    isolating: HashSet<&'p Selector>,
    /// Who is let through where, and on which ports: no entry includes another.
    allowed: HashMap<(&'p Selector, Peer<'p>), Packets>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Peer<'p> {
    Anyone,
    Pods(&'p NamespaceScope, &'p Selector),
    Addresses(AddressSet),
    /// Such as no NetworkPolicy has: alike only to itself.
    Other(&'p PeerMatch),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Packets {
    connections: ConnSet,
    named: BTreeSet<(Arc<str>, Option<Protocol>)>,
}

impl<'p> Slice<'p> {
    fn of(policies: &[&'p Policy], direction: Direction) -> Self {
        let mut isolating: HashSet<&Selector> = HashSet::new();
        let mut allowed: HashMap<(&Selector, Peer<'_>), Packets> = HashMap::new();
        for policy in policies {
            let subject = &policy.subject.pods;
            let rules = policy.rules(direction);
            let (Tier::NetworkPolicy, Some(rules)) = (policy.tier, rules) else {
                continue;
            };
            if !subject.is_satisfiable() {
                continue;
            }
            isolating.insert(subject);
            for rule in rules {
                for peer in Peer::all(&rule.peers) {
                    let packets = allowed.entry((subject, peer)).or_default();
                    packets.add(&rule.ports);
                }
            }
        }
        let widest = |subject: &&&Selector| {
            let mut others = isolating.iter();
            !others.any(|other| other != *subject && subject.implies(other))
        };
        let isolating = isolating.iter().filter(widest).copied().collect();
        Self {
            isolating,
            allowed: without_included(&allowed),
        }
    }
}

fn without_included<'p>(
    all: &HashMap<(&'p Selector, Peer<'p>), Packets>,
) -> HashMap<(&'p Selector, Peer<'p>), Packets> {
    let included = |(subject, peer): &(&Selector, Peer<'_>), packets: &Packets| {
        all.iter().any(|((wider, others), more)| {
            (*wider != *subject || others != peer)
                && packets.is_subset(more)
                && subject.implies(wider)
                && peer.is_subset(others)
        })
    };
    let kept = all.iter().filter(|(key, packets)| !included(key, packets));
    kept.map(|(key, packets)| (key.clone(), packets.clone()))
        .collect()
}

impl<'p> Peer<'p> {
    fn all(peers: &'p Peers) -> Vec<Self> {
        let entries = match peers {
            Peers::Anyone => return vec![Self::Anyone],
            Peers::Listed(entries) => entries,
        };
        let each = entries.iter().map(|entry| match &entry.matches {
            PeerMatch::Pods(scope) => Self::Pods(&scope.namespaces, &scope.pods),
            PeerMatch::IpBlock(block) => Self::Addresses(block.addresses()),
            other @ (PeerMatch::Nodes(_) | PeerMatch::DomainName(_)) => Self::Other(other),
        });
        each.collect()
    }

    /// Whether the other surely matches all that this does.
    fn is_subset(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Anyone) => true,
            (Self::Pods(homes, pods), Self::Pods(wider, more)) => {
                let homes = match (homes, wider) {
                    (NamespaceScope::Matching(a), NamespaceScope::Matching(b)) => a.implies(b),
                    (a, b) => a == b,
                };
                homes && pods.implies(more)
            }
            (Self::Addresses(set), Self::Addresses(more)) => set.difference(more).is_empty(),
            (Self::Other(one), Self::Other(another)) => one == another,
            (Self::Anyone | Self::Pods(..) | Self::Addresses(_) | Self::Other(_), _) => false,
        }
    }
}

impl Packets {
    fn add(&mut self, ports: &Ports) {
        let named = ports.named();
        self.named
            .extend(named.map(|(name, protocol)| (Arc::clone(name), protocol)));
        self.connections = self.connections.union(&ports.numbered());
    }

    fn is_subset(&self, other: &Self) -> bool {
        self.connections.is_subset(&other.connections) && self.named.is_subset(&other.named)
    }
}
