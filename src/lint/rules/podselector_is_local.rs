//! A peer that looks for pods of another namespace in its own.
//!
//! ## What it does
//! Reports a peer with only a `podSelector` that matches no pod of the policy's namespace, and pods of
//! other namespaces.
//!
//! ## Why it matters
//! A `podSelector` alone sees the namespace of the policy and no other. The rule allows nothing.
//!
//! ## Example
//! ```yaml
//! # in namespace shop; the pods app=prometheus are in namespace monitoring
//! from:
//!   - podSelector: {matchLabels: {app: prometheus}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! from:
//!   - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
//!     podSelector: {matchLabels: {app: prometheus}}
//! ```
//!
//! ## Limits
//! Silent without workloads, a note where only some of the namespace are in the input. Only selectors
//! that ask for a label with a value are looked at. Where the peer before it has only a
//! `namespaceSelector`, `and-or-peers` speaks of both.

use crate::lint::context::{Context, Labelled, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{NamespaceId, NamespaceScope, Peer, PeerMatch, Peers, PodScope, Tier};
use crate::selector::{Operator, Selector};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut labelled = None;
    for at in context.rules() {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        if at.policy.tier != Tier::NetworkPolicy {
            continue;
        }
        for (index, peer) in peers.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| peers.get(index));
            let Some(pods) = local(context, &at, (index, peer), before) else {
                continue;
            };
            let labelled = labelled.get_or_insert_with(|| Labelled::new(context));
            let namespaces = labelled.namespaces(pods);
            let namespace = at.policy.namespace.as_deref().unwrap_or_default();
            let own = context.cluster.namespace(namespace);
            if !namespaces.is_empty() && own.is_none_or(|own| !namespaces.contains(&own)) {
                facts.add(fact(context, &at, (index, pods), &namespaces));
            }
        }
    }
}

/// The pods that a peer asks for in its own namespace by the value of a label.
fn local<'a>(
    context: &Context<'a>,
    at: &RuleAt<'a>,
    (index, peer): (usize, &'a Peer),
    before: Option<&Peer>,
) -> Option<&'a Selector> {
    let PeerMatch::Pods(PodScope { namespaces: NamespaceScope::Named(_), pods }) = &peer.matches
    else {
        return None;
    };
    let written = context.field(at.policy, &at.peer_path(index))?;
    let mut asked = pods.requirements().iter();
    let only_namespaces = |peer: &Peer| {
        matches!(&peer.matches, PeerMatch::Pods(PodScope { namespaces: NamespaceScope::Matching(it), pods })
            if pods.is_everything() && !it.is_everything())
    };
    (written.get("namespaceSelector").is_none()
        && asked.any(|it| it.operator == Operator::In)
        && !before.is_some_and(only_namespaces))
    .then_some(pods)
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    (index, pods): (usize, &Selector),
    namespaces: &[NamespaceId],
) -> Fact {
    let own = at.policy.namespace.clone().unwrap_or_default();
    let path = at.peer_path(index);
    let names: Vec<&str> = namespaces
        .iter()
        .map(|&id| &*context.cluster.namespaces.at(id).name)
        .collect();
    let first = names.first().copied().unwrap_or_default();
    let others = match names.len() {
        1 => format!("pods of namespace `{first}` have"),
        count => format!("pods of `{first}` and {} more namespaces have", count - 1),
    };
    let message = format!("no pod of namespace `{own}` has `{pods}`; {others}");
    let selector = context.span(at.policy, &format!("{path}.podSelector"));
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            format!("only pods of namespace `{own}`"),
        )
        .means("matches nobody: a `podSelector` alone sees the namespace of the policy only")
        .fix("add a `namespaceSelector` to the same entry")
        .within(&own);
    let written = selector.map(|span| context.sources.text(span));
    match written.filter(|text| names.len() == 1 && !text.contains('\n')) {
        Some(selector) => fact.paste(format!(
            "- namespaceSelector:\n    matchLabels:\n      kubernetes.io/metadata.name: {first}\n  podSelector: {selector}\n"
        )),
        None => fact,
    }
}
