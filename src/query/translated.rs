//! What becomes of a connection that a Service leads to another port than its own, where the network
//! plugin has, or may have, limits there (S87).

use super::sight::Judged;
use super::traces::opened;
use crate::endpoint::Door;
use crate::model::{Cluster, ServicePort};
use crate::trace::{Basis, Half, Unknown, Verdict};

/// What comes of a connection to `target` through a port of a Service. Who is refused stays refused.
pub(super) fn translated(
    cluster: &Cluster,
    (door, port, target): (Door, Option<&ServicePort>, u16),
    mut judged: Judged,
) -> Judged {
    let told = &judged.told;
    // What is dialled at the pods themselves is not led anywhere.
    let Some(port) = port.filter(|_| told.verdict != Verdict::Deny && door != Door::Endpoints)
    else {
        return judged;
    };
    let entry = match (door, port.node_port) {
        (Door::NodePort(_), Some(number)) => number,
        _ => port.port,
    };
    let governs = |half: &Half| !matches!(half.basis, Basis::NotSubject(_) | Basis::NotIsolated);
    let governed = told.exemption.is_none() && (governs(&told.egress) || governs(&told.ingress));
    let ports = (entry, port.port, target);
    if let Some(habit) = cluster.practice.may_lose(port.protocol, ports, governed) {
        judged.told = opened(judged.told, &mut vec![Unknown::Habit(habit)]);
    }
    judged
}
