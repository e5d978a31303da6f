//! What findings about cluster-wide policies claim.

use super::super::paths::{Part, place};
use super::*;
use netpolc::diag::Severity;

/// All flows of one direction between what there is: pods, and addresses outside.
fn all_flows(cluster: &Cluster, direction: Direction) -> Vec<Flow<'_>> {
    let mut flows = Vec::new();
    for (index, pod) in cluster.pods.rows().iter().enumerate() {
        let others = cluster.pods.rows().iter().enumerate();
        let others = others.filter(|(other, it)| *other != index || it.is_many());
        let others = others.map(|(_, it)| Endpoint::Pod(it));
        for other in others.chain(outside()) {
            for to in connections(cluster) {
                flows.push(match direction {
                    Direction::Ingress => flow(other, Endpoint::Pod(pod), to),
                    Direction::Egress => flow(Endpoint::Pod(pod), other, to),
                });
            }
        }
    }
    flows
}

/// NP091, NP093, NP097: without the policy, rule or peer that never decides every flow is judged alike.
pub(super) fn never_decides(cluster: &Cluster, found: &Found) -> Result<(), String> {
    if found.fact.message.starts_with("opens") {
        return opens(cluster, found);
    }
    let object = &found.fact.object;
    let mut policies = cluster.policies.rows().to_vec();
    let is = |it: &Policy| it.name == object.name && it.kind.name() == &*object.kind;
    let index = policies
        .iter()
        .position(|it| is(it) && it.namespace == object.namespace)
        .ok_or("no such policy")?;
    match place(&found.fact.path) {
        None => {
            policies.remove(index);
        }
        Some(at) => {
            let policy = policies.get_mut(index).ok_or("no such policy")?;
            let rules = policy.rules_mut(at.direction).ok_or("no rules")?;
            let rule = rules.get_mut(at.rule).ok_or("no such rule")?;
            if let (Part::Peer(peer), Peers::Listed(peers)) = (at.part, &mut rule.peers) {
                peers.remove(peer);
            } else {
                rules.remove(at.rule);
            }
        }
    }
    let without = cluster.with_policies(policies);
    for direction in Direction::BOTH {
        for flow in all_flows(cluster, direction) {
            let (before, after) = (
                half(cluster, direction, &flow),
                half(&without, direction, &flow),
            );
            claim(
                before == after,
                format!("{flow:?}: {before:?}, and {after:?} without it"),
            )?;
        }
    }
    Ok(())
}

/// NP093: the rule lets something through that NetworkPolicies alone refuse.
fn opens(cluster: &Cluster, found: &Found) -> Result<(), String> {
    if cluster.pods.is_empty() {
        return Ok(());
    }
    let at = place(&found.fact.path).ok_or("no rule")?;
    let policies = cluster.policies.rows().iter();
    let only = policies.filter(|it| it.kind.is_namespaced()).cloned();
    let only = cluster.with_policies(only.collect());
    let mut flows = all_flows(cluster, at.direction).into_iter();
    let opened = flows.any(|flow| {
        half(cluster, at.direction, &flow) == Verdict::Allow
            && half(&only, at.direction, &flow) == Verdict::Deny
    });
    claim(opened, "nothing is let through that NetworkPolicies refuse")
}

/// NP090: as an error, that some flow between what there is is undecided.
pub(super) fn conflict(cluster: &Cluster, found: &Found) -> Result<(), String> {
    if found.severity != Severity::Error || cluster.pods.is_empty() {
        return Ok(());
    }
    let at = place(&found.fact.path).ok_or("no rule")?;
    let mut flows = all_flows(cluster, at.direction).into_iter();
    let open = flows.any(|flow| half(cluster, at.direction, &flow) == Verdict::Undecided);
    claim(open, "every flow is decided")
}
