//! Objects that were read twice: the same twice is once; two different ones of a name are a
//! problem, and for policies there is no telling which of them holds.

use super::Loaded;
use crate::diag::Finding;
use crate::model::{Origin, Peers, Policy, Ports};
use crate::source::Span;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// Leaves every object once, and says where two differ.
pub(super) fn join(loaded: &mut Loaded) {
    let mut findings = Vec::new();
    let mut left_out = Vec::new();
    policies(&mut loaded.objects.policies, &mut findings, &mut left_out);
    let objects = &mut loaded.objects;
    first_of(
        &mut objects.namespaces,
        |object| Arc::clone(&object.name),
        |object| &mut object.origin,
        |object| format!("Namespace {}", object.name),
        &mut findings,
    );
    first_of(
        &mut objects.nodes,
        |object| Arc::clone(&object.name),
        |object| &mut object.origin,
        |object| format!("Node {}", object.name),
        &mut findings,
    );
    first_of(
        &mut objects.pods,
        |object| (Arc::clone(&object.namespace), Arc::clone(&object.name)),
        |object| &mut object.origin,
        |object| format!("Pod {}/{}", object.namespace, object.name),
        &mut findings,
    );
    first_of(
        &mut objects.workloads,
        |object| {
            let names = (Arc::clone(&object.namespace), Arc::clone(&object.name));
            (object.kind, names)
        },
        |object| &mut object.origin,
        |object| {
            format!(
                "{} {}/{}",
                object.kind.name(),
                object.namespace,
                object.name
            )
        },
        &mut findings,
    );
    first_of(
        &mut objects.services,
        |object| (Arc::clone(&object.namespace), Arc::clone(&object.name)),
        |object| {
            object
                .ports
                .iter_mut()
                .for_each(|port| port.origin = Origin::default());
            &mut object.origin
        },
        |object| format!("Service {}/{}", object.namespace, object.name),
        &mut findings,
    );
    first_of(
        &mut objects.ingresses,
        |object| (Arc::clone(&object.namespace), Arc::clone(&object.name)),
        |object| &mut object.origin,
        |object| format!("Ingress {}/{}", object.namespace, object.name),
        &mut findings,
    );
    loaded.findings.extend(findings);
    loaded.left_out.extend(left_out);
}

/// Keeps the first object of each name.
fn first_of<T: Clone + PartialEq, K: Hash + Eq>(
    objects: &mut Vec<T>,
    key: impl Fn(&T) -> K,
    origin: impl Fn(&mut T) -> &mut Origin,
    name: impl Fn(&T) -> String,
    findings: &mut Vec<Finding>,
) {
    let mut firsts: HashMap<K, usize> = HashMap::with_capacity(objects.len());
    let mut again: Vec<(usize, usize)> = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let first = *firsts.entry(key(object)).or_insert(index);
        if first != index {
            again.push((first, index));
        }
    }
    if again.is_empty() {
        return;
    }
    for &(first, second) in &again {
        let (Some(first), Some(second)) = (objects.get(first), objects.get(second)) else {
            continue;
        };
        let (mut one, mut other) = (first.clone(), second.clone());
        let places = (take(origin(&mut one)), take(origin(&mut other)));
        if one != other {
            let message = format!("`{}` is defined twice, with different content", name(first));
            let finding = Finding::warning("duplicate-object", message);
            let finding = at(finding, places.1, "this one is passed over");
            let finding = at(finding, places.0, "this one is read");
            findings.push(finding.help("remove one of the two"));
        }
    }
    let dropped: HashSet<usize> = again.into_iter().map(|(_, second)| second).collect();
    retain(objects, |index| !dropped.contains(&index));
}

/// Keeps policies that are the same once, and none of those that differ.
fn policies(objects: &mut Vec<Policy>, findings: &mut Vec<Finding>, left_out: &mut Vec<String>) {
    let mut groups: HashMap<(&str, String), Vec<usize>> = HashMap::new();
    for (index, policy) in objects.iter().enumerate() {
        let key = (policy.kind.name(), policy.full_name());
        groups.entry(key).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect();
    groups.sort();
    let mut dropped: HashSet<usize> = HashSet::new();
    for group in groups {
        let same: Vec<(&Policy, Policy)> = group
            .iter()
            .filter_map(|&index| objects.get(index))
            .map(|policy| (policy, without_origins(policy)))
            .collect();
        let Some((first, meaning)) = same.first() else {
            continue;
        };
        dropped.extend(group.iter().skip(1));
        let others: Vec<&Policy> = same
            .iter()
            .filter(|(_, other)| other != meaning)
            .map(|(policy, _)| *policy)
            .collect();
        if others.is_empty() {
            continue;
        }
        dropped.extend(&group);
        let name = format!("{} {}", first.kind.name(), first.full_name());
        let message = format!("`{name}` is defined twice, with different content: neither is read");
        let mut finding = Finding::error("duplicate-object", message);
        for other in others {
            finding = at(finding, other.origin.span, "defined again here");
        }
        finding = at(finding, first.origin.span, "first defined here");
        findings.push(finding.help("remove one of them"));
        left_out.push(name);
    }
    retain(objects, |index| !dropped.contains(&index));
}

fn retain<T>(objects: &mut Vec<T>, keep: impl Fn(usize) -> bool) {
    let mut index = 0;
    objects.retain(|_| {
        index += 1;
        keep(index - 1)
    });
}

fn take(origin: &mut Origin) -> Option<Span> {
    std::mem::take(origin).span
}

fn at(finding: Finding, span: Option<Span>, text: &str) -> Finding {
    match span {
        Some(span) => finding.at(span, text),
        None => finding,
    }
}

/// The policy as if it had been read nowhere, to compare meanings.
fn without_origins(policy: &Policy) -> Policy {
    let mut policy = policy.clone();
    policy.origin = Origin::default();
    policy.subject_origin = Origin::default();
    let rules = [&mut policy.ingress, &mut policy.egress];
    for rule in rules.into_iter().flatten().flatten() {
        rule.origin = Origin::default();
        if let Peers::Listed(peers) = &mut rule.peers {
            for peer in peers {
                peer.origin = Origin::default();
            }
        }
        if let Ports::Listed(ports) = &mut rule.ports {
            for port in ports {
                port.origin = Origin::default();
            }
        }
    }
    policy
}
