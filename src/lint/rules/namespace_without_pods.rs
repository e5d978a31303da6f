//! A policy whose namespace has no pods, while another one has those that it selects.
//!
//! ## What it does
//! Reports a policy in a namespace without any pod or workload, where pods that its `podSelector` matches
//! are in other namespaces and no policy isolates them.
//!
//! ## Why it matters
//! A policy governs pods of its own namespace only. A default deny that was applied without `-n` ends up
//! in the namespace `default`, and the pods that it was written for stay open.
//!
//! ## Example
//! ```yaml
//! metadata: {name: default-deny}     # in `default`; all pods are in namespace shop
//! spec: {podSelector: {}, policyTypes: [Ingress]}
//! ```
//!
//! ## Use instead
//! ```yaml
//! metadata: {name: default-deny, namespace: shop}
//! spec: {podSelector: {}, policyTypes: [Ingress]}
//! ```
//!
//! ## Limits
//! A note if only part of the cluster is in the input, if nobody says that it is all there (a listing), and
//! where the policy governs every pod of a namespace that a manifest of the input makes: pods may be still
//! to come there. Where only part is in the input, silent if the manifest of the policy
//! names no namespace, or where those of such pods name none: they may be applied together. Silent where
//! custom resources in the namespace may make pods, where policies isolate all those pods in the namespaces
//! where they are, and where `wrong-namespace` or `policy-selects-nothing` reports the policy. Namespaces of
//! the cluster itself are skipped.

use crate::diag::Severity;
use crate::lint::context::yaml::text;
use crate::lint::context::{Context, Extent, ScopeAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{Direction, NamespaceId, PodId, Tier};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::Context(check);

/// How many namespaces are named.
const SHOWN: usize = 3;

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (id, policy) in context.policies() {
        let (Tier::NetworkPolicy, Some(name)) = (policy.tier, &policy.namespace) else {
            continue;
        };
        let Some(own) = context.cluster.namespace(name) else {
            continue;
        };
        if context.has_pods_in(own) || context.is_system(own) {
            continue;
        }
        let at = context.subject_at(id);
        let complete = context.inventory.within(Need::Workloads, name) == Extent::Complete;
        let floating = context.omits_namespace(policy.origin);
        if (floating && !complete) || context.may_have_strangers(&at) {
            continue;
        }
        // Why nobody is meant is for other rules, where somebody else is asked for by his labels.
        if context.nobody(&at).is_some() {
            continue;
        }
        let open = open(context, &at, own, floating);
        let Some(open) = open.filter(|it| !it.is_empty()) else {
            continue;
        };
        let made = context.cluster.namespaces.at(own).declared && !floating;
        let fact = fact(context, &at, &open);
        let told = context.most_of_absence(&at) == Severity::Error;
        facts.add(if !told || (made && at.scope.pods.is_everything()) {
            fact.at_most(Severity::Note)
        } else {
            fact
        });
    }
}

/// One of the pods of each other namespace that the policy would select, and that no policy isolates in a
/// direction of it; none where some of them may come to be in its own.
fn open(
    context: &Context<'_>,
    at: &ScopeAt<'_>,
    own: NamespaceId,
    floating: bool,
) -> Option<BTreeMap<NamespaceId, PodId>> {
    let mut open = BTreeMap::new();
    let apps = context.apps().rows().iter();
    for app in apps.filter(|app| app.namespace != own && !context.is_system(app.namespace)) {
        let id = app.pod();
        let pod = context.cluster.pods.at(id);
        if pod.host_network || !at.scope.pods.matches(&pod.labels) {
            continue;
        }
        if !floating && context.omits_namespace(app.origin) {
            return None;
        }
        let mut directions = Direction::BOTH.into_iter();
        let bare = directions.any(|it| {
            let governs = at.policy.rules(it).is_some();
            governs && context.may_isolate(id, it).next().is_none()
        });
        if bare {
            open.entry(app.namespace).or_insert(id);
        }
    }
    Some(open)
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, open: &BTreeMap<NamespaceId, PodId>) -> Fact {
    let policy = at.policy;
    let own = policy.namespace.clone().unwrap_or_default();
    let path = "metadata.namespace";
    let written = context.field(policy, path);
    let place = written.map_or(policy.origin.span, |it| Some(it.span));
    let name = |id: &NamespaceId| context.cluster.namespaces.at(*id).name.clone();
    let names: Vec<String> = open
        .keys()
        .take(SHOWN)
        .map(|id| format!("`{}`", name(id)))
        .collect();
    let more = if open.len() > SHOWN { " and more" } else { "" };
    let (word, names) = match names.as_slice() {
        [one] => ("namespace", one.clone()),
        several => ("namespaces", format!("{}{more}", several.join(", "))),
    };
    let here = context.in_input(at);
    let message = format!(
        "namespace `{own}` has no pods{here}; pods that this policy would select are in {word} {names}"
    );
    let label = match written {
        Some(_) => format!("no pod is here{here}"),
        None => format!("names no namespace, so it is applied to `{own}`"),
    };
    let mut fact = Fact::new(context.policy_ref(policy), path, message)
        .at(place, label)
        .means(format!(
            "this policy governs no pod{here}: policies select pods of their own namespace only"
        ))
        .within(&own);
    if let Some(&pod) = open.values().next() {
        let (names, _) = context.names(&[pod]);
        let app = context.apps().at(context.app_of(pod));
        fact = fact.at(app.origin.span, format!("no policy isolates {names}"));
    }
    match open.keys().next() {
        Some(only) if open.len() == 1 => {
            let only = name(only);
            fact.fix(format!("write `namespace: {}`", text(&only)))
        }
        _ => fact
            .fix("write the namespace of the pods, and such a policy for each of their namespaces"),
    }
}
