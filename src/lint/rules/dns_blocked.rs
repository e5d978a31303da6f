//! Pods that may send traffic, but cannot use DNS.
//!
//! ## What it does
//! Reports policies that isolate pods for egress and allow traffic to pods or to the internet, while no
//! policy on these pods allows DNS over UDP. DNS servers are those in the settings (`dns`), or else the
//! DNS pods in the input (those behind the Services of `kube-system` and `openshift-dns` that serve UDP
//! 53, or those with `k8s-app=kube-dns`) with the ports that they listen on. If the input has none,
//! every peer that could be DNS counts as DNS.
//!
//! ## Why it matters
//! Once a policy isolates a pod for egress, DNS lookups need a rule like all other traffic. Without
//! one, connections by name time out, even those that the policies allow.
//!
//! ## Example
//! ```yaml
//! podSelector: {matchLabels: {app: web}}
//! policyTypes: [Egress]
//! egress:
//!   - to: [{podSelector: {matchLabels: {app: db}}}]
//!     ports: [{port: 5432}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - to: [{podSelector: {matchLabels: {app: db}}}]
//!     ports: [{port: 5432}]
//!   - to:
//!       - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
//!         podSelector: {matchLabels: {k8s-app: kube-dns}}
//!     ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
//! ```
//!
//! ## Limits
//! Pods that may send nothing at all are not reported: they need no names. Pods that may send only to
//! blocks of addresses are a note: whoever opens the addresses of a database or of the API server may
//! dial them by number. So it is where custom resources in the namespace stand for an operator, which may
//! add the rule by itself, unless the input is said to be all there is.
//! Peers that miss the DNS pods do not count as DNS once it is known which pods those are.
//! Nothing is said where a policy that lets the pods ask may come to be in their namespace: its manifest
//! names none and theirs does, or the other way round.
//! UDP 53 to any address counts as DNS, unless the settings say who answers. A warning where
//! none of the policy's pods is in the input: another policy on them may be elsewhere. One finding for a
//! policy that isolates the whole namespace, however many workloads that is.

use crate::diag::Severity;
use crate::hops::resolver;
use crate::lint::context::{AppId, Context, Dns, Extent};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{
    Action, Direction, PeerMatch, Peers, PodId, Policy, PolicyId, Rule as PolicyRule, Tier,
};
use crate::net::Protocol;
use crate::table::Table;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check::Context(check);

/// What a policy does for those whom it isolates for egress.
#[derive(Debug, Clone, Copy)]
struct Role {
    /// Whether it could let them ask DNS.
    asks: bool,
    /// Whether it lets them send to those that have names.
    sends: bool,
    /// Whether it lets them send to some addresses.
    dials: bool,
}

/// Whom a policy keeps from DNS.
#[derive(Default)]
struct Concern {
    apps: Vec<AppId>,
    senders: BTreeSet<PolicyId>,
    /// Whether they may send to addresses only, which need no look-up.
    by_number: bool,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    let dns = Dns::new(context);
    let roles = context.policies().map(|(_, it)| role(&dns, it));
    let roles: Table<PolicyId, Role> = roles.collect();
    let mut first = context.policies().filter(|(_, it)| it.tier == Tier::Admin);
    if first.any(|(id, _)| roles.at(id).asks) {
        // What a policy of the first tier lets through, no NetworkPolicy stops.
        return;
    }
    let mut concerns: BTreeMap<(PolicyId, bool), Concern> = BTreeMap::new();
    for (id, app) in context.apps().iter() {
        let isolating = context.isolating(app.pod(), Direction::Egress);
        let mut landing = context.landing_on(context.cluster.pods.at(app.pod()));
        if dns.has(id)
            || context
                .may_isolate(app.pod(), Direction::Egress)
                .any(|(it, _)| roles.at(it).asks)
            || landing.any(|(it, _)| roles.at(it).asks)
        {
            continue;
        }
        let by_name = isolating.iter().find(|&&it| roles.at(it).sends);
        let by_number = || isolating.iter().find(|&&it| roles.at(it).dials);
        let Some(&sender) = by_name.or_else(by_number) else {
            continue;
        };
        let key = (anchor(context, isolating, sender), by_name.is_none());
        let concern = concerns.entry(key).or_default();
        concern.apps.push(id);
        concern.senders.insert(sender);
        concern.by_number = by_name.is_none();
    }
    for (id, policy) in context.policies() {
        if policy.tier == Tier::NetworkPolicy && roles.at(id).sends && is_alone(context, id, policy)
        {
            let over = over_all(context, policy, &roles, id);
            if let Some(anchor) = over {
                let concern = concerns.entry((anchor, false)).or_default();
                concern.senders.insert(id);
            }
        }
    }
    for ((id, _), concern) in &concerns {
        facts.add(fact(context, &dns, *id, concern));
    }
}

fn role(dns: &Dns<'_, '_>, policy: &Policy) -> Role {
    let rules = policy.egress.as_deref().unwrap_or_default();
    let mut accepting = rules.iter().filter(|rule| rule.action == Action::Accept);
    Role {
        asks: accepting.any(|rule| dns.could_ask(policy, rule, Protocol::Udp)),
        sends: rules.iter().any(sends),
        dials: rules.iter().any(dials),
    }
}

/// Whether a rule opens blocks of addresses.
fn dials(rule: &PolicyRule) -> bool {
    let mut peers = rule.peers.listed().iter();
    peers.any(|peer| matches!(peer.matches, PeerMatch::IpBlock(_)))
}

/// Whether a rule opens something that has a name: pods, everyone, or the world.
fn sends(rule: &PolicyRule) -> bool {
    match &rule.peers {
        Peers::Anyone => true,
        Peers::Listed(peers) => peers.iter().any(|peer| match &peer.matches {
            PeerMatch::Pods(_) | PeerMatch::DomainName(_) => true,
            PeerMatch::Nodes(_) => false,
            PeerMatch::IpBlock(block) => block.cidr.length() <= 1,
        }),
    }
}

/// Where to say it: at the policy that isolates everyone, or else at the first that opens something.
fn anchor(context: &Context<'_>, isolating: &[PolicyId], sender: PolicyId) -> PolicyId {
    let everyone = |id: &PolicyId| {
        let policy = context.cluster.policies.at(*id);
        policy.subject.pods.is_everything()
    };
    isolating.iter().copied().find(everyone).unwrap_or(sender)
}

/// Whether the pods that a policy is for are not in the input, but may exist.
fn is_alone(context: &Context<'_>, id: PolicyId, policy: &Policy) -> bool {
    let name = policy.namespace.as_deref().unwrap_or_default();
    if !context.subject(id).is_empty()
        || context.inventory.within(Need::Workloads, name) == Extent::Complete
        || resolver::NAMESPACES.contains(&name)
    {
        return false;
    }
    let namespace = context.cluster.namespace(name);
    // Policies do not govern pods in the network of their node.
    let mut pods = context.cluster.pods.rows().iter();
    !pods.any(|pod| Some(pod.namespace) == namespace && policy.subject.pods.may_match(&pod.labels))
}

/// Where to say it of pods that are not in the input; none where some policy that could select them
/// could let them ask.
fn over_all<'a>(
    context: &Context<'a>,
    policy: &'a Policy,
    roles: &Table<PolicyId, Role>,
    id: PolicyId,
) -> Option<PolicyId> {
    let namespace = context.cluster.namespace(policy.namespace.as_deref()?)?;
    let mut landing = context.landing_beside(policy);
    if landing.any(|(other, _)| roles.at(other).asks) {
        return None;
    }
    let mut over = Vec::new();
    for (other, it) in context.cluster.policies_over(namespace) {
        let governs = it.tier == Tier::NetworkPolicy && it.egress.is_some();
        if governs && it.subject.pods.overlaps(&policy.subject.pods) {
            if roles.at(other).asks {
                return None;
            }
            over.push(other);
        }
    }
    Some(anchor(context, &over, id))
}

fn fact(context: &Context<'_>, dns: &Dns<'_, '_>, id: PolicyId, concern: &Concern) -> Fact {
    let policy = context.cluster.policies.at(id);
    let pods: Vec<PodId> = concern
        .apps
        .iter()
        .map(|&it| context.apps().at(it).pod())
        .collect();
    let only = if concern.by_number {
        ", which may send to addresses only"
    } else {
        ""
    };
    let message = match context.names(&pods) {
        (_, 0) => "no policy allows DNS queries from the pods of this policy".to_owned(),
        (names, _) => format!("no policy allows DNS queries from {names}{only}"),
    };
    let over_tcp = concern.senders.iter().any(|&it| {
        let policy = context.cluster.policies.at(it);
        let mut rules = policy.egress.iter().flatten();
        rules.any(|rule| dns.could_ask(policy, rule, Protocol::Tcp) && is_narrow(rule))
    });
    let written = context.field(policy, "spec.egress").is_some();
    let place = if written {
        "spec.egress"
    } else {
        "spec.policyTypes"
    };
    let port = dns.port();
    let mut fact = Fact::new(context.policy_ref(policy), place, message).at(
        context.span(policy, place),
        format!("isolates for egress, and UDP port {port} for DNS is not open"),
    );
    for &sender in concern.senders.iter().filter(|&&it| it != id).take(3) {
        let sender = context.cluster.policies.at(sender);
        fact = fact.at(
            sender.origin.span,
            "allows them to send, but not to use DNS",
        );
    }
    let fact = fact.means(if concern.by_number {
        "whoever dials these addresses by number gets there; DNS lookups time out"
    } else {
        "DNS lookups time out, and so do connections by name, even those that policies allow"
    });
    let what = if over_tcp {
        format!("open UDP port {port} too: the default `protocol` is TCP, but DNS uses UDP first")
    } else {
        format!("allow egress to the DNS pods on port {port}, over UDP and TCP")
    };
    let fact = if policy.subject.pods.is_everything() {
        fact.fix(what).paste(everyone(dns, policy))
    } else {
        let name = policy.full_name();
        fact.fix(format!("{what}; add to `egress` of NetworkPolicy `{name}`"))
            .paste(dns.rule_yaml(0))
    };
    if concern.by_number || may_be_added(context, id) {
        fact.at_most(Severity::Note)
    } else if concern.apps.is_empty() {
        fact
    } else {
        fact.shown()
    }
}

/// Whether an operator may let the pods of a policy ask by itself, with a policy that is not in the input.
fn may_be_added(context: &Context<'_>, id: PolicyId) -> bool {
    let at = context.subject_at(id);
    let name = at.policy.namespace.as_deref().unwrap_or_default();
    context.inventory.within(Need::Workloads, name) != Extent::Complete
        && context.may_have_strangers(&at)
}

/// Whether a rule is for some ports only.
fn is_narrow(rule: &PolicyRule) -> bool {
    rule.ports != crate::model::Ports::Any
}

/// A policy that lets every pod of the namespace ask DNS.
fn everyone(dns: &Dns<'_, '_>, policy: &Policy) -> String {
    let namespace = policy.namespace.as_deref().unwrap_or_default();
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow-dns\n  namespace: {}\nspec:\n  podSelector: {{}}\n  policyTypes: [Egress]\n  egress:\n{}",
        crate::lint::context::yaml::text(namespace),
        dns.rule_yaml(4)
    )
}
