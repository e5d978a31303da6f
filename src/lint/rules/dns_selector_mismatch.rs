//! A rule for DNS that does not match the DNS pods.
//!
//! ## What it does
//! Reports a peer of an egress rule for the ports of DNS that
//! - asks for `k8s-app=kube-dns` in the policy's own namespace, where those pods are not,
//! - matches no DNS pod, by a wrong label of these or of their namespace, while it is known which pods
//!   those are: the input has them, the settings name them (`dns`), or it is said that the input has all
//!   pods of their namespace (`--inventory complete=kube-system`),
//! - matches the DNS pods, which listen on another port (5353 in `openshift-dns`).
//!
//! ## Why it matters
//! The rule looks right but allows nothing. A `podSelector` without a `namespaceSelector` beside it
//! means pods of the policy's own namespace, and policies see the port of the pod, not that of the
//! Service.
//!
//! ## Example
//! ```yaml
//! - to: [{podSelector: {matchLabels: {k8s-app: kube-dns}}}]
//!   ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! - to:
//!     - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
//!       podSelector: {matchLabels: {k8s-app: kube-dns}}
//!   ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
//! ```
//!
//! ## Limits
//! Peers of a rule in which another peer does match the DNS pods are skipped, because charts list the
//! labels of several distributions; so are peers that match other pods in the input. If this rule
//! reports a peer, `dns-blocked` and `peer-selects-nothing` do not.

use crate::lint::context::dns::{DnsPods, is_dns_port, is_of_elsewhere, pod_peers};
use crate::lint::context::{Context, Dns, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Peers, Ports, Tier};
use crate::net::Protocol;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let dns = Dns::new(context);
    for at in context.rules() {
        for (index, trouble) in troubles(context, &dns, &at) {
            facts.add(fact(context, &dns, &at, (index, &trouble)));
        }
    }
}

/// Why a peer that is for DNS opens nothing of it.
pub(super) enum Trouble<'d> {
    /// These DNS pods are matched, and listen on another port.
    Port(&'d DnsPods),
    /// They are asked for in the policy's own namespace, where they are not.
    Elsewhere,
    /// No DNS pod is matched.
    Nobody,
}

/// The peers of a rule for DNS that open nothing of it, by their place: none where some peer does.
pub(super) fn troubles<'a, 'd>(
    context: &Context<'a>,
    dns: &'d Dns<'_, 'a>,
    at: &RuleAt<'a>,
) -> Vec<(usize, Trouble<'d>)> {
    let egress = at.direction == Direction::Egress && at.policy.tier == Tier::NetworkPolicy;
    let (Peers::Listed(peers), true) = (&at.rule.peers, egress && is_for_dns(&at.rule.ports))
    else {
        return Vec::new();
    };
    let asks = |protocol| dns.could_ask(at.policy, at.rule, protocol);
    if asks(Protocol::Udp) || asks(Protocol::Tcp) {
        return Vec::new();
    }
    let troubles = pod_peers(peers).filter_map(|(index, scope)| {
        let matched = dns.pods().find(|it| dns.could_be(scope, it));
        let elsewhere = is_of_elsewhere(at.policy, scope);
        let trouble = match matched {
            Some(pods) => Trouble::Port(pods),
            None if !context.pods(scope).is_empty() => return None,
            None if elsewhere => Trouble::Elsewhere,
            None => Trouble::Nobody,
        };
        Some((index, trouble))
    });
    troubles.collect()
}

/// Whether ports are those of DNS and no others.
fn is_for_dns(ports: &Ports) -> bool {
    matches!(ports, Ports::Listed(entries)
        if !entries.is_empty() && entries.iter().all(|it| is_dns_port(&it.test)))
}

fn fact(
    context: &Context<'_>,
    dns: &Dns<'_, '_>,
    at: &RuleAt<'_>,
    (index, trouble): (usize, &Trouble<'_>),
) -> Fact {
    let cluster = context.cluster;
    let policy = context.policy_ref(at.policy);
    let path = at.peer_path(index);
    let (message, label) = match trouble {
        Trouble::Port(pods) => return port_fact(context, dns, at, pods),
        Trouble::Elsewhere => (
            "this peer looks for the DNS pods in the policy's own namespace, but they are elsewhere",
            "without a `namespaceSelector`, pods of the policy's own namespace",
        ),
        Trouble::Nobody => (
            "this peer is meant for DNS, but matches no DNS pod",
            "matches no pod of the input",
        ),
    };
    let fact = Fact::new(policy, &path, message)
        .at(context.span(at.policy, &path), label)
        .means("this peer allows nothing: DNS queries are denied unless another rule allows them");
    let known = dns.pods().next().map(|it| cluster.pods.at(it.pod));
    let fact = match known {
        Some(pod) => fact.at(pod.origin.span, "the DNS pods"),
        None => fact,
    };
    let fix = "select the DNS pods by namespace and by label, in one entry";
    fact.fix(fix).paste(dns.rule_yaml(0))
}

fn port_fact(context: &Context<'_>, dns: &Dns<'_, '_>, at: &RuleAt<'_>, pods: &DnsPods) -> Fact {
    let ports: Vec<String> = pods.ports.iter().map(u16::to_string).collect();
    let ports = ports.join(", ");
    let pod = context.cluster.pods.at(pods.pod);
    let name = context.cluster.endpoint_name(pod);
    let path = at.ports_path();
    let message = format!("the DNS pods `{name}` listen on port {ports}, which is not open");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "not the port of the pods")
        .at(pod.origin.span, "the DNS pods")
        .means("policies see the port of the pod, not that of the Service, so queries are denied")
        .fix(format!("open port {ports}, over UDP and TCP"))
        .paste(dns.rule_yaml(0))
}
