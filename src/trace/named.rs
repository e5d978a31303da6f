//! Peers that only egress rules of cluster-wide policies have: nodes by their labels, and whoever a
//! name leads to.

use super::reading::Reading;
use super::truth::Truth;
use super::{End, Endpoint, Unknown};
use crate::net::DomainPattern;
use crate::selector::Selector;

/// S97: nodes by their labels, pods in the network of one as that node, and what is outside by the
/// addresses that nodes have; never a pod with a network of its own.
pub(super) fn nodes_fit(reading: &Reading<'_>, nodes: &Selector, end: End) -> Truth {
    let cluster = reading.cluster;
    let matches = |node| Truth::of(nodes.matches(&cluster.nodes.at(node).labels));
    match reading.endpoint(end) {
        Endpoint::Node(end) => matches(end.node),
        Endpoint::Pod(pod) if !pod.host_network => Truth::No,
        Endpoint::Pod(_) if nodes.is_everything() => Truth::Yes,
        Endpoint::Pod(pod) => cluster.node_of(pod).map_or_else(
            || {
                let nodes = nodes.to_string();
                Truth::maybe(Unknown::NodeLabels { end, nodes })
            },
            matches,
        ),
        Endpoint::Address(address) => {
            if cluster.is_node_address(nodes, true, address) {
                return Truth::Yes;
            }
            let another = cluster.is_node_address(nodes, false, address);
            if another || cluster.knows_addresses_of(nodes) {
                return Truth::No;
            }
            Truth::maybe(Unknown::NodeAddress(end))
        }
    }
}

/// S98: where a name leads is not known: an address outside, a node and a pod in its network may be
/// meant. Of the other pods only those to which a name of the cluster can lead. Nobody where it is that of
/// a Service with an address of its own.
pub(super) fn name_fits(reading: &Reading<'_>, pattern: &DomainPattern, end: End) -> Truth {
    let cluster = reading.cluster;
    let may = match reading.endpoint(end) {
        Endpoint::Address(_) | Endpoint::Node(_) => !cluster.leads_to_service(pattern),
        Endpoint::Pod(pod) if pod.host_network => !cluster.leads_to_service(pattern),
        Endpoint::Pod(pod) => {
            let namespace = &cluster.namespaces.at(pod.namespace).name;
            cluster.may_lead_to_pods(pattern, namespace)
        }
    };
    if !may {
        return Truth::No;
    }
    let pattern = pattern.clone();
    Truth::maybe(Unknown::DomainName { end, pattern })
}
