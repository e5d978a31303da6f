//! A selector on labels that a workload has, and its pods do not.
//!
//! ## What it does
//! Reports a selector that matches no pod, but the labels of a workload itself (`metadata.labels` of a
//! Deployment, StatefulSet, and so on).
//!
//! ## Why it matters
//! Policies match the labels of pods. These come from the pod template, not from the workload's own
//! `metadata`. So the policy governs no pod, or the peer matches nobody.
//!
//! ## Example
//! ```yaml
//! kind: Deployment
//! metadata: {name: web, labels: {tier: front}}
//! spec: {template: {metadata: {labels: {app: web}}}}
//! # and in the policy: podSelector: {matchLabels: {tier: front}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! kind: Deployment
//! metadata: {name: web, labels: {tier: front}}
//! spec: {template: {metadata: {labels: {app: web, tier: front}}}}
//! ```
//!
//! ## Limits
//! Silent where any pod, there now or not, has the labels. A note where custom resources in the
//! namespace may make pods. Reported instead of `policy-selects-nothing` and `peer-selects-nothing`.

use crate::diag::Severity;
use crate::lint::context::yaml::text;
use crate::lint::context::{Context, Nobody, ScopeAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::selector::Operator;
use crate::written::Written;
use std::fmt::Write as _;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.scopes() {
        if let Some(Nobody::OwnersLabels(owner)) = context.nobody(&at).as_deref() {
            facts.add(fact(context, &at, owner));
        }
    }
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, owner: &Written) -> Fact {
    let selector = &at.scope.pods;
    let path = at.pods_path();
    let (kind, name) = (&owner.kind, &owner.name);
    let here = context.in_input(at);
    let message = format!("`{selector}` matches {kind} `{name}` itself, but no pod{here}");
    let template = match &**kind {
        "CronJob" => "spec.jobTemplate.spec.template",
        _ => "spec.template",
    };
    let labels = owner.root.at("metadata.labels");
    let pods = owner.root.at(&format!("{template}.metadata.labels"));
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            format!("matches no pod{here}"),
        )
        .at(
            labels.map(|it| it.span),
            "labels of the workload, not of its pods",
        )
        .at(pods.map(|it| it.span), "labels of its pods")
        .means(format!("{}{here}", at.in_vain()))
        .fix(format!(
            "add the labels to `{template}.metadata.labels`, or select labels that the pods have"
        ));
    let mut added = String::new();
    for requirement in selector.requirements() {
        let label = labels.and_then(|it| it.get(&requirement.key)?.text());
        let missing = pods.is_none_or(|it| it.get(&requirement.key).is_none());
        if let Some(value) = label.filter(|_| missing && requirement.operator == Operator::In) {
            // Writing to a String cannot fail.
            let _ = writeln!(added, "{}: {}", requirement.key, text(value));
        }
    }
    let fact = if context.may_have_strangers(at) {
        fact.at_most(Severity::Note)
    } else {
        fact
    };
    if added.is_empty() {
        fact
    } else {
        fact.paste(added)
    }
}
