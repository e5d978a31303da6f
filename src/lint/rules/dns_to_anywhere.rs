//! DNS queries to anywhere.
//!
//! ## What it does
//! Reports an egress rule for the ports of DNS only that has no `to`, or has `0.0.0.0/0` or `::/0` in it.
//!
//! ## Why it matters
//! A pod that may send DNS queries to any address can leak data in the names it asks for, past all
//! other rules. Most pods only need the cluster's DNS.
//!
//! ## Example
//! ```yaml
//! egress:
//!   - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - to:
//!       - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
//!         podSelector: {matchLabels: {k8s-app: kube-dns}}
//!     ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
//! ```
//!
//! ## Limits
//! A note, and off by default: it is the shortest rule for DNS, and it works with caches on nodes too.
//! The cluster's own DNS servers must ask anywhere, so they are skipped.

use crate::hops::resolver;
use crate::lint::context::dns::is_dns_port;
use crate::lint::context::matching::blocks;
use crate::lint::context::world::is_world;
use crate::lint::context::{Context, Dns, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Peers, Ports, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let dns = Dns::new(context);
    for at in context.rules() {
        let opens = at.direction == Direction::Egress
            && at.policy.tier == Tier::NetworkPolicy
            && at.rule.action == Action::Accept;
        let ports = matches!(&at.rule.ports, Ports::Listed(entries)
            if !entries.is_empty() && entries.iter().all(|it| is_dns_port(&it.test)));
        if !opens || !ports || is_of_dns(context, &dns, &at) {
            continue;
        }
        let world = blocks(at.rule).find(|(_, block)| is_world(block));
        let path = match (&at.rule.peers, world) {
            (Peers::Anyone, _) => at.path(),
            (Peers::Listed(_), Some((index, _))) => at.peer_path(index),
            (Peers::Listed(_), None) => continue,
        };
        facts.add(
            Fact::new(
                context.policy_ref(at.policy),
                &path,
                "DNS queries may go to any address, not only to the cluster's DNS",
            )
            .at(context.span(at.policy, &path), "to everyone")
            .means("these pods can query any DNS server, and leak data in the names they ask for")
            .fix("allow only the cluster's DNS")
            .paste(dns.rule_yaml(0)),
        );
    }
}

/// Whether the policy is for DNS pods, or for a namespace that has them.
fn is_of_dns(context: &Context<'_>, dns: &Dns<'_, '_>, at: &RuleAt<'_>) -> bool {
    let namespace = at.policy.namespace.as_deref().unwrap_or_default();
    let pods = context.apps_of(context.subject(at.id));
    resolver::NAMESPACES.contains(&namespace) || pods.iter().any(|&app| dns.has(app))
}
