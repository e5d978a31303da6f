//! A label of a workload that its pods lack, where other pods have it.
//!
//! ## What it does
//! Reports a selector that matches the labels of a workload itself (`metadata.labels` of a Deployment,
//! StatefulSet, and so on), not those of its pod template, and matches other pods.
//!
//! ## Why it matters
//! Policies match the labels of pods, and pods get those of the template. The policy works for some
//! workloads, and silently passes over one that carries the label where it does not count.
//!
//! ## Example
//! ```yaml
//! # podSelector: {matchLabels: {tier: front}} selects the pods of another Deployment, and not of this one
//! kind: Deployment
//! metadata: {name: web, labels: {tier: front}}
//! spec: {template: {metadata: {labels: {app: web}}}}
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
//! A note for peers: that a workload is not among them may be meant. If no pod at all has the labels,
//! `owner-label-not-on-pods` reports the selector. Selectors that ask for labels that controllers give are
//! skipped, and so are workloads whose manifest names no namespace where that of the policy does, or the
//! other way round.

use crate::diag::Severity;
use crate::lint::context::yaml::text;
use crate::lint::context::{Context, ScopeAt, ScopeForm};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{NamespaceId, WorkloadKind};
use crate::selector::{Labels, Operator};
use crate::written::{Part, Written};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(super) const CHECK: Check = Check::Context(check);

/// A workload with labels that its pods lack.
struct Bearer<'a> {
    written: &'a Written,
    namespace: NamespaceId,
    template: &'static str,
    own: Labels,
    of_pods: Labels,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    let bearers = bearers(context);
    // By the labels that are missing on the pods.
    let mut lacking: BTreeMap<(&str, &str), Vec<&Bearer<'_>>> = BTreeMap::new();
    for bearer in &bearers {
        for (key, value) in bearer
            .own
            .iter()
            .filter(|(key, _)| bearer.of_pods.get(key).is_none())
        {
            lacking.entry((key, value)).or_default().push(bearer);
        }
    }
    if lacking.is_empty() {
        return;
    }
    for at in context
        .scopes()
        .filter(|at| at.form != ScopeForm::Namespaces)
    {
        if at.given_label().is_some() || context.pods(at.scope).is_empty() {
            continue;
        }
        let namespaces = context.all_namespaces_of(&at.scope.namespaces);
        let floating = context.omits_namespace(at.policy.origin);
        let asked = at.scope.pods.requirements().iter();
        let asked = asked.filter(|it| it.operator == Operator::In);
        let values = asked.flat_map(|it| it.values.iter().map(|value| (&*it.key, &**value)));
        let mut met: Vec<&Bearer<'_>> = Vec::new();
        for bearer in values.filter_map(|pair| lacking.get(&pair)).flatten() {
            let selector = &at.scope.pods;
            let is = namespaces.contains(&bearer.namespace)
                && context.omits_namespace_of(bearer.written) == floating
                && selector.matches(&bearer.own)
                && !selector.may_match(&bearer.of_pods);
            if is && !met.iter().any(|it| std::ptr::eq(*it, *bearer)) {
                met.push(bearer);
            }
        }
        for bearer in met {
            facts.add(fact(context, &at, bearer));
        }
    }
}

fn bearers<'a>(context: &Context<'a>) -> Vec<Bearer<'a>> {
    let objects = context.manifests.objects().iter();
    let found = objects.filter_map(|written| {
        let kind = WorkloadKind::from_name(&written.kind)?;
        let namespace = context.cluster.namespace(written.namespace.as_deref()?)?;
        let template = match kind {
            WorkloadKind::CronJob => "spec.jobTemplate.spec.template",
            _ => "spec.template",
        };
        let labels = |path: &str| {
            let part = written.root.at(path);
            let pairs = part.map_or(&[][..], Part::fields).iter();
            Labels::from_pairs(pairs.filter_map(|(key, part)| Some((&**key, part.text()?))))
        };
        // What makes its pods otherwise says so at another place.
        written.root.at(template)?;
        Some(Bearer {
            written,
            namespace,
            template,
            own: labels("metadata.labels"),
            of_pods: labels(&format!("{template}.metadata.labels")),
        })
    });
    found.collect()
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, bearer: &Bearer<'_>) -> Fact {
    let selector = &at.scope.pods;
    let path = at.pods_path();
    let Written {
        kind, name, root, ..
    } = bearer.written;
    let template = bearer.template;
    let message = format!("`{selector}` matches {kind} `{name}` itself, but not its pods");
    let pods = root.at(&format!("{template}.metadata.labels"));
    let means = match at.peer {
        None => format!("this policy governs other pods, and not those of {kind} `{name}`"),
        Some(_) => format!("this peer matches other pods, and not those of {kind} `{name}`"),
    };
    let mut added = String::new();
    for requirement in selector.requirements() {
        let missing = bearer.of_pods.get(&requirement.key).is_none();
        if let Some(value) = bearer.own.get(&requirement.key).filter(|_| missing) {
            // Writing to a String cannot fail.
            let _ = writeln!(added, "{}: {}", requirement.key, text(value));
        }
    }
    let labels = root.at("metadata.labels");
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "matches other pods only")
        .at(labels.map(|it| it.span), "labels of the workload, not of its pods")
        .at(pods.map(|it| it.span), "labels of its pods")
        .means(means)
        .fix(format!(
            "add the labels to `{template}.metadata.labels` of {kind} `{name}`, if its pods are meant"
        ))
        .paste(added);
    match at.peer {
        None => fact,
        Some(_) => fact.at_most(Severity::Note),
    }
}
