//! Which permissions make others superfluous, for all pods, namespaces and addresses that could be.

use super::cover::{is_possible, peer_within};
use super::ports::PortCover;
use crate::model::{Direction, PeerMatch, Peers, Policy, Rule};
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
            None => true,
            Some(PeerMatch::Pods(scope)) => is_possible(scope),
            Some(PeerMatch::IpBlock(block)) => !block.addresses().is_empty(),
        }
    }

    /// The places of the clauses among `others` that let everything through that this one does; none
    /// if they do not, or if that cannot be told from selectors and numbers.
    pub fn covered(&self, others: &[&Clause<'_>]) -> Option<Vec<usize>> {
        self.by_ports(others).or_else(|| self.by_addresses(others))
    }

    /// Those that each match everyone whom this one matches, on all its ports together.
    fn by_ports(&self, others: &[&Clause<'_>]) -> Option<Vec<usize>> {
        let mut ports = PortCover::default();
        let mut used = Vec::new();
        for (index, other) in others.iter().enumerate() {
            if !peer_within(self.matches, std::iter::once(other.matches)) {
                continue;
            }
            if self.ports.is_within(&other.ports) {
                return Some(vec![index]);
            }
            ports.add(&other.ports);
            used.push(index);
        }
        (!used.is_empty() && self.ports.is_within(&ports)).then_some(used)
    }

    /// Those that each open all its ports, to all its addresses together.
    fn by_addresses(&self, others: &[&Clause<'_>]) -> Option<Vec<usize>> {
        if !matches!(self.matches, Some(PeerMatch::IpBlock(_))) {
            return None;
        }
        let opening = others.iter().enumerate().filter(|(_, other)| {
            let block = matches!(other.matches, Some(PeerMatch::IpBlock(_)));
            block && self.ports.is_within(&other.ports)
        });
        let used: Vec<usize> = opening.map(|(index, _)| index).collect();
        let opening = used.iter().filter_map(|&index| others.get(index));
        peer_within(self.matches, opening.map(|other| other.matches)).then_some(used)
    }
}
