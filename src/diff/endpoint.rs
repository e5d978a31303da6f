//! Endpoints as they stand on each side.

use super::both::Both;
use crate::compile::ClassIndex;
use crate::model::{Pod, PodId};
use crate::net::AddressSet;
use crate::query::filter::{Filter, Selection};

/// What an endpoint is on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stand {
    /// It is not there.
    Absent,
    /// A pod of this class.
    Pod(ClassIndex, bool),
    /// Addresses outside, of this class; none where the matrix leaves them out.
    Outside(Option<ClassIndex>),
}

/// What is wanted of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Wanted {
    pub(super) from: bool,
    pub(super) to: bool,
    /// Whether it is among those of which an end has to be.
    pub(super) inside: bool,
}

/// An endpoint by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    /// How it is printed.
    pub(super) name: String,
    /// Its workload, or itself: what came or went, if it did.
    pub(super) owner: String,
    /// Its namespace.
    pub(super) namespace: String,
}

/// Endpoints that are alike on each side.
#[derive(Debug, Clone)]
pub(super) struct Joint {
    pub(super) stands: Both<Stand>,
    /// One pod of them on each side, where there are pods.
    pub(super) pods: Both<Option<PodId>>,
    pub(super) members: Vec<Member>,
    pub(super) addresses: AddressSet,
    pub(super) wanted: Wanted,
}

impl Joint {
    /// Whether it is addresses outside the cluster.
    pub(super) fn is_external(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// Whether it is not there on some side.
    pub(super) fn came_or_went(&self) -> bool {
        self.stands.0.contains(&Stand::Absent)
    }
}

impl Wanted {
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            from: self.from || other.from,
            to: self.to || other.to,
            inside: self.inside || other.inside,
        }
    }

    /// What a filter wants of a pod.
    pub(super) fn of(filter: &Filter, id: PodId, pod: &Pod) -> Self {
        let has = |selection: &Option<Selection>| {
            let selection = selection.as_ref();
            selection.is_none_or(|it| it.pods.contains(&id))
        };
        Self {
            from: has(&filter.from),
            to: has(&filter.to),
            inside: filter.is_inside(pod),
        }
    }
}
