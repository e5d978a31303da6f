//! A policy that selects pods of several releases.
//!
//! ## What it does
//! Reports a policy that selects pods by their application's name alone, and so pods of two releases
//! or more, which differ in `app.kubernetes.io/instance`.
//!
//! ## Why it matters
//! Two releases of one chart in a namespace have equal names. A policy for one of them also governs the
//! other: it isolates pods, and opens them, without anybody intending it.
//!
//! ## Example
//! ```yaml
//! podSelector: {matchLabels: {app.kubernetes.io/name: redis}}   # of release cart, and of release queue
//! ```
//!
//! ## Use instead
//! ```yaml
//! podSelector: {matchLabels: {app.kubernetes.io/name: redis, app.kubernetes.io/instance: cart}}
//! ```
//!
//! ## Limits
//! Only the subject of policies, and only selectors on nothing but names (`app`, `name`, `k8s-app`,
//! `app.kubernetes.io/name` and `/component`): others, like `tier: backend`, are meant for many. A
//! note: all releases may be intended.

use crate::lint::context::{App, Context, ScopeAt, ScopeForm};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::selector::{Operator, Selector};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const CHECK: Check = Check::Context(check);

/// Labels that say what an application is called.
const NAMES: [&str; 5] = [
    "app.kubernetes.io/name",
    "app.kubernetes.io/component",
    "app",
    "k8s-app",
    "name",
];

/// The label that tells releases apart.
const INSTANCE: &str = "app.kubernetes.io/instance";

fn check(context: &Context<'_>, facts: &mut Facts) {
    let subjects = context
        .scopes()
        .filter(|at| at.peer.is_none() && at.form == ScopeForm::Plain);
    for at in subjects.filter(|at| is_by_name(&at.scope.pods)) {
        let apps = context.apps_of(context.subject(at.id));
        let mut instances: BTreeMap<&Arc<str>, &App> = BTreeMap::new();
        for app in apps.into_iter().map(|id| context.apps().at(id)) {
            let labels = &context.cluster.pods.at(app.pod()).labels;
            if let Some(instance) = labels.get(INSTANCE) {
                instances.entry(instance).or_insert(app);
            }
        }
        if instances.len() > 1 {
            facts.add(fact(context, &at, &instances));
        }
    }
}

/// Whether a selector asks for one application by its name, and for nothing else.
fn is_by_name(selector: &Selector) -> bool {
    let requirements = selector.requirements();
    !requirements.is_empty()
        && requirements.iter().all(|it| {
            let one = it.operator == Operator::In && it.values.len() == 1;
            one && NAMES.contains(&&*it.key)
        })
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, instances: &BTreeMap<&Arc<str>, &App>) -> Fact {
    let names: Vec<String> = instances.keys().map(|it| format!("`{it}`")).collect();
    let names = match names.len() {
        0..=4 => names.join(", "),
        more => {
            let first: Vec<_> = names.into_iter().take(3).collect();
            format!("{} and {} more", first.join(", "), more - 3)
        }
    };
    let selector = &at.scope.pods;
    let message = format!("`{selector}` selects pods of the releases {names}");
    let mut fact = Fact::new(context.policy_ref(at.policy), at.pods_path(), message)
        .at(
            at.policy.subject_origin.span,
            "selects more than one release",
        )
        .means("this policy isolates all of them, and its peers can reach all of them")
        .fix(format!(
            "add `{INSTANCE}` to the selector to select only one of them"
        ));
    for (instance, app) in instances.iter().take(2) {
        let labels = |pod| &context.cluster.pods.at(pod).labels;
        let is_of_it = |pod| labels(pod).get(INSTANCE) == Some(*instance);
        let name = context.names_where(app.pod(), is_of_it);
        let text = format!("{name} belongs to release `{instance}`");
        fact = fact.at(app.origin.span, text);
    }
    fact
}
