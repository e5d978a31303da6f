//! Rules, their peers and their ports in words: whatever is said of a policy is said here.

use crate::model::{
    Action, Direction, IpBlock, NamespaceScope, Peer, PeerMatch, Peers, PodScope, PolicyKind,
    PortTest, Ports, Rule, Tier,
};
use crate::net::PortRange;
use crate::selector::{Operator, Selector};

/// Holes of a block that are named before "and N more".
const HOLES: usize = 5;

/// `a`, `a and b`, `a, b and c`; with more than `most` `a, b, c and 4 more`.
pub fn list(items: &[String], most: usize) -> String {
    let (shown, rest) = match items.len() {
        // "and 1 more" takes the place of the item itself.
        len if len > most.saturating_add(1) => (items.get(..most).unwrap_or_default(), len - most),
        _ => (items, 0),
    };
    match (shown, rest) {
        (shown, 1..) => format!("{} and {rest} more", shown.join(", ")),
        ([], _) => String::new(),
        ([one], _) => one.clone(),
        ([first @ .., last], _) => format!("{} and {last}", first.join(", ")),
    }
}

/// All of them, however many.
pub(super) fn conjoin(parts: &[String]) -> String {
    list(parts, usize::MAX)
}

/// How people call a tier.
pub fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Admin => "Admin tier",
        Tier::NetworkPolicy => "NetworkPolicy tier",
        Tier::Baseline => "Baseline tier",
    }
}

/// A whole rule of a policy of such a kind and tier, with every AND and OR written out:
/// `from pods labelled app=web in namespace shop, on TCP 80`.
pub fn rule_in_words(
    rule: &Rule,
    (kind, tier): (PolicyKind, Tier),
    direction: Direction,
) -> String {
    let action = match (rule.action, kind) {
        (Action::Accept, PolicyKind::NetworkPolicy) => "",
        (Action::Accept, PolicyKind::ClusterNetworkPolicy) => "accept: ",
        (
            Action::Accept,
            PolicyKind::AdminNetworkPolicy | PolicyKind::BaselineAdminNetworkPolicy,
        ) => "allow: ",
        (Action::Deny, _) => "deny: ",
        // What no tier decides is allowed.
        (Action::Pass, _) if tier == Tier::Baseline => "pass on, which allows it: ",
        (Action::Pass, _) => "pass on: ",
    };
    let field = direction.peers_field();
    let peers = match &rule.peers {
        Peers::Anyone => format!("{field} {ANYONE}"),
        Peers::Listed(peers) if peers.is_empty() => format!("{field} {NOBODY}"),
        Peers::Listed(peers) => {
            let peers = peers
                .iter()
                .map(|peer| format!("{field} {}", peer_in_words(peer)));
            peers.collect::<Vec<_>>().join(", OR ")
        }
    };
    format!("{action}{peers}, {}", ports_in_words(&rule.ports, None))
}

const ANYONE: &str = "everyone in the cluster and outside";
const NOBODY: &str = "nobody";

/// The peer at `entry` of a rule (the first where none is named), and how many others there are.
pub(super) fn nearest_peer(peers: &Peers, entry: Option<usize>) -> String {
    let entries = match peers {
        Peers::Anyone => return ANYONE.into(),
        Peers::Listed(entries) => entries,
    };
    let Some(peer) = entries.get(entry.unwrap_or(0)) else {
        return NOBODY.into();
    };
    let whom = peer_in_words(peer);
    match entries.len() {
        0 | 1 => whom,
        2 => format!("{whom} (or 1 other peer)"),
        more => format!("{whom} (or {} other peers)", more - 1),
    }
}

fn peer_in_words(peer: &Peer) -> String {
    match &peer.matches {
        PeerMatch::Pods(scope) => pods_in_words(scope),
        PeerMatch::IpBlock(block) => block_in_words(block),
        PeerMatch::Nodes(nodes) => labelled("nodes", nodes).unwrap_or_else(|| "every node".into()),
        PeerMatch::DomainName(pattern) => format!("addresses to which {pattern} leads"),
    }
}

fn block_in_words(block: &IpBlock) -> String {
    let holes: Vec<String> = block.except.iter().map(ToString::to_string).collect();
    let but = match list(&holes, HOLES) {
        holes if holes.is_empty() => String::new(),
        holes => format!(" except {holes}"),
    };
    format!("addresses in {}{but}", block.cidr)
}

/// `pods labelled app=web in namespace shop`.
pub fn pods_in_words(scope: &PodScope) -> String {
    let pods = labelled("pods", &scope.pods).unwrap_or_else(|| "every pod".into());
    let namespaces = match &scope.namespaces {
        NamespaceScope::Named(name) => return format!("{pods} in namespace {name}"),
        NamespaceScope::Matching(selector) => labelled("namespaces", selector),
    };
    match namespaces {
        None => format!("{pods} in every namespace"),
        Some(namespaces) if scope.pods.is_everything() => format!("{pods} in {namespaces}"),
        Some(namespaces) => format!("{pods} AND in {namespaces}"),
    }
}

/// What a selector asks for; none where that is nothing.
fn labelled(what: &str, selector: &Selector) -> Option<String> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for requirement in selector.requirements() {
        match requirement.operator {
            Operator::In => with.push(requirement.to_string()),
            // `tier!=db` hides that pods without the label match.
            Operator::NotIn => {
                with.push(format!("{requirement} (or without `{}`)", requirement.key));
            }
            Operator::Exists => with.push(format!("`{}` (any value)", requirement.key)),
            Operator::DoesNotExist => without.push(format!("without `{}`", requirement.key)),
        }
    }
    if let Some(first) = with.first_mut() {
        first.insert_str(0, "labelled ");
    }
    with.extend(without);
    (!with.is_empty()).then(|| format!("{what} {}", with.join(" AND ")))
}

/// The entry of `ports` that is named, else all of them: `on TCP 80 and TCP 443`.
pub(super) fn ports_in_words(ports: &Ports, entry: Option<usize>) -> String {
    let entries = match ports {
        Ports::Any => return "on every port".into(),
        Ports::Listed(entries) => entries,
    };
    let told: Vec<String> = match entry.and_then(|entry| entries.get(entry)) {
        Some(entry) => vec![port_in_words(&entry.test)],
        None => entries
            .iter()
            .map(|entry| port_in_words(&entry.test))
            .collect(),
    };
    format!("on {}", conjoin(&told))
}

fn port_in_words(test: &PortTest) -> String {
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
        } => format!("the {protocol} port named `{name}`"),
        PortTest::Named {
            name,
            protocol: None,
        } => format!("the port named `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_folded() {
        let items: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).into();
        assert_eq!(list(&items[..1], 3), "a");
        assert_eq!(list(&items[..2], 3), "a and b");
        assert_eq!(list(&items[..4], 3), "a, b, c and d");
        assert_eq!(list(&items, 3), "a, b, c and 2 more");
        assert_eq!(conjoin(&items), "a, b, c, d and e");
    }
}
