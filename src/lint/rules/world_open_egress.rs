//! Egress to every address on every port.
//!
//! ## What it does
//! Reports an egress rule for every port, or every TCP port, with the block `0.0.0.0/0` or `::/0` and no
//! private network among its exceptions.
//!
//! ## Why it matters
//! Such a rule restricts nothing: data can leave to anywhere, over any port, including the private
//! networks around the cluster.
//!
//! ## Example
//! ```yaml
//! egress:
//!   - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - to:
//!       - ipBlock:
//!           cidr: 0.0.0.0/0
//!           except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16]
//!     ports: [{port: 443}]
//! ```
//!
//! ## Limits
//! Off by default: many applications must reach the internet. A rule without `to` is not reported here.

use crate::lint::context::matching::{blocks, on_address};
use crate::lint::context::world::{is_world, leaves_inside_open};
use crate::lint::context::yaml::block_peer;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Tier};
use crate::net::{Cidr, Family, Protocol};

pub(super) const CHECK: Check = Check::Context(check);

/// What is mostly meant to be left out of "the internet".
const V4: [&str; 5] = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
];
const V6: [&str; 2] = ["fc00::/7", "fe80::/10"];

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.rules() {
        let opens = at.direction == Direction::Egress && at.policy.tier == Tier::NetworkPolicy;
        if !opens
            || context.may_be_denied_first(&at)
            || !on_address(&at.rule.ports).ports(Protocol::Tcp).is_all()
        {
            continue;
        }
        for (index, block) in blocks(at.rule) {
            if is_world(block) && leaves_inside_open(block) {
                facts.add(fact(context, &at, index, block.cidr));
            }
        }
    }
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, cidr: Cidr) -> Fact {
    let path = format!("{}.ipBlock.cidr", at.peer_path(index));
    let inside = match cidr.family() {
        Family::V4 => &V4[..],
        Family::V6 => &V6[..],
    };
    let holes: Vec<Cidr> = inside
        .iter()
        .filter_map(|it| Cidr::parse(it).ok())
        .collect();
    let message = format!("`{cidr}` is open on every port, private networks included");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "every address")
        .means("these pods may send anything anywhere")
        .fix("list the destinations and ports, or exclude the private networks")
        .paste(block_peer(cidr, &holes))
}
