//! The peers of a rule, with its blocks joined.
//!
//! One entry of a list is enough (S23), so all blocks of one family are one set of addresses: a list
//! of thousands of blocks is one peer, and tells addresses apart only where the whole list does.

use super::practice::Reach;
use crate::model::{PeerMatch, Peers, PodScope, Rule};
use crate::net::{AddressSet, DomainPattern, Family};
use crate::selector::Selector;

/// A peer of a rule.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum RulePeer<'a> {
    Anyone,
    Pods(&'a PodScope),
    /// The addresses of all blocks of one family, and whom they reach.
    Addresses(Family, AddressSet, Reach),
    /// Nodes, and pods in their network.
    Nodes(&'a Selector),
    /// Whoever a name may lead to.
    Named(&'a DomainPattern),
}

impl<'a> RulePeer<'a> {
    /// The peers of a rule of which blocks reach so far.
    pub(super) fn all_of(rule: &'a Rule, reach: Reach) -> Vec<Self> {
        let Peers::Listed(listed) = &rule.peers else {
            return vec![Self::Anyone];
        };
        let mut peers = Vec::new();
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for peer in listed {
            match &peer.matches {
                PeerMatch::Pods(scope) => peers.push(Self::Pods(scope)),
                PeerMatch::IpBlock(block) => match block.cidr.family() {
                    Family::V4 => v4.push(block.addresses()),
                    Family::V6 => v6.push(block.addresses()),
                },
                PeerMatch::Nodes(nodes) => peers.push(Self::Nodes(nodes)),
                PeerMatch::DomainName(pattern) => peers.push(Self::Named(pattern)),
            }
        }
        // A block may match a pod whose address is not known even if it is empty: it stays a peer.
        for (family, blocks) in [(Family::V4, v4), (Family::V6, v6)] {
            if !blocks.is_empty() {
                peers.push(Self::Addresses(family, AddressSet::union_of(blocks), reach));
            }
        }
        peers
    }
}
