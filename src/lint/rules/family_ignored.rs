//! A block of an IP family that the network plugin ignores.
//!
//! ## What it does
//! Reports an `ipBlock` of IPv6 where the network plugin that is told or detected has no support for it.
//! Where that is `aws-vpc-cni`: reports a block of the family that no pod has an address of.
//!
//! ## Why it matters
//! Azure Network Policy Manager reads IPv4 only. A cluster of EKS has one family, and the rules of the other
//! are ignored: they neither open nor, among `except`, close anything.
//!
//! ## Example
//! ```yaml
//! to: [{ipBlock: {cidr: "2001:db8::/32"}}]   # cni: azure-npm
//! ```
//!
//! ## Use instead
//! ```yaml
//! to: [{ipBlock: {cidr: 203.0.113.0/24}}]
//! ```
//!
//! ## Limits
//! Which family a cluster of EKS has is told by the addresses of pods in the input; without any, nothing
//! is reported.

use crate::lint::context::matching::blocks;
use crate::lint::context::world::name;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, Says, Tier};
use crate::net::{Cidr, Family};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let Some(ignored) = ignored(context) else {
        return;
    };
    for at in context.rules() {
        if at.policy.tier != Tier::NetworkPolicy {
            continue;
        }
        for (index, block) in blocks(at.rule) {
            if block.cidr.family() == ignored {
                facts.add(fact(context, &at, index, block.cidr));
            }
        }
    }
}

/// The family that the plugin reads no rules of.
fn ignored(context: &Context<'_>) -> Option<Family> {
    let practice = &context.cluster.practice;
    if practice.says(Habit::Ipv6) == Says::No {
        return Some(Family::V6);
    }
    if practice.plugin() != "aws-vpc-cni" {
        return None;
    }
    let pods = context.cluster.pods.rows().iter();
    let families: BTreeSet<Family> = pods
        .flat_map(|pod| &pod.ips)
        .map(|ip| Family::of(*ip))
        .collect();
    match families.into_iter().collect::<Vec<_>>().as_slice() {
        [Family::V4] => Some(Family::V6),
        [Family::V6] => Some(Family::V4),
        _ => None,
    }
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, cidr: Cidr) -> Fact {
    let path = format!("{}.ipBlock.cidr", at.peer_path(index));
    let family = name(cidr.family());
    let plugin = context.cluster.practice.plugin();
    let message = format!("{plugin} ignores blocks of {family} here");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            format!("{family}, which is ignored"),
        )
        .means("this peer matches nothing")
        .fix("remove it, or name the addresses of the other family")
}
