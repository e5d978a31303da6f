//! Egress that the other side refuses.
//!
//! ## What it does
//! Reports an egress rule for pods of which not one connection gets through to some workload that it
//! names, because the policies on that workload refuse it.
//!
//! ## Why it matters
//! A connection needs both sides: the egress policies of its source and the ingress policies of its
//! destination. A rule for one side alone looks as if it opened something, and does not.
//!
//! ## Example
//! ```yaml
//! # policy on app=web: egress to app=db on 5432; the policy on app=db lets only app=api in
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
//! Only peers that say something of pods are looked at, not "every pod" or "every namespace". Where
//! anything of what the rule opens gets through, nothing is said.

use crate::lint::context::{AppId, Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PeerMatch, Peers};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.rules().filter(|at| at.direction == Direction::Egress) {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        for (index, peer) in peers.iter().enumerate() {
            let PeerMatch::Pods(scope) = &peer.matches else {
                continue;
            };
            if scope.pods.is_everything() {
                continue;
            }
            let subjects = context.apps_of(context.subject(at.id));
            let others = context.apps_of(&context.pods(scope));
            let refused = refused(context, &subjects, &others);
            facts_of(context, &at, index, &refused, facts);
        }
    }
}

/// For each destination that refuses everything that some source may send it: those sources.
fn refused(
    context: &Context<'_>,
    subjects: &[AppId],
    others: &[AppId],
) -> BTreeMap<AppId, Vec<AppId>> {
    let mut refused: BTreeMap<AppId, Vec<AppId>> = BTreeMap::new();
    let mut reach = context.reach();
    for &destination in others {
        for &source in subjects.iter().filter(|&&source| source != destination) {
            let from = reach.of(context.apps().at(source).pod());
            let to = reach.of(context.apps().at(destination).pod());
            let sent = reach.half(Direction::Egress, from, to).clone();
            if !sent.is_empty() && reach.between(from, to).is_empty() {
                refused.entry(destination).or_default().push(source);
            }
        }
    }
    refused
}

fn facts_of(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    index: usize,
    refused: &BTreeMap<AppId, Vec<AppId>>,
    facts: &mut Facts,
) {
    for (&destination, sources) in refused {
        let Some(&source) = sources.first() else {
            continue;
        };
        let (source, destination) = (context.apps().at(source), context.apps().at(destination));
        let isolating = context.isolating(destination.pod(), Direction::Ingress);
        let Some(policy) = isolating.first().map(|&id| context.cluster.policies.at(id)) else {
            continue;
        };
        let message = format!(
            "`{}` may send to `{}`, which refuses it",
            source.name, destination.name
        );
        let path = at.peer_path(index);
        facts.add(
            Fact::new(context.policy_ref(at.policy), &path, message)
                .at(context.span(at.policy, &path), "opens egress to it")
                .at(policy.origin.span, "isolates it for ingress, and lets nothing of this in")
                .means(format!(
                    "nothing gets from `{}` to `{}`",
                    source.name, destination.name
                ))
                .fix(format!(
                    "let it in by a rule of NetworkPolicy `{}`, or remove the peer",
                    policy.full_name()
                )),
        );
    }
}
