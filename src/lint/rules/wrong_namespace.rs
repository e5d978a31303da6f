//! A policy in another namespace than its pods.
//!
//! ## What it does
//! Reports a policy whose `podSelector` matches no pod of its own namespace, while all pods that have
//! these labels are in one other namespace.
//!
//! ## Why it matters
//! A policy selects pods of its own namespace only. In another namespace it silently protects nothing.
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
//! A note if only part of the cluster is in the input. An error only if you declare the input complete
//! (`inventory`): the pods of a listing are those that ran when it was made, and one without any
//! DaemonSet was made without controllers, so that it is a note. At most a warning, and no edit, where
//! other namespaces have a policy of the same name: that is what several environments look like, and
//! the pods of this one may just not be there. A note where custom resources in the namespace may make
//! pods. Where the policy's manifest names a namespace and the pods' do not, or the other way round,
//! there is no finding: they may end up together when they are applied. Reported instead of
//! `policy-selects-nothing`.

use crate::diag::Severity;
use crate::lint::context::yaml::text;
use crate::lint::context::{Context, Nobody, ScopeAt, ScopeForm};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{NamespaceId, PodId, Policy};
use crate::selector::Labels;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let subjects = context
        .scopes()
        .filter(|at| at.peer.is_none() && at.form == ScopeForm::Plain);
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
    let here = context.in_input(at);
    let message =
        format!("the pods with `{selector}`{here} are in namespace `{other_name}`, not in `{own}`");
    let path = "metadata.namespace";
    let written = context.field(policy, path);
    let place = written.map_or(policy.origin.span, |it| Some(it.span));
    let has = |pod: PodId| selector.matches(&context.cluster.pods.at(pod).labels);
    let mut apps = context.apps().rows().iter();
    let app = apps.find(|app| app.namespace == other && has(app.pod()));
    let most = context.most_of_absence(at);
    let mut fact = Fact::new(context.policy_ref(policy), path, message)
        .at(place, format!("no pod of it{here} has `{selector}`"))
        .means(format!(
            "this policy governs no pod{here}: policies select pods of their own namespace only"
        ))
        .within(&own);
    if let Some(app) = app {
        let name = context.names_where(app.pod(), has);
        fact = fact.at(app.origin.span, format!("{name} has these labels"));
    }
    if has_twin(context, policy) {
        return fact.at_most(most.min(Severity::Warning)).fix(format!(
            "namespaces each have a policy of this name; check the pod labels in `{own}`, or delete this policy if it is no longer needed"
        ));
    }
    let fact = fact
        .at_most(most)
        .fix(format!("write `namespace: {}`", text(other_name)));
    match written {
        Some(part) => fact.edit(part.span, text(other_name)),
        None => fact,
    }
}

/// Whether another namespace has a policy of the same kind and name: environments look like this,
/// and there would be two of one name if this one was moved.
fn has_twin(context: &Context<'_>, policy: &Policy) -> bool {
    let mut others = context.policies().map(|(_, it)| it);
    others.any(|it| {
        (it.kind, &it.name) == (policy.kind, &policy.name) && it.namespace != policy.namespace
    })
}
