//! Which scopes, peers and rules cover which, for all pods, namespaces and addresses that could be:
//! decided from selectors and prefixes alone. What is said to be covered is; the reverse need not hold.

use super::{
    IpBlock, NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, Peers, PodScope, PortMatch, PortTest,
    Ports, Rule,
};
use crate::net::{AddressSet, RangeSet};
use crate::selector::Selector;
use std::sync::Arc;

/// Whether `other` matches every pod that `scope` matches.
pub fn scope_within(scope: &PodScope, other: &PodScope) -> bool {
    !is_possible(scope)
        || (scope.pods.implies(&other.pods) && within(&scope.namespaces, &other.namespaces))
}

/// Whether some pod that could be is matched.
pub fn is_possible(scope: &PodScope) -> bool {
    let namespaces = match &scope.namespaces {
        NamespaceScope::Named(_) => true,
        NamespaceScope::Matching(selector) => selector.is_satisfiable(),
    };
    namespaces && scope.pods.is_satisfiable()
}

fn within(namespaces: &NamespaceScope, other: &NamespaceScope) -> bool {
    match (namespaces, other) {
        (NamespaceScope::Named(name), NamespaceScope::Named(other)) => name == other,
        (NamespaceScope::Named(name), NamespaceScope::Matching(other)) => named_within(name, other),
        (NamespaceScope::Matching(selector), NamespaceScope::Named(name)) => {
            let mut tests = selector.tests().iter();
            tests.any(|(key, test)| {
                let values = test
                    .only_values()
                    .filter(|_| **key == *NAMESPACE_NAME_LABEL);
                values.is_some_and(|values| values.iter().all(|value| value == name))
            })
        }
        (NamespaceScope::Matching(selector), NamespaceScope::Matching(other)) => {
            selector.implies(other)
        }
    }
}

/// Whether a namespace of this name surely matches, whatever labels it gets: all are its own choice
/// but its name.
fn named_within(name: &Arc<str>, selector: &Selector) -> bool {
    let mut tests = selector.tests().iter();
    tests.all(|(key, test)| **key == *NAMESPACE_NAME_LABEL && test.accepts(Some(name)))
}

/// Whether a peer matches everyone whom another matches. None is everyone.
pub fn peer_within(peer: Option<&PeerMatch>, other: Option<&PeerMatch>) -> bool {
    match (peer, other) {
        (_, None) => true,
        (Some(PeerMatch::Pods(scope)), Some(PeerMatch::Pods(other))) => scope_within(scope, other),
        (Some(PeerMatch::IpBlock(block)), Some(PeerMatch::IpBlock(other))) => {
            meets(block, other) && blocks_cover(block, [other])
        }
        (Some(peer), Some(other)) => peer == other,
        (None, Some(_)) => false,
    }
}

/// Whether two blocks have addresses in common, but for what they except.
pub fn meets(block: &IpBlock, other: &IpBlock) -> bool {
    block.cidr.contains(other.cidr.first()) || other.cidr.contains(block.cidr.first())
}

/// Whether blocks together have all addresses of one.
pub fn blocks_cover<'p>(block: &IpBlock, others: impl IntoIterator<Item = &'p IpBlock>) -> bool {
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for other in others {
        let addresses = other.addresses();
        v4.extend_from_slice(addresses.v4().ranges());
        v6.extend_from_slice(addresses.v6().ranges());
    }
    // One sort of all: adding one after the other takes the square of their number.
    let all = AddressSet::from_parts(RangeSet::from_ranges(v4), RangeSet::from_ranges(v6));
    block.addresses().difference(&all).is_empty()
}

/// Whether a rule matches every flow that another one of the same direction matches, at pods of both
/// subjects.
pub fn rule_within(rule: &Rule, other: &Rule) -> bool {
    let peers = |rule: &Rule| -> Vec<Option<PeerMatch>> {
        match &rule.peers {
            Peers::Anyone => vec![None],
            Peers::Listed(peers) => peers.iter().map(|it| Some(it.matches.clone())).collect(),
        }
    };
    let theirs = peers(other);
    let within = |peer: &Option<PeerMatch>| {
        let mut theirs = theirs.iter();
        theirs.any(|other| peer_within(peer.as_ref(), other.as_ref()))
    };
    ports_within(&rule.ports, &other.ports) && peers(rule).iter().all(within)
}

/// Whether some ports are all among others, at whatever destination.
fn ports_within(ports: &Ports, other: &Ports) -> bool {
    let (listed, others) = match (ports, other) {
        (_, Ports::Any) => return true,
        (Ports::Any, Ports::Listed(_)) => return other.numbered().is_all(),
        (Ports::Listed(listed), Ports::Listed(others)) => (listed, others),
    };
    let is_name = |it: &PortMatch| matches!(it.test, PortTest::Named { .. });
    let mut names = listed.iter().filter(|it| is_name(it));
    ports.numbered().difference(&other.numbered()).is_empty()
        && names.all(|it| others.iter().any(|other| it.test == other.test))
}
