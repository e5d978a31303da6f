//! A name that no namespace can have.
//!
//! ## What it does
//! Reports a `namespaceSelector` that compares `kubernetes.io/metadata.name` with a text that is a
//! legal label value but can never be the name of a namespace: with capitals, `_` or `.`, or empty.
//!
//! ## Why it matters
//! Selectors compare text, and the API server silently accepts such a value. The peer matches nobody;
//! with `NotIn` it excludes nobody.
//!
//! ## Example
//! ```yaml
//! - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube_system}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
//! ```
//!
//! ## Limits
//! What no label at all can have as its value (`web*`, `10.0.0.0/8`) is refused when the manifest is
//! read, and is `invalid-manifest`. Other labels of namespaces, and labels of pods, may have any value.

use crate::lint::context::{Context, ScopeAt, is_namespace_name};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{NAMESPACE_NAME_LABEL, NamespaceScope};
use crate::selector::{Operator, Requirement};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.scopes() {
        let NamespaceScope::Matching(selector) = &at.scope.namespaces else {
            continue;
        };
        let impossible = |it: &Requirement| {
            let mut values = it.values.iter();
            *it.key == *NAMESPACE_NAME_LABEL && values.any(|value| !is_namespace_name(value))
        };
        if !selector.requirements().iter().any(impossible) {
            continue;
        }
        let paths = context.requirement_paths(at.policy, &at.namespaces_path());
        for (index, requirement) in selector.requirements().iter().enumerate() {
            let path = paths.get(index).cloned();
            let path = path.unwrap_or_else(|| at.namespaces_path());
            for (value, text) in requirement.values.iter().enumerate() {
                if *requirement.key == *NAMESPACE_NAME_LABEL && !is_namespace_name(text) {
                    facts.add(fact(context, &at, requirement, (&path, value)));
                }
            }
        }
    }
}

fn fact(
    context: &Context<'_>,
    at: &ScopeAt<'_>,
    requirement: &Requirement,
    (path, index): (&str, usize),
) -> Fact {
    let value = requirement.values.get(index).cloned().unwrap_or_default();
    let listed = format!("{path}.values[{index}]");
    let path = match context.field(at.policy, &listed) {
        Some(_) => listed.as_str(),
        None => path,
    };
    let others = requirement.values.iter();
    let alone = others.filter(|it| is_namespace_name(it)).count() == 0;
    let means = match (requirement.operator, alone) {
        (Operator::NotIn, _) => "this value excludes no namespace",
        (_, true) => at.in_vain(),
        (_, false) => "this value adds no namespace",
    };
    let message = if value.is_empty() {
        "no namespace has an empty name".to_owned()
    } else {
        format!("no namespace can be called `{value}`")
    };
    let fact = Fact::new(context.policy_ref(at.policy), path, message)
        .at(
            context.span(at.policy, path),
            "is not a valid namespace name",
        )
        .means(means);
    if value.is_empty() {
        let field = at.namespaces_field();
        return fact.fix(format!(
            "write `{field}: {{}}` for all namespaces, or a name"
        ));
    }
    let near = value.to_lowercase().replace(['_', '.'], "-");
    match context.cluster.namespace(&near) {
        Some(_) => fact.fix(format!("write `{near}`")),
        None => fact.fix("names of namespaces are lower-case letters, digits and `-`"),
    }
}
