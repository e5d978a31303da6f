//! A label like `name`, which Kubernetes does not give to namespaces.
//!
//! ## What it does
//! Reports a `namespaceSelector` that asks for `name`, `namespace` or `ns` as if it held the
//! namespace's name. Where the namespace of that name is in the input without the label, or all
//! namespaces are and none carries it, it is a warning.
//!
//! ## Why it matters
//! Kubernetes labels every namespace with `kubernetes.io/metadata.name` (since 1.21), and with nothing
//! else. A label `name` only exists if somebody set it. Otherwise the peer matches nothing.
//!
//! ## Example
//! ```yaml
//! - namespaceSelector: {matchLabels: {name: monitoring}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
//! ```
//!
//! ## Limits
//! Silent where a namespace of the input carries the label with the value that is asked for. Otherwise
//! a note: whoever creates the namespaces may set the label.

use crate::lint::context::{Context, Extent, ScopeAt, is_namespace_name};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{NAMESPACE_NAME_LABEL, Namespace, NamespaceScope};
use crate::selector::{Operator, Requirement, Selector};
use crate::written::Part;

pub(super) const CHECK: Check = Check::Context(check);

/// Keys that are taken for the one that Kubernetes sets.
const KEYS: [&str; 5] = ["name", "namespace", "ns", "namespace-name", "namespaceName"];

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.scopes() {
        let NamespaceScope::Matching(selector) = &at.scope.namespaces else {
            continue;
        };
        if !asks(selector) {
            continue;
        }
        let paths = context.requirement_paths(at.policy, &at.namespaces_path());
        for (index, requirement) in selector.requirements().iter().enumerate() {
            if is_of_name(requirement) && !is_carried(context, requirement) {
                let path = paths.get(index).cloned();
                let path = path.unwrap_or_else(|| at.namespaces_path());
                facts.add(fact(context, &at, requirement, &path));
            }
        }
    }
}

/// Whether a selector asks for such a label, and the input shows that no namespace has it.
pub(super) fn is_shown(context: &Context<'_>, selector: &Selector) -> bool {
    let mut requirements = selector.requirements().iter();
    requirements.any(|it| is_of_name(it) && is_missing(context, it))
}

/// Whether a selector asks for such a label.
pub(super) fn asks(selector: &Selector) -> bool {
    selector.requirements().iter().any(is_of_name)
}

fn is_of_name(requirement: &Requirement) -> bool {
    let values = &requirement.values;
    requirement.operator == Operator::In
        && KEYS.contains(&&*requirement.key)
        && values.iter().all(|value| is_namespace_name(value))
}

fn namespaces<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Namespace> {
    context.cluster.namespaces.rows().iter()
}

fn is_carried(context: &Context<'_>, requirement: &Requirement) -> bool {
    namespaces(context).any(|it| requirement.matches(&it.labels))
}

/// Whether the input shows that no namespace has the label with these values.
fn is_missing(context: &Context<'_>, requirement: &Requirement) -> bool {
    let named = |it: &Namespace| requirement.values.contains(&it.name);
    // Where all namespaces are known, those that no manifest declares may still have it.
    let complete = context.inventory.of(Need::Namespaces) == Extent::Complete
        && namespaces(context).all(|it| it.declared);
    !is_carried(context, requirement)
        && (complete || namespaces(context).any(|it| it.declared && named(it)))
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, requirement: &Requirement, path: &str) -> Fact {
    let (key, value) = (&requirement.key, requirement.values.join(","));
    let part = context.field(at.policy, path);
    let message = format!("Kubernetes does not give namespaces the label `{key}`");
    let place = part.map_or_else(|| context.span(at.policy, path), |it| Some(it.whole()));
    let mut fact = Fact::new(context.policy_ref(at.policy), path, message)
        .at(place, "only exists if somebody sets it")
        .fix(format!(
            "write `{NAMESPACE_NAME_LABEL}`, which every namespace carries"
        ));
    if let Some(key) = part.and_then(key_of) {
        fact = fact.edit(key, NAMESPACE_NAME_LABEL);
    }
    let mut named = namespaces(context).filter(|it| it.declared);
    if let Some(namespace) = named.find(|it| requirement.values.contains(&it.name)) {
        fact = fact.at(
            namespace.origin.span,
            format!("has no label `{key}={value}`"),
        );
    }
    if is_missing(context, requirement) {
        return fact
            .means(format!("no namespace has this label: {}", at.in_vain()))
            .shown();
    }
    let whom = match at.peer {
        None => "policy governs",
        Some(_) => "peer matches",
    };
    fact.means(format!(
        "this {whom} pods of namespaces that somebody labelled `{key}={value}`, whatever their names"
    ))
}

/// The text of the key: of an entry of `matchLabels`, or the `key` of an expression.
fn key_of(part: &Part) -> Option<crate::source::Span> {
    part.get("key").map(|it| it.span).or(part.key)
}
