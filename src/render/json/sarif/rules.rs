//! Rules as SARIF describes them.

use super::fields::object;
use crate::diag::Severity;
use crate::lint::Rule;
use crate::render::lint::catalog;
use serde_json::{Value, json};

/// The most characters of a full description that GitHub takes.
const DESCRIPTION: usize = 1024;

/// The description of a rule.
pub(super) fn descriptor(rule: &Rule) -> Value {
    let page = catalog::page(rule);
    let mut tags = vec!["kubernetes", "networkpolicy"];
    tags.extend(rule.security.map(|_| "security"));
    let severity = match rule.level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    };
    let properties = object([
        ("precision", Some(rule.precision.name().into())),
        ("problem.severity", Some(severity.into())),
        ("security-severity", rule.security.map(Value::from)),
        ("tags", Some(json!(tags))),
    ]);
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary()},
        "fullDescription": {"text": full(rule)},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": rule.level.name(), "enabled": !rule.strict},
        "properties": properties,
    })
}

/// What a rule does: the first section of its page in one paragraph.
fn full(rule: &Rule) -> String {
    let page = rule.page();
    let section = page.split("\n## ").nth(1).unwrap_or_default();
    let (_, text) = section.split_once('\n').unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = match words.as_slice() {
        [] => rule.summary().to_owned(),
        words => words.join(" "),
    };
    text.chars().take(DESCRIPTION).collect()
}
