//! Smaller clusters than a given one: each with one thing less, the biggest things first.

use super::failing::Drawn;
use super::workloads::OWN_LABEL;
use netpolc::model::{Objects, PeerMatch, Peers, PodScope, Policy, Ports, Rule};
use netpolc::selector::{Labels, Selector};

/// What is left of a list without one of its items, for each of them.
fn without_one<T: Clone>(list: &[T]) -> impl Iterator<Item = Vec<T>> {
    (0..list.len()).map(|index| {
        let mut less = list.to_vec();
        less.remove(index);
        less
    })
}

/// What is drawn with one thing less, in all ways.
pub(super) fn smaller(drawn: &Drawn) -> Vec<Drawn> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Drawn)| {
        let mut less = drawn.clone();
        change(&mut less);
        all.push(less);
    };
    for policies in fewer_policies(&drawn.objects.policies) {
        with(&|it| it.objects.policies.clone_from(&policies));
    }
    for policies in drawn.others.iter().flat_map(|all| fewer_policies(all)) {
        with(&|it| it.others = Some(policies.clone()));
    }
    for habit in drawn.practice.own() {
        with(&|it| it.practice = it.practice.clone().without(habit));
    }
    for objects in less_inventory(&drawn.objects) {
        with(&|it| it.objects = objects.clone());
    }
    all
}

/// Without a policy, and with one that says less.
fn fewer_policies(policies: &[Policy]) -> Vec<Vec<Policy>> {
    let mut all: Vec<Vec<Policy>> = without_one(policies).collect();
    for (index, policy) in policies.iter().enumerate() {
        for less in less_of_policy(policy) {
            let mut policies = policies.to_vec();
            policies[index] = less;
            all.push(policies);
        }
    }
    all
}

fn less_of_policy(policy: &Policy) -> Vec<Policy> {
    let wide = policy.namespace.is_none();
    let mut all = Vec::new();
    for ingress in less_of_rules(policy.ingress.as_deref(), wide) {
        all.push(Policy {
            ingress,
            ..policy.clone()
        });
    }
    for egress in less_of_rules(policy.egress.as_deref(), wide) {
        all.push(Policy {
            egress,
            ..policy.clone()
        });
    }
    for subject in less_of_scope(&policy.subject) {
        all.push(Policy {
            subject,
            ..policy.clone()
        });
    }
    // One that governs nothing is left out as a whole.
    all.retain(|it| it.ingress.is_some() || it.egress.is_some());
    all
}

fn less_of_rules(rules: Option<&[Rule]>, wide: bool) -> Vec<Option<Vec<Rule>>> {
    let Some(rules) = rules else {
        return Vec::new();
    };
    let mut all = vec![None];
    // A cluster-wide policy says nothing of a direction without rules.
    let fewer = without_one(rules).filter(|rules| !(wide && rules.is_empty()));
    all.extend(fewer.map(Some));
    for (index, rule) in rules.iter().enumerate() {
        for less in less_of_rule(rule, wide) {
            let mut rules = rules.to_vec();
            rules[index] = less;
            all.push(Some(rules));
        }
    }
    all
}

fn less_of_rule(rule: &Rule, wide: bool) -> Vec<Rule> {
    let mut all = Vec::new();
    if let Peers::Listed(peers) = &rule.peers {
        // No cluster-wide rule can be for everyone.
        let mut lists = if wide {
            Vec::new()
        } else {
            vec![Peers::Anyone]
        };
        lists.extend(
            without_one(peers)
                .filter(|it| !it.is_empty())
                .map(Peers::Listed),
        );
        for (index, peer) in peers.iter().enumerate() {
            for matches in less_of_peer(&peer.matches) {
                let mut peers = peers.clone();
                peers[index].matches = matches;
                lists.push(Peers::Listed(peers));
            }
        }
        all.extend(lists.into_iter().map(|peers| Rule {
            peers,
            ..rule.clone()
        }));
    }
    if let Ports::Listed(ports) = &rule.ports {
        let lists = without_one(ports)
            .filter(|it| !it.is_empty())
            .map(Ports::Listed);
        all.extend([Ports::Any].into_iter().chain(lists).map(|ports| Rule {
            ports,
            ..rule.clone()
        }));
    }
    all
}

fn less_of_peer(matches: &PeerMatch) -> Vec<PeerMatch> {
    match matches {
        PeerMatch::IpBlock(block) => without_one(&block.except)
            .map(|except| {
                let mut block = block.clone();
                block.except = except;
                PeerMatch::IpBlock(block)
            })
            .collect(),
        PeerMatch::Nodes(nodes) => without_one(nodes.requirements())
            .map(Selector::new)
            .map(PeerMatch::Nodes)
            .collect(),
        PeerMatch::DomainName(_) => Vec::new(),
        PeerMatch::Pods(scope) => less_of_scope(scope)
            .into_iter()
            .map(PeerMatch::Pods)
            .collect(),
    }
}

fn less_of_scope(scope: &PodScope) -> Vec<PodScope> {
    use netpolc::model::NamespaceScope::Matching;
    let fewer = |selector: &Selector| {
        let fewer: Vec<_> = without_one(selector.requirements())
            .map(Selector::new)
            .collect();
        fewer
    };
    let mut all: Vec<PodScope> = fewer(&scope.pods)
        .into_iter()
        .map(|pods| PodScope {
            pods,
            ..scope.clone()
        })
        .collect();
    if let Matching(selector) = &scope.namespaces {
        all.extend(fewer(selector).into_iter().map(|it| PodScope {
            namespaces: Matching(it),
            ..scope.clone()
        }));
    }
    all
}

/// With one object less, or one that says less. A namespace or a node stays while somebody is in it.
fn less_inventory(objects: &Objects) -> Vec<Objects> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Objects)| {
        let mut less = objects.clone();
        change(&mut less);
        all.push(less);
    };
    for pods in without_one(&objects.pods) {
        with(&|it| it.pods.clone_from(&pods));
    }
    for workloads in without_one(&objects.workloads) {
        with(&|it| it.workloads.clone_from(&workloads));
    }
    for services in without_one(&objects.services) {
        with(&|it| it.services.clone_from(&services));
    }
    let lived_in = |name: &str| {
        let pods = objects.pods.iter().map(|it| &it.namespace);
        let workloads = objects.workloads.iter().map(|it| &it.namespace);
        let services = objects.services.iter().map(|it| &it.namespace);
        let policies = objects
            .policies
            .iter()
            .filter_map(|it| it.namespace.as_ref());
        let mut all = pods.chain(workloads).chain(services).chain(policies);
        all.any(|it| **it == *name)
    };
    for (index, namespace) in objects.namespaces.iter().enumerate() {
        if !lived_in(&namespace.name) {
            with(&|it| drop(it.namespaces.remove(index)));
        } else if namespace.labels.iter().len() > 1 {
            with(&|it| {
                let namespace = &mut it.namespaces[index];
                let (name, origin) = (namespace.name.clone(), namespace.origin);
                *namespace = netpolc::model::Namespace::declared(&name, &Labels::none(), origin);
            });
        }
    }
    for (index, node) in objects.nodes.iter().enumerate() {
        let of_pods = objects.pods.iter().filter_map(|it| it.node.as_ref());
        if !of_pods.into_iter().any(|it| *it == node.name) {
            with(&|it| drop(it.nodes.remove(index)));
        }
    }
    for (index, pod) in objects.pods.iter().enumerate() {
        if pod.ips.len() > 1 {
            with(&|it| it.pods[index].ips.truncate(1));
            with(&|it| it.pods[index].ips = pod.ips[1..].to_vec());
        }
        if pod.owner.is_some() {
            with(&|it| it.pods[index].owner = None);
        }
        if pod.node.is_some() {
            with(&|it| it.pods[index].node = None);
        }
        if pod.template.host_network {
            with(&|it| it.pods[index].template.host_network = false);
        }
        for ports in without_one(&pod.template.ports) {
            with(&|it| it.pods[index].template.ports = ports.clone().into());
        }
        for labels in fewer_labels(&pod.template.labels) {
            with(&|it| it.pods[index].template.labels = labels.clone());
        }
    }
    for (index, workload) in objects.workloads.iter().enumerate() {
        let template = &workload.makes[0].template;
        for ports in without_one(&template.ports) {
            with(&|it| it.workloads[index].makes[0].template.ports = ports.clone().into());
        }
        for labels in fewer_labels(&template.labels) {
            with(&|it| it.workloads[index].makes[0].template.labels = labels.clone());
        }
    }
    all
}

/// Without one of the labels that policies may ask for.
fn fewer_labels(labels: &Labels) -> Vec<Labels> {
    let all = labels.iter().filter(|(key, _)| &***key != OWN_LABEL);
    let without = |gone: &str| {
        let rest = labels.iter().filter(|(key, _)| &***key != gone);
        Labels::new(rest.map(|(key, value)| (key.clone(), value.clone())))
    };
    all.map(|(key, _)| without(key)).collect()
}
