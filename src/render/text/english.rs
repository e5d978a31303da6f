//! Policies in English, with every AND and OR written out.

use crate::model::{
    Action, Direction, NamespaceScope, PeerMatch, Peers, PodScope, PortTest, Ports, Rule,
};
use crate::net::PortRange;
use crate::selector::{Operator, Requirement, Selector};

/// `allows from pods labelled app=web in namespace shop on TCP 80`.
pub(super) fn rule(rule: &Rule, direction: Direction) -> String {
    let action = match rule.action {
        Action::Accept => "",
        Action::Deny => "deny ",
        Action::Pass => "leave to the next tier ",
    };
    let field = direction.peers_field();
    let peers = match &rule.peers {
        Peers::Anyone => format!("{field} anyone, in the cluster and outside"),
        Peers::Listed(peers) => {
            let peers = peers
                .iter()
                .map(|peer| format!("{field} {}", peer_words(&peer.matches)));
            peers.collect::<Vec<_>>().join(", OR ")
        }
    };
    format!("{action}{peers}, {}", ports(&rule.ports))
}

fn peer_words(matches: &PeerMatch) -> String {
    match matches {
        PeerMatch::Pods(scope) => pods(scope),
        PeerMatch::IpBlock(block) => {
            let except: Vec<_> = block.except.iter().map(ToString::to_string).collect();
            let but = if except.is_empty() {
                String::new()
            } else {
                format!(" except {}", super::list(&except, 5))
            };
            format!("addresses in {}{but}", block.cidr)
        }
    }
}

/// `pods labelled app=web in namespace shop`.
pub(super) fn pods(scope: &PodScope) -> String {
    let pods = labelled("pods", &scope.pods, "every pod");
    match &scope.namespaces {
        NamespaceScope::Named(name) => format!("{pods} in namespace {name}"),
        NamespaceScope::Matching(selector) if selector.is_everything() => {
            format!("{pods} in any namespace")
        }
        NamespaceScope::Matching(selector) if scope.pods.is_everything() => {
            format!(
                "{pods} in {}",
                labelled("namespaces", selector, "any namespace")
            )
        }
        NamespaceScope::Matching(selector) => {
            format!(
                "{pods} AND in {}",
                labelled("namespaces", selector, "any namespace")
            )
        }
    }
}

fn labelled(what: &str, selector: &Selector, everything: &str) -> String {
    match selector.requirements() {
        [] => everything.to_owned(),
        requirements => {
            let all = requirements
                .iter()
                .map(requirement)
                .collect::<Vec<_>>()
                .join(" AND ");
            format!("{what} labelled {all}")
        }
    }
}

fn requirement(requirement: &Requirement) -> String {
    match requirement.operator {
        // `tier!=db` hides that pods without the label match.
        Operator::NotIn => format!("{requirement} (or without `{}`)", requirement.key),
        Operator::Exists => format!("`{}` (any value)", requirement.key),
        Operator::DoesNotExist => format!("without `{}`", requirement.key),
        Operator::In => requirement.to_string(),
    }
}

fn ports(ports: &Ports) -> String {
    match ports {
        Ports::Any => "on every port".into(),
        Ports::Listed(entries) => {
            let entries = entries.iter().map(|entry| port(&entry.test));
            format!("on {}", entries.collect::<Vec<_>>().join(" OR "))
        }
    }
}

fn port(test: &PortTest) -> String {
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
        } => {
            format!("the {protocol} port named `{name}`")
        }
        PortTest::Named {
            name,
            protocol: None,
        } => format!("the port named `{name}`"),
    }
}
