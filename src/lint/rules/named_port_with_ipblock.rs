//! A port name for addresses, which have no port names.
//!
//! ## What it does
//! Reports a named port of an egress rule whose peers are all `ipBlock`s. Where the blocks have no
//! address that pods may have, it is an error.
//!
//! ## Why it matters
//! A name is looked up among the container ports of the destination pod. An address outside the cluster
//! has none, so the entry opens nothing.
//!
//! ## Example
//! ```yaml
//! egress:
//!   - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
//!     ports: [{port: https}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
//!     ports: [{port: 443}]
//! ```
//!
//! ## Limits
//! A block may hold addresses of pods, whose ports have names: silent where a pod of the input has an
//! address in the block and a port of that name. Pods may have addresses of `podCIDRs` in the settings,
//! or of any private range where these are not known.

use crate::lint::context::{Context, PortAt, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PeerMatch, Peers, PortTest};
use crate::net::{AddressSet, Cidr, Protocol};

pub(super) const CHECK: Check = Check::Context(check);

/// Addresses that clusters give to pods where nobody says so: private, shared and unique local ones.
const PRIVATE: [&str; 5] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
];

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut pods = None;
    for port in context.ports() {
        let PortTest::Named { name, protocol } = &port.port.test else {
            continue;
        };
        let Some(addresses) = addresses(&port.at) else {
            continue;
        };
        if is_name_of_pod(context, &addresses, (name, *protocol)) {
            continue;
        }
        let pods = pods.get_or_insert_with(|| pod_addresses(context));
        let outside = addresses.intersection(pods).is_empty();
        facts.add(fact(context, &port, name, outside));
    }
}

/// The addresses that an egress rule names, where it names nothing else.
fn addresses(at: &RuleAt<'_>) -> Option<AddressSet> {
    let Peers::Listed(peers) = &at.rule.peers else {
        return None;
    };
    if at.direction == Direction::Ingress {
        return None;
    }
    let mut all = Vec::new();
    for peer in peers {
        let PeerMatch::IpBlock(block) = &peer.matches else {
            return None;
        };
        all.push(block.addresses());
    }
    Some(AddressSet::union_of(all))
}

fn is_name_of_pod(
    context: &Context<'_>,
    addresses: &AddressSet,
    (name, protocol): (&str, Option<Protocol>),
) -> bool {
    context.cluster.pods.rows().iter().any(|pod| {
        !pod.host_network
            && pod.named_port(name, protocol).next().is_some()
            && pod.ips.iter().any(|&ip| addresses.contains(ip))
    })
}

/// The addresses that pods may have.
fn pod_addresses(context: &Context<'_>) -> AddressSet {
    let told = &context.settings.pod_cidrs;
    let private = PRIVATE.iter().filter_map(|it| Cidr::parse(it).ok());
    let cidrs: Vec<Cidr> = if told.is_empty() {
        private.collect()
    } else {
        told.clone()
    };
    AddressSet::from_cidrs(cidrs)
}

fn fact(context: &Context<'_>, port: &PortAt<'_>, name: &str, outside: bool) -> Fact {
    let policy = port.at.policy;
    let path = port.number_path();
    let message = format!("addresses have no port named `{name}`");
    let means = if outside {
        "this entry opens nothing"
    } else {
        "this entry opens nothing outside the cluster; on pods in the blocks, it opens only a port of that name"
    };
    let fact = Fact::new(context.policy_ref(policy), &path, message)
        .at(context.span(policy, &path), "names are looked up in pods")
        .at(
            context.span(policy, &port.at.peers_path()),
            "these are addresses",
        )
        .means(means)
        .fix("write the number");
    if outside { fact.shown() } else { fact }
}
