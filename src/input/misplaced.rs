//! Fields of a policy that stand where they do not belong: mostly a matter of indentation.

use super::node::{Entry, Node, Value};
use super::report::{Path, shown};

/// The fields of a policy, and where each belongs.
const HOMES: [(&str, &str); 16] = [
    ("podSelector", "`spec`, or an entry of `from` or `to`"),
    ("policyTypes", "`spec`"),
    ("ingress", "`spec`"),
    ("egress", "`spec`"),
    ("from", "a rule of `ingress`"),
    ("to", "a rule of `egress`"),
    ("ports", "a rule, beside `from` or `to`"),
    ("namespaceSelector", "an entry of `from` or `to`"),
    ("ipBlock", "an entry of `from` or `to`"),
    (
        "matchLabels",
        "a selector: `podSelector` or `namespaceSelector`",
    ),
    (
        "matchExpressions",
        "a selector: `podSelector` or `namespaceSelector`",
    ),
    ("cidr", "`ipBlock`"),
    ("except", "`ipBlock`"),
    ("port", "an entry of `ports`"),
    ("endPort", "an entry of `ports`"),
    ("protocol", "an entry of `ports`"),
];

/// What to say of a field that is not known where it stands: where it belongs.
pub(super) fn home(entry: &Entry, parent: &Path<'_>) -> Option<String> {
    let selects = ["podSelector", "namespaceSelector"];
    if parent.last_field().is_some_and(|it| selects.contains(&it)) && is_label(entry) {
        let (key, value) = (shown(&entry.key), text(&entry.value));
        return Some(format!(
            "labels belong under `matchLabels`: write `matchLabels: {{{key}: {value}}}`"
        ));
    }
    let mut homes = HOMES.iter();
    let (_, home) = homes.find(|(name, _)| *name == &*entry.key)?;
    Some(format!("it belongs in {home}"))
}

fn is_label(entry: &Entry) -> bool {
    let is_field = HOMES.iter().any(|(name, _)| *name == &*entry.key);
    let plain = entry.value.text().is_some_and(|text| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        text.bytes().all(known)
    });
    !is_field && (plain || matches!(entry.value.value, Value::Int(_) | Value::Bool(_)))
}

fn text(node: &Node) -> String {
    match &node.value {
        Value::Int(number) => format!("\"{number}\""),
        Value::Bool(value) => format!("\"{value}\""),
        _ => shown(node.text().unwrap_or_default()),
    }
}
