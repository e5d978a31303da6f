//! A blocked path: the fewest changes to policies that would let a flow through, tried out in `trace`
//! before they are told.

use super::outcome::Change;
use super::witness::Scene;
use crate::model::Cluster;
use crate::repair::{Meant, Wanted, candidates};
use crate::trace::{Half, Trace, Verdict};

/// How many changes are tried out for a direction.
const TRIED: usize = 8;

/// The changes that let the refused flow through; empty where no addition to a NetworkPolicy does.
pub(super) fn of(cluster: &Cluster, scene: &Scene, trace: &Trace) -> Vec<Change> {
    let refusing = [&trace.egress, &trace.ingress].into_iter();
    let refusing: Vec<&Half> = refusing
        .filter(|half| half.verdict == Verdict::Deny)
        .collect();
    let wanted = Wanted {
        flow: scene.flow(),
        source: Meant::Itself,
        destination: Meant::Itself,
    };
    let whole = scene.over(cluster);
    let mut open = cluster.clone();
    let mut changes = Vec::new();
    for half in refusing {
        let tried = candidates(&whole, half, &wanted)
            .into_iter()
            .take(TRIED)
            .find_map(|change| {
                let trial = change.apply(&open);
                let opened = scene.half(&trial, half.direction) == Verdict::Allow;
                opened.then_some((change, trial))
            });
        let Some((change, trial)) = tried else {
            return Vec::new();
        };
        changes.push(Change {
            what: change.what(cluster),
            yaml: change.yaml(cluster),
            origin: change.origin(cluster),
        });
        open = trial;
    }
    changes
}
