//! A block of nodes, which Cilium does not match.
//!
//! ## What it does
//! Where the settings say that the plugin is Cilium: reports an `ipBlock` that is the address of a node in
//! the input, or that lies within the nodes' ranges in the settings (`nodeCIDRs`).
//!
//! ## Why it matters
//! Cilium gives nodes an identity and matches blocks only against addresses that have none. Unless it
//! runs with `policyCIDRMatchMode: nodes`, such a peer matches nothing: health checks, the API server and
//! host-network pods are refused.
//!
//! ## Example
//! ```yaml
//! from: [{ipBlock: {cidr: 192.168.10.0/24}}]   # the nodes
//! ```
//!
//! ## Use instead
//! ```yaml
//! # the Helm value of Cilium
//! policyCIDRMatchMode: nodes
//! ```
//!
//! ## Limits
//! With other plugins, blocks of node addresses match, and there is no finding. The settings cannot
//! express how Cilium is configured: if you use `policyCIDRMatchMode: nodes`, turn the rule off.

use crate::lint::context::matching::blocks;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, Says, Tier};
use crate::net::{AddressSet, Cidr};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let practice = &context.cluster.practice;
    if practice.says(Habit::BlocksMatchNodes) != Says::No {
        return;
    }
    let nodes = context.cluster.nodes.rows().iter();
    let known = AddressSet::from_hosts(nodes.flat_map(|node| node.ips.iter().copied()));
    let range = AddressSet::from_cidrs(context.settings.node_cidrs.iter().copied());
    let all = known.union(&range);
    for at in context
        .rules()
        .filter(|at| at.policy.tier == Tier::NetworkPolicy)
    {
        for (index, block) in blocks(at.rule) {
            let addresses = block.addresses();
            if !addresses.is_empty() && addresses.difference(&all).is_empty() {
                facts.add(fact(context, &at, index, block.cidr));
            }
        }
    }
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, cidr: Cidr) -> Fact {
    let path = format!("{}.ipBlock.cidr", at.peer_path(index));
    let message = format!("`{cidr}` contains nodes, which Cilium does not match by address");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "addresses of nodes")
        .means("this peer matches nothing, unless Cilium runs with `policyCIDRMatchMode: nodes`")
        .fix("set `policyCIDRMatchMode: nodes`, or name the entities `host` and `remote-node` in a CiliumNetworkPolicy")
}
