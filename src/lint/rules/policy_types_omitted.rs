//! A policy that does not say which directions it governs.
//!
//! ## What it does
//! Reports a policy without `policyTypes`. It is a warning where the policy has rules for egress only,
//! and pods that listen are isolated for ingress by nothing but this policy.
//!
//! ## Why it matters
//! Without `policyTypes`, a policy always governs ingress, and governs egress only if it has an egress
//! rule. So a policy that was written for egress also denies all ingress.
//!
//! ## Example
//! ```yaml
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   egress:
//!     - to: [{podSelector: {matchLabels: {app: db}}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! spec:
//!   podSelector: {matchLabels: {app: web}}
//!   policyTypes: [Egress]
//!   egress:
//!     - to: [{podSelector: {matchLabels: {app: db}}}]
//! ```
//!
//! ## Limits
//! Otherwise a note, because the defaults may be intended. Pods listen where a container names a port
//! or a Service leads to them. If `egress` is present but empty, NP012 reports it.

use crate::lint::context::{Context, Extent};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{Direction, PodId, Policy, PolicyId, Service, Tier};
use crate::written::Value;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) const CHECK: Check = Check::Context(check);

/// Services by their namespace.
type Services<'a> = HashMap<&'a Arc<str>, Vec<&'a Service>>;

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut services = Services::new();
    for service in context.cluster.services.rows() {
        services
            .entry(&service.namespace)
            .or_default()
            .push(service);
    }
    for (id, policy) in context.policies() {
        // An empty `egress` without a type is another rule's.
        let omitted = is_omitted(context, policy) && !has_empty_egress(context, policy);
        if policy.tier == Tier::NetworkPolicy && omitted {
            facts.add(fact(context, &services, id, policy));
        }
    }
}

/// Whether a policy says nothing of its directions: an empty list says nothing.
pub(super) fn is_omitted(context: &Context<'_>, policy: &Policy) -> bool {
    let types = context.field(policy, "spec.policyTypes");
    context.written(policy).is_some()
        && types.is_none_or(|types| match &types.value {
            Value::Null => true,
            Value::List(types) => types.is_empty(),
            _ => false,
        })
}

/// Whether `egress` is written without any rule.
fn has_empty_egress(context: &Context<'_>, policy: &Policy) -> bool {
    let egress = context.field(policy, "spec.egress");
    egress.is_some_and(|egress| match &egress.value {
        Value::Null => true,
        Value::List(rules) => rules.is_empty(),
        _ => false,
    })
}

fn fact(context: &Context<'_>, services: &Services<'_>, id: PolicyId, policy: &Policy) -> Fact {
    let spec = context.field(policy, "spec").and_then(|spec| spec.key);
    let rules = |direction| policy.rules(direction).map_or(0, <[_]>::len);
    let types = context.field(policy, "spec.policyTypes");
    let lacking = match types.map(|types| &types.value) {
        Some(Value::List(_)) => "empty",
        _ => "missing",
    };
    let fact = |means: &str| {
        let message = format!("`policyTypes` is {lacking}: the policy {means}");
        Fact::new(context.policy_ref(policy), "spec.policyTypes", message)
            .at(spec.or(policy.origin.span), "does not name directions")
    };
    if rules(Direction::Egress) == 0 {
        return fact("governs ingress only")
            .means("governs ingress, and leaves egress as it was")
            .fix("list the directions in `policyTypes`")
            .paste("policyTypes: [Ingress]\n");
    }
    if rules(Direction::Ingress) > 0 {
        return fact("governs ingress and egress")
            .means("governs ingress and egress, because it has rules for both")
            .fix("list the directions in `policyTypes`")
            .paste("policyTypes: [Ingress, Egress]\n");
    }
    let fact = fact("for egress refuses all ingress, too")
        .at(
            context.field(policy, "spec.egress").and_then(|it| it.key),
            "the only rules are for egress",
        )
        .means("governs ingress, too, and lets none of it in")
        .fix("write `policyTypes: [Egress]` if ingress is to stay as it was")
        .paste("policyTypes: [Egress]\n");
    match closed(context, services, id, policy) {
        Some(name) => {
            let message = format!("{}; {name} listens", fact.message);
            Fact { message, ..fact }.shown()
        }
        None => fact,
    }
}

/// The first pods that listen and that this policy alone isolates for ingress, if all policies are known.
fn closed(
    context: &Context<'_>,
    services: &Services<'_>,
    id: PolicyId,
    policy: &Policy,
) -> Option<String> {
    if context.inventory.of(Need::Policies) != Extent::Complete {
        return None;
    }
    let namespace = policy.namespace.as_ref()?;
    let services = services.get(namespace).map_or(&[][..], Vec::as_slice);
    let listens = |pod: PodId| {
        let pod = context.cluster.pods.at(pod);
        let leads = |service: &&Service| {
            let selector = service.selector.as_ref();
            selector.is_some_and(|it| !it.is_everything() && it.matches(&pod.labels))
        };
        !pod.ports.is_empty() || services.iter().any(leads)
    };
    let alone = |pod: PodId| {
        let mut landing = context.landing_on(context.cluster.pods.at(pod));
        context.is_alone_on(pod, Direction::Ingress, id) && landing.next().is_none()
    };
    let closed = |pod: PodId| alone(pod) && listens(pod);
    let mut pods = context.subject(id).iter().copied();
    let first = pods.find(|&pod| closed(pod))?;
    Some(context.names_where(first, closed))
}
