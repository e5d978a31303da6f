//! A `namespaceSelector` that no namespace matches.
//!
//! ## What it does
//! Reports a peer whose `namespaceSelector` matches no namespace of the cluster. The label
//! `kubernetes.io/metadata.name`, which Kubernetes gives to every namespace, always counts.
//!
//! ## Why it matters
//! Such a peer matches nobody. Namespaces have few labels unless somebody sets them, and the label in a
//! policy often exists nowhere else.
//!
//! ## Example
//! ```yaml
//! - namespaceSelector: {matchLabels: {purpose: monitoring}}   # no namespace is labelled so
//! ```
//!
//! ## Use instead
//! ```yaml
//! - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
//! ```
//!
//! ## Limits
//! Silent without manifests of namespaces, a note where only some are in the input; and then silent
//! about namespaces that are asked for by name. Silent, too, about a name that no other is like, where
//! another peer of the rule means a namespace that is there: manifests for several kinds of cluster name
//! the namespaces of each. The labels of a namespace that objects are in, but
//! whose manifest is not in the input, are not known, and count as fitting; so do those of `default`,
//! `kube-system`, `kube-public` and `kube-node-lease`, which every cluster has, where they are asked for
//! by name. A label like `name` that holds a namespace's name is for `namespace-name-label`, and labels that pods of
//! the input have are for `pod-labels-on-namespace`.

use super::{namespace_name_label, pod_labels_on_namespace};
use crate::lint::context::yaml::text;
use crate::lint::context::{Context, Extent, Nobody, ScopeAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{NAMESPACE_NAME_LABEL, NamespaceScope};
use crate::selector::Selector;
use crate::spelling::distance;
use std::sync::Arc;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let complete = context.inventory.of(Need::Namespaces) == Extent::Complete;
    for at in context.scopes() {
        let NamespaceScope::Matching(selector) = &at.scope.namespaces else {
            continue;
        };
        let none = context.nobody(&at);
        if none.is_none_or(|it| *it != Nobody::Namespaces)
            || !(complete || names(selector).is_none())
            || namespace_name_label::is_shown(context, selector)
            || pod_labels_on_namespace::bearer(context, selector).is_some()
        {
            continue;
        }
        let near = nearest(context, selector);
        // Somebody means another kind of cluster, or misspelt the name of a namespace of this one.
        if names(selector).is_none() || near.is_some() || !context.has_other_namespaces(&at) {
            facts.add(fact(context, &at, selector, near));
        }
    }
}

/// The names that namespaces must have, where a selector asks for some.
fn names(selector: &Selector) -> Option<Vec<&Arc<str>>> {
    let mut tests = selector.tests().iter();
    let test = tests.find(|(key, _)| **key == *NAMESPACE_NAME_LABEL);
    let values = test.and_then(|(_, test)| test.only_values())?;
    Some(values.iter().collect())
}

fn fact(
    context: &Context<'_>,
    at: &ScopeAt<'_>,
    selector: &Selector,
    near: Option<Arc<str>>,
) -> Fact {
    let path = at.namespaces_path();
    let complete = context.inventory.of(Need::Namespaces) == Extent::Complete;
    let here = if complete { "" } else { " in the input" };
    let message = format!("no namespace{here} has `{selector}`");
    let fact = Fact::new(context.policy_ref(at.policy), &path, message).at(
        context.span(at.policy, &path),
        format!("matches no namespace{here}"),
    );
    let asked = names(selector);
    // A name is there as soon as somebody makes the namespace; labels have to be written, too.
    let fact = fact.means(if near.is_none() && asked.is_some() {
        format!(
            "unless such a namespace is created elsewhere, {}",
            at.in_vain()
        )
    } else {
        format!("{}{here}", at.in_vain())
    });
    match (near, asked) {
        (Some(name), _) => fact
            .fix(format!("select namespace `{name}` by its name"))
            .paste(format!(
                "{}:\n  matchLabels:\n    {NAMESPACE_NAME_LABEL}: {}\n",
                at.namespaces_field(),
                text(&name)
            )),
        (None, Some(asked)) => {
            let asked: Vec<String> = asked.iter().map(|name| format!("`{name}`")).collect();
            fact.fix(format!(
                "no manifest of namespace {} is in the input: check the name, or add the manifest",
                asked.join(" or ")
            ))
        }
        (None, None) => fact.fix(format!(
            "label the namespace, or select it by `{NAMESPACE_NAME_LABEL}`, which every namespace carries"
        )),
    }
}

/// The namespace whose name is nearest to a value that is asked for, if one is near.
fn nearest(context: &Context<'_>, selector: &Selector) -> Option<Arc<str>> {
    let namespaces = context.cluster.namespaces.rows().iter();
    let asked = || {
        let requirements = selector.requirements().iter();
        requirements.flat_map(|it| &it.values)
    };
    let near = namespaces.filter_map(|it| {
        let near = asked().map(|asked| (distance(asked, &it.name), asked.len()));
        let near = near.filter(|(distance, length)| *distance <= length / 4);
        Some((near.min()?.0, &it.name))
    });
    near.min().map(|(_, name)| Arc::clone(name))
}
