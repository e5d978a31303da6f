//! A policy that selects no pod.
//!
//! ## What it does
//! Reports a policy whose `podSelector` matches no pod and no pod template of its namespace, and
//! names the workload whose labels come nearest.
//!
//! ## Why it matters
//! Such a policy protects nothing. Mostly a label was renamed or misspelt, and the pods that it was
//! written for are open.
//!
//! ## Example
//! ```yaml
//! podSelector: {matchLabels: {app: wbe}}   # the Deployment's pods carry app=web
//! ```
//!
//! ## Use instead
//! ```yaml
//! podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Limits
//! Silent without workloads, a note where only some of the cluster is in the input: the pods may be
//! elsewhere. Pods that have finished and workloads with `replicas: 0` count as pods. An empty
//! selector is never reported: it is for pods to come.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Policy, Tier};
use crate::selector::{Labels, Selector};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (id, policy) in context.policies() {
        if policy.tier == Tier::NetworkPolicy
            && !policy.subject.pods.is_everything()
            && context.subject(id).is_empty()
            && !selects_others(context, policy)
        {
            facts.add(fact(context, policy));
        }
    }
}

/// Whether it selects pods that are not there now, or that no policy governs.
fn selects_others(context: &Context<'_>, policy: &Policy) -> bool {
    let namespace = policy.namespace.as_deref().unwrap_or_default();
    let Some(namespace) = context.cluster.namespace(namespace) else {
        return false;
    };
    let dormant = context.cluster.dormant.iter().map(|it| &it.pod);
    let pods = context.cluster.pods.rows().iter().chain(dormant);
    pods.filter(|pod| pod.namespace == namespace)
        .any(|pod| policy.subject.pods.matches(&pod.labels))
}

fn fact(context: &Context<'_>, policy: &Policy) -> Fact {
    let namespace = policy.namespace.clone().unwrap_or_default();
    let selector = &policy.subject.pods;
    let message = format!("no pod of namespace `{namespace}` has `{selector}`");
    let fact = Fact::new(context.policy_ref(policy), "spec.podSelector", message)
        .at(policy.subject_origin.span, "selects nothing")
        .means("this policy governs no pod")
        .within(&namespace)
        .shown();
    match nearest(context, &namespace, selector) {
        Some((name, labels)) => fact.fix(format!("the nearest is `{name}` with `{labels}`")),
        None => fact.fix("select labels that pods of this namespace have, or delete the policy"),
    }
}

/// The app of the namespace that meets the most requirements, if it meets or nearly meets one.
fn nearest(context: &Context<'_>, namespace: &str, selector: &Selector) -> Option<(String, String)> {
    let namespace = context.cluster.namespace(namespace)?;
    let apps = context.apps().rows().iter();
    let apps = apps.filter(|app| app.namespace == namespace);
    let (score, app) = apps
        .map(|app| (score(selector, &context.cluster.pods.at(app.pod()).labels), app))
        .max_by(|(a, x), (b, y)| a.cmp(b).then_with(|| y.name.cmp(&x.name)))?;
    let labels = &context.cluster.pods.at(app.pod()).labels;
    let asked = selector.requirements().iter();
    let shown: Vec<String> = asked
        .filter_map(|it| Some(format!("{}={}", it.key, labels.get(&it.key)?)))
        .collect();
    (score > 0 && !shown.is_empty()).then(|| (app.name.clone(), shown.join(",")))
}

/// How near labels are: two for a requirement that is met, one for a key that is there.
fn score(selector: &Selector, labels: &Labels) -> usize {
    let requirements = selector.requirements().iter();
    requirements
        .map(|it| match (it.matches(labels), labels.get(&it.key)) {
            (true, _) => 2,
            (false, Some(_)) => 1,
            (false, None) => 0,
        })
        .sum()
}
