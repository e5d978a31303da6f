//! Rewritings that keep the meaning: other order, other names, other cuts, redundant rules.

use super::Choices;
use netpolc::model::{
    NamespaceScope, Objects, Origin, Peer, PeerMatch, PeerPlace, Peers, PodScope, Policy, PortTest,
    Ports, Rule, Tier,
};
use netpolc::selector::{Operator, Requirement, Selector};

/// The same meaning in other words.
pub(crate) fn rewrite(mut objects: Objects, choices: &mut Choices<'_>) -> Objects {
    let policies = std::mem::take(&mut objects.policies);
    objects.policies = policies
        .into_iter()
        .flat_map(|policy| split(policy, choices))
        .collect();
    for (number, policy) in objects.policies.iter_mut().enumerate() {
        policy.name = format!("renamed-{number}").into();
        if policy.tier == Tier::NetworkPolicy {
            for rules in [&mut policy.ingress, &mut policy.egress]
                .into_iter()
                .flatten()
            {
                add_redundant(rules, choices);
                shuffle(rules, choices);
            }
        }
        for rule in [&mut policy.ingress, &mut policy.egress]
            .into_iter()
            .flatten()
            .flatten()
        {
            respell(rule, choices);
        }
    }
    shuffle(&mut objects.namespaces, choices);
    shuffle(&mut objects.pods, choices);
    shuffle(&mut objects.workloads, choices);
    shuffle(&mut objects.policies, choices);
    objects
}

fn shuffle<T>(list: &mut [T], choices: &mut Choices<'_>) {
    for last in (1..list.len()).rev() {
        list.swap(last, choices.below(last + 1));
    }
}

/// One NetworkPolicy per direction and rule.
fn split(policy: Policy, choices: &mut Choices<'_>) -> Vec<Policy> {
    if policy.tier != Tier::NetworkPolicy || choices.below(2) == 0 {
        return vec![policy];
    }
    let bare = Policy {
        ingress: None,
        egress: None,
        ..policy.clone()
    };
    let cut = |rules: Option<Vec<Rule>>| match rules {
        None => Vec::new(),
        Some(rules) if rules.is_empty() => vec![Some(Vec::new())],
        Some(rules) => rules.into_iter().map(|rule| Some(vec![rule])).collect(),
    };
    let ingress = cut(policy.ingress).into_iter().map(|ingress| Policy {
        ingress,
        ..bare.clone()
    });
    let egress = cut(policy.egress).into_iter().map(|egress| Policy {
        egress,
        ..bare.clone()
    });
    ingress.chain(egress).chain([bare.clone()]).collect()
}

/// Adds a copy of a rule that allows less.
fn add_redundant(rules: &mut Vec<Rule>, choices: &mut Choices<'_>) {
    if rules.is_empty() || choices.below(2) == 0 {
        return;
    }
    let mut copy = rules
        .get(choices.below(rules.len()))
        .cloned()
        .expect("in range");
    if let Peers::Listed(peers) = &mut copy.peers {
        for peer in peers {
            if let PeerMatch::Pods(scope) = &mut peer.matches {
                let extra = Requirement {
                    key: "tier".into(),
                    operator: Operator::NotIn,
                    values: vec!["y".into()],
                };
                let mut all = scope.pods.requirements().to_vec();
                all.push(extra);
                scope.pods = Selector::new(all);
            }
        }
    } else {
        let everyone = PodScope {
            namespaces: NamespaceScope::Matching(Selector::everything()),
            pods: Selector::everything(),
        };
        copy.peers = Peers::Listed(vec![Peer {
            matches: PeerMatch::Pods(everyone),
            place: PeerPlace::default(),
            origin: Origin::default(),
        }]);
    }
    rules.push(copy);
}

/// Writes selectors, peers and ports of a rule in another way.
fn respell(rule: &mut Rule, choices: &mut Choices<'_>) {
    if let Peers::Listed(peers) = &mut rule.peers {
        for peer in peers.iter_mut() {
            if let PeerMatch::Pods(scope) = &mut peer.matches {
                let mut requirements = scope.pods.requirements().to_vec();
                requirements.extend(requirements.first().cloned());
                shuffle(&mut requirements, choices);
                scope.pods = Selector::new(requirements);
            }
        }
        let twice = peers.first().cloned();
        peers.extend(twice);
        shuffle(peers, choices);
    }
    if let Ports::Listed(ports) = &mut rule.ports {
        let mut cut = Vec::new();
        for port in ports.iter() {
            match &port.test {
                PortTest::Range {
                    protocol,
                    first,
                    last,
                } if first < last => {
                    let middle = first + (last - first) / 2;
                    let (a, b) = ((*first, middle), (middle + 1, *last));
                    for (first, last) in [a, b] {
                        let mut part = port.clone();
                        part.test = PortTest::Range {
                            protocol: *protocol,
                            first,
                            last,
                        };
                        cut.push(part);
                    }
                }
                PortTest::Range { .. } | PortTest::Named { .. } => cut.push(port.clone()),
            }
        }
        shuffle(&mut cut, choices);
        *ports = cut;
    }
}
