//! A node as an end of a connection.

use super::{Cluster, NodeId};
use crate::net::Family;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A node by the address at which it is met: one of each family, as pods have them. Packets have one
/// address, whatever others their node has; a node with several of a family is several such ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeEnd {
    /// The node.
    pub node: NodeId,
    v4: Option<Ipv4Addr>,
    v6: Option<Ipv6Addr>,
}

impl NodeEnd {
    /// A node at one address.
    pub fn at(node: NodeId, address: IpAddr) -> Self {
        let (v4, v6) = match address {
            IpAddr::V4(address) => (Some(address), None),
            IpAddr::V6(address) => (None, Some(address)),
        };
        Self { node, v4, v6 }
    }

    /// A node at these addresses of it: as many ends as it has of one family, each address in one of
    /// them at least. One without addresses is one end.
    pub fn all_of(node: NodeId, addresses: impl IntoIterator<Item = IpAddr>) -> Vec<Self> {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for address in addresses {
            match address {
                IpAddr::V4(address) => v4.push(address),
                IpAddr::V6(address) => v6.push(address),
            }
        }
        let ends = 0..v4.len().max(v6.len()).max(1);
        ends.map(|at| Self {
            node,
            v4: v4.get(at).or(v4.first()).copied(),
            v6: v6.get(at).or(v6.first()).copied(),
        })
        .collect()
    }

    /// Its addresses; none where they are not known.
    pub fn ips(self) -> Vec<IpAddr> {
        let v4 = self.v4.map(IpAddr::V4);
        v4.into_iter().chain(self.v6.map(IpAddr::V6)).collect()
    }

    /// Its address of a family.
    pub fn ip(self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.v4.map(IpAddr::V4),
            Family::V6 => self.v6.map(IpAddr::V6),
        }
    }
}

impl Cluster {
    /// The ends that a node may be.
    pub fn node_ends(&self, node: NodeId) -> Vec<NodeEnd> {
        NodeEnd::all_of(node, self.nodes.at(node).ips.iter().copied())
    }

    /// Those that it may be where this address of it was dialled, if one was.
    pub fn node_ends_at(&self, node: NodeId, dialled: Option<IpAddr>) -> Vec<NodeEnd> {
        let own = dialled.filter(|address| self.nodes.at(node).ips.contains(address));
        own.map_or_else(
            || self.node_ends(node),
            |address| vec![NodeEnd::at(node, address)],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Id as _;

    fn ends(addresses: &[&str]) -> Vec<Vec<String>> {
        let addresses = addresses.iter().map(|it| it.parse().expect("an address"));
        let ends = NodeEnd::all_of(NodeId::from_index(0), addresses).into_iter();
        let texts = |end: NodeEnd| end.ips().iter().map(ToString::to_string).collect();
        ends.map(texts).collect()
    }

    #[test]
    fn every_address_is_in_an_end_and_none_has_two_of_a_family() {
        assert_eq!(ends(&[]), [Vec::<String>::new()]);
        assert_eq!(ends(&["10.0.0.1", "fd00::1"]), [["10.0.0.1", "fd00::1"]]);
        assert_eq!(ends(&["fd00::1", "fd00::2"]), [["fd00::1"], ["fd00::2"]]);
        assert_eq!(
            ends(&["10.0.0.1", "fd00::1", "192.0.2.1"]),
            [["10.0.0.1", "fd00::1"], ["192.0.2.1", "fd00::1"]]
        );
    }
}
