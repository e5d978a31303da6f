//! A `namespaceSelector` with labels that only pods have.
//!
//! ## What it does
//! Reports a selector of namespaces that no namespace of the input matches, while pods of the input carry
//! all its labels.
//!
//! ## Why it matters
//! `namespaceSelector` matches the labels of Namespace objects. With labels of pods it matches nothing,
//! and so does the whole peer.
//!
//! ## Example
//! ```yaml
//! - namespaceSelector: {matchLabels: {app: web}}   # the label of the pods
//! ```
//!
//! ## Use instead
//! ```yaml
//! - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
//!   podSelector: {matchLabels: {app: web}}
//! ```
//!
//! ## Limits
//! A warning only where all namespaces are in the input: others may carry the labels. Reported instead of
//! `namespace-selector-matches-none`. Labels that stand for the name of a namespace are for
//! `namespace-name-label`.

use super::namespace_name_label;
use crate::diag::Severity;
use crate::lint::context::yaml::text;
use crate::lint::context::{Context, Extent, ScopeAt, ScopeForm};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{NAMESPACE_NAME_LABEL, NamespaceScope, PodId};
use crate::selector::{Labels, Operator, Requirement, Selector};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.scopes() {
        let NamespaceScope::Matching(selector) = &at.scope.namespaces else {
            continue;
        };
        if let Some(pod) = bearer(context, selector) {
            facts.add(fact(context, &at, selector, pod));
        }
    }
}

/// A pod of the input with the labels that a selector of namespaces asks for, where no namespace of the
/// input has them.
pub(super) fn bearer(context: &Context<'_>, selector: &Selector) -> Option<PodId> {
    let mut tests = selector.tests().iter();
    // `app!=web` fits whoever has no such label.
    let named = tests.any(|(key, _)| **key == *NAMESPACE_NAME_LABEL);
    if named
        || selector.matches(&Labels::default())
        || !selector
            .requirements()
            .iter()
            .any(|it| it.operator == Operator::In)
        || namespace_name_label::asks(selector)
    {
        return None;
    }
    let mut namespaces = context.cluster.namespaces.rows().iter();
    let carries = |labels: &Labels| {
        let mut tests = selector.tests().iter();
        tests.any(|(key, _)| labels.get(key).is_some())
    };
    if namespaces.any(|it| carries(&it.labels)) {
        return None;
    }
    let found = context.labelled_as(selector);
    found.first().copied()
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, selector: &Selector, pod: PodId) -> Fact {
    let path = at.namespaces_path();
    let complete = context.inventory.of(Need::Namespaces) == Extent::Complete;
    let here = if complete { "" } else { " in the input" };
    let app = context.apps().at(context.app_of(pod));
    let home = &context.cluster.namespaces.at(app.namespace).name;
    let owner = &app.owner;
    let message = format!("no namespace{here} has `{selector}`; pods have");
    let field = at.namespaces_field();
    let means = if complete {
        at.in_vain().to_owned()
    } else {
        format!(
            "unless namespaces that are not in the input have these labels, {}",
            at.in_vain()
        )
    };
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(
            context.span(at.policy, &path),
            format!("matches no namespace{here}"),
        )
        .at(
            app.origin.span,
            format!("the pods of `{owner}` have these labels"),
        )
        .means(means)
        .fix(format!(
            "select pods by `podSelector`, and their namespace by its name in `{field}`"
        ))
        .at_most(if complete {
            Severity::Warning
        } else {
            Severity::Note
        });
    if at.form != ScopeForm::Plain || !at.scope.pods.is_everything() {
        return fact;
    }
    let asked = selector.requirements().iter();
    let asked = asked.filter(|it| it.operator == Operator::In);
    let label = |it: &Requirement| Some(format!("{}: {}", it.key, text(it.values.first()?)));
    let labels: Vec<String> = asked.filter_map(label).collect();
    fact.paste(format!(
        "namespaceSelector:\n  matchLabels:\n    {NAMESPACE_NAME_LABEL}: {}\npodSelector:\n  matchLabels:\n    {}\n",
        text(home),
        labels.join("\n    ")
    ))
}
