//! A NetworkPolicy that cluster-wide policies of the Admin tier decide before.
//!
//! ## What it does
//! Reports two things. A rule of a NetworkPolicy, or a peer of one, of which an Admin policy denies all connections:
//! it allows nothing. And an `Accept` of the Admin tier that opens what NetworkPolicies close: pods that they
//! isolate get connections that none of their rules allows.
//!
//! ## Why it matters
//! The Admin tier comes first. Where one of its rules accepts or denies, NetworkPolicies are not asked, and their
//! authors do not see why. `Pass` leaves the decision to them.
//!
//! ## Example
//! ```yaml
//! # ClusterNetworkPolicy, tier: Admin
//! ingress: [{action: Accept, from: [{namespaces: {}}]}]
//! ---
//! # NetworkPolicy: denies nothing that comes from pods
//! spec: {podSelector: {}, policyTypes: [Ingress]}
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress: [{action: Pass, from: [{namespaces: {}}]}]
//! ```
//!
//! ## Limits
//! An `Accept` is a warning if it is for every pod or every address, on every port, and a note otherwise: to
//! open some pods past their NetworkPolicies, such as for monitoring, is what the tier is for. An `Accept` for port
//! 53 is not reported. Pods must be in the input, unless the `Accept` is for everyone. If several Admin policies of
//! equal priority, or of two APIs, may come first, only what holds either way is reported.

use crate::diag::Severity;
use crate::lint::context::dns::is_dns_port;
use crate::lint::context::spoken::{OtherEnd, Spoken, both, surely_without};
use crate::lint::context::{Context, Deciding, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Peer, Peers, Policy, PolicyId, Ports, Tier};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::Flows(check);

/// How many policies are named.
const SHOWN: usize = 3;

/// Policies that are compared with a rule, at most.
const MOST: usize = 500;

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut admin = context.policies();
    if !admin.any(|(_, it)| it.tier == Tier::Admin) {
        return;
    }
    for at in context
        .rules()
        .filter(|at| at.policy.tier == Tier::NetworkPolicy)
    {
        dead(context, at, facts);
    }
    for direction in Direction::BOTH {
        let of = isolating(context, direction);
        for rule in context.deciding(Tier::Admin, direction) {
            if rule.at.rule.action == Action::Accept && !is_dns(&rule.at.rule.ports) {
                let opened = opened(context, rule, &of);
                if !opened.is_empty() {
                    facts.add(opening(context, rule, &opened));
                }
            }
        }
    }
}

/// Reports the rule, or those of its peers, of which Admin policies deny everything.
fn dead<'a>(context: &Context<'a>, at: RuleAt<'a>, facts: &mut Facts) {
    let tier = (Tier::Admin, at.direction);
    if context.deciding(tier.0, tier.1).next().is_none() {
        return;
    }
    let denied = |flows: &[Spoken<'a>]| {
        let denies = |it: Action| it == Action::Deny;
        let possible = !flows.is_empty();
        possible
            .then(|| context.deciding_as(tier, flows, denies))
            .flatten()
    };
    if let Some(by) = denied(&Spoken::of_rule(at.policy, at.direction, at.rule)) {
        facts.add(fact(context, at, (at.path(), "rule"), &by));
        return;
    }
    let Peers::Listed(peers) = &at.rule.peers else {
        return;
    };
    for (index, peer) in peers.iter().enumerate() {
        let flows = of_peer(at, peer);
        if peers.len() > 1
            && let Some(by) = denied(&flows)
        {
            facts.add(fact(context, at, (at.peer_path(index), "peer"), &by));
        }
    }
}

fn of_peer<'a>(at: RuleAt<'a>, peer: &'a Peer) -> Vec<Spoken<'a>> {
    Spoken::of_peer(at.policy, at.direction, (at.rule, Some(peer)))
}

fn fact(
    context: &Context<'_>,
    at: RuleAt<'_>,
    (path, what): (String, &str),
    by: &[&Deciding<'_>],
) -> Fact {
    let first = by.first().map(|it| &it.at.policy.name);
    let first = first.map_or_else(String::new, |name| format!("`{name}`"));
    let message = format!("this {what} allows nothing: {first} denies all of it before");
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "never allows anything");
    let by = by.iter().take(SHOWN);
    by.fold(fact, |fact, it| {
        let span = context.span(it.at.policy, &it.at.path());
        fact.at(span, "denies it, and NetworkPolicies are not asked")
    })
    .means("the Admin tier decides first, and denies these connections")
    .fix("delete it, or put a rule with `Pass` for them before the one that denies")
}

/// The NetworkPolicies that isolate pods in a direction, by namespace.
type Isolating<'a> = BTreeMap<&'a str, Vec<(PolicyId, &'a Policy)>>;

fn isolating<'a>(context: &Context<'a>, direction: Direction) -> Isolating<'a> {
    let mut found = Isolating::new();
    for (id, policy) in context.policies() {
        if let (Some(namespace), true) = (&policy.namespace, policy.rules(direction).is_some()) {
            found.entry(namespace).or_default().push((id, policy));
        }
    }
    found
}

fn is_dns(ports: &Ports) -> bool {
    let listed = ports.listed();
    !listed.is_empty() && listed.iter().all(|it| is_dns_port(&it.test))
}

/// The NetworkPolicies that surely close something which the rule opens.
fn opened<'a>(
    context: &Context<'a>,
    rule: &Deciding<'a>,
    isolating: &Isolating<'a>,
) -> Vec<PolicyId> {
    let direction = rule.at.direction;
    let decided = context.surely_decided(rule);
    let broad = is_broad(rule);
    let mut opened = Vec::new();
    for policies in isolating.values() {
        if policies.len() > MOST {
            continue;
        }
        for (id, policy) in policies {
            let mut flows = both(&decided, &Spoken::of_subject(policy));
            for (_, other) in policies {
                for allowed in other.rules(direction).unwrap_or_default() {
                    if flows.is_empty() {
                        break;
                    }
                    let allowed = Spoken::of_rule(other, direction, allowed);
                    flows = surely_without(flows, &allowed);
                }
            }
            let unlisted = context.cluster.pods.is_empty();
            let closed = |it: &Spoken<'a>| (unlisted && broad) || context.is_there(direction, it);
            if flows.iter().any(closed) {
                opened.push(*id);
            }
        }
    }
    opened
}

/// Whether a rule is for every pod or every address, on every port.
fn is_broad(rule: &Deciding<'_>) -> bool {
    let every = |it: &Spoken<'_>| {
        let asks = it.labels.keys().any(|(whose, _)| whose.is_of_other());
        let addresses = it.end == OtherEnd::Pod || it.addresses.v4().is_all();
        !asks && addresses && it.domain.is_none()
    };
    rule.at.rule.ports == Ports::Any && rule.flows.iter().any(every)
}

fn opening(context: &Context<'_>, rule: &Deciding<'_>, opened: &[PolicyId]) -> Fact {
    let policies = opened.iter().map(|&id| context.cluster.policies.at(id));
    let shown = policies.clone().take(SHOWN);
    let names: Vec<String> = shown.map(|it| format!("`{}`", it.full_name())).collect();
    let more = opened.len().saturating_sub(SHOWN);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let message = format!(
        "opens what NetworkPolicy {}{more} denies: it is not asked",
        names.join(", ")
    );
    let (policy, path) = (rule.at.policy, rule.at.path());
    let fact = Fact::new(context.policy_ref(policy), &path, message).at(
        context.span(policy, &path),
        "accepts before NetworkPolicies are asked",
    );
    let level = if is_broad(rule) {
        Severity::Warning
    } else {
        Severity::Note
    };
    context
        .with_policies(fact, opened, "isolates these pods, and allows less")
        .means(format!(
            "the {} of these pods is open here, whatever NetworkPolicies say",
            rule.at.direction
        ))
        .fix("write `Pass` instead of `Accept` where NetworkPolicies are to decide")
        .at_most(level)
}
