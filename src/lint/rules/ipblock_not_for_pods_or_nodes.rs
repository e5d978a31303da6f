//! Every address, under a network plugin whose blocks match no pod.
//!
//! ## What it does
//! Reports `0.0.0.0/0` or `::/0` in a rule that names no pods beside it, where the network plugin that is told
//! or detected matches blocks to addresses outside the cluster only, as Cilium does.
//!
//! ## Why it matters
//! With most plugins `0.0.0.0/0` is everyone. Cilium gives pods and nodes identities and matches blocks
//! against what has none: other pods, and mostly nodes, are refused. Whoever moves a cluster there finds
//! connections between pods closed.
//!
//! ## Example
//! ```yaml
//! from: [{ipBlock: {cidr: 0.0.0.0/0}}]   # cni: cilium
//! ```
//!
//! ## Use instead
//! ```yaml
//! from:
//!   - ipBlock: {cidr: 0.0.0.0/0}
//!   - namespaceSelector: {}
//! ```
//!
//! ## Limits
//! Not reported where the block leaves out private addresses: then the internet is meant.

use crate::lint::context::matching::blocks;
use crate::lint::context::world::{is_world, leaves_inside_open};
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, NamespaceScope, Rule, Says, Tier};
use crate::net::Cidr;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    if context.cluster.practice.says(Habit::BlocksMatchPods) != Says::No {
        return;
    }
    for at in context.rules() {
        if at.policy.tier != Tier::NetworkPolicy || names_pods(at.rule) {
            continue;
        }
        let world = blocks(at.rule).filter(|(_, it)| is_world(it) && leaves_inside_open(it));
        for (index, block) in world {
            facts.add(fact(context, &at, index, block.cidr));
        }
    }
}

/// Whether a peer is pods of other namespaces, so that somebody thought of these.
fn names_pods(rule: &Rule) -> bool {
    let mut scopes = rule.scopes();
    scopes.any(|scope| matches!(scope.namespaces, NamespaceScope::Matching(_)))
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, cidr: Cidr) -> Fact {
    let path = format!("{}.ipBlock.cidr", at.peer_path(index));
    let practice = &context.cluster.practice;
    let nodes = if practice.says(Habit::BlocksMatchNodes) == Says::No {
        " and nodes"
    } else {
        ""
    };
    let plugin = practice.plugin();
    let message = format!("`{cidr}` does not include pods{nodes} under {plugin}");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "addresses outside the cluster only")
        .means(format!("pods{nodes} of the cluster are not among these peers"))
        .fix("add a peer `namespaceSelector: {}`, or leave private addresses out if only the internet is meant")
        .paste("- namespaceSelector: {}\n")
}
