//! A namespace and pods in two list items, where one item with both was probably meant.
//!
//! ## What it does
//! Reports a rule in which one peer has only a `namespaceSelector` and the next only a
//! `podSelector`. It is a warning where the policy's own namespace has no such pods and the others do,
//! or where both name the same thing; an error if all workloads are in the input.
//!
//! ## Why it matters
//! Two items of `from` or `to` are alternatives: the rule matches *every* pod of those namespaces, and
//! also the pods with those labels in the policy's own namespace. If both selectors are in one item, a
//! pod must match both. In block style the two differ by one dash.
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
//! Alternatives may be intended. Without evidence against that, the finding is a note; if the policy's
//! own namespace has such pods, there is none. To show that alternatives are intended, put the
//! `podSelector` first, or in its own rule. If both name the same thing, this rule reports it instead
//! of `peer-selects-nothing`.

use crate::diag::Severity;
use crate::lint::context::yaml::scoped_peer;
use crate::lint::context::{Context, Extent, Labelled, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{NamespaceScope, PeerMatch, Peers, PodScope};
use crate::selector::{Operator, Requirement};

pub(super) const CHECK: Check = Check::Context(check);

/// Labels of namespaces that are their names.
const NAMES: [&str; 2] = ["kubernetes.io/metadata.name", "name"];

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut labelled = None;
    for at in context.rules() {
        let Peers::Listed(peers) = &at.rule.peers else {
            continue;
        };
        for index in 1..peers.len() {
            let Some((first, second)) = pair(context, &at, index) else {
                continue;
            };
            let labelled = labelled.get_or_insert_with(|| Labelled::new(context));
            let here = is_here(context, labelled, &at, second);
            let there = is_there(context, first, second);
            // That its own namespace has such pods speaks for alternatives.
            if here {
                continue;
            }
            let fact = fact(context, &at, index, (first, second));
            let known = context.inventory.of(Need::Workloads);
            facts.add(match (there, known) {
                (true, Extent::Complete) => fact.shown(),
                (true, Extent::Partial) => fact,
                (_, _) if same_thing(&at, first, second) => fact,
                (_, _) => fact.at_most(Severity::Note),
            });
        }
    }
}

/// The namespaces of the peer before this one, and its own pods, where both have nothing else.
fn pair<'a>(
    context: &Context<'a>,
    at: &RuleAt<'a>,
    index: usize,
) -> Option<(&'a PodScope, &'a PodScope)> {
    let Peers::Listed(peers) = &at.rule.peers else {
        return None;
    };
    let (first, second) = (peers.get(index.checked_sub(1)?)?, peers.get(index)?);
    let (PeerMatch::Pods(first), PeerMatch::Pods(second)) = (&first.matches, &second.matches)
    else {
        return None;
    };
    let alone = has_only_namespaces(first) && has_only_pods(context, at, index, second);
    alone.then_some((first, second))
}

/// Whether the peer and the one before it name one thing, so that they surely belong together.
pub(super) fn is_one_thing<'a>(context: &Context<'a>, at: &RuleAt<'a>, index: usize) -> bool {
    let pair = pair(context, at, index);
    pair.is_some_and(|(first, second)| same_thing(at, first, second))
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
    let path = at.peer_path(index);
    let namespace = at.policy.namespace.as_deref().unwrap_or_default();
    let namespaces = match &first.namespaces {
        NamespaceScope::Matching(selector) => selector.to_string(),
        NamespaceScope::Named(name) => name.to_string(),
    };
    let field = at.direction.peers_field();
    let message = format!(
        "`{field}` lists a namespace and pods as two separate entries, which are alternatives"
    );
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            "or these pods in the policy's own namespace",
        )
        .at(
            context.span(at.policy, &at.peer_path(index.saturating_sub(1))),
            "all pods of these namespaces",
        )
        .means(format!(
            "matches all pods of namespaces with `{namespaces}`, or pods with `{}` in namespace `{namespace}`",
            second.pods
        ))
        .fix("join the two entries into one if a pod must match both");
    match &first.namespaces {
        NamespaceScope::Matching(namespaces) => fact.paste(scoped_peer(namespaces, &second.pods)),
        NamespaceScope::Named(_) => fact,
    }
}

/// Whether the policy's own namespace has pods that the second peer matches.
fn is_here<'a>(
    context: &Context<'_>,
    labelled: &mut Labelled<'a>,
    at: &RuleAt<'_>,
    second: &'a PodScope,
) -> bool {
    let own = at.policy.namespace.as_deref().unwrap_or_default();
    labelled.has(context.cluster.namespace(own), &second.pods)
}

/// Whether the namespaces of the first peer have pods with the labels of the second.
fn is_there<'a>(context: &Context<'a>, first: &'a PodScope, second: &PodScope) -> bool {
    let pods = context.pods(first);
    let mut labels = pods.iter().map(|&pod| &context.cluster.pods.at(pod).labels);
    labels.any(|labels| second.pods.matches(labels))
}

/// Whether both peers name one thing: namespace `ingress-nginx` and pods `ingress-nginx`, or the DNS
/// pods of `kube-system`.
fn same_thing(at: &RuleAt<'_>, first: &PodScope, second: &PodScope) -> bool {
    let NamespaceScope::Matching(namespaces) = &first.namespaces else {
        return false;
    };
    let named = namespaces.requirements().iter();
    let named = named.filter(|it| it.operator == Operator::In && NAMES.contains(&&*it.key));
    let mut values = named.flat_map(|it| &it.values);
    let mut asked = second.pods.requirements().iter();
    let mut asks = |value: &str| {
        let asks = |it: &Requirement| it.values.iter().any(|one| **one == *value);
        asked.any(|it| it.operator == Operator::In && asks(it))
    };
    values.any(|name| {
        let pods = if **name == *"kube-system" {
            "kube-dns"
        } else {
            name
        };
        at.policy.namespace.as_ref() != Some(name) && asks(pods)
    })
}
