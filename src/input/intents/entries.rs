//! The entries of `from`, `to` and `pods`: endpoints as text, pods by labels, blocks of addresses.

use super::Reader;
use crate::diag::{Finding, is_unsafe};
use crate::endpoint::{Reference, grammar};
use crate::input::node::{Node, Value};
use crate::input::report::{Path, shown};
use crate::intent::{Entry, Who};
use crate::model::Origin;

/// In which field an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `from`.
    From,
    /// `to`, beside `ports` or not.
    To {
        /// Whether the intent has `ports`.
        ports: bool,
    },
    /// `pods`.
    Pods,
}

impl Place {
    fn field(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To { .. } => "to",
            Self::Pods => "pods",
        }
    }

    /// What to write for all that may stand here.
    fn all(self) -> &'static str {
        match self {
            Self::From => "write `from: [anyone]` to mean every pod and every outside address",
            Self::To { .. } => "write `to: [anyone]` to mean every pod and every outside address",
            Self::Pods => "write `pods: [pods]` to mean every pod",
        }
    }
}

impl Reader<'_, '_> {
    /// The entries of a field of `intent`: one, or a list of them.
    pub(super) fn entries(&mut self, intent: &Node, place: Place, path: &Path<'_>) -> Vec<Entry> {
        let field = place.field();
        let path = path.field(field);
        let Some(node) = intent.get(field) else {
            let at = intent.get("name").unwrap_or(intent);
            let what = format!("without `{field}`, the claim is about nobody");
            self.report
                .error_help("names-nobody", &path, at, &what, place.all());
            return Vec::new();
        };
        match &node.value {
            Value::Seq(items) if items.is_empty() => {
                let what = format!("an empty `{field}` stands for nobody");
                self.report
                    .error_help("names-nobody", &path, node, &what, place.all());
                Vec::new()
            }
            Value::Seq(items) => {
                let mut entries = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    entries.extend(self.entry(item, place, &path.index(index)));
                }
                entries
            }
            _ => self.entry(node, place, &path).into_iter().collect(),
        }
    }

    fn entry(&mut self, node: &Node, place: Place, path: &Path<'_>) -> Option<Entry> {
        let who = match &node.value {
            Value::String(text) => self.named(text, node, place, path),
            Value::Map(_) => self.mapping(node, place, path),
            Value::Null => {
                let what = "an empty entry stands for nobody";
                self.report
                    .error_help("names-nobody", path, node, what, place.all());
                None
            }
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Seq(_) => None,
        }?;
        Some(Entry {
            who,
            origin: Origin::at(self.report.place.of(node)),
        })
    }

    fn named(&mut self, text: &str, node: &Node, place: Place, path: &Path<'_>) -> Option<Who> {
        match text {
            "anyone" if place == Place::Pods => {
                self.not_pods(text, node, path);
                return None;
            }
            "anyone" => return Some(Who::Anyone),
            "pods" => return Some(Who::AnyPod),
            _ => {}
        }
        let asked = match grammar::parse(text) {
            Ok(asked) => asked,
            Err(problem) => {
                let message = format!("`{path}`: {}", shown_message(&problem.message));
                let other =
                    "write an endpoint such as `shop/deploy/web`, `svc/db:5432` or `internet`";
                let help = problem.help.unwrap_or_else(|| other.to_owned());
                let finding = Finding::error("invalid-endpoint", message);
                let finding = finding.at(self.report.place.of(node), "");
                self.report.add(finding.help(shown_message(&help)));
                return None;
            }
        };
        if asked.port.is_some() && !self.takes_port(node, place, path) {
            return None;
        }
        match asked.reference {
            Reference::Address(_) | Reference::Addresses(_) | Reference::Internet
                if place == Place::Pods =>
            {
                self.not_pods(text, node, path);
                None
            }
            _ => Some(Who::Named(asked)),
        }
    }

    /// Whether a port may follow an endpoint in this field.
    fn takes_port(&self, node: &Node, place: Place, path: &Path<'_>) -> bool {
        let (rule, what, help) = match place {
            Place::To { ports: false } => return true,
            Place::To { ports: true } => (
                "port-twice",
                "the port is given both here and in `ports`",
                "give it in only one of the two places",
            ),
            Place::From => (
                "port-of-source",
                "a source has no port",
                "write the port of the destination in `ports`",
            ),
            Place::Pods => (
                "port-of-source",
                "`pods` has no port: this claim is about all ports",
                "remove the port, or write an intent with `expect: denied` for one port",
            ),
        };
        self.report.error_help(rule, path, node, what, help);
        false
    }

    fn not_pods(&self, text: &str, node: &Node, path: &Path<'_>) {
        let what = format!(
            "`{}` is not only pods, but this claim is about pods",
            shown(text)
        );
        let help =
            "name pods, such as `ns/shop` or `{namespace: shop}`; `pods` alone means every pod";
        self.report.error_help("not-pods", path, node, &what, help);
    }

    fn mapping(&mut self, node: &Node, place: Place, path: &Path<'_>) -> Option<Who> {
        let fields = ["namespace", "namespaceSelector", "podSelector"];
        let selects = fields.into_iter().any(|field| node.get(field).is_some());
        let Some(block) = node.get("ipBlock") else {
            if !selects {
                let what = "must name somebody";
                let help = "write `pods` for every pod, or at least one of `namespace`, `namespaceSelector`, `podSelector`, `ipBlock`";
                self.report
                    .error_help("names-nobody", path, node, what, help);
                return None;
            }
            return Some(Who::Pods(self.pod_set(node, path)));
        };
        if selects {
            let what = "an entry with `ipBlock` must not select pods as well";
            let help = "write two entries, each with its own `- `";
            self.report
                .error_help("invalid-value", path, node, what, help);
            return None;
        }
        if place == Place::Pods {
            self.not_pods("ipBlock", block, path);
            return None;
        }
        let block = self.parts.ip_block(block, &path.field("ipBlock"))?;
        Some(Who::Block(block))
    }
}

/// A message of the endpoint grammar, which repeats what was typed: made safe to print.
fn shown_message(message: &str) -> String {
    let mut shown = String::new();
    for character in message.chars() {
        if is_unsafe(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}
