//! The classes of a matrix, cut into what a filter treats alike.

use super::filter::{Filter, Selection};
use crate::compile::Matrix;
use crate::model::{Cluster, PodId};
use crate::net::AddressSet;

/// A class of the matrix, or the part of it that a filter treats alike.
pub(super) struct Part {
    /// Its place among the classes of the matrix.
    pub(super) class: usize,
    pub(super) pods: Vec<PodId>,
    pub(super) addresses: AddressSet,
    /// Whether connections from it are wanted, and connections to it.
    pub(super) from: bool,
    pub(super) to: bool,
    /// Whether it is among the pods of which an end has to be.
    inside: bool,
}

impl Part {
    /// Whether connections from this part to another are asked for.
    pub(super) fn reaches(&self, other: &Self) -> bool {
        self.from && other.to && (self.inside || other.inside)
    }
}

/// Splits every class by whether the filter wants its endpoints as sources, as destinations, and as
/// the end that is in a namespace.
pub(super) fn parts(cluster: &Cluster, matrix: &Matrix, filter: &Filter) -> Vec<Part> {
    let mut parts = Vec::new();
    let (from, to) = (filter.from.as_ref(), filter.to.as_ref());
    let inside = |pod: PodId| filter.is_inside(cluster.pods.at(pod));
    for (class, row) in matrix.classes().iter().enumerate() {
        for (is_from, is_to) in [(true, true), (true, false), (false, true)] {
            for is_inside in [true, false] {
                let wanted = |pod: &PodId| {
                    has(from, *pod) == is_from
                        && has(to, *pod) == is_to
                        && inside(*pod) == is_inside
                };
                let pods: Vec<_> = row.pods.iter().copied().filter(wanted).collect();
                // No address outside is in a namespace, or has labels.
                let addresses = if is_inside == filter.has_inside() {
                    AddressSet::none()
                } else {
                    let sources = side(from, &row.addresses, is_from);
                    sources.intersection(&side(to, &row.addresses, is_to))
                };
                if pods.is_empty() && addresses.is_empty() {
                    continue;
                }
                parts.push(Part {
                    class,
                    pods,
                    addresses,
                    from: is_from,
                    to: is_to,
                    inside: is_inside,
                });
            }
        }
    }
    parts
}

fn has(selection: Option<&Selection>, pod: PodId) -> bool {
    selection.is_none_or(|selection| selection.pods.contains(&pod))
}

/// The addresses that a selection takes (or leaves).
fn side(selection: Option<&Selection>, addresses: &AddressSet, taken: bool) -> AddressSet {
    match (selection, taken) {
        (None, true) => addresses.clone(),
        (None, false) => AddressSet::none(),
        (Some(selection), true) => addresses.intersection(&selection.addresses),
        (Some(selection), false) => addresses.difference(&selection.addresses),
    }
}
