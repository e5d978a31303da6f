//! One entry of an overview.

use crate::model::{NamespaceId, Origin};
use crate::net::AddressSet;
use std::collections::BTreeSet;

/// Endpoints with equal rights: of one namespace, or outside the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The namespace; none for addresses outside.
    pub namespace: Option<NamespaceId>,
    /// What is printed for each member: `shop/web[Deployment]`; sorted. Empty outside.
    pub members: Vec<String>,
    /// Those members that stand for several pods, which may reach each other.
    pub several: BTreeSet<String>,
    /// The addresses outside the cluster.
    pub addresses: AddressSet,
    /// Whether it is the internet: of what is outside, it has the most public addresses.
    pub internet: bool,
    /// Whether policies govern each of its pods on the way out and in; never outside.
    pub governed: [bool; 2],
    /// Whether they are in the network of their node.
    pub host_network: bool,
    /// Where the first of its pods, or their workload, is declared.
    pub origin: Origin,
}

impl Entry {
    /// How many endpoints it is counted as: its members, or one for addresses.
    pub fn count(&self) -> usize {
        self.members.len().max(1)
    }

    /// The pairs of different members from this entry to another, or within it.
    pub(super) fn pairs(&self, other: &Self, same: bool) -> usize {
        let all = self.count() * other.count();
        if same {
            all - self.count() + self.several.len()
        } else {
            all
        }
    }
}
