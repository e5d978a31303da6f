//! Egress that the other side denies.
//!
//! ## What it does
//! Reports an egress peer that has no effect: no pod of the policy can reach any pod of the peer, on
//! any port of the rule, because the ingress policies there deny it. If only some of these pods deny
//! it, it is a note that names the first two.
//!
//! ## Why it matters
//! A connection needs both sides: the egress policies of its source and the ingress policies of its
//! destination. A rule on one side only looks as if it allowed something, but does not.
//!
//! ## Example
//! ```yaml
//! # egress of app=web to app=db on 5432; the policy on app=db lets only app=api in
//! ```
//!
//! ## Use instead
//! ```yaml
//! # in the policy on app=db
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: web}}}]
//!     ports: [{port: 5432}]
//! ```
//!
//! ## Limits
//! Only peers that select pods by label are checked, not "every pod" of some namespaces. A rule may be
//! wider than its purpose, so it is only a note if some pods deny it and others do not. Not reported if
//! the input does not show whether traffic gets through (pods without a known address and blocks,
//! namespaces without known labels). If the manifest of a policy names no namespace and that of the
//! pods does (or the other way round), the policy may end up there: what it allows counts as open. A
//! note if only part of the cluster is in the input, and where the peer may mean pods besides: of manifests
//! that name no namespace, or of templates in objects of other kinds.

use crate::lint::context::{Context, PortCover, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PeerMatch, Peers, PodId, PodScope, Tier};
use std::borrow::Cow;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    check_direction(context, Direction::Egress, facts);
}

/// Peers of one direction of which the other end refuses everything.
pub(super) fn check_direction(context: &Context<'_>, direction: Direction, facts: &mut Facts) {
    if !context.has_one_tier() {
        return;
    }
    let rules = context.rules();
    for at in rules.filter(|at| at.direction == direction && at.policy.tier == Tier::NetworkPolicy)
    {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        for (index, peer) in peers.iter().enumerate() {
            let PeerMatch::Pods(scope) = &peer.matches else {
                continue;
            };
            if scope.pods.is_everything() || context.hangs_on_namespaces(scope) {
                continue;
            }
            facts_of(context, &at, index, scope, facts);
        }
    }
}

/// What one peer opens in vain: all of it, or what is between some pods.
fn facts_of<'a>(
    context: &Context<'a>,
    at: &RuleAt<'a>,
    index: usize,
    scope: &'a PodScope,
    facts: &mut Facts,
) {
    let Refused { pair, all } = refused(context, at, scope);
    let Some((from, to)) = pair else { return };
    if all && !context.may_mean_others(at.policy, scope) {
        let subjects = context.surely_of(&at.policy.subject, context.subject(at.id));
        let others = context.surely_of(scope, &context.pods(scope));
        facts.add(fact(context, at, index, (&subjects, &others), (from, to)).shown());
        return;
    }
    let (subject, other) = match at.direction {
        Direction::Egress => (from, to),
        Direction::Ingress => (to, from),
    };
    let subjects = context.alike_of(&at.policy.subject, subject);
    let others = context.alike_of(scope, other);
    facts.add(fact(context, at, index, (&subjects, &others), (from, to)));
}

/// What of the flows that a rule is for is surely refused at the other end.
struct Refused {
    /// Source and destination of the first such flow.
    pair: Option<(PodId, PodId)>,
    /// Whether it is all of them.
    all: bool,
}

fn refused<'a>(context: &Context<'a>, at: &RuleAt<'a>, scope: &'a PodScope) -> Refused {
    let others = context.unlike(scope);
    let cover = PortCover::of(&at.rule.ports);
    let mut refused = Refused {
        pair: None,
        all: true,
    };
    for &(subject, _) in &*context.unlike(&at.policy.subject) {
        for &(other, another) in &*others {
            let Some(other) = (if subject == other {
                another
            } else {
                Some(other)
            }) else {
                continue;
            };
            let (from, to) = match at.direction {
                Direction::Egress => (subject, other),
                Direction::Ingress => (other, subject),
            };
            let conns = if cover.names.is_empty() {
                Cow::Borrowed(&cover.fixed)
            } else {
                Cow::Owned(context.ports_at(&at.rule.ports, to))
            };
            if conns.is_empty() {
                continue;
            }
            if context.may_pass(at.direction.opposite(), (from, to), &conns) {
                refused.all = false;
            } else if context.surely_selects(&at.policy.subject, subject)
                && context.surely_selects(scope, other)
            {
                refused.pair.get_or_insert((from, to));
            }
            if refused.pair.is_some() && !refused.all {
                return refused;
            }
        }
    }
    refused
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    index: usize,
    (subjects, others): (&[PodId], &[PodId]),
    (from, to): (PodId, PodId),
) -> Fact {
    let (names, count) = context.names(others);
    let (subjects, _) = context.names(subjects);
    let path = at.peer_path(index);
    let several = count > 1;
    let (message, label, role, direction, other) = match at.direction {
        Direction::Egress => (
            format!(
                "egress from {subjects} to {names}, which {} all of it",
                if several { "refuse" } else { "refuses" }
            ),
            "allows egress to it, but nothing gets through",
            "isolates it for ingress, and allows none of this",
            Direction::Ingress,
            to,
        ),
        Direction::Ingress => (
            format!(
                "ingress to {subjects} from {names}, which may not send {} of it",
                if several { "any" } else { "anything" }
            ),
            "allows ingress from it, but nothing arrives",
            "isolates it for egress, and allows none of this",
            Direction::Egress,
            from,
        ),
    };
    let ports = context.ports_at(&at.rule.ports, to);
    let means = match at.direction {
        Direction::Egress => format!("nothing gets from {subjects} to {names} on {ports}"),
        Direction::Ingress => format!("nothing gets from {names} to {subjects} on {ports}"),
    };
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), label)
        .means(means);
    let isolating = context.isolating(other, direction);
    let fact = context.with_policies(fact, isolating, role);
    match isolating.first().map(|&id| context.cluster.policies.at(id)) {
        Some(policy) => fact.fix(format!(
            "allow it in `{direction}` of NetworkPolicy `{}` as well, or remove the peer",
            policy.full_name()
        )),
        None => fact,
    }
}
