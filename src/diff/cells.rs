//! The cells of both matrices side by side. Equal contents have equal places, so that comparing two is
//! comparing numbers, and cost grows with pairs of joints, never of pods.

use super::both::Both;
use super::endpoint::Joint;
use super::side::{NOTHING, Sets, Side};

/// What passes from one joint to another on each side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// The place of the source among the joints.
    pub(super) from: usize,
    /// The place of the destination.
    pub(super) to: usize,
    /// Whether it is what passes between the pods of one member, and not between members.
    pub(super) own: bool,
    /// What passes, by place among the sets.
    pub(super) sets: Both<usize>,
}

impl Cell {
    /// Whether the two sides differ.
    pub(super) fn differs(&self) -> bool {
        self.sets.old() != self.sets.now()
    }
}

/// Calls `each` with the cells in which something passes on a side.
pub(super) fn cells(
    sides: &mut Both<Side<'_>>,
    joints: &[Joint],
    sets: &mut Sets,
    mut each: impl FnMut(Cell),
) {
    for (from, source) in joints.iter().enumerate().filter(|(_, it)| it.wanted.from) {
        for (side, stand) in sides.0.iter_mut().zip(source.stands.0) {
            side.read_row(stand);
        }
        for (to, destination) in joints.iter().enumerate() {
            let asked = destination.wanted.to
                && (source.wanted.inside || destination.wanted.inside)
                && !(source.is_external() && destination.is_external());
            if !asked {
                continue;
            }
            let within = from == to;
            let mut tell = |own: bool| {
                let mut of = |number: usize, side: &mut Side<'_>| {
                    let stand = |joint: &Joint| joint.stands.0.get(number).copied();
                    let pod = |joint: &Joint| joint.pods.0.get(number).copied().flatten();
                    let (Some(a), Some(b)) = (stand(source), stand(destination)) else {
                        return NOTHING;
                    };
                    let ends = [(source, a, pod(source)), (destination, b, pod(destination))];
                    side.cell(sets, ends, own)
                };
                let [old, new] = &mut sides.0;
                let sets = Both([of(0, old), of(1, new)]);
                if sets.0 != [NOTHING, NOTHING] {
                    each(Cell {
                        from,
                        to,
                        own,
                        sets,
                    });
                }
            };
            if !within || source.members.len() > 1 {
                tell(false);
            }
            if within {
                tell(true);
            }
        }
    }
}
