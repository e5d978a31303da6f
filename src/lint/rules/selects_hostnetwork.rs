//! A policy that selects pods in the network of their node.
//!
//! ## What it does
//! Reports a policy whose `podSelector` matches only pods with `hostNetwork: true`.
//!
//! ## Why it matters
//! Such pods have the addresses of their node, and most network plugins do not apply policies to them.
//! The policy then has no effect on them.
//!
//! ## Example
//! ```yaml
//! # DaemonSet monitoring/node-exporter with hostNetwork: true, and a policy for it:
//! podSelector: {matchLabels: {app: node-exporter}}
//! ```
//!
//! ## Use instead
//! Give the pods a network of their own, or protect the node's ports where the node's traffic is
//! filtered: the plugin's policies for hosts, or the firewall of the nodes.
//!
//! ## Limits
//! A policy that also governs other pods in the input is not reported, nor is `podSelector: {}`. The
//! Kubernetes documentation leaves the behaviour to plugins ("NetworkPolicy and hostNetwork pods").

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{PodId, Policy, Tier};
use std::collections::HashMap;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut in_node: HashMap<&str, Vec<PodId>> = HashMap::new();
    for (id, pod) in context.cluster.pods.iter() {
        if pod.host_network {
            let namespace = &context.cluster.namespaces.at(pod.namespace).name;
            in_node.entry(namespace).or_default().push(id);
        }
    }
    for (id, policy) in context.policies() {
        let namespace = policy.namespace.as_deref().unwrap_or_default();
        if policy.tier != Tier::NetworkPolicy || policy.subject.pods.is_everything() {
            continue;
        }
        let pods = in_node.get(namespace).into_iter().flatten().copied();
        let pods: Vec<PodId> = pods
            .filter(|&pod| {
                let labels = &context.cluster.pods.at(pod).labels;
                policy.subject.pods.matches(labels)
            })
            .collect();
        // Among the pods that a policy governs there are none of these.
        let governed = !context.subject(id).is_empty();
        if let Some(&first) = pods.first().filter(|_| !governed) {
            facts.add(fact(context, policy, &pods, first));
        }
    }
}

fn fact(context: &Context<'_>, policy: &Policy, pods: &[PodId], first: PodId) -> Fact {
    let (names, count) = context.names(pods);
    let origin = context.apps().at(context.app_of(first)).origin;
    let message = format!(
        "selects {names}, in the network of {}",
        if count > 1 { "their nodes" } else { "its node" }
    );
    Fact::new(context.policy_ref(policy), "spec.podSelector", message)
        .at(
            policy.subject_origin.span,
            "matches pods with `hostNetwork: true`",
        )
        .at(origin.span, "`hostNetwork: true`")
        .means("most network plugins do not apply the policy to these pods")
        .fix("run them without `hostNetwork`, or filter the traffic of the nodes")
}
