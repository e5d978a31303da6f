//! Which policies govern a pod, and which pods a policy governs.

use crate::model::{Cluster, Direction, NamespaceScope, Pod, PodId, Policy, PolicyId};

/// Whether `policy` governs `pod`. Pods in their node's network are governed by none.
pub fn is_subject(cluster: &Cluster, policy: &Policy, pod: &Pod) -> bool {
    let namespace = cluster.namespaces.at(pod.namespace);
    let in_namespace = match &policy.subject.namespaces {
        NamespaceScope::Named(name) => *name == namespace.name,
        NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
    };
    in_namespace && !pod.host_network && policy.subject.pods.matches(&pod.labels)
}

/// The policies with a say in `direction` at `pod`, in the order of the cluster.
pub fn policies_on(cluster: &Cluster, pod: &Pod, direction: Direction) -> Vec<PolicyId> {
    let policies = cluster.policies.iter();
    let policies = policies.filter(|(_, policy)| {
        policy.rules(direction).is_some() && is_subject(cluster, policy, pod)
    });
    policies.map(|(id, _)| id).collect()
}

/// The pods that a policy governs now, in the order of the cluster.
pub fn subjects(cluster: &Cluster, policy: &Policy) -> Vec<PodId> {
    let pods = cluster.pods.iter();
    let pods = pods.filter(|(_, pod)| is_subject(cluster, policy, pod));
    pods.map(|(id, _)| id).collect()
}
