//! A deny of every address of one IP family only.
//!
//! ## What it does
//! Reports a rule of a cluster-wide policy that denies `0.0.0.0/0`, where no rule of the policy speaks of
//! addresses of IPv6, or denies `::/0` and speaks of none of IPv4.
//!
//! ## Why it matters
//! `networks` match addresses of their own family only. In a cluster with both, connections over the
//! forgotten family are not denied.
//!
//! ## Example
//! ```yaml
//! egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress: [{action: Deny, to: [{networks: [0.0.0.0/0, "::/0"]}]}]
//! ```
//!
//! ## Limits
//! A warning if a pod or a range of the settings shows that the cluster has the other family; a note if nothing
//! in the input shows which families it has. Not reported if the addresses in the input are all of the one
//! family, or another policy denies everything of the other.

use crate::diag::Severity;
use crate::lint::context::matching::blocks;
use crate::lint::context::world::{is_world, name};
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Policy, Tier};
use crate::net::{Cidr, Family};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let families = families(context);
    let denied = |at: &RuleAt<'_>| {
        at.policy.tier != Tier::NetworkPolicy
            && at.direction == Direction::Egress
            && at.rule.action == Action::Deny
    };
    for at in context.rules().filter(denied) {
        let world = blocks(at.rule).find(|(_, block)| is_world(block));
        let Some((index, block)) = world else {
            continue;
        };
        let other = match block.cidr.family() {
            Family::V4 => Family::V6,
            Family::V6 => Family::V4,
        };
        let level = match families.as_slice() {
            [] => Severity::Note,
            it if it.contains(&other) => Severity::Warning,
            _ => continue,
        };
        let elsewhere = context.rules().filter(denied).any(|it| {
            let mut all = blocks(it.rule);
            let same = it.policy.subject == at.policy.subject || is_for_all(it.policy);
            same && all.any(|(_, block)| is_world(block) && block.cidr.family() == other)
        });
        if !speaks_of(at.policy, other) && !elsewhere {
            facts.add(fact(context, &at, (index, block.cidr, other), level));
        }
    }
}

/// The families that the cluster is seen to have; none where that is not known.
fn families(context: &Context<'_>) -> Vec<Family> {
    let pods = context.cluster.pods.rows().iter();
    let ips = pods.flat_map(|pod| pod.ips.iter().map(|&ip| Family::of(ip)));
    let told = context.settings.pod_cidrs.iter().map(|it| it.family());
    let families: BTreeSet<Family> = ips.chain(told).collect();
    families.into_iter().collect()
}

fn is_for_all(policy: &Policy) -> bool {
    let all = match &policy.subject.namespaces {
        crate::model::NamespaceScope::Named(_) => false,
        crate::model::NamespaceScope::Matching(selector) => selector.is_everything(),
    };
    all && policy.subject.pods.is_everything()
}

/// Whether some egress rule of a policy has addresses of a family: then somebody thought of it.
fn speaks_of(policy: &Policy, family: Family) -> bool {
    let rules = policy.rules(Direction::Egress).unwrap_or_default();
    let mut blocks = rules.iter().flat_map(blocks);
    blocks.any(|(_, block)| block.cidr.family() == family)
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    (index, cidr, other): (usize, Cidr, Family),
    level: Severity,
) -> Fact {
    let path = at.peer_path(index);
    let (ours, theirs) = (name(cidr.family()), name(other));
    let has = if level == Severity::Note {
        "if the cluster has it"
    } else {
        "which the cluster has"
    };
    let message = format!("`{cidr}` denies {ours} only: {theirs} is not denied, {has}");
    let twin = Cidr::everything(other);
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), format!("{ours} only"))
        .means(format!(
            "connections over {theirs} are not matched by this rule"
        ))
        .fix(format!("add `\"{twin}\"` beside it"))
        .at_most(level)
}
