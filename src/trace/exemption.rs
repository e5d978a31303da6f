//! Flows that no policy can stop.

use super::truth::Truth;
use super::{End, Endpoint, Exemption, Flow, Unknown};
use crate::model::{Cluster, HowMany, NodeId, Pod, PodNature};
use crate::net::AddressSet;
use std::net::IpAddr;

/// Whether a flow is exempt from policy, and by which exemption it is or may be.
pub(super) fn read_exemption(cluster: &Cluster, flow: &Flow<'_>) -> (Truth, Option<Exemption>) {
    match (flow.source, flow.destination) {
        (Endpoint::Pod(source), Endpoint::Pod(destination)) => {
            match is_same_pod(source, destination) {
                Truth::No => (shares_node(source, destination), None),
                same @ (Truth::Yes | Truth::Maybe(_)) => (same, Some(Exemption::SamePod)),
            }
        }
        (Endpoint::Node(node), Endpoint::Pod(pod)) => {
            (runs_on(cluster, pod, node), Some(Exemption::NodeToItsPod))
        }
        // S69: open where they are on one node, or may be.
        (Endpoint::Pod(pod), Endpoint::Node(node)) => {
            let own = Truth::maybe(Unknown::OwnNode);
            (runs_on(cluster, pod, node).and(own), None)
        }
        (Endpoint::Pod(_), Endpoint::Address(address)) => match at_address(address) {
            // S71: it goes nowhere.
            At::Loopback => (Truth::Yes, Some(Exemption::Loopback)),
            at @ (At::LinkLocal | At::Elsewhere) => (at.exempts(End::Destination), None),
        },
        (Endpoint::Address(address), Endpoint::Pod(_)) => {
            (at_address(address).exempts(End::Source), None)
        }
        (Endpoint::Node(_) | Endpoint::Address(_), Endpoint::Node(_) | Endpoint::Address(_)) => {
            (Truth::No, None)
        }
    }
}

/// What kind of address a pod talks with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Loopback,
    LinkLocal,
    Elsewhere,
}

impl At {
    /// S70: who has a link-local address is on the pod's own node, and may pass for it.
    fn exempts(self, end: End) -> Truth {
        match self {
            Self::LinkLocal => Truth::maybe(Unknown::LinkLocal(end)),
            Self::Loopback | Self::Elsewhere => Truth::No,
        }
    }
}

fn at_address(address: IpAddr) -> At {
    if AddressSet::loopback().contains(address) {
        At::Loopback
    } else if AddressSet::link_local().contains(address) {
        At::LinkLocal
    } else {
        At::Elsewhere
    }
}

/// S52: a pod and itself; S53: two pods that one entry stands for are not the same, and where it
/// is not known whether there are two, that is open.
fn is_same_pod(a: &Pod, b: &Pod) -> Truth {
    if a.nature == PodNature::Hypothetical || a.key() != b.key() {
        return Truth::No;
    }
    match a.count.how_many() {
        HowMany::None | HowMany::One => Truth::Yes,
        HowMany::Several => Truth::No,
        HowMany::NotKnown => Truth::maybe(Unknown::Count),
    }
}

/// S55: a node and a pod on it; S56: open where the pod's node is not known.
fn runs_on(cluster: &Cluster, pod: &Pod, node: NodeId) -> Truth {
    match &pod.node {
        Some(name) => Truth::of(*name == cluster.nodes.at(node).name),
        None => Truth::maybe(Unknown::Node),
    }
}

/// S60: a pod in the node's own network may pass for the node at the pods of that node, and for
/// the others not.
fn shares_node(a: &Pod, b: &Pod) -> Truth {
    if a.host_network == b.host_network {
        return Truth::No;
    }
    match (&a.node, &b.node) {
        (Some(a), Some(b)) if a == b => Truth::maybe(Unknown::SharedNode),
        (Some(_), Some(_)) => Truth::No,
        (None, _) | (_, None) => Truth::maybe(Unknown::Node),
    }
}
