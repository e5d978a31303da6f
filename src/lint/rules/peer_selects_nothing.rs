//! A peer that matches no pod.
//!
//! ## What it does
//! Reports an entry of `from` or `to` whose selectors match no pod of the cluster, and names the
//! workload with the closest labels.
//!
//! ## Why it matters
//! Such a peer matches nobody. Usually a label was renamed or misspelt (or a tool added its own labels
//! to the selector), and connections that should pass are denied.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: fronted}}}]   # the pods carry app=frontend
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: frontend}}}]
//! ```
//!
//! ## Limits
//! Not reported without workloads; a note if only part of the cluster is in the input: the pods may be
//! elsewhere; and a note in a listing of a cluster without any DaemonSet, for then the controllers were
//! not listed, and with them jobs between two runs. Silent, too, where only some is in the input and
//! the peer does not name namespaces of which it has pods; and of labels in other namespaces that no
//! pod's are like, where another peer of the rule means somebody: manifests for several kinds of
//! cluster name the pods of each. Pods that are not there now, and pods in the network of their node,
//! count as pods. So do the DNS pods of the cluster, by the labels that they have in most clusters,
//! where the input has no DNS pods at all. Labels of templates in objects of other kinds (`Rollout` and
//! the like) count; where custom resources in the namespace may make pods, a finding is a note, because
//! their labels are unknown. Labels of namespaces that are not in the input are not known, and count as
//! fitting.
//!
//! If another rule knows the reason, it reports the peer instead: `namespace-selector-matches-none`,
//! `podselector-is-local` (pods of other namespaces have the labels), `owner-label-not-on-pods`,
//! `unsatisfiable-selector`, `volatile-label`, `dns-selector-mismatch` (peers that are for DNS), and
//! `and-or-peers` where both of its entries name one thing.

use super::and_or_peers::is_one_thing;
use super::dns_selector_mismatch::troubles;
use super::volatile_label::asks_volatile;
use crate::lint::context::{Context, Dns, Nobody, RuleAt, ScopeAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, NamespaceId, NamespaceScope, Peers, Policy};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let dns = Dns::new(context);
    for at in context.scopes() {
        let Some((direction, rule, _)) = at.peer else {
            continue;
        };
        let Some(nobody) = context.nobody(&at) else {
            continue;
        };
        let local = matches!(at.scope.namespaces, NamespaceScope::Named(_));
        let elsewhere = match &*nobody {
            Nobody::Pods => &[][..],
            Nobody::Elsewhere(namespaces) if !local => namespaces.as_slice(),
            Nobody::Elsewhere(_)
            | Nobody::Contradiction
            | Nobody::ImpossibleName
            | Nobody::Namespaces
            | Nobody::OwnersLabels(_) => continue,
        };
        let namespaces = &at.scope.namespaces;
        if dns.asks_for_unlisted(at.scope) {
            continue;
        }
        if !context.has_all_pods_of(namespaces) && !context.knows_pods_of(namespaces) {
            continue;
        }
        if is_said_elsewhere(context, &dns, &at) {
            continue;
        }
        let nearest = context.nearest(&at.scope.pods, namespaces);
        let unlike = !local && elsewhere.is_empty() && nearest.is_none();
        if !(unlike && context.has_alternative(&at)) {
            let alone = is_alone(at.policy, direction, rule);
            facts.add(fact(context, &at, elsewhere, alone));
        }
    }
}

/// Whether another rule says of this peer why it matches nobody.
fn is_said_elsewhere<'a>(context: &Context<'a>, dns: &Dns<'_, 'a>, at: &ScopeAt<'a>) -> bool {
    let Some((direction, index, place)) = at.peer else {
        return false;
    };
    let rules = at.policy.rules(direction).unwrap_or_default();
    let Some(rule) = rules.get(index) else {
        return false;
    };
    let rule = RuleAt {
        id: at.id,
        policy: at.policy,
        direction,
        index,
        rule,
    };
    let mut troubles = troubles(context, dns, &rule).into_iter();
    asks_volatile(&at.scope.pods)
        || troubles.any(|(index, _)| index == place)
        || is_one_thing(context, &rule, place)
}

/// Whether the rule has no other peer.
fn is_alone(policy: &Policy, direction: Direction, rule: usize) -> bool {
    let rules = policy.rules(direction).unwrap_or_default();
    match rules.get(rule).map(|rule| &rule.peers) {
        Some(Peers::Listed(peers)) => peers.len() == 1,
        Some(Peers::Anyone) | None => false,
    }
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, elsewhere: &[NamespaceId], alone: bool) -> Fact {
    let selector = &at.scope.pods;
    let path = at.pods_path();
    let here = context.in_input(at);
    let message = format!("no pod of {}{here} has `{selector}`", at.whose());
    let allows = if alone { "rule" } else { "peer" };
    let mut fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            format!("matches nothing{here}"),
        )
        .means(format!("this {allows} matches nobody{here}"))
        .at_most(context.most_of_absence(at));
    if let NamespaceScope::Named(name) = &at.scope.namespaces {
        fact = fact.within(name);
    }
    if let Some(&id) = elsewhere.first() {
        let name = &context.cluster.namespaces.at(id).name;
        let more = match elsewhere.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        return fact.fix(format!(
            "pods with these labels are in namespace `{name}`{more}: let `namespaceSelector` match it"
        ));
    }
    let Some(nearest) = context.nearest(selector, &at.scope.namespaces) else {
        return fact.fix(
            "compare the labels with those of the intended pods, or delete the peer if these are gone for good",
        );
    };
    let (name, labels) = (nearest.name(context), nearest.shown());
    let fact = fact
        .at(nearest.app.origin.span, format!("has `{labels}`"))
        .fix(format!("the closest is {name} with `{labels}`"));
    match nearest.paste(selector) {
        Some(yaml) => fact.paste(yaml),
        None => fact,
    }
}
