//! Every address of one IP family, for pods that have both.
//!
//! ## What it does
//! Reports a rule with `0.0.0.0/0` and no block of IPv6 (or `::/0` and none of IPv4), where pods of the policy
//! have addresses of both families and no policy on them opens anything of the other family in this
//! direction.
//!
//! ## Why it matters
//! Blocks match addresses of their own family only. With dual-stack pods, the client chooses the family
//! of a connection, and connections of the forgotten family time out.
//!
//! ## Example
//! ```yaml
//! to: [{ipBlock: {cidr: 0.0.0.0/0}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! to:
//!   - ipBlock: {cidr: 0.0.0.0/0}
//!   - ipBlock: {cidr: "::/0"}
//! ```
//!
//! ## Limits
//! Needs pods with their addresses in the input, that is a listing of a cluster. Off by default,
//! because one family may be intended.

use crate::lint::context::matching::blocks;
use crate::lint::context::world::{is_world, name};
use crate::lint::context::yaml::block_peer;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Peers, PodId, PolicyId, Tier};
use crate::net::{Cidr, Family};
use std::collections::HashSet;
use std::net::IpAddr;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let open: HashSet<(PolicyId, Direction, Family)> = context
        .rules()
        .flat_map(|at| {
            let both = [Family::V4, Family::V6].into_iter();
            let families = both.filter(move |&family| opens(&at, family));
            families.map(move |family| (at.id, at.direction, family))
        })
        .collect();
    for at in context
        .rules()
        .filter(|at| at.policy.tier == Tier::NetworkPolicy)
    {
        for (index, block) in blocks(at.rule).filter(|(_, block)| is_world(block)) {
            let other = match block.cidr.family() {
                Family::V4 => Family::V6,
                Family::V6 => Family::V4,
            };
            let closed = |pod: &&PodId| {
                let mut isolating = context.may_isolate(**pod, at.direction);
                !isolating.any(|(id, _)| open.contains(&(id, at.direction, other)))
            };
            let mut pods = context.subject(at.id).iter();
            let mut pods = pods.by_ref().filter(|pod| is_dual(context, **pod));
            if let Some(&pod) = pods.find(closed) {
                facts.add(fact(context, &at, (index, block.cidr, other), pod));
            }
        }
    }
}

fn opens(at: &RuleAt<'_>, family: Family) -> bool {
    let opens = at.rule.peers == Peers::Anyone
        || blocks(at.rule).any(|(_, block)| block.cidr.family() == family);
    opens && at.rule.action == Action::Accept
}

fn is_dual(context: &Context<'_>, pod: PodId) -> bool {
    let ips = &context.cluster.pods.at(pod).ips;
    ips.iter().any(IpAddr::is_ipv4) && ips.iter().any(IpAddr::is_ipv6)
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    (index, cidr, other): (usize, Cidr, Family),
    pod: PodId,
) -> Fact {
    let path = format!("{}.ipBlock.cidr", at.peer_path(index));
    let pod = context.cluster.pods.at(pod);
    let (ours, theirs) = (name(cidr.family()), name(other));
    let message =
        format!("`{cidr}` is open, but no {theirs} address, and the pods have both families");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), format!("{ours} only"))
        .at(pod.origin.span, "has addresses of both families")
        .means(format!(
            "connections over {ours} pass, but the same connections over {theirs} are denied"
        ))
        .fix(format!("add the same for {theirs}"))
        .paste(block_peer(Cidr::everything(other), &[]))
}
