//! Every address in a rule of a cluster-wide policy, where pods are addresses, too.
//!
//! ## What it does
//! Reports an egress rule of the Admin tier that accepts or denies `0.0.0.0/0` or `::/0`, where the rule names no
//! pods and no rule before it is for pods.
//!
//! ## Why it matters
//! `networks` match pods by their addresses. Whoever denies `0.0.0.0/0` to keep pods off the internet also cuts
//! them off from each other, and from the cluster's DNS. Whoever accepts it opens all pods, and no
//! NetworkPolicy of the sender is asked.
//!
//! ## Example
//! ```yaml
//! egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - {action: Pass, to: [{namespaces: {}}]}   # NetworkPolicies decide about pods
//!   - {action: Deny, to: [{networks: [0.0.0.0/0]}]}
//! ```
//!
//! ## Limits
//! Not reported if the name of the policy says that all is meant (`deny-all-egress`). Any earlier rule
//! that may match a pod counts, on whichever ports.

use crate::lint::context::matching::blocks;
use crate::lint::context::spoken::{OtherEnd, Spoken};
use crate::lint::context::world::is_world;
use crate::lint::context::{Context, Deciding, says_all};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let direction = Direction::Egress;
    for rule in context.deciding(Tier::Admin, direction) {
        let (policy, peers) = (rule.at.policy, rule.at.rule);
        let Some((index, block)) = blocks(peers).find(|(_, block)| is_world(block)) else {
            continue;
        };
        let named = peers.scopes().next().is_some();
        if named || peers.action == Action::Pass || says_all(&policy.name) {
            continue;
        }
        let mut earlier = context.deciding(Tier::Admin, direction);
        if !earlier.any(|it| it.is_before(rule) && meets_at_pods(it, rule)) {
            let path = rule.at.peer_path(index);
            facts.add(fact(context, rule, &path, &block.cidr.to_string()));
        }
    }
}

/// Whether a rule may match pods that the other one matches.
fn meets_at_pods(rule: &Deciding<'_>, other: &Deciding<'_>) -> bool {
    let pods = |it: &&Spoken<'_>| it.end == OtherEnd::Pod;
    let mut ours = rule.flows.iter().filter(pods);
    ours.any(|it| {
        other
            .flows
            .iter()
            .filter(pods)
            .any(|other| it.may_meet(other))
    })
}

fn fact(context: &Context<'_>, rule: &Deciding<'_>, path: &str, cidr: &str) -> Fact {
    let (policy, denies) = (rule.at.policy, rule.at.rule.action == Action::Deny);
    let (does, means) = if denies {
        (
            "denies",
            "these pods can reach neither the internet nor any other pod of the cluster",
        )
    } else {
        (
            "accepts",
            "these pods may send to every pod of the cluster, whatever NetworkPolicies say of their egress",
        )
    };
    let message = format!("`{cidr}` also {does} what goes to pods of the cluster");
    Fact::new(context.policy_ref(policy), path, message)
        .at(context.span(policy, path), "pods have addresses, too")
        .means(means)
        .fix("put a rule for pods before it, such as `Pass`, which leaves them to NetworkPolicies")
        .paste("- action: Pass\n  to:\n    - namespaces: {}\n")
}
