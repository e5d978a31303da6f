//! The other side of a rule: pods, addresses, nodes and names.
//!
//! Sources: `networking.k8s.io/v1` `NetworkPolicyPeer`, and the peers of `policy.networking.k8s.io`.

use super::Origin;
use crate::net::{AddressSet, Cidr, DomainPattern};
use crate::selector::Selector;
use std::fmt;
use std::sync::Arc;

/// Which namespaces a scope covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NamespaceScope {
    /// The one namespace of this name.
    Named(Arc<str>),
    /// The namespaces whose labels match.
    Matching(Selector),
}

/// Pods by namespace and labels; both must fit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PodScope {
    /// The namespaces.
    pub namespaces: NamespaceScope,
    /// The pods in them.
    pub pods: Selector,
}

/// A CIDR with holes. Every hole lies strictly within the CIDR.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IpBlock {
    /// The addresses that the block covers.
    pub cidr: Cidr,
    /// The addresses that it leaves out.
    pub except: Vec<Cidr>,
}

impl IpBlock {
    /// The addresses that the block matches.
    pub fn addresses(&self) -> AddressSet {
        AddressSet::from_cidrs([self.cidr])
            .difference(&AddressSet::from_cidrs(self.except.iter().copied()))
    }
}

/// One entry of `from` or `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Whom it matches.
    pub matches: PeerMatch,
    /// Where it stands in `from` or `to`.
    pub place: PeerPlace,
    /// The entry in the manifest.
    pub origin: Origin,
}

/// Whom a peer matches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PeerMatch {
    /// Pods.
    Pods(PodScope),
    /// Addresses: of what is outside the cluster, and of pods whose address is known.
    IpBlock(IpBlock),
    /// Nodes with these labels, by each of their addresses, and so the pods in their network; not the
    /// pods with a network of their own that run there. Egress rules of cluster-wide policies only.
    Nodes(Selector),
    /// Whoever has an address to which such a name leads. Egress rules of cluster-wide policies only.
    DomainName(DomainPattern),
}

impl Peer {
    /// The pods that it selects, where it selects pods.
    pub fn scope(&self) -> Option<&PodScope> {
        match &self.matches {
            PeerMatch::Pods(scope) => Some(scope),
            PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => None,
        }
    }

    /// The block that it is, where it is one.
    pub fn block(&self) -> Option<&IpBlock> {
        match &self.matches {
            PeerMatch::IpBlock(block) => Some(block),
            PeerMatch::Pods(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => None,
        }
    }
}

/// Where a peer stands among those of its rule. An entry of `to` may list several networks or names,
/// and each of them is a peer of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PeerPlace {
    /// The index of the entry of `from` or `to`.
    pub entry: usize,
    /// The list in that entry, and the index there.
    pub part: Option<(PeerList, usize)>,
}

/// A list in one entry of `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerList {
    /// `networks`.
    Networks,
    /// `domainNames`.
    DomainNames,
}

impl PeerPlace {
    /// The whole entry of this index.
    pub fn entry(entry: usize) -> Self {
        Self { entry, part: None }
    }

    /// One of what an entry lists.
    pub fn part(entry: usize, list: PeerList, index: usize) -> Self {
        let part = Some((list, index));
        Self { entry, part }
    }
}

impl fmt::Display for PeerPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.entry)?;
        match self.part {
            None => Ok(()),
            Some((PeerList::Networks, index)) => write!(f, ".networks[{index}]"),
            Some((PeerList::DomainNames, index)) => write!(f, ".domainNames[{index}]"),
        }
    }
}

/// The other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peers {
    /// Everyone, in the cluster and outside: `from` is missing, empty or null.
    Anyone,
    /// Whoever some entry matches.
    Listed(Vec<Peer>),
}

impl Peers {
    /// The entries; none where everyone is meant.
    pub fn listed(&self) -> &[Peer] {
        match self {
            Self::Anyone => &[],
            Self::Listed(peers) => peers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PeerList, PeerPlace};

    #[test]
    fn a_place_is_written_as_the_api_server_writes_it() {
        assert_eq!(PeerPlace::entry(3).to_string(), "[3]");
        let network = PeerPlace::part(1, PeerList::Networks, 2);
        assert_eq!(network.to_string(), "[1].networks[2]");
        let name = PeerPlace::part(0, PeerList::DomainNames, 4);
        assert_eq!(name.to_string(), "[0].domainNames[4]");
    }
}
