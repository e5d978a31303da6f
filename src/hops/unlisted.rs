//! Whether policies may speak of pods that are not in the input.

use crate::model::{
    Cluster, Direction, Habit, NamespaceScope, Pod, PodScope, Policy, PortTest, Ports, Rule,
};

/// Whether policies over a pod have rules for pods in a direction that open one of these ports;
/// on any port, where there are none.
pub(super) fn may_name_pods(
    cluster: &Cluster,
    pod: &Pod,
    direction: Direction,
    ports: &[u16],
) -> bool {
    if pod.host_network {
        return false;
    }
    let names = |policy: &Policy| {
        let rules = policy.rules(direction).unwrap_or_default();
        let mut rules = rules.iter().filter(|rule| opens(rule, ports));
        rules.any(|rule| rule.scopes().next().is_some())
    };
    let mut over = cluster.policies_over(pod.namespace);
    over.any(|(_, policy)| may_select(cluster, &policy.subject, pod) && names(policy))
}

/// Whether policies over a pod let in by addresses, which a plugin may not match to whoever opens
/// connections without being a pod.
pub(super) fn may_miss_blocks(cluster: &Cluster, pod: &Pod) -> bool {
    let practice = &cluster.practice;
    if pod.host_network || practice.plugin() == "spec" || practice.does(Habit::BlocksMatchNodes) {
        return false;
    }
    let names = |policy: &Policy| {
        let rules = policy.rules(Direction::Ingress).unwrap_or_default();
        rules.iter().any(|rule| rule.blocks().next().is_some())
    };
    let mut over = cluster.policies_over(pod.namespace);
    over.any(|(_, policy)| may_select(cluster, &policy.subject, pod) && names(policy))
}

fn opens(rule: &Rule, ports: &[u16]) -> bool {
    let Ports::Listed(entries) = &rule.ports else {
        return true;
    };
    let fits = |number: &u16| {
        entries.iter().any(|entry| match &entry.test {
            PortTest::Range { first, last, .. } => (first..=last).contains(&number),
            PortTest::Named { .. } => true,
        })
    };
    ports.is_empty() || ports.iter().any(fits)
}

fn may_select(cluster: &Cluster, scope: &PodScope, pod: &Pod) -> bool {
    let namespace = cluster.namespaces.at(pod.namespace);
    let here = match &scope.namespaces {
        NamespaceScope::Named(name) => *name == namespace.name,
        NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
    };
    here && scope.pods.may_match(&pod.labels)
}
