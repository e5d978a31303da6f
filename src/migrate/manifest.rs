//! The manifests of drafts.

use super::draft::Draft;
use super::split::entries;
use super::yaml::Yaml;
use crate::model::{
    Action, Direction, NamespaceScope, Peer, PeerMatch, Peers, PodScope, PolicyKind, PortTest,
    Ports, Rule, Tier,
};
use crate::net::Protocol;
use crate::selector::{Operator, Selector};

type Fields = Vec<(String, Yaml)>;

impl Draft {
    /// The manifest, a document of YAML.
    pub fn manifest(&self) -> String {
        let mut out = String::new();
        for comment in &self.comments {
            // Names stand in comments, and a line feed would end one.
            let plain = |c: char| if (' '..='~').contains(&c) { c } else { '?' };
            let comment: String = comment.chars().map(plain).collect();
            out.extend(["# ", &comment, "\n"]);
        }
        let spec = match self.policy.kind {
            PolicyKind::NetworkPolicy => self.namespaced(),
            PolicyKind::AdminNetworkPolicy
            | PolicyKind::BaselineAdminNetworkPolicy
            | PolicyKind::ClusterNetworkPolicy => self.cluster_wide(),
        };
        let version = match self.policy.kind {
            PolicyKind::NetworkPolicy => "networking.k8s.io/v1",
            PolicyKind::ClusterNetworkPolicy => "policy.networking.k8s.io/v1alpha2",
            PolicyKind::AdminNetworkPolicy | PolicyKind::BaselineAdminNetworkPolicy => {
                "policy.networking.k8s.io/v1alpha1"
            }
        };
        let tree = Yaml::map([
            ("apiVersion", Yaml::text(version)),
            ("kind", Yaml::text(self.policy.kind.name())),
            ("metadata", self.metadata()),
            ("spec", spec),
        ]);
        out.push_str(&tree.document());
        out
    }

    fn metadata(&self) -> Yaml {
        let mut fields = vec![("name".to_owned(), Yaml::text(&*self.policy.name))];
        if let Some(namespace) = &self.policy.namespace {
            fields.push(("namespace".to_owned(), Yaml::text(&**namespace)));
        }
        let remarks = &self.remarks;
        for (key, pairs) in [
            ("labels", &remarks.labels),
            ("annotations", &remarks.annotations),
        ] {
            if !pairs.is_empty() {
                let pairs = pairs.iter();
                let pairs = pairs.map(|(key, value)| (key.clone(), Yaml::text(value)));
                fields.push((key.to_owned(), Yaml::Map(pairs.collect())));
            }
        }
        Yaml::Map(fields)
    }

    fn cluster_wide(&self) -> Yaml {
        let policy = &self.policy;
        let tier = match policy.tier {
            Tier::Baseline => "Baseline",
            Tier::Admin | Tier::NetworkPolicy => "Admin",
        };
        let mut fields = vec![
            ("tier".to_owned(), Yaml::text(tier)),
            ("priority".to_owned(), Yaml::Number(policy.priority)),
            ("subject".to_owned(), scope(&policy.subject)),
        ];
        for direction in [Direction::Ingress, Direction::Egress] {
            let rules = self.rules(direction);
            if !rules.is_empty() {
                let rules = rules.iter();
                let rules = rules.map(|(rule, name)| cluster_rule(rule, name.as_ref(), direction));
                fields.push((direction.name().to_owned(), Yaml::List(rules.collect())));
            }
        }
        Yaml::Map(fields)
    }

    fn namespaced(&self) -> Yaml {
        let policy = &self.policy;
        let directions = [
            (Direction::Ingress, "Ingress"),
            (Direction::Egress, "Egress"),
        ];
        let governed = directions.map(|(direction, name)| {
            let rules = policy.rules(direction);
            rules.map(|_| (direction, name))
        });
        let governed = || governed.into_iter().flatten();
        let mut fields = vec![
            ("podSelector".to_owned(), selector(&policy.subject.pods)),
            (
                "policyTypes".to_owned(),
                Yaml::texts(governed().map(|(_, name)| name)),
            ),
        ];
        for (direction, _) in governed() {
            let rules = self.rules(direction);
            if !rules.is_empty() {
                let rules = rules
                    .iter()
                    .map(|(rule, _)| rule_of_namespace(rule, direction));
                fields.push((direction.name().to_owned(), Yaml::List(rules.collect())));
            }
        }
        Yaml::Map(fields)
    }
}

fn cluster_rule(rule: &Rule, name: Option<&String>, direction: Direction) -> Yaml {
    let action = match rule.action {
        Action::Accept => "Accept",
        Action::Deny => "Deny",
        Action::Pass => "Pass",
    };
    let mut fields = Fields::new();
    if let Some(name) = name {
        fields.push(("name".to_owned(), Yaml::text(name)));
    }
    fields.push(("action".to_owned(), Yaml::text(action)));
    let peers = entries(rule.peers.listed());
    let peers = peers.iter().filter_map(|entry| cluster_peer(entry));
    fields.push((
        direction.peers_field().to_owned(),
        Yaml::List(peers.collect()),
    ));
    if let Ports::Listed(ports) = &rule.ports {
        let ports = ports.iter().map(|it| protocol(&it.test));
        fields.push(("protocols".to_owned(), Yaml::List(ports.collect())));
    }
    Yaml::Map(fields)
}

/// An entry of `from` or `to`; none of nothing.
fn cluster_peer(entry: &[Peer]) -> Option<Yaml> {
    Some(match &entry.first()?.matches {
        PeerMatch::Pods(pods) => scope(pods),
        PeerMatch::Nodes(nodes) => Yaml::map([("nodes", selector(nodes))]),
        PeerMatch::IpBlock(_) => {
            let blocks = entry.iter().filter_map(Peer::block);
            let cidrs = blocks.map(|it| it.cidr.to_string());
            Yaml::map([("networks", Yaml::texts(cidrs))])
        }
        PeerMatch::DomainName(_) => {
            let names = entry.iter().filter_map(|it| match &it.matches {
                PeerMatch::DomainName(name) => Some(name.to_string()),
                PeerMatch::Pods(_) | PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) => None,
            });
            Yaml::map([("domainNames", Yaml::texts(names))])
        }
    })
}

/// A subject, or a peer that is pods.
fn scope(scope: &PodScope) -> Yaml {
    let namespaces = namespaces(&scope.namespaces);
    if scope.pods.is_everything() {
        return Yaml::map([("namespaces", namespaces)]);
    }
    Yaml::map([(
        "pods",
        Yaml::map([
            ("namespaceSelector", namespaces),
            ("podSelector", selector(&scope.pods)),
        ]),
    )])
}

fn namespaces(scope: &NamespaceScope) -> Yaml {
    match scope {
        NamespaceScope::Matching(namespaces) => selector(namespaces),
        NamespaceScope::Named(name) => {
            let name = Yaml::text(&**name);
            let labels = Yaml::map([(crate::model::NAMESPACE_NAME_LABEL, name)]);
            Yaml::map([("matchLabels", labels)])
        }
    }
}

/// An entry of `protocols`.
fn protocol(test: &PortTest) -> Yaml {
    match test {
        PortTest::Named { name, .. } => Yaml::map([("destinationNamedPort", Yaml::text(&**name))]),
        PortTest::Range {
            protocol,
            first,
            last,
        } => {
            let port = if first == last {
                Yaml::map([("number", Yaml::Number(*first))])
            } else {
                let ends = [
                    ("start", Yaml::Number(*first)),
                    ("end", Yaml::Number(*last)),
                ];
                Yaml::map([("range", Yaml::map(ends))])
            };
            let port = Yaml::map([("destinationPort", port)]);
            Yaml::map([(protocol.small_name(), port)])
        }
    }
}

/// A rule of a NetworkPolicy.
fn rule_of_namespace(rule: &Rule, direction: Direction) -> Yaml {
    let mut fields = Fields::new();
    if let Peers::Listed(peers) = &rule.peers {
        let peers = peers.iter().filter_map(peer_of_namespace);
        let field = direction.peers_field().to_owned();
        fields.push((field, Yaml::List(peers.collect())));
    }
    if let Ports::Listed(ports) = &rule.ports {
        let ports = ports.iter().map(|it| port_of_namespace(&it.test));
        fields.push(("ports".to_owned(), Yaml::List(ports.collect())));
    }
    Yaml::Map(fields)
}

/// A peer of a NetworkPolicy; none for those that it does not have.
fn peer_of_namespace(peer: &Peer) -> Option<Yaml> {
    match &peer.matches {
        PeerMatch::Pods(scope) => {
            let mut fields = vec![(
                "namespaceSelector".to_owned(),
                namespaces(&scope.namespaces),
            )];
            if !scope.pods.is_everything() {
                fields.push(("podSelector".to_owned(), selector(&scope.pods)));
            }
            Some(Yaml::Map(fields))
        }
        PeerMatch::IpBlock(block) => {
            let mut fields = vec![("cidr".to_owned(), Yaml::text(block.cidr.to_string()))];
            if !block.except.is_empty() {
                let except = block.except.iter().map(ToString::to_string);
                fields.push(("except".to_owned(), Yaml::texts(except)));
            }
            Some(Yaml::map([("ipBlock", Yaml::Map(fields))]))
        }
        PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => None,
    }
}

fn port_of_namespace(test: &PortTest) -> Yaml {
    let (protocol, port, end) = match test {
        PortTest::Named { name, protocol } => (
            protocol.unwrap_or(Protocol::Tcp),
            Some(Yaml::text(&**name)),
            None,
        ),
        PortTest::Range {
            protocol,
            first: 1,
            last: u16::MAX,
        } => (*protocol, None, None),
        PortTest::Range {
            protocol,
            first,
            last,
        } => {
            let end = (first != last).then_some(Yaml::Number(*last));
            (*protocol, Some(Yaml::Number(*first)), end)
        }
    };
    let mut fields = vec![("protocol".to_owned(), Yaml::text(protocol.name()))];
    fields.extend(port.map(|it| ("port".to_owned(), it)));
    fields.extend(end.map(|it| ("endPort".to_owned(), it)));
    Yaml::Map(fields)
}

/// A selector: labels where it asks for one value of a key, expressions for the rest.
fn selector(selector: &Selector) -> Yaml {
    let mut labels = Fields::new();
    let mut expressions = Vec::new();
    for asked in selector.requirements() {
        match (asked.operator, asked.values.as_slice()) {
            // A mapping has each key once.
            (Operator::In, [value]) if labels.iter().all(|(key, _)| **key != *asked.key) => {
                labels.push((asked.key.to_string(), Yaml::text(&**value)));
            }
            (operator, values) => {
                let mut fields = vec![
                    ("key".to_owned(), Yaml::text(&*asked.key)),
                    ("operator".to_owned(), Yaml::text(operator.name())),
                ];
                if !values.is_empty() {
                    fields.push(("values".to_owned(), Yaml::texts(values)));
                }
                expressions.push(Yaml::Map(fields));
            }
        }
    }
    let mut fields = Fields::new();
    if !labels.is_empty() {
        fields.push(("matchLabels".to_owned(), Yaml::Map(labels)));
    }
    if !expressions.is_empty() {
        fields.push(("matchExpressions".to_owned(), Yaml::List(expressions)));
    }
    Yaml::Map(fields)
}
