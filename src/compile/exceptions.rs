//! What passes for sure whatever the policies say.
//!
//! The matrix needs none of it: its cells are between two different endpoints, nodes are not among
//! them, nobody is told by the node that he is on, and no cell is cut for the sake of loopback
//! addresses (S68, S71). What an exception leaves
//! open passes not for sure, so that the policies decide what is shown.

use super::end::End;
use crate::model::{Exception, Habit, HowMany, Pod, PodNature, Practice};
use crate::net::AddressSet;

/// Which policies surely stop nothing between two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Past {
    /// None of these.
    Nothing,
    /// `NetworkPolicies`, and what cluster-wide rules say counts (S100).
    NetworkPolicies,
    /// All.
    Everything,
}

/// Past which policies some exception surely lets everything from `source` to `destination`.
pub(super) fn past(practice: &Practice, source: End<'_>, destination: End<'_>) -> Past {
    let all = Exception::ALL.into_iter();
    let mut holding =
        all.filter(|exception| lets_through(*exception, practice, source, destination));
    if holding.clone().any(|it| !it.is_from_network_policies()) {
        Past::Everything
    } else if holding.next().is_some() {
        Past::NetworkPolicies
    } else {
        Past::Nothing
    }
}

fn lets_through(
    exception: Exception,
    practice: &Practice,
    source: End<'_>,
    destination: End<'_>,
) -> bool {
    match exception {
        Exception::Itself => match (source, destination) {
            (End::Pod(a), End::Pod(b)) => {
                let one = matches!(a.count.how_many(), HowMany::None | HowMany::One);
                one && a.nature != PodNature::Hypothetical && a.key() == b.key()
            }
            (End::Pod(_) | End::Address(_), _) => false,
        },
        Exception::Loopback => match (source, destination) {
            (End::Pod(_), End::Address(address)) => AddressSet::loopback().contains(address),
            (End::Pod(_) | End::Address(_), _) => false,
        },
        Exception::SharedNode => match (source, destination) {
            (End::Pod(a), End::Pod(b)) => {
                let past = if a.host_network {
                    Habit::NodeIn
                } else {
                    Habit::OutToNode
                };
                let as_node = practice.does(Habit::HostPodIsNode) && practice.does(past);
                as_node && a.host_network != b.host_network && on_one_node(a, b)
            }
            (End::Pod(_) | End::Address(_), _) => false,
        },
        // A node is none of the ends here, and the rest is open.
        Exception::NodeToItsPod
        | Exception::ItselfThroughService
        | Exception::PodToItsNode
        | Exception::LinkLocal => false,
    }
}

fn on_one_node(a: &Pod, b: &Pod) -> bool {
    a.node.is_some() && a.node == b.node
}
