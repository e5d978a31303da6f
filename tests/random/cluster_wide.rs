//! Random policies of the Admin and Baseline tiers as the manifests that mean them.

use super::manifests::{object, selector};
use netpolc::model::{
    Action, Direction, NamespaceScope, Peer, PeerList, PeerMatch, PeerPlace, Peers, PodScope,
    Policy, PolicyKind, PortTest, Ports, Rule, Tier,
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
    let is_old = policy.kind != PolicyKind::ClusterNetworkPolicy;
    let version = if is_old { "v1alpha1" } else { "v1alpha2" };
    let version = format!("policy.networking.k8s.io/{version}");
    let name = (&*policy.name, None);
    let mut written = object(&version, policy.kind.name(), name, json!({}));
    written["spec"] = json!({"subject": scope(&policy.subject)});
    if policy.kind != PolicyKind::BaselineAdminNetworkPolicy {
        written["spec"]["priority"] = json!(policy.priority);
    }
    if !is_old {
        let tier = if policy.tier == Tier::Admin {
            "Admin"
        } else {
            "Baseline"
        };
        written["spec"]["tier"] = json!(tier);
    }
    for direction in Direction::BOTH {
        if let Some(rules) = policy.rules(direction) {
            let rules = rules.iter().map(|it| rule(it, is_old, direction));
            written["spec"][direction.name()] = rules.collect();
        }
    }
    written
}

fn rule(rule: &Rule, is_old: bool, direction: Direction) -> Value {
    let action = match rule.action {
        Action::Accept if is_old => "Allow",
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
    written.insert(direction.peers_field().to_owned(), all.collect());
    if let Ports::Listed(ports) = &rule.ports {
        let (field, port): (_, fn(&PortTest) -> Value) = if is_old {
            ("ports", old_port)
        } else {
            ("protocols", port)
        };
        let ports = ports.iter().map(|it| port(&it.test));
        written.insert(field.to_owned(), ports.collect());
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

/// The same as the older API writes it.
fn old_port(test: &PortTest) -> Value {
    match test {
        PortTest::Range {
            protocol,
            first,
            last,
        } if first == last => json!({"portNumber": {"protocol": protocol.name(), "port": first}}),
        PortTest::Range {
            protocol,
            first,
            last,
        } => json!({"portRange": {"protocol": protocol.name(), "start": first, "end": last}}),
        PortTest::Named { name, .. } => json!({"namedPort": **name}),
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
