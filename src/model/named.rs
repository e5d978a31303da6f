//! What is known of nodes and of names, for the peers that only cluster-wide policies have.

use super::{Cluster, Node, NodeId, Pod, ServiceKind};
use crate::net::{AddressSet, DomainPattern};
use crate::selector::Selector;
use std::net::IpAddr;

/// The domain of clusters that say nothing else.
pub const USUAL_ZONE: &str = "cluster.local";

impl Cluster {
    /// The domain of the cluster's own DNS.
    pub fn zone(&self) -> &str {
        self.zone.as_deref().unwrap_or(USUAL_ZONE)
    }

    /// Whether a name that a pattern matches may lead to pods of the namespace of this name: names of
    /// pods and of headless Services do, and all of these end in one of two ways.
    pub fn may_lead_to_pods(&self, pattern: &DomainPattern, namespace: &str) -> bool {
        let zone = self.zone();
        let mut under = ["svc", "pod"].into_iter();
        under.any(|kind| pattern.may_match_in(&format!("{namespace}.{kind}.{zone}")))
            && !self.leads_to_service(pattern)
    }

    /// Whether a pattern is for the name of one Service of the input, which has an address of its own: DNS
    /// gives that address and no other, and nobody whom policies see has it.
    pub fn leads_to_service(&self, pattern: &DomainPattern) -> bool {
        let Some(name) = pattern.exactly() else {
            return false;
        };
        let zone = self.zone().to_ascii_lowercase();
        let own = name
            .strip_suffix(&*zone)
            .and_then(|rest| rest.strip_suffix(".svc."));
        let Some((name, namespace)) = own.and_then(|own| own.split_once('.')) else {
            return false;
        };
        let mut services = self.services.rows().iter();
        let found = services.find(|it| *it.name == *name && *it.namespace == *namespace);
        found.is_some_and(|it| !it.headless && it.kind != ServiceKind::ExternalName)
    }

    /// The same of a namespace that may have any name.
    pub fn may_lead_to_new_pods(&self, pattern: &DomainPattern) -> bool {
        let zone = self.zone();
        let mut under = ["svc", "pod"].into_iter();
        under.any(|kind| pattern.may_match_in(&format!("{kind}.{zone}")))
    }

    /// The node that a pod is on: the one it names, else the one that has an address of a pod in the
    /// network of its node. None where that is not in the input.
    pub fn node_of(&self, pod: &Pod) -> Option<NodeId> {
        let mut nodes = self.nodes.iter();
        let found = match &pod.node {
            Some(name) => nodes.find(|(_, node)| node.name == *name),
            None if pod.host_network => {
                nodes.find(|(_, node)| node.ips.iter().any(|ip| pod.ips.contains(ip)))
            }
            None => None,
        };
        found.map(|(id, _)| id)
    }

    /// The addresses of the nodes that match, or of those that do not.
    pub fn node_addresses(&self, nodes: &Selector, matching: bool) -> AddressSet {
        let all = self.nodes.rows().iter();
        let found = all.filter(|node| nodes.matches(&node.labels) == matching);
        let ips = found.flat_map(|node| &node.ips);
        AddressSet::from_hosts(ips.copied())
    }

    /// Whether an address is of a node that matches, or of one that does not.
    pub fn is_node_address(&self, nodes: &Selector, matching: bool, address: IpAddr) -> bool {
        let mut all = self.nodes.rows().iter();
        all.any(|node| node.ips.contains(&address) && nodes.matches(&node.labels) == matching)
    }

    /// Whether the input has every address of the nodes that match: it has nodes, and an address of each
    /// that matches.
    pub fn knows_addresses_of(&self, nodes: &Selector) -> bool {
        let all = self.nodes.rows();
        let known = |node: &Node| !node.ips.is_empty() || !nodes.matches(&node.labels);
        !all.is_empty() && all.iter().all(known)
    }
}
