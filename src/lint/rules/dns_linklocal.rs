//! DNS is allowed to pods only, but the node answers it.
//!
//! ## What it does
//! Reports an egress rule that lets DNS pods be asked, where names are looked up at an address of the node
//! that no policy on the same pods opens: one of `dns.addresses` in the settings that is link-local, or that
//! of the usual DNS cache on nodes (`169.254.20.10`) where its DaemonSet `node-local-dns` is in the input. A warning
//! if the settings say so, otherwise a note.
//!
//! ## Why it matters
//! With a cache on each node, pods do not send to the DNS pods but to an address of the node. Selectors
//! never match that address. Kubernetes says that a pod can always reach its own node, but several
//! plugins only guarantee connections from the node, so lookups time out.
//!
//! ## Example
//! ```yaml
//! - to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
//!   ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! - to:
//!     - {namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}
//!     - ipBlock: {cidr: 169.254.20.10/32}
//!   ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
//! ```
//!
//! ## Limits
//! Not reported if neither the settings nor the input show such a cache. One finding for each policy.

use crate::hops::resolver;
use crate::lint::context::dns::pod_peers;
use crate::lint::context::matching::{blocks, on_address};
use crate::lint::context::yaml::block_peer;
use crate::lint::context::{Context, Dns, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Peers, PolicyId, Tier};
use crate::net::{Cidr, Protocol};
use crate::source::Span;
use crate::table::Table;
use std::collections::BTreeSet;
use std::net::IpAddr;

pub(super) const CHECK: Check = Check::Context(check);

/// Where names are looked up.
struct Cache {
    address: IpAddr,
    told: bool,
    place: Option<Span>,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    let Some(cache) = cache(context) else {
        return;
    };
    let dns = Dns::new(context);
    let opens: Table<PolicyId, bool> = context
        .policies()
        .map(|(_, policy)| {
            let mut rules = policy.egress.iter().flatten();
            rules.any(|rule| {
                on_address(&rule.ports).contains(Protocol::Udp, 53)
                    && (rule.peers == Peers::Anyone
                        || blocks(rule).any(|(_, it)| it.addresses().contains(cache.address)))
            })
        })
        .collect();
    let mut first = context.policies().filter(|(_, it)| it.tier == Tier::Admin);
    if first.any(|(id, _)| *opens.at(id)) {
        // What the first tier lets through, no NetworkPolicy stops.
        return;
    }
    let mut done: BTreeSet<PolicyId> = BTreeSet::new();
    for at in context.rules() {
        let egress = at.direction == Direction::Egress && at.policy.tier == Tier::NetworkPolicy;
        if egress && asks_pods(&dns, &at) && is_closed(context, &at, &opens) && done.insert(at.id) {
            facts.add(fact(context, &at, &cache));
        }
    }
}

fn cache(context: &Context<'_>) -> Option<Cache> {
    let mut told = context.settings.dns.addresses.iter().copied();
    let local = |it: &IpAddr| match it {
        IpAddr::V4(it) => it.is_link_local(),
        IpAddr::V6(it) => it.is_unicast_link_local(),
    };
    if let Some(address) = told.find(local) {
        return Some(Cache {
            address,
            told: true,
            place: None,
        });
    }
    let found = resolver::node_local(context.cluster)?;
    Some(Cache {
        address: resolver::NODE_LOCAL,
        told: false,
        place: found.span,
    })
}

/// Whether a rule is there to let DNS pods be asked.
fn asks_pods(dns: &Dns<'_, '_>, at: &RuleAt<'_>) -> bool {
    let Peers::Listed(peers) = &at.rule.peers else {
        return false;
    };
    crate::lint::context::dns::is_explicit(&at.rule.ports)
        && pod_peers(peers).next().is_some()
        && dns.could_ask(at.policy, at.rule, Protocol::Udp)
}

/// Whether the address is closed to some pods of the rule's policy.
fn is_closed<'a>(context: &Context<'a>, at: &RuleAt<'a>, opens: &Table<PolicyId, bool>) -> bool {
    let pods = context.subject(at.id);
    if !pods.is_empty() {
        return pods.iter().any(|&pod| {
            let mut isolating = context.may_isolate(pod, Direction::Egress);
            let mut landing = context.landing_on(context.cluster.pods.at(pod));
            !isolating.any(|(id, _)| *opens.at(id)) && !landing.any(|(id, _)| *opens.at(id))
        });
    }
    let namespace = at.policy.namespace.as_deref();
    let Some(namespace) = namespace.and_then(|it| context.cluster.namespace(it)) else {
        return false;
    };
    let mut landing = context.landing_beside(at.policy);
    if landing.any(|(id, _)| *opens.at(id)) {
        return false;
    }
    let mut over = context.cluster.policies_over(namespace);
    !over.any(|(id, it)| *opens.at(id) && it.subject.pods.overlaps(&at.policy.subject.pods))
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, cache: &Cache) -> Fact {
    let path = at.peers_path();
    let address = cache.address;
    let message = format!("DNS lookups go to {address}, which no rule allows");
    let mut fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            "allows pods, but no address",
        )
        .means("lookups time out with plugins that do not allow traffic from a pod to its own node")
        .fix(format!("allow {address} as well, over UDP and TCP"))
        .paste(block_peer(Cidr::host(address), &[]));
    if let Some(place) = cache.place {
        fact = fact.at(place, "the DNS cache on each node");
    }
    if cache.told { fact.shown() } else { fact }
}
