//! A policy in another namespace than its pods.
//!
//! ## What it does
//! Reports a policy whose `podSelector` matches no pod of its own namespace, while all pods that have
//! these labels are in one other namespace.
//!
//! ## Why it matters
//! A policy selects pods of its own namespace only. In another one it protects nothing, and nobody is
//! told.
//!
//! ## Example
//! ```yaml
//! metadata: {name: db, namespace: default}
//! spec: {podSelector: {matchLabels: {app: db}}}   # the pods are in namespace shop
//! ```
//!
//! ## Use instead
//! ```yaml
//! metadata: {name: db, namespace: shop}
//! spec: {podSelector: {matchLabels: {app: db}}}
//! ```
//!
//! ## Limits
//! A note where only some of the cluster is in the input. Where the policy's manifest names a
//! namespace and the pods' do not, or the other way round, nothing is said: they may meet when they
//! are applied. Takes the place of `policy-selects-nothing`.

use crate::lint::context::{Context, Nobody, ScopeAt, quoted};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::NamespaceId;
use crate::selector::Labels;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let subjects = context.scopes().filter(|at| at.peer.is_none());
    for at in subjects {
        let nobody = context.nobody(&at);
        // `app!=web` fits whatever runs anywhere: that it fits there tells nothing.
        if let Some(Nobody::Elsewhere(namespaces)) = nobody.as_deref()
            && let [namespace] = namespaces.as_slice()
            && !at.scope.pods.matches(&Labels::default())
        {
            facts.add(fact(context, &at, *namespace));
        }
    }
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>, other: NamespaceId) -> Fact {
    let policy = at.policy;
    let own = policy.namespace.clone().unwrap_or_default();
    let other_name = &context.cluster.namespaces.at(other).name;
    let selector = &at.scope.pods;
    let message =
        format!("the pods with `{selector}` are in namespace `{other_name}`, not in `{own}`");
    let path = "metadata.namespace";
    let written = context.field(policy, path);
    let place = written.map_or(policy.origin.span, |it| Some(it.span));
    let mut apps = context.apps().rows().iter();
    let app = apps.find(|app| {
        app.namespace == other && selector.matches(&context.cluster.pods.at(app.pod()).labels)
    });
    let mut fact = Fact::new(context.policy_ref(policy), path, message)
        .at(place, format!("no pod here has `{selector}`"))
        .means("this policy governs no pod: policies select pods of their own namespace only")
        .within(&own)
        .fix(format!("write `namespace: {}`", quoted(other_name)));
    if let Some(app) = app {
        fact = fact.at(app.origin.span, format!("`{}` has these labels", app.name));
    }
    match written {
        Some(part) => fact.edit(part.span, quoted(other_name)),
        None => fact,
    }
}
