//! What rules of policies could match, where the input does not say everything.

use crate::model::{Cluster, NAMESPACE_NAME_LABEL, Namespace, NamespaceScope, Pod, PodScope};
use crate::model::{IpBlock, PeerMatch, Peers, PortTest, Ports, Rule};
use crate::net::{ConnSet, PortSet};
use crate::selector::Selector;
use std::sync::Arc;

/// The peers of a rule that are blocks, each with its place in the list.
pub(in crate::lint) fn blocks<'a>(rule: &'a Rule) -> impl Iterator<Item = (usize, &'a IpBlock)> + use<'a> {
    let peers = match &rule.peers {
        Peers::Anyone => &[][..],
        Peers::Listed(peers) => peers,
    };
    let peers = peers.iter().enumerate();
    peers.filter_map(|(index, peer)| match &peer.matches {
        PeerMatch::IpBlock(block) => Some((index, block)),
        PeerMatch::Pods(_) => None,
    })
}

/// The connections that ports match at an address, which has no named ports (S40).
pub(in crate::lint) fn on_address(ports: &Ports) -> ConnSet {
    let Ports::Listed(entries) = ports else {
        return ConnSet::all();
    };
    let tests = entries.iter().map(|entry| match &entry.test {
        PortTest::Range {
            protocol,
            first,
            last,
        } => ConnSet::of(*protocol, PortSet::range(*first, *last)),
        PortTest::Named { .. } => ConnSet::none(),
    });
    tests.fold(ConnSet::none(), |all, set| all.union(&set))
}

/// Whether a scope could match a pod, as far as is known: the labels of a namespace that is not
/// declared may be any, but for its name (S32).
pub(in crate::lint) fn could_match(cluster: &Cluster, scope: &PodScope, pod: &Pod) -> bool {
    let namespace = cluster.namespaces.at(pod.namespace);
    let there = match &scope.namespaces {
        NamespaceScope::Named(name) => *name == namespace.name,
        NamespaceScope::Matching(selector) => could_select(selector, namespace),
    };
    there && !pod.host_network && scope.pods.matches(&pod.labels)
}

/// Whether a selector could match a namespace, as far as its labels are known.
pub(in crate::lint) fn could_select(selector: &Selector, namespace: &Namespace) -> bool {
    if namespace.declared {
        selector.matches(&namespace.labels)
    } else {
        could_select_named(selector, &namespace.name)
    }
}

/// Whether a selector could match a namespace of which only the name is known.
pub(in crate::lint) fn could_select_named(selector: &Selector, name: &Arc<str>) -> bool {
    selector.is_satisfiable()
        && selector
            .tests()
            .iter()
            .filter(|(key, _)| **key == *NAMESPACE_NAME_LABEL)
            .all(|(_, test)| test.accepts(Some(name)))
}
