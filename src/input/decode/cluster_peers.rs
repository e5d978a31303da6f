//! Whom cluster-wide policies are for, and the peers of their rules.

use super::cluster_form::Form;
use super::cluster_parts::One;
use super::policy::PolicyReader;
use crate::input::node::{Node, Value};
use crate::input::report::Path;
use crate::model::{
    Direction, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace, Peers, PodScope,
};
use crate::selector::Selector;

const SUBJECT: &str = "write `subject: {namespaces: {}}` for every pod of the cluster, or give labels: `subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}`";

const BOTH: &str = "write `pods: {namespaceSelector: …, podSelector: …}` for pods that both fit";

const FROM: &str = "write `from: [{namespaces: {}}]` for every pod of the cluster; nothing here matches what comes from outside it";

const TO: &str = "write `to: [{namespaces: {}}]` for every pod of the cluster, or `to: [{networks: [0.0.0.0/0, \"::/0\"]}]` for every address";

impl PolicyReader<'_, '_> {
    /// Every pod of every namespace.
    pub(super) fn everyone() -> PodScope {
        PodScope {
            namespaces: NamespaceScope::Matching(Selector::everything()),
            pods: Selector::everything(),
        }
    }

    /// Says so where there is no subject.
    pub(super) fn subject_is_there(&mut self, spec: &Node, path: &Path<'_>) {
        let others = ["podSelector", "namespaceSelector", "namespaces", "pods"];
        self.required(spec, ("subject", &others), path, SUBJECT);
    }

    /// The pods that the policy governs.
    pub(super) fn subject(&mut self, node: &Node, form: Form, path: &Path<'_>) -> Option<PodScope> {
        let fields = ["namespaces", "pods"];
        let (field, value) = self.one_of(node, &fields, path, (SUBJECT, BOTH))?;
        self.scope((field, value), form, &path.field(field))
    }

    /// The pods that `namespaces` or `pods` selects.
    fn scope(&mut self, (field, node): One<'_>, form: Form, path: &Path<'_>) -> Option<PodScope> {
        if !matches!(node.value, Value::Map(_)) {
            return None;
        }
        if field == "namespaces" {
            return Some(PodScope {
                namespaces: NamespaceScope::Matching(self.selector(Some(node), path)),
                pods: Selector::everything(),
            });
        }
        let help = "write `podSelector: {}` for every pod of these namespaces";
        let pods = self.required(node, ("podSelector", &["pods", "matchLabels"]), path, help);
        let namespaces = match form {
            // There it is every namespace if it is missing.
            Form::Cluster => node.get("namespaceSelector"),
            Form::Admin | Form::Baseline => {
                let field = ("namespaceSelector", &["namespaces"][..]);
                let help = "write `namespaceSelector: {}` for every namespace";
                self.required(node, field, path, help)
            }
        };
        let namespaces = self.selector(namespaces, &path.field("namespaceSelector"));
        Some(PodScope {
            namespaces: NamespaceScope::Matching(namespaces),
            pods: self.selector(pods, &path.field("podSelector")),
        })
    }

    /// The peers of a rule, of which there must be some.
    pub(super) fn cluster_peers(
        &mut self,
        rule: &Node,
        direction: Direction,
        form: Form,
        path: &Path<'_>,
    ) -> Peers {
        let field = direction.peers_field();
        let (help, fields): (&str, &[&'static str]) = match (direction, form) {
            (Direction::Ingress, _) => (FROM, &["namespaces", "pods"]),
            (Direction::Egress, Form::Baseline) => {
                (TO, &["namespaces", "pods", "networks", "nodes"])
            }
            (Direction::Egress, Form::Admin | Form::Cluster) => (
                TO,
                &["namespaces", "pods", "networks", "nodes", "domainNames"],
            ),
        };
        let opposite = [direction.opposite().peers_field()];
        let others = [&opposite[..], fields].concat();
        let mut listed = Vec::new();
        if let Some(node) = self.required(rule, (field, &others), path, help) {
            let path = path.field(field);
            let items = self.some(node, form.most(), &path, help);
            for (index, item) in items.iter().enumerate() {
                self.cluster_peer((index, item), fields, form, &path.index(index), &mut listed);
            }
        }
        Peers::Listed(listed)
    }

    fn cluster_peer(
        &mut self,
        (entry, node): (usize, &Node),
        fields: &[&'static str],
        form: Form,
        path: &Path<'_>,
        peers: &mut Vec<Peer>,
    ) {
        let empty = node.entries().iter().find(|entry| entry.value.is_null());
        let missing = match empty {
            Some(entry) if fields.contains(&&*entry.key) => format!(
                "the API server drops `{}` without a value: write {}",
                entry.key,
                whole_field(&entry.key)
            ),
            Some(_) | None => "write `namespaces: {}` for every pod of the cluster".to_owned(),
        };
        let both = node.get("namespaces").is_some() && node.get("pods").is_some();
        let several = if both {
            format!("{BOTH}; for what either fits write two peers, each with its own `- `")
        } else {
            "write two peers, each with its own `- `: the rule is for what either fits".to_owned()
        };
        let Some((field, value)) = self.one_of(node, fields, path, (&missing, &several)) else {
            return;
        };
        let path = &path.field(field);
        let whole = |matches| Peer {
            matches,
            place: PeerPlace::entry(entry),
            origin: Origin::at(self.report.place.of(node)),
        };
        match field {
            "networks" => self.networks((entry, value), path, peers),
            "domainNames" => self.domain_names((entry, value), path, peers),
            "nodes" => {
                let selector = self.selector(Some(value), path);
                peers.push(whole(PeerMatch::Nodes(selector)));
            }
            _ => {
                let scope = self.scope((field, value), form, path);
                peers.extend(scope.map(PeerMatch::Pods).map(whole));
            }
        }
    }
}

/// What to write for a peer of which only the field is there.
fn whole_field(field: &str) -> &'static str {
    match field {
        "namespaces" => "`namespaces: {}` for every pod of the cluster",
        "nodes" => "`nodes: {}` for all nodes",
        "networks" => "`networks: [0.0.0.0/0, \"::/0\"]` for every address",
        "domainNames" => "the names, such as `domainNames: [\"*.example.com\"]`",
        _ => "`pods: {namespaceSelector: {}, podSelector: {}}` for every pod of the cluster",
    }
}
