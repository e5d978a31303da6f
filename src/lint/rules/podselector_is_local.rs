//! A peer that looks in its own namespace for pods of another.
//!
//! ## What it does
//! Reports a peer with only a `podSelector` that matches no pod of the policy's namespace, and pods of
//! other namespaces.
//!
//! ## Why it matters
//! A `podSelector` alone only matches pods in the policy's own namespace. The rule allows nothing.
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
//! `namespaceSelector`, `and-or-peers` reports both.

use crate::lint::context::yaml::scoped_peer;
use crate::lint::context::{Context, Extent, Labelled, RuleAt, ScopeAt, ScopeForm};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{
    NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, Peer, PeerMatch, Peers, PodScope, Tier,
};
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
            let Some(pods) = local(peer, before) else {
                continue;
            };
            let labelled = labelled.get_or_insert_with(|| Labelled::new(context));
            let namespaces = labelled.namespaces(pods);
            let namespace = at.policy.namespace.as_deref().unwrap_or_default();
            let own = context.cluster.namespace(namespace);
            let here = own.is_some_and(|own| namespaces.contains(&own));
            if !namespaces.is_empty()
                && !here
                && has_only_pods(context, &at, index)
                && !may_meet(context, &at, (index, peer))
            {
                facts.add(fact(context, &at, (index, pods), &namespaces));
            }
        }
    }
}

/// Whether the pods may come to be in the policy's namespace: one of the manifests leaves it open.
fn may_meet<'a>(context: &Context<'a>, at: &RuleAt<'a>, (index, peer): (usize, &'a Peer)) -> bool {
    let PeerMatch::Pods(scope) = &peer.matches else {
        return false;
    };
    let at = ScopeAt {
        id: at.id,
        policy: at.policy,
        scope,
        peer: Some((at.direction, at.index, index)),
        form: ScopeForm::Plain,
    };
    context.nobody(&at).is_none()
}

/// The pods that a peer asks for in its own namespace by the value of a label.
fn local<'a>(peer: &'a Peer, before: Option<&Peer>) -> Option<&'a Selector> {
    let PeerMatch::Pods(PodScope {
        namespaces: NamespaceScope::Named(_),
        pods,
    }) = &peer.matches
    else {
        return None;
    };
    let mut asked = pods.requirements().iter();
    let only_namespaces = |peer: &Peer| {
        matches!(&peer.matches, PeerMatch::Pods(PodScope { namespaces: NamespaceScope::Matching(it), pods })
            if pods.is_everything() && !it.is_everything())
    };
    (asked.any(|it| it.operator == Operator::In) && !before.is_some_and(only_namespaces))
        .then_some(pods)
}

/// Whether the peer is written without a `namespaceSelector`.
fn has_only_pods(context: &Context<'_>, at: &RuleAt<'_>, index: usize) -> bool {
    let written = context.field(at.policy, &at.peer_path(index));
    written.is_some_and(|peer| peer.get("namespaceSelector").is_none())
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
    let here = match context.inventory.within(Need::Workloads, &own) {
        Extent::Complete => "",
        Extent::Partial | Extent::None => " in the input",
    };
    let message = format!("no pod of namespace `{own}`{here} has `{pods}`; {others}");
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            format!("only pods of namespace `{own}`"),
        )
        .means(format!(
            "matches nobody{here}: a `podSelector` alone only matches pods in the policy's own namespace"
        ))
        .fix("add a `namespaceSelector` to the same entry")
        .within(&own);
    // Which of several namespaces is meant is not known.
    if names.len() > 1 {
        return fact;
    }
    let namespace = Selector::labels([(NAMESPACE_NAME_LABEL, first)]);
    fact.paste(scoped_peer(&namespace, pods))
}
