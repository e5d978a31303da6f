//! How a connection may look to the policies at its ends, and where these are.

use crate::model::{Habit, NodeId};
use std::net::IpAddr;

/// Who opens a connection, as far as its way hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client<'a> {
    /// A pod, on this node if that is known.
    Pod(Option<&'a str>),
    /// A node itself.
    Node(&'a str),
    /// Somebody outside the cluster.
    Outside,
}

/// As which source the policies over the backend may see the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeenSource {
    /// As its client.
    Client,
    /// As an address of this node, which translated it.
    Node(NodeId),
    /// As an address that is not known.
    Any,
    /// As nobody: the network plugin lets it past the policies.
    Passed,
}

/// As which destination the policies over the client may see the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenDestination {
    /// As the backend: it is translated on the client's node.
    Backend,
    /// As a node, on this port.
    Node(NodeId, u16),
    /// As an address of the Service outside the cluster, on its port.
    Address(IpAddr),
    /// As an address outside the cluster that is not known, on its port.
    Anywhere,
}

/// Whether the way leads to a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Led {
    /// It may be chosen.
    Yes,
    /// It is on another node than the only one whose pods are chosen.
    No,
    /// That hangs on nodes that are not known.
    Perhaps,
}

/// How a connection may look at both ends. Where there are several possibilities, any may be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The sources; at least one.
    pub sources: Vec<SeenSource>,
    /// The destinations; at least one.
    pub destinations: Vec<SeenDestination>,
    /// Whether the way leads to the backend.
    pub led: Led,
    /// The habits of the network plugin on which that hangs, where they are open.
    pub habits: Vec<Habit>,
}

impl Seen {
    /// As it was opened.
    pub fn plain(led: Led) -> Self {
        Self::from(vec![SeenSource::Client], led)
    }

    pub(super) fn from(sources: Vec<SeenSource>, led: Led) -> Self {
        Self {
            sources,
            destinations: vec![SeenDestination::Backend],
            led,
            habits: Vec::new(),
        }
    }

    /// Whether it looks to both ends as it was opened.
    pub fn is_plain(&self) -> bool {
        self.sources == [SeenSource::Client] && self.destinations == [SeenDestination::Backend]
    }

    pub(super) fn towards(self, destinations: Vec<SeenDestination>) -> Self {
        Self {
            destinations,
            ..self
        }
    }
}

/// Where a backend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// On this node.
    On(&'a str),
    /// One of its kind is on every node.
    Everywhere,
    /// That is not known.
    NotKnown,
}

impl Place<'_> {
    /// Whether a way that is for the pods of one node leads there.
    pub fn is_led_to_from(self, node: Option<&str>) -> Led {
        match (self, node) {
            (Self::Everywhere, _) => Led::Yes,
            (Self::On(own), Some(node)) if own == node => Led::Yes,
            (Self::On(_), Some(_)) => Led::No,
            (Self::On(_) | Self::NotKnown, None) | (Self::NotKnown, Some(_)) => Led::Perhaps,
        }
    }
}
