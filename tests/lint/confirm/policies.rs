//! What findings about structure and selectors claim.

use super::super::paths::{self, Part, Place, place};
use super::*;

/// NP011, NP012: the policy does not govern the direction for which it has rules.
pub(super) fn ignored(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let direction = if found.fact.path.contains("egress") {
        Direction::Egress
    } else {
        Direction::Ingress
    };
    let only = cluster.with_policies(vec![policy.clone()]);
    let all = cluster.pods.rows().iter();
    let mut flows = all.flat_map(|pod| {
        outside().map(move |other| match direction {
            Direction::Ingress => flow(other, Endpoint::Pod(pod), (Protocol::Tcp, 80)),
            Direction::Egress => flow(Endpoint::Pod(pod), other, (Protocol::Tcp, 80)),
        })
    });
    let open = flows.all(|flow| trace(&only, &flow).verdict == Verdict::Allow);
    claim(open, format!("the policy isolates for {direction}"))
}

/// NP014: the rule lets everyone in or out.
pub(super) fn everyone(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let mut rule = paths::rule(policy, at).ok_or("no such rule")?.clone();
    rule.ports = Ports::Any;
    let only = alone(cluster, policy, at.direction, vec![rule]);
    let pods = subjects(cluster, policy, at.direction);
    let mut flows = pods.iter().flat_map(|pod| {
        outside().map(move |other| match at.direction {
            Direction::Ingress => flow(other, Endpoint::Pod(pod), (Protocol::Tcp, 80)),
            Direction::Egress => flow(Endpoint::Pod(pod), other, (Protocol::Tcp, 80)),
        })
    });
    let open = flows.all(|flow| trace(&only, &flow).verdict == Verdict::Allow);
    claim(open, "the rule refuses an address outside")
}

/// NP017 as an error: the second peer matches nobody; both selectors together match somebody.
pub(super) fn and_or(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let Some(Place {
        part: Part::Peer(second),
        direction,
        rule,
    }) = place(&found.fact.path)
    else {
        return Err("the path names no peer".to_owned());
    };
    let peer = |index: usize| {
        let part = Part::Peer(index);
        let place = Place {
            direction,
            rule,
            part,
        };
        let rule = paths::narrowed(policy, place).ok_or("no such peer")?;
        match &rule.peers {
            Peers::Listed(peers) => match peers.first().map(|it| it.matches.clone()) {
                Some(PeerMatch::Pods(scope)) => Ok(scope),
                _ => Err("not pods".to_owned()),
            },
            Peers::Anyone => Err("everyone".to_owned()),
        }
    };
    let first = peer(second.checked_sub(1).ok_or("the first peer")?)?;
    let second = peer(second)?;
    let both = PodScope {
        namespaces: first.namespaces,
        pods: second.pods.clone(),
    };
    let pods = cluster.pods.rows();
    let any = |scope| pods.iter().any(|pod| matches(cluster, policy, scope, pod));
    claim(!any(&second), "the second peer matches a pod")?;
    claim(any(&both), "both selectors together match nobody")
}

/// NP020: the policy governs none of the pods.
pub(super) fn selects_nothing(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let governed = subjects(cluster, policy, Direction::Ingress);
    let names: Vec<String> = governed.iter().map(|pod| cluster.pod_name(pod)).collect();
    claim(names.is_empty(), format!("it governs {names:?}"))
}

/// NP106 about whom a policy governs: some pods, and none of the workload that it names.
pub(super) fn selects_others(cluster: &Cluster, found: &Found) -> Result<(), String> {
    if found.fact.path != "spec.podSelector" {
        return Ok(());
    }
    let policy = policy(cluster, found)?;
    let name = found.fact.message.split('`').nth(3).ok_or("no workload")?;
    let governed = subjects(cluster, policy, Direction::Ingress);
    let of_it = |pod: &&&Pod| {
        let workload = pod.workload.map(|id| cluster.workloads.at(id));
        workload.is_some_and(|it| *it.owner.name == *name)
    };
    let of_it = governed.iter().filter(of_it).count();
    claim(
        of_it == 0 && !governed.is_empty(),
        format!("it governs {of_it} of {}", governed.len()),
    )
}

/// All selectors of a policy, with their paths.
fn selectors(policy: &Policy) -> Vec<(String, &Selector)> {
    // Where there is no manifest, cluster-wide policies are taken as written with `pods`.
    let (subject, pods) = if policy.kind.is_namespaced() {
        ("spec", "")
    } else {
        ("spec.subject.pods", ".pods")
    };
    let mut selectors: Vec<(String, &Selector)> =
        vec![(format!("{subject}.podSelector"), &policy.subject.pods)];
    if let NamespaceScope::Matching(selector) = &policy.subject.namespaces {
        selectors.push((format!("{subject}.namespaceSelector"), selector));
        selectors.push(("spec.subject.namespaces".to_owned(), selector));
    }
    for direction in Direction::BOTH {
        let rules = policy.rules(direction).unwrap_or_default();
        for (index, rule) in rules.iter().enumerate() {
            let Peers::Listed(peers) = &rule.peers else {
                continue;
            };
            for (peer, entry) in peers.iter().enumerate() {
                let PeerMatch::Pods(scope) = &entry.matches else {
                    continue;
                };
                let path = Policy::rule_path(direction, index);
                let entry = format!("{path}.{}[{peer}]", direction.peers_field());
                let path = format!("{entry}{pods}");
                selectors.push((format!("{path}.podSelector"), &scope.pods));
                if let NamespaceScope::Matching(selector) = &scope.namespaces {
                    selectors.push((format!("{path}.namespaceSelector"), selector));
                    selectors.push((format!("{entry}.namespaces"), selector));
                }
            }
        }
    }
    selectors
}

/// NP025: the value that the finding names is asked of a label, and breaks the syntax of label values
/// or, of the label with a namespace's name, that of names.
pub(super) fn no_value(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let is_value = |key: &str, text: &str| {
        let of_name = *key == *NAMESPACE_NAME_LABEL;
        let inside = |byte: &u8| {
            if of_name {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-'
            } else {
                byte.is_ascii_alphanumeric() || b"-_.".contains(byte)
            }
        };
        let bytes = text.as_bytes();
        let mut ends = [bytes.first(), bytes.last()].into_iter().flatten();
        let fits = bytes.iter().all(inside) && ends.all(u8::is_ascii_alphanumeric);
        fits && text.len() <= 63 && !(of_name && text.is_empty())
    };
    let selectors = selectors(policy);
    let requirements = selectors.iter().flat_map(|(_, it)| it.requirements());
    let mut values = requirements.flat_map(|it| it.values.iter().map(|value| (&it.key, value)));
    let message = &found.fact.message;
    let named = |value: &str| {
        message.contains(&format!("`{value}`")) || value.is_empty() && message.contains("empty")
    };
    claim(
        values.any(|(key, value)| named(value) && !is_value(key, value)),
        "no selector has such a value",
    )
}

/// NP024: every combination of what the requirements mention, one value that they do not, and
/// absence fails some requirement, read as the API documents them.
pub(super) fn unsatisfiable(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let selectors = selectors(policy);
    let mut about = selectors.iter();
    let (path, selector) = about
        .find(|(path, _)| found.fact.path.starts_with(&**path))
        .ok_or("no selector there")?;
    let keys: BTreeSet<&Arc<str>> = selector.requirements().iter().map(|it| &it.key).collect();
    let mut keys = keys.into_iter();
    // Requirements on different keys do not hinder each other.
    let dead = keys.any(|key| {
        let of_key = selector.requirements().iter().filter(|it| it.key == *key);
        let of_key: Vec<&Requirement> = of_key.collect();
        let values = of_key
            .iter()
            .flat_map(|it| it.values.iter().map(|it| &**it));
        let mut states: Vec<Labels> = values
            .chain(["some-other-value"])
            .map(|value| Labels::from_pairs([(&**key, value)]))
            .collect();
        // Every namespace carries its name.
        let of_namespaces = path.ends_with("namespaceSelector") || path.ends_with(".namespaces");
        let always = of_namespaces && **key == *NAMESPACE_NAME_LABEL;
        if !always {
            states.push(Labels::none());
        }
        let met = |labels: &Labels| of_key.iter().all(|it| it.matches(labels));
        !states.iter().any(met)
    });
    claim(dead, "some labels match")
}

/// NP026: nobody here is governed; in exactly one other namespace somebody would be.
pub(super) fn wrong_namespace(cluster: &Cluster, found: &Found) -> Result<(), String> {
    selects_nothing(cluster, found)?;
    let policy = policy(cluster, found)?;
    // Pods that are not there now, and those in the network of their node, have labels as well.
    let pods = cluster.pods.rows().iter();
    let pods = pods.chain(cluster.dormant.iter().map(|it| &it.pod));
    let elsewhere = pods.filter(|pod| policy.subject.pods.matches(&pod.labels));
    let elsewhere: BTreeSet<NamespaceId> = elsewhere.map(|pod| pod.namespace).collect();
    claim(
        elsewhere.len() == 1 && !elsewhere.contains(&namespace(cluster, policy)),
        format!("pods with these labels are in {elsewhere:?}"),
    )
}
