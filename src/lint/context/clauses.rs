//! Which permissions make others superfluous, for all pods, namespaces and addresses that could be.

use super::cover::{blocks_cover, is_possible, meets, peer_within};
use super::ports::PortCover;
use crate::model::{Direction, PeerMatch, Peers, Policy, Rule};
use crate::net::Protocol;
use std::rc::Rc;

/// One peer of one rule with the rule's ports: what it lets through.
#[derive(Debug, Clone)]
pub struct Clause<'a> {
    /// The rule's place in its list.
    pub rule: usize,
    /// The peer's place in its list; 0 where the rule lists none.
    pub peer: usize,
    /// The peer; none for everyone.
    pub matches: Option<&'a PeerMatch>,
    /// The ports.
    pub ports: Rc<PortCover>,
}

impl<'a> Clause<'a> {
    /// The clauses of a policy for one direction.
    pub fn of_policy(policy: &'a Policy, direction: Direction) -> Vec<Self> {
        let rules = policy.rules(direction).unwrap_or_default();
        let rules = rules.iter().enumerate();
        rules
            .flat_map(|(index, rule)| Self::of_rule(index, rule))
            .collect()
    }

    fn of_rule(index: usize, rule: &'a Rule) -> Vec<Self> {
        let ports = Rc::new(PortCover::of(&rule.ports));
        let clause = |peer, matches| Self {
            rule: index,
            peer,
            matches,
            ports: Rc::clone(&ports),
        };
        match &rule.peers {
            Peers::Anyone => vec![clause(0, None)],
            Peers::Listed(peers) => {
                let peers = peers.iter().enumerate();
                peers
                    .map(|(index, peer)| clause(index, Some(&peer.matches)))
                    .collect()
            }
        }
    }

    /// Whether it could ever let anything through.
    pub fn is_possible(&self) -> bool {
        match self.matches {
            None | Some(PeerMatch::DomainName(_)) => true,
            Some(PeerMatch::Pods(scope)) => is_possible(scope),
            Some(PeerMatch::IpBlock(block)) => !block.addresses().is_empty(),
            Some(PeerMatch::Nodes(nodes)) => nodes.is_satisfiable(),
        }
    }

    /// What comparing it with another one costs, in entries.
    pub(in crate::lint) fn weight(&self) -> usize {
        let of_peer = match self.matches {
            Some(PeerMatch::IpBlock(block)) => block.except.len(),
            Some(PeerMatch::Pods(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_)) | None => 0,
        };
        let ranges: usize = Protocol::ALL
            .iter()
            .map(|&protocol| self.ports.fixed.ports(protocol).ranges().len())
            .sum();
        1 + of_peer + ranges + self.ports.names.len()
    }

    /// The places of the clauses among `others` that let everything through that this one does; none
    /// if they do not, or if that cannot be told from selectors and numbers.
    pub fn covered(&self, others: &[&Clause<'_>]) -> Option<Vec<usize>> {
        self.by_ports(others).or_else(|| self.by_addresses(others))
    }

    /// Those that each match everyone whom this one matches, on all its ports together.
    fn by_ports(&self, others: &[&Clause<'_>]) -> Option<Vec<usize>> {
        let mut used = Vec::new();
        for (index, other) in others.iter().enumerate() {
            if !peer_within(self.matches, other.matches) || !self.ports.meets(&other.ports) {
                continue;
            }
            if self.ports.is_within(&other.ports) {
                return Some(vec![index]);
            }
            used.push(index);
        }
        let ports = used.iter().filter_map(|&index| others.get(index));
        let ports = PortCover::together(ports.map(|other| &*other.ports));
        (!used.is_empty() && self.ports.is_within(&ports)).then_some(used)
    }

    /// Those that each open all its ports, to all its addresses together.
    fn by_addresses(&self, others: &[&Clause<'_>]) -> Option<Vec<usize>> {
        let Some(PeerMatch::IpBlock(block)) = self.matches else {
            return None;
        };
        let (mut used, mut blocks) = (Vec::new(), Vec::new());
        for (index, other) in others.iter().enumerate() {
            if let Some(PeerMatch::IpBlock(theirs)) = other.matches
                && meets(block, theirs)
                && self.ports.is_within(&other.ports)
            {
                used.push(index);
                blocks.push(theirs);
            }
        }
        blocks_cover(block, blocks).then_some(used)
    }
}
