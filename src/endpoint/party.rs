//! Who is behind one end of a question.

use crate::model::{NodeEnd, NodeId, Pod, ServiceId, WhyDormant};
use crate::net::AddressSet;
use std::borrow::Cow;
use std::net::IpAddr;

/// Which end of the question a reference stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who opens the connection: no Service can.
    Source,
    /// Who accepts the connection.
    Destination,
}

/// By which way a Service is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Door {
    /// By its name: whichever way leads there.
    #[default]
    Name,
    /// By its address inside the cluster.
    Inside,
    /// By this address of it outside the cluster.
    Outside(IpAddr),
    /// By the name of its load balancer, whose address is not in the input.
    Balancer,
    /// By none: the addresses of its endpoints are dialled, as controllers of Ingresses do.
    Endpoints,
    /// By its port on this node.
    NodePort(NodeId),
    /// By this port on a node, which leads to a pod there.
    HostPort(NodeId, u16),
}

/// One of several ends is meant, and it is not known which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOf {
    /// Why it is not known: a sentence without a full stop.
    pub why: String,
    /// Whether it is sure that there is such an end: if not, nothing surely reaches it.
    pub is_there: bool,
}

impl OneOf {
    /// There is one.
    pub fn there(why: String) -> Self {
        let is_there = true;
        Self { why, is_there }
    }

    /// There may be none.
    pub fn absent(why: String) -> Self {
        let is_there = false;
        Self { why, is_there }
    }
}

/// A pod of a party.
#[derive(Debug, Clone)]
pub struct PartyPod<'a> {
    /// The pod.
    pub pod: Cow<'a, Pod>,
    /// Why it is not there now, if it is not.
    pub dormant: Option<WhyDormant>,
}

/// Who is behind one end of a question.
#[derive(Debug, Clone, Default)]
pub struct Party<'a> {
    /// How to call all of it.
    pub title: String,
    /// Pods that exist, would exist, or are imagined.
    pub pods: Vec<PartyPod<'a>>,
    /// Nodes, by the addresses that are meant.
    pub nodes: Vec<NodeEnd>,
    /// Addresses that belong to nothing in the input.
    pub addresses: AddressSet,
    /// The Service through which the pods are reached.
    pub service: Option<ServiceId>,
    /// The way to that Service.
    pub door: Door,
    /// The address that was dialled, where one was.
    pub dialled: Option<IpAddr>,
    /// Whether it is the API server, which asks nobody for names of the cluster.
    pub is_api_server: bool,
    /// Why only one of these is meant, and not known which; none where all of them are.
    pub one_of: Option<OneOf>,
    /// A Service of the same name in front of the same pods, which was not asked for.
    pub namesake: Option<ServiceId>,
    /// What to tell about how the reference was read.
    pub notes: Vec<String>,
}

impl Party<'_> {
    /// Whether nobody is meant.
    pub fn is_empty(&self) -> bool {
        self.pods.is_empty() && self.nodes.is_empty() && self.addresses.is_empty()
    }
}
