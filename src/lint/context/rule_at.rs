//! A rule of a policy with its place.

use crate::model::{Direction, Policy, PolicyId, Rule, Tier};

/// A rule of a policy with its place.
#[derive(Debug, Clone, Copy)]
pub struct RuleAt<'a> {
    /// The policy.
    pub id: PolicyId,
    /// The policy.
    pub policy: &'a Policy,
    /// Which way the rule goes.
    pub direction: Direction,
    /// Its place in the list, from 0.
    pub index: usize,
    /// The rule.
    pub rule: &'a Rule,
}

impl RuleAt<'_> {
    /// Its field path: `spec.ingress[0]`.
    pub fn path(&self) -> String {
        Policy::rule_path(self.direction, self.index)
    }

    /// The path of its list of peers: `spec.ingress[0].from`.
    pub fn peers_path(&self) -> String {
        format!("{}.{}", self.path(), self.direction.peers_field())
    }

    /// The path of one peer: `spec.ingress[0].from[1]`.
    pub fn peer_path(&self, index: usize) -> String {
        match self.rule.peers.listed().get(index) {
            Some(peer) => Policy::peer_path(self.direction, self.index, peer),
            None => self.peers_path(),
        }
    }

    /// The path of the addresses of one peer: `spec.ingress[0].from[1].ipBlock.cidr`, or
    /// `spec.egress[0].to[1].networks[2]`.
    pub fn block_path(&self, index: usize) -> String {
        let path = self.peer_path(index);
        if self.policy.tier == Tier::NetworkPolicy {
            format!("{path}.ipBlock.cidr")
        } else {
            path
        }
    }

    /// The path of its list of ports: `spec.ingress[0].ports`.
    pub fn ports_path(&self) -> String {
        format!("{}.ports", self.path())
    }

    /// The path of one port: `spec.ingress[0].ports[1]`.
    pub fn port_path(&self, index: usize) -> String {
        format!("{}[{index}]", self.ports_path())
    }
}
