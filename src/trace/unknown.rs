//! What is not known, where a verdict is undecided.

use crate::model::{Habit, NamespaceId, PolicyId, ServiceId};
use crate::net::{DomainPattern, Family};
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
    /// The end is a pod in the network of a node whose labels are not known, and a rule asks for these
    /// (S97).
    NodeLabels {
        /// The end.
        end: End,
        /// What is asked of the node's labels.
        nodes: String,
    },
    /// The end is outside, or so it seems: the addresses of nodes that a rule names are not all known
    /// (S97).
    NodeAddress(End),
    /// A rule names whoever has an address to which such a name leads, and this end may have one (S98).
    DomainName {
        /// The end.
        end: End,
        /// The pattern of names.
        pattern: DomainPattern,
    },
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
    /// Cluster-wide policies of the same tier and of two APIs match with different actions: nothing says
    /// which come first (S99).
    NoOrder(Vec<PolicyId>),
    /// The policies let the connection through over one IP family and not over the other (S49).
    Family {
        /// The family over which they let it through.
        allowed: Family,
        /// The family over which they do not.
        denied: Family,
    },
    /// A pod opens a connection to the node it is on, and the documents contradict each other on
    /// whether policies may refuse it (S69).
    OwnNode,
    /// This end is a link-local address, which is on the node of the other (S70).
    LinkLocal(End),
    /// Whether the plugin does this is not known, and the documents or the plugin's answer elsewhere
    /// make the verdict hang on it.
    Habit(Habit),
    /// A pod reaches itself through a Service (S54).
    ItselfThroughService,
    /// The Service, or a load balancer before it, may put another source in the place of the
    /// client's before policies see the connection (S62).
    RewrittenSource(ServiceId),
    /// The address of the Service outside the cluster was dialled from inside, and policies may see
    /// that address or a pod behind it as the destination (S62).
    OutsideDoor(ServiceId),
    /// The client is outside, and the Service has an address inside the cluster only (S62).
    InsideOnly(ServiceId),
    /// The load balancer of the Service takes connections from other addresses (S62).
    SourceRanges(ServiceId),
    /// The Service leads clients to pods of one node only, and which are there is not known.
    LocalPods(ServiceId),
    /// The port of the node leads to the pods of this Service (S62).
    NodePort(ServiceId),
}

impl Unknown {
    /// The habit of the network plugin that would settle it, where one would.
    pub fn habit(&self) -> Option<Habit> {
        match self {
            Self::Habit(habit) => Some(*habit),
            Self::OwnNode => Some(Habit::OutToNode),
            Self::SharedNode => Some(Habit::HostPodIsNode),
            Self::ItselfThroughService => Some(Habit::ItselfIn),
            Self::NamespaceLabels { .. }
            | Self::PodLabel { .. }
            | Self::Count
            | Self::Address(_)
            | Self::NodeLabels { .. }
            | Self::NodeAddress(_)
            | Self::DomainName { .. }
            | Self::NamedPort(_)
            | Self::Node
            | Self::EqualPriority(_)
            | Self::NoOrder(_)
            | Self::Family { .. }
            | Self::LinkLocal(_)
            | Self::RewrittenSource(_)
            | Self::OutsideDoor(_)
            | Self::InsideOnly(_)
            | Self::SourceRanges(_)
            | Self::NodePort(_)
            | Self::LocalPods(_) => None,
        }
    }
}
