//! A policy without a namespace.
//!
//! ## What it does
//! Reports a policy without `metadata.namespace`.
//!
//! ## Why it matters
//! A policy selects pods of its own namespace only. If the manifest has none, the policy ends up in
//! whatever namespace is current when it is applied.
//!
//! ## Example
//! ```yaml
//! metadata: {name: db}
//! ```
//!
//! ## Use instead
//! ```yaml
//! metadata: {name: db, namespace: shop}
//! ```
//!
//! ## Limits
//! Only with `--strict`: charts and kustomizations leave the namespace to those who apply them. netpolc
//! checks such a policy in the namespace given by `-n`, or in `default`.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::Policy;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for (_, policy) in context.policies() {
        let metadata = context.field(policy, "metadata");
        let omitted = metadata.is_some_and(|it| it.text_of("namespace").is_none_or(str::is_empty));
        if omitted && policy.namespace.is_some() {
            facts.add(fact(context, policy));
        }
    }
}

fn fact(context: &Context<'_>, policy: &Policy) -> Fact {
    let namespace = policy.namespace.as_deref().unwrap_or_default();
    Fact::new(
        context.policy_ref(policy),
        "metadata",
        "`metadata.namespace` is missing",
    )
    .at(policy.origin.span, "no namespace")
    .means(format!(
        "ends up in whatever namespace it is applied to; checked in `{namespace}`"
    ))
    .fix("write the namespace")
    .paste(format!("namespace: {namespace}\n"))
}
