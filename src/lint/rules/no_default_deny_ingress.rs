//! A namespace without a default deny for ingress.
//!
//! ## What it does
//! Reports namespaces with pods in which no policy isolates every pod for ingress: one with
//! `podSelector: {}` that does not let everyone in.
//!
//! ## Why it matters
//! Without it, every new pod accepts connections from everyone until somebody writes a policy for it.
//! With it, everything that is not allowed is denied from the start.
//!
//! ## Example
//! ```yaml
//! # namespace shop, with policies for app=web and app=db only
//! ```
//!
//! ## Use instead
//! ```yaml
//! apiVersion: networking.k8s.io/v1
//! kind: NetworkPolicy
//! metadata: {name: default-deny-ingress, namespace: shop}
//! spec:
//!   podSelector: {}
//!   policyTypes: [Ingress]
//! ```
//!
//! ## Limits
//! Off by default: `pod-not-isolated-ingress` reports existing pods that are open. Namespaces of the
//! cluster itself (`kube-…`, `openshift-…` and the like) and those with nothing but pods in the network
//! of their node are skipped. Where a default deny's manifest names no namespace and that of the pods
//! does, or the other way round, nothing is said.

use crate::lint::context::{Context, Owned};
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::{Direction, NamespaceId, Peers, Policy, Ports, Tier};
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    check_direction(context, Direction::Ingress, facts);
}

/// Namespaces without a default deny for one direction.
pub(super) fn check_direction(context: &Context<'_>, direction: Direction, facts: &mut Facts) {
    let owners = context.owners();
    let mut first: BTreeMap<NamespaceId, &Owned> = BTreeMap::new();
    for owner in &owners {
        let mut pods = owner.pods.iter().map(|&pod| context.cluster.pods.at(pod));
        if pods.any(|pod| !pod.host_network) && !context.is_system(owner.namespace) {
            first.entry(owner.namespace).or_insert(owner);
        }
    }
    for (namespace, owner) in first {
        let mut policies = context.cluster.policies_over(namespace);
        let pod = owner.pods.first().map(|&pod| context.cluster.pods.at(pod));
        let mut landing = pod.into_iter().flat_map(|pod| context.landing_on(pod));
        let denies = |(_, policy): (_, &Policy)| is_default_deny(policy, direction);
        let mut pods = owner.pods.iter();
        // Cluster-wide policies may be what denies here.
        let by_tiers = pods.any(|&pod| context.may_be_denied_by_tiers(pod, direction));
        if !by_tiers && !policies.any(denies) && !landing.any(denies) {
            facts.add(fact(context, namespace, owner, direction));
        }
    }
}

/// Whether a policy isolates every pod of its namespace and does not open them to everyone.
fn is_default_deny(policy: &Policy, direction: Direction) -> bool {
    let Some(rules) = policy.rules(direction) else {
        return false;
    };
    let opens = rules
        .iter()
        .any(|rule| rule.peers == Peers::Anyone && rule.ports == Ports::Any);
    policy.tier == Tier::NetworkPolicy && policy.subject.pods.is_everything() && !opens
}

fn fact(context: &Context<'_>, id: NamespaceId, owner: &Owned, direction: Direction) -> Fact {
    let namespace = context.cluster.namespaces.at(id);
    let name = &namespace.name;
    let object = ObjectRef {
        kind: "Namespace".into(),
        namespace: None,
        name: name.clone(),
    };
    let (place, label) = match namespace.origin.span {
        Some(span) => (Some(span), "this namespace"),
        None => (owner.origin.span, "a workload of this namespace"),
    };
    let whom = match direction {
        Direction::Ingress => "accepts connections from everyone",
        Direction::Egress => "may connect to everyone",
    };
    Fact::new(
        object,
        "",
        format!("namespace `{name}` has no default deny for {direction}"),
    )
    .at(place, label)
    .means(format!("a pod of `{name}` that no policy selects {whom}"))
    .within(name)
    .fix("add a policy that isolates every pod, then allow what is needed")
    .paste(default_deny(name, direction))
}

/// A policy that isolates every pod of a namespace.
pub(super) fn default_deny(namespace: &str, direction: Direction) -> String {
    let policy_type = match direction {
        Direction::Ingress => "Ingress",
        Direction::Egress => "Egress",
    };
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny-{direction}\n  namespace: {namespace}\nspec:\n  podSelector: {{}}\n  policyTypes: [{policy_type}]\n"
    )
}
