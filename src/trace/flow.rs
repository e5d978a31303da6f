//! What is asked of the evaluator (S1).

use crate::model::{NodeEnd, Pod};
use crate::net::Protocol;
use std::net::IpAddr;

/// One end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// A pod that exists, or one that could.
    Pod(&'a Pod),
    /// A node itself, at an address.
    Node(NodeEnd),
    /// An address outside the cluster.
    Address(IpAddr),
}

/// One connection attempt, as the pods see it: after any translation by Services. It is
/// about who opens the connection; replies are implied (S4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow<'a> {
    /// Who opens the connection.
    pub source: Endpoint<'a>,
    /// Who is to answer.
    pub destination: Endpoint<'a>,
    /// Over which protocol.
    pub protocol: Protocol,
    /// On which port of the destination, 1 to 65535.
    pub port: u16,
}

/// The answer for one flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The connection is let through.
    Allow,
    /// It is not.
    Deny,
    /// The Kubernetes documents leave it to the network plugin, or the input does not say enough.
    Undecided,
}
