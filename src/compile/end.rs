//! The ends of one pair.

use crate::model::Pod;
use std::net::IpAddr;

/// One end of a pair.
#[derive(Debug, Clone, Copy)]
pub enum End<'a> {
    /// A pod that exists or could.
    Pod(&'a Pod),
    /// An address outside the cluster, or a node's.
    Address(IpAddr),
}
