//! Which scopes and peers cover which, for all pods, namespaces and addresses that could be: decided
//! from selectors and prefixes alone. What is said to be covered is; the reverse need not hold.

use crate::model::{NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, PodScope};
use crate::net::AddressSet;
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

/// Whether peers match everyone whom one peer matches, where nothing but its addresses is covered
/// by several of them together. None is everyone.
pub fn peer_within<'p>(
    peer: Option<&PeerMatch>,
    others: impl Iterator<Item = Option<&'p PeerMatch>>,
) -> bool {
    let mut addresses = AddressSet::none();
    for other in others {
        match (peer, other) {
            (_, None) => return true,
            (Some(PeerMatch::Pods(scope)), Some(PeerMatch::Pods(other)))
                if scope_within(scope, other) =>
            {
                return true;
            }
            (Some(PeerMatch::IpBlock(_)), Some(PeerMatch::IpBlock(other))) => {
                addresses = addresses.union(&other.addresses());
            }
            _ => {}
        }
    }
    match peer {
        Some(PeerMatch::IpBlock(block)) => block.addresses().difference(&addresses).is_empty(),
        Some(PeerMatch::Pods(_)) | None => false,
    }
}
