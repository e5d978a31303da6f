//! What is not known, where a verdict is undecided.

use crate::model::{NamespaceId, PolicyId};
use crate::net::Family;
use crate::selector::Requirement;
use std::sync::Arc;

/// Which end of a flow is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Who opens the connection.
    Source,
    /// Who is to answer.
    Destination,
}

/// One thing on which an undecided verdict hangs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// The namespace is not in the input, and a selector asks for a label other than its name
    /// (S32).
    NamespaceLabels {
        /// The namespace.
        namespace: NamespaceId,
        /// What is asked of its labels.
        requirement: Requirement,
    },
    /// A controller gives the pod at this end a label whose value is not known, and a selector asks
    /// for it (S75).
    PodLabel {
        /// The end.
        end: End,
        /// What is asked of its labels.
        requirement: Requirement,
    },
    /// One entry of the input stands for both ends, and it is not known whether that is one pod,
    /// which reaches itself, or several (S53).
    Count,
    /// The address of this end is not known, and a rule names address blocks (S47).
    Address(End),
    /// The destination is only imagined, and a rule names a port by this name (S41).
    NamedPort(Arc<str>),
    /// It is not known whether both ends are on the same node, whose traffic with its pods no
    /// policy stops (S56, S60).
    Node,
    /// One end shares the network of the node on which the other end runs: plugins differ in
    /// whether they tell it from the node itself (S60).
    SharedNode,
    /// Cluster-wide policies of the same tier and priority match with different actions: plugins
    /// may follow either (S11).
    EqualPriority(Vec<PolicyId>),
    /// The policies let the connection through over one IP family and not over the other (S49).
    Family {
        /// The family over which they let it through.
        allowed: Family,
        /// The family over which they do not.
        denied: Family,
    },
}
