//! A namespace and pods in two list items, where one item with both was probably meant.
//!
//! ## What it does
//! Reports a rule in which one peer has only a `namespaceSelector` and the next only a
//! `podSelector`. Where the inventory is complete and the second peer matches no pod of the policy's
//! own namespace, but pods of the namespaces of the first, it is an error.
//!
//! ## Why it matters
//! Two items of `from` or `to` are alternatives: the rule matches *every* pod of those namespaces,
//! and also the pods with those labels in the policy's own namespace. Both selectors in one item
//! must fit together. The two differ by one dash.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from:
//!       - namespaceSelector: {matchLabels: {team: a}}
//!       - podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from:
//!       - namespaceSelector: {matchLabels: {team: a}}
//!         podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Limits
//! Alternatives may be meant. Put the `podSelector` first, or in a rule of its own, to say so.

use crate::lint::context::{Context, Extent, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::{Check, Need};
use crate::model::{NamespaceScope, PeerMatch, Peers, PodScope};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.rules() {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        for (index, pair) in peers.windows(2).enumerate() {
            let [first, second] = pair else { continue };
            let (PeerMatch::Pods(first), PeerMatch::Pods(second)) =
                (&first.matches, &second.matches)
            else {
                continue;
            };
            if has_only_namespaces(first) && has_only_pods(context, &at, index + 1, second) {
                facts.add(fact(context, &at, index, (first, second)));
            }
        }
    }
}

fn has_only_namespaces(scope: &PodScope) -> bool {
    let matching = matches!(&scope.namespaces, NamespaceScope::Matching(it) if !it.is_everything());
    matching && scope.pods.is_everything()
}

fn has_only_pods(context: &Context<'_>, at: &RuleAt<'_>, index: usize, scope: &PodScope) -> bool {
    let written = context.field(at.policy, &at.peer_path(index));
    let local = written.is_none_or(|peer| peer.get("namespaceSelector").is_none());
    local && matches!(scope.namespaces, NamespaceScope::Named(_)) && !scope.pods.is_everything()
}

fn fact<'a>(
    context: &Context<'a>,
    at: &RuleAt<'a>,
    index: usize,
    (first, second): (&'a PodScope, &'a PodScope),
) -> Fact {
    let path = at.peer_path(index + 1);
    let namespace = at.policy.namespace.as_deref().unwrap_or_default();
    let namespaces = match &first.namespaces {
        NamespaceScope::Matching(selector) => selector.to_string(),
        NamespaceScope::Named(name) => name.to_string(),
    };
    let field = at.direction.peers_field();
    let message = format!(
        "`{field}` means pods of some namespaces or pods of this one; one of both was probably meant"
    );
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            "a dash of its own: this is an alternative",
        )
        .at(
            context.span(at.policy, &at.peer_path(index)),
            "all pods of these namespaces",
        )
        .means(format!(
            "matches all pods of namespaces with `{namespaces}`, or pods with `{}` in namespace `{namespace}`",
            second.pods
        ))
        .fix("remove the dash before `podSelector`, so that both must fit");
    if is_shown(context, first, second) {
        fact.shown()
    } else {
        fact
    }
}

/// Nobody here is matched by the second peer alone, and somebody is by both together.
fn is_shown<'a>(context: &Context<'a>, first: &'a PodScope, second: &'a PodScope) -> bool {
    if context.inventory.of(Need::Workloads) != Extent::Complete
        || !context.pods(second).is_empty()
    {
        return false;
    }
    let pods = context.pods(first);
    let mut labels = pods.iter().map(|&pod| &context.cluster.pods.at(pod).labels);
    labels.any(|labels| second.pods.matches(labels))
}
