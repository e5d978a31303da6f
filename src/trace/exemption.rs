//! Flows that no policy can stop.

use super::reading::does;
use super::truth::Truth;
use super::{End, Endpoint, Exemption, Flow, Unknown};
use crate::model::{Cluster, Exception, Habit, HowMany, NodeId, Pod, PodNature, Practice, Says};
use crate::net::AddressSet;
use std::net::IpAddr;

/// Whether a flow is exempt, and by which exemption it is or may be.
#[derive(Debug, Clone)]
pub(super) struct Exempt {
    holds: Truth,
    told: Option<Exemption>,
}

impl Default for Exempt {
    fn default() -> Self {
        Self {
            holds: Truth::No,
            told: None,
        }
    }
}

impl Exempt {
    /// That it is open.
    fn open(&self) -> Truth {
        match self.told {
            Some(Exemption::PodToItsNode) => Truth::maybe(Unknown::OwnNode),
            Some(Exemption::SharedNode) => Truth::maybe(Unknown::SharedNode),
            Some(Exemption::SamePod | Exemption::NodeToItsPod | Exemption::Loopback) | None => {
                Truth::No
            }
        }
    }

    fn add(&mut self, exception: Exception, holds: Truth) {
        if holds.is_possible() {
            self.told = self.told.or(exemption(exception));
        }
        self.holds = std::mem::replace(&mut self.holds, Truth::No).or(holds);
    }
}

/// What a flow is exempt from.
#[derive(Debug, Clone, Default)]
pub(super) struct Exemptions {
    /// From every policy.
    from_all: Exempt,
    /// From `NetworkPolicies`.
    from_namespaced: Exempt,
}

impl Exemptions {
    /// Whether the flow is let through whatever policies say, where `denied` is whether a cluster-wide
    /// rule denies it (S100).
    pub(super) fn hold(&self, denied: &Truth) -> Truth {
        let from_namespaced = &self.from_namespaced;
        let not_denied = denied.clone().not();
        let namespaced = match &from_namespaced.holds {
            // What a plugin lets past NetworkPolicies, it may let past these rules too.
            Truth::Yes => not_denied.or(from_namespaced.open()),
            holds @ (Truth::No | Truth::Maybe(_)) => holds.clone().and(not_denied),
        };
        self.from_all.holds.clone().or(namespaced)
    }

    /// Which of them surely holds, given this of all readings.
    pub(super) fn told(&self, hold: bool) -> Option<Exemption> {
        let Self {
            from_all,
            from_namespaced,
        } = self;
        let told = if from_all.holds.is_certain() {
            from_all.told
        } else {
            from_namespaced.told
        };
        told.filter(|_| hold)
    }
}

/// Whether a flow is exempt from policy.
pub(super) fn read_exemptions(
    cluster: &Cluster,
    practice: &Practice,
    flow: &Flow<'_>,
) -> Exemptions {
    let mut exemptions = Exemptions::default();
    for exception in Exception::ALL {
        let from = if exception.is_from_network_policies() {
            &mut exemptions.from_namespaced
        } else {
            &mut exemptions.from_all
        };
        from.add(exception, holds(exception, (cluster, practice), flow));
    }
    exemptions
}

/// The exemption that an exception is where it holds for sure; none where it never does.
fn exemption(exception: Exception) -> Option<Exemption> {
    match exception {
        Exception::Itself => Some(Exemption::SamePod),
        Exception::NodeToItsPod => Some(Exemption::NodeToItsPod),
        Exception::Loopback => Some(Exemption::Loopback),
        Exception::PodToItsNode => Some(Exemption::PodToItsNode),
        Exception::SharedNode => Some(Exemption::SharedNode),
        Exception::ItselfThroughService | Exception::LinkLocal => None,
    }
}

/// Whether policies cannot stop the flow because of this exception.
fn holds(
    exception: Exception,
    (cluster, practice): (&Cluster, &Practice),
    flow: &Flow<'_>,
) -> Truth {
    let ends = (flow.source, flow.destination);
    match exception {
        Exception::Itself => match ends {
            (Endpoint::Pod(source), Endpoint::Pod(destination)) => is_same_pod(source, destination),
            _ => Truth::No,
        },
        // A flow is at the address of its destination: `trace_itself_through_service` is asked
        // about this one.
        Exception::ItselfThroughService => Truth::No,
        Exception::NodeToItsPod => match ends {
            (Endpoint::Node(node), Endpoint::Pod(pod)) => {
                runs_on(cluster, pod, node.node).and(does(practice, Habit::NodeIn))
            }
            _ => Truth::No,
        },
        // S69: open where they are on one node, or may be.
        Exception::PodToItsNode => match ends {
            (Endpoint::Pod(pod), Endpoint::Node(node)) => {
                runs_on(cluster, pod, node.node).and(out_to_node(practice))
            }
            _ => Truth::No,
        },
        Exception::SharedNode => match ends {
            (Endpoint::Pod(source), Endpoint::Pod(destination)) => {
                let shared = shares_node(source, destination);
                match practice.says(Habit::HostPodIsNode) {
                    Says::Open if !shared.is_certain() => shared,
                    Says::Yes | Says::No | Says::Open => shared.and(as_node(practice, source)),
                }
            }
            _ => Truth::No,
        },
        Exception::LinkLocal => match ends {
            (Endpoint::Pod(_), Endpoint::Address(address)) => {
                is_link_local(address, End::Destination)
            }
            (Endpoint::Address(address), Endpoint::Pod(_)) => is_link_local(address, End::Source),
            _ => Truth::No,
        },
        // S71: it goes nowhere.
        Exception::Loopback => match ends {
            (Endpoint::Pod(_), Endpoint::Address(address)) => {
                Truth::of(AddressSet::loopback().contains(address))
            }
            _ => Truth::No,
        },
    }
}

/// S70: who has a link-local address is on the pod's own node, and may pass for it.
fn is_link_local(address: IpAddr, end: End) -> Truth {
    let local = Truth::of(AddressSet::link_local().contains(address));
    local.and(Truth::maybe(Unknown::LinkLocal(end)))
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

/// S69, S90: whether a pod always reaches its own node.
fn out_to_node(practice: &Practice) -> Truth {
    match practice.says(Habit::OutToNode) {
        Says::Yes => Truth::Yes,
        Says::No => Truth::No,
        Says::Open => Truth::maybe(Unknown::OwnNode),
    }
}

/// S60, S90: whether policies do not stop traffic between a pod and one in the network of its node, which
/// is the source or the destination.
fn as_node(practice: &Practice, source: &Pod) -> Truth {
    match practice.says(Habit::HostPodIsNode) {
        Says::Yes if source.host_network => does(practice, Habit::NodeIn),
        Says::Yes => out_to_node(practice),
        Says::No => Truth::No,
        Says::Open => Truth::maybe(Unknown::SharedNode),
    }
}

/// S60: a pod in the node's own network may pass for the node at the pods of that node, and for
/// the others not.
fn shares_node(a: &Pod, b: &Pod) -> Truth {
    if a.host_network == b.host_network {
        return Truth::No;
    }
    match (&a.node, &b.node) {
        (Some(a), Some(b)) => Truth::of(a == b),
        (None, _) | (_, None) => Truth::maybe(Unknown::Node),
    }
}
