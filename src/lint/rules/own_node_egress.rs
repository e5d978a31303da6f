//! A deny that does not keep pods from their own node.
//!
//! ## What it does
//! Reports a policy that lets nothing out of its pods, or nothing to addresses of nodes in an `except`, where
//! the network plugin that is told or detected lets a pod reach its own node whatever policies say.
//!
//! ## Why it matters
//! What listens on a node can be reached from its pods: the kubelet, exporters, and agents of the cloud.
//! Weave Net, Azure Network Policy Manager and the Amazon VPC CNI let that through; Cilium and kube-router
//! do not. A policy that is tried out under one means something else under the other.
//!
//! ## Example
//! ```yaml
//! spec: {podSelector: {}, policyTypes: [Egress]}   # cni: weave
//! ```
//!
//! ## Use instead
//! ```yaml
//! # nothing in a NetworkPolicy: filter on the node what pods must not reach there
//! spec: {podSelector: {}, policyTypes: [Egress]}
//! ```
//!
//! ## Limits
//! Nodes are those of the input and of the settings (`nodeCIDRs`).

use crate::lint::context::Context;
use crate::lint::context::matching::blocks;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Habit, Policy, Tier};
use crate::net::AddressSet;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    if !context.cluster.practice.does(Habit::OutToNode) {
        return;
    }
    for (_, policy) in context.policies() {
        let denies = policy.egress.as_ref().is_some_and(Vec::is_empty);
        if policy.tier == Tier::NetworkPolicy && denies {
            facts.add(fact(
                context,
                policy,
                "spec.policyTypes",
                "lets nothing out",
            ));
        }
    }
    let nodes = context.cluster.nodes.rows().iter();
    let known = AddressSet::from_hosts(nodes.flat_map(|node| node.ips.iter().copied()));
    let range = AddressSet::from_cidrs(context.settings.node_cidrs.iter().copied());
    let nodes = known.union(&range);
    for at in context.rules() {
        if at.direction != Direction::Egress || at.policy.tier != Tier::NetworkPolicy {
            continue;
        }
        for (index, block) in blocks(at.rule) {
            for (hole, except) in block.except.iter().enumerate() {
                let holes = AddressSet::from_cidrs([*except]);
                if !nodes.is_empty() && !holes.intersection(&nodes).is_empty() {
                    let path = format!("{}.ipBlock.except[{hole}]", at.peer_path(index));
                    facts.add(fact(context, at.policy, &path, "leaves out nodes"));
                }
            }
        }
    }
}

fn fact(context: &Context<'_>, policy: &Policy, path: &str, label: &str) -> Fact {
    let message = context.cluster.practice.describe(Habit::OutToNode);
    Fact::new(context.policy_ref(policy), path, message)
        .at(context.span(policy, path), label)
        .means("these pods reach what listens on their own node")
        .fix("filter on the node what pods must not reach there")
}
