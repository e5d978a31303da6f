//! Ingress for pods that do not exist.
//!
//! ## What it does
//! Reports an ingress peer that asks for labels of pods, in namespaces that could be, and that no pod
//! of the input matches.
//!
//! ## Why it matters
//! Any pod that gets these labels later is allowed in. That is right for pods that come and go. If it
//! is left over from a removed workload, somebody else may use it.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from: [{podSelector: {matchLabels: {app: old-frontend}}}]
//! ```
//!
//! ## Use instead
//! Remove the peer once you are sure that nobody needs it.
//!
//! ## Limits
//! Off by default. A note always; workloads with `replicas: 0`, finished pods and pods in the network
//! of their node count as pods here, and so do the pods of templates in objects of other kinds. A manifest
//! that names no namespace is applied with the others: its pods count where only the namespace is missing.
//! Not reported if the selector depends on namespace labels that are not in the input.

use crate::lint::context::{Context, ScopeAt, cover};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Tier};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.scopes() {
        let ingress = matches!(at.peer, Some((Direction::Ingress, ..)));
        if ingress
            && at.policy.tier == Tier::NetworkPolicy
            && !at.scope.pods.is_everything()
            && cover::is_possible(at.scope)
            && !context.hangs_on_namespaces(at.scope)
            && context.nobody(&at).is_some()
        {
            facts.add(fact(context, &at));
        }
    }
}

fn fact(context: &Context<'_>, at: &ScopeAt<'_>) -> Fact {
    let path = at.path();
    let selector = &at.scope.pods;
    let (subjects, count) = context.names(context.subject(at.id));
    let whom = if count == 0 {
        "the pods of this policy".to_owned()
    } else {
        subjects
    };
    let here = context.in_input(at);
    Fact::new(
        context.policy_ref(at.policy),
        &path,
        format!("lets in pods with `{selector}`, but there are none{here}"),
    )
    .at(context.span(at.policy, &path), "matches no pod now")
    .means(format!(
        "any pod that later gets the labels `{selector}` there can reach {whom}"
    ))
    .fix("remove the peer if you do not expect such a pod")
}
