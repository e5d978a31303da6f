//! A rule whose peers make no difference, because another one opens its port to everyone.
//!
//! ## What it does
//! Reports a rule, or ports of it, whose `from` or `to` names some peers while another rule, of this policy
//! or of another one on the same pods, opens the same ports without naming any. A rule for pods makes no
//! difference either where another one opens its ports to every pod of every namespace, nor one for blocks
//! where another one opens them to `0.0.0.0/0` or `::/0`.
//!
//! ## Why it matters
//! Policies only add: what one of them opens to everyone, no other one restricts. The rule reads like a
//! restriction, and nobody is kept out by it. Usually the other rule was there for a test, or was written
//! for fewer pods.
//!
//! ## Example
//! ```yaml
//! podSelector: {matchLabels: {app: kv}}
//! ingress:
//!   - from: [{podSelector: {matchLabels: {kv-client: "true"}}}]
//!     ports: [{port: 8080}]
//! # and in another policy on these pods
//! ingress:
//!   - ports: [{port: 8080}]
//! ```
//!
//! ## Use instead
//! Remove the rule without peers, or name the same peers in it. If everyone is meant, remove the other one.
//!
//! ## Limits
//! Only what is open for *all* pods of the policy is reported. A rule that another one of its own policy
//! covers as a whole is for `redundant-rule`, a block with an `except` for `except-ineffective`, and one that opens only the ports of DNS is passed over:
//! opening those to everyone is common. In clusters with thousands of policies in one namespace, some may
//! be skipped. Not checked where the network plugin that is told may pass `endPort` over, or takes no
//! policy that names a port.

use crate::lint::context::dns::is_dns_port;
use crate::lint::context::{Budget, Context, PortCover, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{
    Action, Direction, NamespaceScope, PeerMatch, Peers, PolicyId, Ports, Rule, Tier,
};
use crate::net::Family;
use crate::table::Table;

pub(super) const CHECK: Check = Check::Context(check);

/// Whom a rule lets through, where that is more than those it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// Every pod of every namespace.
    Pods,
    /// Every address of a family.
    Addresses(Family),
    /// Everyone.
    Everyone,
}

/// A rule that opens ports to everyone, or to every pod.
struct Opener<'a> {
    at: RuleAt<'a>,
    whom: Whom,
    cover: PortCover,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    if context.cluster.practice.splits_words() {
        return;
    }
    let none = (0..context.cluster.policies.len()).map(|_| Vec::new());
    let mut openers: Table<PolicyId, Vec<Opener<'_>>> = none.collect();
    let rules = context
        .rules()
        .filter(|at| at.rule.action == Action::Accept);
    for at in rules.filter(|at| at.policy.tier == Tier::NetworkPolicy) {
        let cover = PortCover::of(&at.rule.ports);
        let all = whom(at.rule).into_iter();
        openers.at_mut(at.id).extend(all.map(|whom| Opener {
            at,
            whom,
            cover: cover.clone(),
        }));
    }
    let budget = Budget::new(context.cluster.policies.len());
    let mut over: Option<(PolicyId, Vec<PolicyId>)> = None;
    for at in context.rules() {
        if at.policy.tier != Tier::NetworkPolicy || at.rule.peers.listed().is_empty() {
            continue;
        }
        if over.as_ref().is_none_or(|(id, _)| *id != at.id) {
            let has = |id: PolicyId| !openers.at(id).is_empty();
            over = Some((at.id, context.over_all_of(at.id, &budget, has)));
        }
        let over = over.iter().flat_map(|(_, over)| over);
        let lists = over.map(|&id| openers.at(id));
        if !budget.affords_entries(lists.clone().map(Vec::len).sum()) {
            continue;
        }
        let own = whom(at.rule);
        let others = lists.flatten().filter(|it| !own.contains(&it.whom));
        let others: Vec<&Opener<'_>> = others.filter(|it| is_wider(it, &at)).collect();
        if !others.is_empty() && !context.may_be_denied_first(&at) {
            facts_of(context, &at, &others, facts);
        }
    }
}

/// Of whom a rule lets everybody through on its ports.
fn whom(rule: &Rule) -> Vec<Whom> {
    let Peers::Listed(peers) = &rule.peers else {
        return vec![Whom::Everyone];
    };
    let all = peers.iter().filter_map(|peer| match &peer.matches {
        PeerMatch::Pods(scope) => {
            let everywhere =
                matches!(&scope.namespaces, NamespaceScope::Matching(it) if it.is_everything());
            (everywhere && scope.pods.is_everything()).then_some(Whom::Pods)
        }
        PeerMatch::IpBlock(block) => {
            let whole = block.cidr.length() == 0 && block.except.is_empty();
            whole.then(|| Whom::Addresses(block.cidr.family()))
        }
        PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => None,
    });
    all.collect()
}

/// Whether another rule lets all peers of a rule through, which are not all that it does.
fn is_wider(other: &Opener<'_>, at: &RuleAt<'_>) -> bool {
    let same = (other.at.id, other.at.index) == (at.id, at.index);
    let within = |peer: &PeerMatch| match (other.whom, peer) {
        (Whom::Everyone, _) | (Whom::Pods, PeerMatch::Pods(_)) => true,
        (Whom::Addresses(family), PeerMatch::IpBlock(block)) => {
            block.cidr.family() == family && block.except.is_empty()
        }
        (Whom::Pods | Whom::Addresses(_), _) => false,
    };
    let mut peers = at.rule.peers.listed().iter();
    other.at.direction == at.direction && !same && peers.all(|peer| within(&peer.matches))
}

fn facts_of(context: &Context<'_>, at: &RuleAt<'_>, others: &[&Opener<'_>], facts: &mut Facts) {
    let all = PortCover::together(others.iter().map(|it| &it.cover));
    let own = others.iter().filter(|it| it.at.id == at.id);
    let own = PortCover::together(own.map(|it| &it.cover));
    // That is for `redundant-rule`.
    if PortCover::of(&at.rule.ports).is_within(&own) {
        return;
    }
    match &at.rule.ports {
        Ports::Any => {
            if PortCover::of(&Ports::Any).is_within(&all) {
                facts.add(fact(context, at, None, others));
            }
        }
        Ports::Listed(entries) => {
            let open = |index: &usize| {
                let entry = entries.get(*index).map(|it| &it.test);
                entry.is_some_and(|test| {
                    let dns = at.direction == Direction::Egress && is_dns_port(test);
                    !dns && PortCover::test(test).is_within(&all)
                })
            };
            let open: Vec<usize> = (0..entries.len()).filter(open).collect();
            if !open.is_empty() {
                facts.add(fact(context, at, Some(&open), others));
            }
        }
    }
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    open: Option<&[usize]>,
    others: &[&Opener<'_>],
) -> Fact {
    let entries = match &at.rule.ports {
        Ports::Any => &[][..],
        Ports::Listed(entries) => entries,
    };
    let tests = open.into_iter().flatten();
    let tests: Vec<_> = tests.filter_map(|&it| entries.get(it)).collect();
    let covers: Vec<PortCover> = tests.iter().map(|it| PortCover::test(&it.test)).collect();
    let wanted = match open {
        Some(_) => PortCover::together(covers.iter()),
        None => PortCover::of(&at.rule.ports),
    };
    let first = others.iter().find(|it| wanted.is_within(&it.cover));
    let meets = || others.iter().find(|it| wanted.meets(&it.cover));
    let opener = first.copied().or_else(|| meets().copied());
    let on = match open {
        Some(open) if open.len() < entries.len() => format!(" on {}", shown(&wanted)),
        Some(_) | None => String::new(),
    };
    let path = at.peers_path();
    let field = at.direction.peers_field();
    let message = format!("the peers of this `{field}` make no difference{on}");
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "narrows nothing");
    let Some(opener) = opener else { return fact };
    let there = opener.at.path();
    let policy = opener.at.policy.full_name();
    let of = if opener.at.id == at.id {
        String::new()
    } else {
        format!(" of NetworkPolicy `{policy}`")
    };
    let whom = match opener.whom {
        Whom::Everyone => "everyone",
        Whom::Pods => "every pod of every namespace",
        Whom::Addresses(Family::V4) => "every IPv4 address",
        Whom::Addresses(Family::V6) => "every IPv6 address",
    };
    let ports = shown(&wanted);
    fact.at(
        context.span(opener.at.policy, &there),
        format!("opens {ports} to {whom}"),
    )
    .means(format!(
        "policies only add: `{there}`{of} opens {ports} to {whom} on these pods, and not only to these peers"
    ))
    .fix(format!(
        "name the peers in `{there}`{of} as well, or remove it; if {whom} is meant, remove this rule"
    ))
}

/// Ports in words.
fn shown(cover: &PortCover) -> String {
    if cover.fixed.is_all() {
        return "every port".to_owned();
    }
    let numbers = (!cover.fixed.is_empty()).then(|| cover.fixed.to_string());
    let names = cover.names.iter().map(|(name, _)| format!("port `{name}`"));
    let parts: Vec<String> = numbers.into_iter().chain(names).collect();
    parts.join(" and ")
}
