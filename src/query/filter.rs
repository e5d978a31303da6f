//! Which part of a matrix is asked for.

use crate::model::{NamespaceId, Pod, PodId};
use crate::net::{AddressSet, ConnSet};
use crate::selector::Selector;
use std::collections::BTreeSet;

/// What one member of a class stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Each pod.
    Pod,
    /// The pods of one workload, where they are alike.
    #[default]
    Workload,
    /// Each namespace: what some pod of it can do.
    Namespace,
}

/// Endpoints that a listing is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The pods.
    pub pods: BTreeSet<PodId>,
    /// The addresses outside.
    pub addresses: AddressSet,
}

/// Which part of the matrix is listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only from these; none: from all.
    pub from: Option<Selection>,
    /// Only to these; none: to all.
    pub to: Option<Selection>,
    /// Only where an end is a pod of this namespace; none: everywhere.
    pub namespace: Option<NamespaceId>,
    /// Only where an end is a pod with such labels; none: whatever they are.
    pub labels: Option<Selector>,
    /// Only these connections; none: all.
    pub connections: Option<ConnSet>,
    /// What a member stands for.
    pub by: By,
    /// What it leaves out, to be told: one sentence each, lower case, no full stop.
    pub notes: Vec<String>,
}

impl Filter {
    /// Whether an end of every connection has to be among some pods.
    pub fn has_inside(&self) -> bool {
        self.namespace.is_some() || self.labels.is_some()
    }

    /// Whether a pod is among those of which an end has to be.
    pub fn is_inside(&self, pod: &Pod) -> bool {
        let namespace = self.namespace.is_none_or(|it| it == pod.namespace);
        let labels = self.labels.as_ref();
        namespace && labels.is_none_or(|it| it.matches(&pod.labels))
    }
}
