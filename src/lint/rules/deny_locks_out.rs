//! A cluster-wide deny that also takes DNS or the API server away.
//!
//! ## What it does
//! Reports an egress rule of a cluster-wide policy with `Deny` that matches the queries of its pods to the
//! cluster's DNS, where no rule before it could let them through; and one for every pod of the cluster that matches
//! what they send to the API server.
//!
//! ## Why it matters
//! Without DNS nearly everything fails, slowly and with misleading errors. Controllers that cannot reach the API
//! server stop, in `kube-system` too if the policy is for every namespace. NetworkPolicies do not help:
//! they are not asked about what the Admin tier denies.
//!
//! ## Example
//! ```yaml
//! egress: [{action: Deny, to: [{networks: [0.0.0.0/0, "::/0"]}]}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - action: Accept
//!     to:
//!       - pods:
//!           namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
//!           podSelector: {matchLabels: {k8s-app: kube-dns}}
//!     protocols:
//!       - udp: {destinationPort: {number: 53}}
//!       - tcp: {destinationPort: {number: 53}}
//!   - {action: Deny, to: [{networks: [0.0.0.0/0, "::/0"]}]}
//! ```
//!
//! ## Limits
//! Where the DNS pods are neither in the input nor in the settings, it takes those with the label
//! `k8s-app: kube-dns` in `kube-system`. Not reported if a rule that may come first could be for DNS, if the rule
//! is about DNS ports alone, or if the policy is for some pods only and leaves them nothing to send: then
//! that is what it is for. In the Baseline tier it is a note: NetworkPolicies may allow DNS there.

use crate::diag::Severity;
use crate::hops::resolver::{LABELS, PORT};
use crate::lint::context::dns::is_explicit;
use crate::lint::context::over::Over;
use crate::lint::context::spoken::{OtherEnd, Spoken, Whose, may_meet};
use crate::lint::context::{Context, Deciding, Dns, says_all};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{
    Action, Cluster, Direction, NAMESPACE_NAME_LABEL, NamespaceScope, Pod, Policy, Tier,
};
use crate::net::{AddressSet, ConnSet, Family, Protocol};
use crate::selector::Selector;

pub(super) const CHECK: Check = Check::Flows(check);

/// Where API servers listen.
const API: [u16; 2] = [443, 6443];

const PASTE: &str = "- action: Accept
  to:
    - pods:
        namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
        podSelector: {matchLabels: {k8s-app: kube-dns}}
  protocols:
    - udp: {destinationPort: {number: 53}}
    - tcp: {destinationPort: {number: 53}}
";

fn check(context: &Context<'_>, facts: &mut Facts) {
    let dns = Dns::new(context);
    for tier in [Tier::Admin, Tier::Baseline] {
        for rule in context.deciding(tier, Direction::Egress) {
            if rule.at.rule.action != Action::Deny || is_explicit(&rule.at.rule.ports) {
                continue;
            }
            let everyone = is_for_all(rule.at.policy);
            let asks = queries(context, &dns, rule);
            let dns_lost = (everyone || sends(context, rule))
                && loses(context, rule, &asks, |it| {
                    let could = dns.could_ask(it.at.policy, it.at.rule, Protocol::Udp);
                    could && may_meet(&Spoken::of_subject(rule.at.policy), &it.flows)
                });
            let api = calls(rule);
            let api_lost = everyone && loses(context, rule, &api, |it| may_meet(&api, &it.flows));
            if dns_lost || api_lost {
                facts.add(fact(context, rule, (dns_lost, api_lost)));
            }
        }
    }
}

fn is_for_all(policy: &Policy) -> bool {
    let all = match &policy.subject.namespaces {
        NamespaceScope::Named(_) => false,
        NamespaceScope::Matching(selector) => selector.is_everything(),
    };
    all && policy.subject.pods.is_everything()
}

/// Whether a rule denies all of some flows, and is the first that does something with them. `lets` says
/// of an earlier one whether it could let them through.
fn loses<'a>(
    context: &Context<'a>,
    rule: &Deciding<'a>,
    flows: &[Spoken<'a>],
    lets: impl Fn(&Deciding<'a>) -> bool,
) -> bool {
    if flows.is_empty() || context.covering(flows, &[rule]).is_none() {
        return false;
    }
    let own = context.deciding(rule.at.policy.tier, Direction::Egress);
    let own = own.filter(|it| it.is_before(rule) || it.is_unordered(rule));
    let first = (rule.at.policy.tier == Tier::Baseline)
        .then(|| context.deciding(Tier::Admin, Direction::Egress));
    let mut earlier = own.chain(first.into_iter().flatten());
    !earlier.any(|it| match it.at.rule.action {
        // It is said of that one.
        Action::Deny => it.is_before(rule) && context.covering(flows, &[it]).is_some(),
        Action::Accept => lets(it),
        // To the Baseline tier comes what the Admin tier passes.
        Action::Pass => it.at.policy.tier == rule.at.policy.tier && lets(it),
    })
}

/// Whether the policy leaves its pods something to send: then they need names.
fn sends(context: &Context<'_>, rule: &Deciding<'_>) -> bool {
    let own = Spoken::of_subject(rule.at.policy);
    let left = |end: OtherEnd| !rule.flows.iter().any(|flow| flow.end == end);
    let mut earlier = context.deciding(rule.at.policy.tier, Direction::Egress);
    left(OtherEnd::Pod)
        || left(OtherEnd::Outside)
        || !rule.at.rule.ports.listed().is_empty()
        || (rule.at.rule.scopes().next().is_none() && !says_all(&rule.at.policy.name))
        || earlier.any(|it| {
            it.at.rule.action != Action::Deny && it.is_before(rule) && may_meet(&own, &it.flows)
        })
}

/// What is asked of the labels of the pods of a rule.
fn subject<'a>(rule: &Deciding<'a>, end: OtherEnd, over: ConnSet) -> Option<Spoken<'a>> {
    let first = rule.flows.first()?;
    let labels = first.labels.iter();
    let labels = labels.filter(|((whose, _), _)| !whose.is_of_other());
    Some(Spoken {
        labels: labels.map(|(at, test)| (*at, test.clone())).collect(),
        end,
        addresses: AddressSet::all(),
        domain: None,
        over: Over::Numbers(over),
    })
}

/// The queries of the pods of a rule to the cluster's DNS.
fn queries<'a>(context: &Context<'a>, dns: &Dns<'_, 'a>, rule: &Deciding<'a>) -> Vec<Spoken<'a>> {
    let ask = |numbers: &mut dyn Iterator<Item = u16>| {
        let udp = numbers.map(|number| (Protocol::Udp, number, number));
        subject(rule, OtherEnd::Pod, ConnSet::of_ranges(udp))
    };
    if dns.is_known() {
        let known = dns.pods().filter_map(|it| {
            let pod = context.cluster.pods.at(it.pod);
            let mut flows = ask(&mut it.ports.iter().copied())?;
            at_pod(context.cluster, pod, &mut flows);
            Some(flows)
        });
        return known.collect();
    }
    if context.settings.dns.pods.is_some() || !context.settings.dns.addresses.is_empty() {
        return Vec::new();
    }
    let label = LABELS.first().copied().unwrap_or(("k8s-app", "kube-dns"));
    let usual = ask(&mut [PORT].into_iter()).map(|mut flows| {
        let (key, value) = label;
        name(
            &mut flows,
            (Whose::OtherNamespace, NAMESPACE_NAME_LABEL),
            "kube-system",
        );
        name(&mut flows, (Whose::Other, key), value);
        flows
    });
    usual.into_iter().collect()
}

fn at_pod<'a>(cluster: &'a Cluster, pod: &'a Pod, flows: &mut Spoken<'a>) {
    let namespace = cluster.namespaces.at(pod.namespace);
    for (key, value) in namespace.labels.iter() {
        name(flows, (Whose::OtherNamespace, key), value);
    }
    for (key, value) in pod.labels.iter() {
        name(flows, (Whose::Other, key), value);
    }
    if !pod.ips.is_empty() {
        flows.addresses = AddressSet::from_hosts(pod.ips.iter().copied());
    }
}

/// Asks for a label.
fn name<'a>(flows: &mut Spoken<'a>, (whose, key): (Whose, &'a str), value: &str) {
    let selector = Selector::labels([(key, value)]);
    let test = selector.tests().first().map(|(_, test)| test.clone());
    flows.labels.extend(test.map(|test| ((whose, key), test)));
}

/// What the pods of a rule send to the API server, wherever that is.
fn calls<'a>(rule: &Deciding<'a>) -> Vec<Spoken<'a>> {
    let over = ConnSet::of_ranges(API.map(|port| (Protocol::Tcp, port, port)));
    let ends = [OtherEnd::Node, OtherEnd::Outside].into_iter();
    let calls = ends.filter_map(|end| {
        let flows = subject(rule, end, over.clone())?;
        let addresses = AddressSet::all().only(Family::V4);
        Some(Spoken { addresses, ..flows })
    });
    calls.collect()
}

fn fact(context: &Context<'_>, rule: &Deciding<'_>, (dns, api): (bool, bool)) -> Fact {
    let (policy, path) = (rule.at.policy, rule.at.path());
    let what = match (dns, api) {
        (true, true) => "DNS and the API server",
        (true, false) => "DNS",
        (false, _) => "the API server",
    };
    let whom = if is_for_all(policy) {
        "every pod of the cluster"
    } else {
        "these pods"
    };
    let (verb, level) = match policy.tier {
        Tier::Baseline => ("where no NetworkPolicy allows it", Severity::Note),
        Tier::Admin | Tier::NetworkPolicy => {
            ("and no NetworkPolicy can allow it", Severity::Warning)
        }
    };
    let fact = Fact::new(
        context.policy_ref(policy),
        &path,
        format!("denies {whom} {what}: no rule before it lets that through"),
    )
    .at(context.span(policy, &path), "denies it")
    .means(format!("{what} cannot be reached from {whom}, {verb}"))
    .fix(format!("put a rule before it that accepts {what}"))
    .at_most(level);
    if dns { fact.paste(PASTE) } else { fact }
}
