//! Random policies of the Admin and Baseline tiers as the `ClusterNetworkPolicy` that means each of them.

use super::manifests::{object, selector};
use netpolc::model::{
    Action, Direction, NamespaceScope, Peer, PeerList, PeerMatch, PeerPlace, Peers, PodScope,
    Policy, PortTest, Ports, Rule, Tier,
};
use netpolc::selector::Selector;
use serde_json::{Map, Value, json};

/// Whether such a policy says the same: rules have peers, those of ingress are pods, blocks have no holes, and
/// names of ports stand beside pods only.
pub(crate) fn can_be_said(policy: &Policy) -> bool {
    let scope = |scope: &PodScope| matches!(scope.namespaces, NamespaceScope::Matching(_));
    let peer = |peer: &Peer, direction| match &peer.matches {
        PeerMatch::Pods(of) => scope(of),
        PeerMatch::IpBlock(block) => direction == Direction::Egress && block.except.is_empty(),
        PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => direction == Direction::Egress,
    };
    let rule = |rule: &Rule, direction| {
        let peers = rule.peers.listed();
        let mut all = peers.iter();
        let named = matches!(&rule.ports, Ports::Listed(ports)
            if ports.iter().any(|port| matches!(port.test, PortTest::Named { .. })));
        rule.peers != Peers::Anyone
            && all.all(|it| peer(it, direction))
            && !(named && peers.iter().any(|it| it.scope().is_none()))
    };
    scope(&policy.subject)
        && Direction::BOTH.into_iter().all(|direction| {
            let rules = policy.rules(direction);
            rules
                .is_none_or(|rules| !rules.is_empty() && rules.iter().all(|it| rule(it, direction)))
        })
}

/// The policy as a manifest.
pub(crate) fn manifest(policy: &Policy) -> Value {
    let version = "policy.networking.k8s.io/v1alpha2";
    let mut written = object(
        version,
        "ClusterNetworkPolicy",
        (&*policy.name, None),
        json!({}),
    );
    let tier = if policy.tier == Tier::Admin {
        "Admin"
    } else {
        "Baseline"
    };
    written["spec"] =
        json!({"tier": tier, "priority": policy.priority, "subject": scope(&policy.subject)});
    for direction in Direction::BOTH {
        if let Some(rules) = policy.rules(direction) {
            let rules = rules.iter().map(|it| rule(it, direction.peers_field()));
            written["spec"][direction.name()] = rules.collect();
        }
    }
    written
}

fn rule(rule: &Rule, peers: &str) -> Value {
    let action = match rule.action {
        Action::Accept => "Accept",
        Action::Deny => "Deny",
        Action::Pass => "Pass",
    };
    let mut written = Map::new();
    written.insert("action".to_owned(), action.into());
    let all = rule.peers.listed().iter().map(|peer| match &peer.matches {
        PeerMatch::Pods(of) => scope(of),
        PeerMatch::IpBlock(block) => json!({"networks": [block.cidr.to_string()]}),
        PeerMatch::Nodes(nodes) => json!({"nodes": selector(nodes)}),
        PeerMatch::DomainName(name) => json!({"domainNames": [name.to_string()]}),
    });
    written.insert(peers.to_owned(), all.collect());
    if let Ports::Listed(ports) = &rule.ports {
        let ports = ports.iter().map(|it| port(&it.test));
        written.insert("protocols".to_owned(), ports.collect());
    }
    written.into()
}

fn port(test: &PortTest) -> Value {
    match test {
        PortTest::Range {
            protocol,
            first,
            last,
        } => {
            let port = if first == last {
                json!({"number": first})
            } else {
                json!({"range": {"start": first, "end": last}})
            };
            json!({protocol.name().to_lowercase(): {"destinationPort": port}})
        }
        PortTest::Named { name, .. } => json!({"destinationNamedPort": **name}),
    }
}

fn scope(scope: &PodScope) -> Value {
    let everything = Selector::everything();
    let namespaces = match &scope.namespaces {
        NamespaceScope::Matching(namespaces) => namespaces,
        NamespaceScope::Named(_) => &everything,
    };
    if scope.pods.is_everything() {
        json!({"namespaces": selector(namespaces)})
    } else {
        json!({"pods": {"namespaceSelector": selector(namespaces), "podSelector": selector(&scope.pods)}})
    }
}

/// Gives each peer the place that it has in the manifest.
pub(crate) fn place_peers(policies: &mut [Policy]) {
    for policy in policies {
        let is_cluster_wide = policy.namespace.is_none();
        let rules = policy.ingress.iter_mut().chain(&mut policy.egress);
        for rule in rules.flatten() {
            let Peers::Listed(peers) = &mut rule.peers else {
                continue;
            };
            for (entry, peer) in peers.iter_mut().enumerate() {
                let list = match &peer.matches {
                    PeerMatch::IpBlock(_) if is_cluster_wide => Some(PeerList::Networks),
                    PeerMatch::DomainName(_) => Some(PeerList::DomainNames),
                    PeerMatch::IpBlock(_) | PeerMatch::Pods(_) | PeerMatch::Nodes(_) => None,
                };
                peer.place = match list {
                    Some(list) => PeerPlace::part(entry, list, 0),
                    None => PeerPlace::entry(entry),
                };
            }
        }
    }
}
