//! What differs between two clusters: connections that opened, closed or changed, and why.
//!
//! ```text
//! both     the old side and the new one
//! endpoint how endpoints stand on each
//! side     a cluster with its matrix, and what both sides have
//! joint    endpoints of both, matched by name, as classes that neither side tells apart
//! cells    the two matrices, cell by cell
//! outcome  what is found
//! lines    cells as changes between names, ranges of addresses joined again
//! part     what an object has on each side
//! told     these parts in words
//! cause    which of these parts turned a flow: one put back, and `trace` decides
//! possible whether pods that could be created are treated alike, by `prove`
//! ```
//!
//! Cost: both matrices, and pairs of joints; a cause, a few traces for each cell that differs.

#![deny(clippy::wildcard_enum_match_arm)]

mod both;
mod cause;
mod cells;
mod counterfactual;
mod endpoint;
mod joint;
mod lines;
mod outcome;
mod part;
mod possible;
mod side;
mod told;

pub use both::Both;
pub use outcome::{Asked, Came, Cause, Change, Diff, Sign};
pub use part::{Object, Part, What};
pub use possible::{Possible, possible};

use crate::net::ConnSet;
use crate::query::filter::By;
use cause::Causes;
use cells::cells;
use joint::joints;
use lines::Lines;
use side::{Sets, Side};

/// Compares two clusters.
pub fn compare(asked: &Both<Asked<'_>>, by: By) -> Diff {
    let mut sides = asked.map(|it| Side::new(it.cluster, it.filter));
    let filters = asked.0.iter().filter_map(|it| it.filter);
    let only: Option<Vec<&ConnSet>> = filters.map(|it| it.connections.as_ref()).collect();
    let mut sets = Sets::new(only.filter(|it| !it.is_empty()).map(ConnSet::union_of));
    let joints = joints(&sides, by);
    let mut differing = Vec::new();
    let mut lines = Lines::new(&joints, by);
    cells(&mut sides, &joints, &mut sets, |cell| {
        if cell.differs() {
            differing.push(cell);
        }
        if by == By::Namespace {
            lines.gather(cell);
        }
    });
    let mut causes = Causes::new(&sides, &joints);
    for cell in differing {
        let why = causes.of(&cell, &sets);
        lines.add(cell, &why);
    }
    lines.finish(asked, &mut sets)
}
