//! One intent: its name, what it expects, and the fields that belong to that.

use super::Reader;
use super::entries::Place;
use crate::diag::{Finding, Severity};
use crate::endpoint::grammar;
use crate::input::node::{Node, Value};
use crate::input::report::{Path, shown};
use crate::input::{suggest, validate};
use crate::intent::{Expect, Flows, Intent, IntentPort, PolicyPath, Scope};
use crate::model::{Direction, Origin, Ports};
use crate::table::listed;
use std::sync::Arc;

listed! {
    /// What `expect` may say.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Expectation {
        Denied,
        Allowed,
        OnlyFrom,
        OnlyOnPorts,
        Isolated,
        Equal,
        Implied,
        Redundant,
    }
}

/// The fields that belong to some kinds only.
const SPECIAL: [&str; 10] = [
    "from",
    "to",
    "ports",
    "sameLabels",
    "differentLabels",
    "pods",
    "directions",
    "policies",
    "policy",
    "rule",
];

impl Expectation {
    /// The word for it.
    fn name(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Allowed => "allowed",
            Self::OnlyFrom => "only-from",
            Self::OnlyOnPorts => "only-on-ports",
            Self::Isolated => "isolated",
            Self::Equal => "equal",
            Self::Implied => "implied",
            Self::Redundant => "redundant",
        }
    }

    /// Those of the special fields that belong to it.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Denied | Self::Allowed | Self::OnlyFrom | Self::OnlyOnPorts => {
                &["from", "to", "ports", "sameLabels", "differentLabels"]
            }
            Self::Isolated => &["pods", "directions"],
            Self::Equal | Self::Implied => &["policies"],
            Self::Redundant => &["policy", "rule"],
        }
    }
}

impl Reader<'_, '_> {
    /// One intent; none where it cannot be told what it says.
    pub(super) fn intent(&mut self, node: &Node, path: &Path<'_>) -> Option<Intent> {
        let name = self.name(node, path);
        let scope = self.scope(node, path);
        let all = Expectation::ALL.map(|it| format!("`{}`", it.name()));
        let help = format!("write one of {}", all.join(", "));
        let (at, word) = self.required(node, "expect", path, &help)?;
        let Some(kind) = Expectation::ALL.into_iter().find(|it| it.name() == word) else {
            let help = match suggest::nearest(word, Expectation::ALL.map(Expectation::name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => help,
            };
            let what = format!("unknown expectation `{}`", shown(word));
            self.report
                .error_help("invalid-value", &path.field("expect"), at, &what, help);
            return None;
        };
        self.belonging(node, kind, kind.name(), path);
        let expect = self.expect(node, kind, path)?;
        let (name, origin) = name?;
        Some(Intent {
            name,
            expect,
            scope,
            origin,
        })
    }

    fn name(&mut self, node: &Node, path: &Path<'_>) -> Option<(Arc<str>, Origin)> {
        let help = "give the intent a unique name; answers refer to it";
        let (at, text) = self.required(node, "name", path, help)?;
        let name = self.parts.pool.text(text);
        let span = self.report.place.of(at);
        if let Some(first) = self.names.get(&name) {
            let message = format!("there are two intents named `{}`", shown(text));
            let finding = Finding::error("duplicate-intent", message)
                .at(span, "second use of the name")
                .at(*first, "first use of the name")
                .help("rename one of the two");
            self.report.add(finding);
        } else {
            self.names.insert(Arc::clone(&name), span);
        }
        Some((name, Origin::at(span)))
    }

    fn scope(&self, node: &Node, path: &Path<'_>) -> Option<Scope> {
        let at = node.get("scope")?;
        match at.text()? {
            "any" => Some(Scope::Any),
            "existing" => Some(Scope::Existing),
            other => {
                let help = match suggest::nearest(other, ["any", "existing"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write `any` for pods that exist or could be created, or `existing` for those in the input".to_owned(),
                };
                let what = format!("unknown scope `{}`", shown(other));
                self.report
                    .error_help("invalid-value", &path.field("scope"), at, &what, help);
                None
            }
        }
    }

    /// Reports fields that belong to other kinds.
    fn belonging(&self, node: &Node, kind: Expectation, word: &str, path: &Path<'_>) {
        let fields = kind.fields();
        for entry in node.entries() {
            let key = &*entry.key;
            if !SPECIAL.contains(&key) || fields.contains(&key) || entry.value.is_null() {
                continue;
            }
            let names: Vec<String> = fields.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("`expect: {word}` does not use `{}`", path.field(key));
            let finding = Finding::error("misplaced-field", message)
                .at(self.report.place.key(entry), "")
                .help(format!(
                    "remove it: the fields of `{word}` are {}",
                    names.join(", ")
                ));
            self.report.add(finding);
        }
    }

    fn expect(&mut self, node: &Node, kind: Expectation, path: &Path<'_>) -> Option<Expect> {
        Some(match kind {
            Expectation::Denied => Expect::Denied(self.flows(node, path)),
            Expectation::Allowed => Expect::Allowed(self.flows(node, path)),
            Expectation::OnlyFrom => Expect::OnlyFrom(self.flows(node, path)),
            Expectation::OnlyOnPorts => {
                if node
                    .get("ports")
                    .is_none_or(|ports| ports.is_list() && ports.items().is_empty())
                {
                    let at = node.get("ports").or(node.get("name")).unwrap_or(node);
                    let what = "`only-on-ports` needs at least one port";
                    let help = "write the ports that may be open, such as `ports: [{port: 443}]`";
                    self.report
                        .error_help("required", &path.field("ports"), at, what, help);
                }
                Expect::OnlyOnPorts(self.flows(node, path))
            }
            Expectation::Isolated => Expect::Isolated {
                pods: self.entries(node, Place::Pods, path),
                directions: self.directions(node, path),
            },
            Expectation::Equal => Expect::Equal(self.policies(node, path)?),
            Expectation::Implied => Expect::Implied(self.policies(node, path)?),
            Expectation::Redundant => self.redundant(node, path)?,
        })
    }

    fn flows(&mut self, node: &Node, path: &Path<'_>) -> Flows {
        let ports = node.get("ports");
        let place = Place::To {
            ports: ports.is_some_and(|ports| !ports.items().is_empty()),
        };
        let (ports, portless) = without_portless(ports);
        let listed = match self.parts.ports(ports.as_ref(), &path.field("ports")) {
            Ports::Any => Vec::new(),
            Ports::Listed(listed) => listed,
        };
        let ports = listed.into_iter().map(|port| IntentPort {
            test: port.test,
            origin: port.origin,
        });
        let same = self.label_keys(node, "sameLabels", path);
        let different = self.label_keys(node, "differentLabels", path);
        for (key, at) in &different {
            if same.iter().any(|(other, _)| other == key) {
                let what = format!("`{}` cannot be both the same and different", shown(key));
                let path = path.field("differentLabels");
                let help = "remove it from `sameLabels` or from `differentLabels`";
                self.report
                    .error_help("names-nobody", &path, at, &what, help);
            }
        }
        let keys = |list: Vec<(Arc<str>, &Node)>| list.into_iter().map(|(key, _)| key).collect();
        Flows {
            from: self.entries(node, Place::From, path),
            to: self.entries(node, place, path),
            ports: ports.collect(),
            portless,
            same_labels: keys(same),
            different_labels: keys(different),
        }
    }

    fn label_keys<'n>(
        &mut self,
        node: &'n Node,
        field: &str,
        path: &Path<'_>,
    ) -> Vec<(Arc<str>, &'n Node)> {
        let path = path.field(field);
        let mut keys = Vec::new();
        for (index, item) in node
            .get(field)
            .map_or(&[][..], Node::items)
            .iter()
            .enumerate()
        {
            let Some(key) = item.text().or(item.is_null().then_some("")) else {
                continue;
            };
            if let Err(what) = validate::label_key(key) {
                let what = format!("invalid label key `{}`: {what}", shown(key));
                let help = "write the key of a label, such as `team`, without a value";
                let path = path.index(index);
                self.report
                    .error_help("invalid-value", &path, item, &what, help);
            }
            keys.push((self.parts.pool.text(key), item));
        }
        keys
    }

    fn directions(&self, node: &Node, path: &Path<'_>) -> Vec<Direction> {
        let Some(listed) = node.get("directions") else {
            return Direction::BOTH.to_vec();
        };
        let path = path.field("directions");
        let help = "write `ingress`, `egress` or both, or leave `directions` out for both";
        if listed.is_list() && listed.items().is_empty() {
            let what = "the list of directions is empty";
            self.report
                .error_help("required", &path, listed, what, help);
        }
        let mut directions = Vec::new();
        for (index, item) in listed.items().iter().enumerate() {
            let Some(word) = item.text().or(item.is_null().then_some("")) else {
                continue;
            };
            let found = Direction::BOTH.into_iter().find(|it| it.name() == word);
            let Some(direction) = found else {
                let names = Direction::BOTH.map(Direction::name);
                let help = match suggest::nearest(word, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => help.to_owned(),
                };
                let what = format!("unknown direction `{}`", shown(word));
                let finding = self.report.about(
                    Severity::Error,
                    "invalid-value",
                    &path.index(index),
                    item,
                    &what,
                );
                self.report.add(finding.help(help));
                continue;
            };
            if !directions.contains(&direction) {
                directions.push(direction);
            }
        }
        directions
    }

    fn policies(&mut self, node: &Node, path: &Path<'_>) -> Option<PolicyPath> {
        let help =
            "write the file or directory of the policies to compare with, relative to this file";
        let (at, text) = self.required(node, "policies", path, help)?;
        Some(PolicyPath {
            path: self.parts.pool.text(text),
            origin: Origin::at(self.report.place.of(at)),
        })
    }
}

/// Entries of `ports`, and of those that name a protocol without ports, such as ICMP, the protocol.
fn without_portless(ports: Option<&Node>) -> (Option<Node>, Vec<Arc<str>>) {
    let mut portless = Vec::new();
    let mut ports = ports.cloned();
    if let Some(Value::Seq(items)) = ports.as_mut().map(|node| &mut node.value) {
        items.retain(|item| {
            let protocol = item.get("protocol").and_then(Node::text);
            let alone = item.get("port").is_none() && item.get("endPort").is_none();
            let found = protocol.filter(|_| alone).and_then(grammar::portless);
            portless.extend(found.clone());
            found.is_none()
        });
    }
    (ports, portless)
}
