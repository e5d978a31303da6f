//! Peers and ports in a few words.

use crate::model::{IpBlock, NamespaceScope, PeerMatch, Peers, PodScope, Policy, PortTest, Ports};
use crate::net::PortRange;

/// `a`, `a and b`, `a, b and c`.
pub(super) fn conjoin(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The peer at `entry` of a rule (the first where none is named), and how many others there are.
pub(super) fn peer_phrase(policy: &Policy, peers: &Peers, entry: Option<usize>) -> String {
    let entries = match peers {
        Peers::Anyone => return "everyone".into(),
        Peers::Listed(entries) => entries,
    };
    let Some(peer) = entries.get(entry.unwrap_or(0)) else {
        return "nobody".into();
    };
    let whom = match &peer.matches {
        PeerMatch::Pods(scope) => scope_phrase(policy, scope),
        PeerMatch::IpBlock(block) => block_phrase(block),
    };
    match entries.len() {
        0 | 1 => whom,
        2 => format!("{whom} (or 1 other peer)"),
        more => format!("{whom} (or {} other peers)", more - 1),
    }
}

fn scope_phrase(policy: &Policy, scope: &PodScope) -> String {
    let pods = if scope.pods.requirements().is_empty() {
        "every pod".to_owned()
    } else {
        scope.pods.to_string()
    };
    match &scope.namespaces {
        // The policy's own namespace is in its name already.
        NamespaceScope::Named(own) if policy.namespace.as_ref() == Some(own) => {
            if scope.pods.requirements().is_empty() {
                format!("{pods} of its namespace")
            } else {
                pods
            }
        }
        NamespaceScope::Named(name) => format!("{pods} in namespace {name}"),
        NamespaceScope::Matching(selector) if selector.requirements().is_empty() => {
            format!("{pods} in every namespace")
        }
        NamespaceScope::Matching(selector) => format!("{pods} in namespaces with {selector}"),
    }
}

fn block_phrase(block: &IpBlock) -> String {
    if block.except.is_empty() {
        return block.cidr.to_string();
    }
    let holes: Vec<String> = block.except.iter().map(ToString::to_string).collect();
    format!("{} except {}", block.cidr, conjoin(&holes))
}

/// The entry of `ports` that is named, else all of them: `on TCP 80 and TCP 443`.
pub(super) fn ports_phrase(ports: &Ports, entry: Option<usize>) -> String {
    let entries = match ports {
        Ports::Any => return "on every port".into(),
        Ports::Listed(entries) => entries,
    };
    let named = entry.and_then(|entry| entries.get(entry));
    let told: Vec<String> = match named {
        Some(entry) => vec![port_phrase(&entry.test)],
        None => entries
            .iter()
            .map(|entry| port_phrase(&entry.test))
            .collect(),
    };
    format!("on {}", conjoin(&told))
}

fn port_phrase(test: &PortTest) -> String {
    match test {
        &PortTest::Range {
            protocol,
            first,
            last,
        } => PortRange {
            protocol,
            first,
            last,
        }
        .to_string(),
        PortTest::Named {
            name,
            protocol: Some(protocol),
        } => format!("{protocol} port {name}"),
        PortTest::Named {
            name,
            protocol: None,
        } => format!("port {name}"),
    }
}
