//! Which scopes and peers cover which, for all pods, namespaces and addresses that could be: decided
//! from selectors and prefixes alone. What is said to be covered is; the reverse need not hold.

use crate::model::{IpBlock, NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, PodScope};
use crate::net::{AddressSet, Bound, RangeSet};
use crate::selector::Selector;

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
fn named_within(name: &std::sync::Arc<str>, selector: &Selector) -> bool {
    let mut tests = selector.tests().iter();
    tests.all(|(key, test)| **key == *NAMESPACE_NAME_LABEL && test.accepts(Some(name)))
}

/// Whether a namespace may match of which nothing but the name is known.
pub fn may_match(selector: &Selector, name: &std::sync::Arc<str>) -> bool {
    let mut tests = selector.tests().iter();
    tests.all(|(key, test)| {
        !test.is_nothing() && (**key != *NAMESPACE_NAME_LABEL || test.accepts(Some(name)))
    })
}

/// Whether a peer matches everyone whom another matches. None is everyone.
pub fn peer_within(peer: Option<&PeerMatch>, other: Option<&PeerMatch>) -> bool {
    match (peer, other) {
        (_, None) => true,
        (Some(PeerMatch::Pods(scope)), Some(PeerMatch::Pods(other))) => scope_within(scope, other),
        (Some(PeerMatch::IpBlock(block)), Some(PeerMatch::IpBlock(other))) => {
            meets(block, other) && blocks_cover(block, [other])
        }
        (Some(_) | None, Some(_)) => false,
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

/// The numbers that at least two of the ranges have.
pub fn doubled<T: Bound>(mut ranges: Vec<(T, T)>) -> RangeSet<T> {
    ranges.sort_unstable();
    let mut twice = Vec::new();
    let mut reached: Option<T> = None;
    for (first, last) in ranges {
        if let Some(reached) = reached.filter(|&reached| first <= reached) {
            twice.push((first, last.min(reached)));
        }
        reached = Some(reached.map_or(last, |reached| reached.max(last)));
    }
    RangeSet::from_ranges(twice)
}

/// Whether a set has all numbers of a range.
pub fn holds<T: Bound>(set: &RangeSet<T>, (first, last): (T, T)) -> bool {
    let ranges = set.ranges();
    let after = ranges.partition_point(|(start, _)| *start <= first);
    let before = after.checked_sub(1).and_then(|place| ranges.get(place));
    before.is_some_and(|(_, end)| last <= *end)
}
