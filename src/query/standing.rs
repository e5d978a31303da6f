//! Where a cluster-wide policy stands: what is asked before it, and which of its rules nothing reaches.

use super::about::{is_of_its_namespaces, is_subject, subjects};
use crate::model::{
    Cluster, Direction, Peers, Pod, PodId, Policy, PolicyId, Ports, Rule, Tier, is_possible,
    rule_within, scope_within,
};
use crate::trace::RuleRef;

/// How many pairs of entries are compared before a rule is left alone.
const COMPARED: usize = 1_000_000;

/// What is asked of pods that a policy governs before its rules for one direction are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The cluster-wide policies that come before it, in the order in which they are asked.
    pub before: Vec<PolicyId>,
    /// Those of its tier of which nothing says whether they come before it or after it (S11, S99).
    pub beside: Vec<PolicyId>,
    /// Where it is of the Baseline tier, the pods that a NetworkPolicy isolates and that never come to
    /// it (S12).
    pub isolated: Vec<PodId>,
}

/// Why a rule never matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    /// Its peers are nobody, whatever pods there may be.
    Nobody,
    /// It is for no port.
    NoPort,
    /// This one is asked before it and matches all that it would.
    Behind(RuleRef),
}

/// What stands before the rules of a policy for one direction, at the pods that it governs now.
pub fn standing(cluster: &Cluster, id: PolicyId, direction: Direction) -> Standing {
    let policy = cluster.policies.at(id);
    let pods = subjects(cluster, policy);
    let meets = |other: &Policy| {
        let mut pods = pods.iter();
        pods.any(|&pod| is_subject(cluster, other, cluster.pods.at(pod)))
    };
    let mut standing = Standing::default();
    for (other_id, other) in cluster.policies.iter() {
        let speaks = other.tier != Tier::NetworkPolicy && other.rules(direction).is_some();
        let not_after = other.tier < policy.tier
            || (other.tier == policy.tier && !policy.is_asked_before(other));
        if other_id == id || !speaks || !not_after || !meets(other) {
            continue;
        }
        if other.tier < policy.tier || other.is_asked_before(policy) {
            standing.before.push(other_id);
        } else {
            standing.beside.push(other_id);
        }
    }
    standing.before.sort_by_key(|&id| {
        let policy = cluster.policies.at(id);
        (policy.tier, policy.kind.api(), policy.priority, id)
    });
    if policy.tier == Tier::Baseline {
        let pods = pods.into_iter();
        standing.isolated = pods
            .filter(|&pod| is_isolated(cluster, cluster.pods.at(pod), direction))
            .collect();
    }
    standing
}

/// S14: whether a NetworkPolicy surely selects a pod and has the direction.
fn is_isolated(cluster: &Cluster, pod: &Pod, direction: Direction) -> bool {
    let mut over = cluster.policies_over(pod.namespace);
    over.any(|(_, policy)| {
        policy.tier == Tier::NetworkPolicy
            && policy.rules(direction).is_some()
            && is_of_its_namespaces(cluster, policy, pod)
            && policy.subject.pods.matches(&pod.labels)
    })
}

/// Why a rule of a cluster-wide policy never matches, whatever pods there may be; none where it may, or
/// where that takes too long to find out.
pub fn never(cluster: &Cluster, at: RuleRef) -> Option<Never> {
    let rule = at.rule(cluster)?;
    if let Peers::Listed(peers) = &rule.peers
        && peers
            .iter()
            .all(|it| it.scope().is_some_and(|scope| !is_possible(scope)))
    {
        return Some(Never::Nobody);
    }
    if matches!(&rule.ports, Ports::Listed(entries) if entries.is_empty()) {
        return Some(Never::NoPort);
    }
    let size = |rule: &Rule| rule.peers.listed().len().max(1) + rule.ports.listed().len();
    let mut left = COMPARED;
    for (earlier, other) in earlier(cluster, at) {
        left = left.checked_sub(size(rule).saturating_mul(size(other)))?;
        if rule_within(rule, other) {
            return Some(Never::Behind(earlier));
        }
    }
    None
}

/// The rules that are asked before one, at every pod of its policy: those before it in the policy, and
/// those of policies with lower numbers over all its pods.
fn earlier(cluster: &Cluster, at: RuleRef) -> impl Iterator<Item = (RuleRef, &Rule)> {
    let policy = cluster.policies.at(at.policy);
    let others = cluster.policies.iter().filter(move |(_, other)| {
        let earlier = other.tier == policy.tier && other.is_asked_before(policy);
        earlier && scope_within(&policy.subject, &other.subject)
    });
    let own = std::iter::once((at.policy, policy));
    own.chain(others).flat_map(move |(id, other)| {
        let rules = other.rules(at.direction).unwrap_or_default();
        let own = if id == at.policy {
            at.index
        } else {
            rules.len()
        };
        let rules = rules.iter().take(own).enumerate();
        rules.map(move |(index, rule)| {
            let earlier = RuleRef {
                policy: id,
                direction: at.direction,
                index,
            };
            (earlier, rule)
        })
    })
}
