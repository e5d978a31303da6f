//! Egress to the metadata service of the cloud.
//!
//! ## What it does
//! Reports an egress `ipBlock` that has `169.254.169.254` in it and is open on TCP port 80, without
//! having been written for link-local addresses. For pods that have IPv6 addresses also
//! `fd00:ec2::254`.
//!
//! ## Why it matters
//! At that address, most clouds hand out the credentials of a node, over plain HTTP and to anyone who
//! asks. An attacker who can make a pod send requests (SSRF is enough) gets the rights of the node.
//! `0.0.0.0/0` is meant as "the internet" but contains that address.
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
//!   - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]
//! ```
//!
//! ## Limits
//! Rules without `to` and pods that no policy isolates reach the address, too, and are not reported
//! here. Blocks within `169.254.0.0/16` are intentional. If nodes have no such service, or it is
//! protected in another way (`IMDSv2` with a hop limit of 1), turn the rule off.

use crate::lint::context::matching::{blocks, on_address};
use crate::lint::context::yaml::block_peer;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, IpBlock, Tier};
use crate::net::{Cidr, ConnSet, Family, Protocol};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const CHECK: Check = Check::Context(check);

const V4: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));
const V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254));

fn check(context: &Context<'_>, facts: &mut Facts) {
    let over = ConnSet::of_ranges([(Protocol::Tcp, 80, 80)]);
    for at in context.rules() {
        let opens = at.direction == Direction::Egress && at.rule.action == Action::Accept;
        if !opens || !on_address(&at.rule.ports).contains(Protocol::Tcp, 80) {
            continue;
        }
        for (index, block) in blocks(at.rule) {
            let (address, narrow) = match block.cidr.family() {
                Family::V4 => (V4, 16),
                Family::V6 => (V6, 32),
            };
            if block.cidr.length() < narrow
                && block.addresses().contains(address)
                && (address == V4 || has_v6(context, &at))
                && !context.is_denied_first(&at, address, &over)
            {
                facts.add(fact(context, &at, index, block, address));
            }
        }
    }
}

fn has_v6(context: &Context<'_>, at: &RuleAt<'_>) -> bool {
    let mut pods = context.subject(at.id).iter();
    pods.any(|&pod| context.cluster.pods.at(pod).ips.iter().any(IpAddr::is_ipv6))
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    index: usize,
    block: &IpBlock,
    address: IpAddr,
) -> Fact {
    let path = at.block_path(index);
    let hole = Cidr::host(address);
    let mut except = block.except.clone();
    except.push(hole);
    let message = format!(
        "`{}` contains {address}, the cloud's metadata service",
        block.cidr
    );
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            format!("opens TCP port 80 of {address}"),
        )
        .means("these pods can obtain the credentials of their node");
    if at.policy.tier != Tier::NetworkPolicy {
        return fact.fix(format!(
            "put a rule that denies `{hole}` before it, unless the pods need it"
        ));
    }
    fact.fix(format!("exclude `{hole}`, unless the pods need it"))
        .paste(block_peer(block.cidr, &except))
}
