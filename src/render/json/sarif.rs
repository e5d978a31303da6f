//! SARIF 2.1.0, as GitHub code scanning takes it: every result has a place in a file, and no more
//! results than are taken.

mod fields;
mod rules;

use super::print;
use crate::lint::{ALL, Dismissed, Edit, Found};
use crate::render::lint::{Place, View, details};
use crate::render::{percent_encoded, visible};
use fields::object;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The most results that GitHub takes of one run.
const RESULTS: usize = 25_000;
/// The most related places of one result that GitHub takes.
const RELATED: usize = 900;
/// Where the schema is.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes a report.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut all: Vec<(&Found, String)> = view
        .report
        .findings
        .iter()
        .zip(view.fingerprints())
        .collect();
    let cut = all.len().saturating_sub(RESULTS);
    if cut > 0 {
        all.sort_by_key(|(found, _)| (found.dismissed.is_some(), Reverse(found.severity)));
        all.truncate(RESULTS);
    }
    let results: Vec<Value> = all
        .iter()
        .map(|(found, fingerprint)| result(view, found, fingerprint))
        .collect();
    let run = json!({
        "tool": {"driver": {
            "name": "netpolc",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": ALL.iter().map(rules::descriptor).collect::<Vec<_>>(),
        }},
        "automationDetails": {"id": "netpolc/lint/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation(cut)],
        "results": results,
    });
    print(
        &json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}),
        out,
    )
}

fn invocation(cut: usize) -> Value {
    let text = format!("{cut} more findings are left out: no more than {RESULTS} are taken");
    let note = json!([{"level": "warning", "message": {"text": text}}]);
    object([
        ("executionSuccessful", Some(true.into())),
        ("toolExecutionNotifications", (cut > 0).then_some(note)),
    ])
}

fn result(view: &View<'_>, found: &Found, fingerprint: &str) -> Value {
    let fact = &found.fact;
    let index = ALL.iter().position(|rule| rule.code == found.rule.code);
    let mut text = visible(&fact.message).into_owned();
    for line in details(found) {
        text.push('\n');
        text.push_str(&visible(&line));
    }
    let related = fact.labels.iter().skip(1).take(RELATED);
    let related: Vec<Value> = related
        .map(|label| {
            let message = json!({"text": &*visible(&label.text)});
            location(&view.place(label.span), [("message", Some(message))])
        })
        .collect();
    let logical = json!([{
        "fullyQualifiedName": &*visible(&fact.object.to_string()),
        "kind": "resource",
    }]);
    let place = location(&view.place_of(found), [("logicalLocations", Some(logical))]);
    let list = |items: Vec<Value>| (!items.is_empty()).then_some(Value::Array(items));
    object([
        ("ruleId", Some(found.rule.code.into())),
        ("ruleIndex", index.map(Value::from)),
        // SARIF calls them the same.
        ("level", Some(found.severity.name().into())),
        ("message", Some(json!({"text": text}))),
        ("locations", Some(json!([place]))),
        ("relatedLocations", list(related)),
        ("fixes", list(fixes(view, found))),
        (
            "partialFingerprints",
            Some(json!({"netpolcFinding/v1": fingerprint})),
        ),
        (
            "suppressions",
            found.dismissed.as_ref().map(|it| json!([suppression(it)])),
        ),
    ])
}

fn location(place: &Place, [more]: [(&str, Option<Value>); 1]) -> Value {
    let physical = json!({
        "artifactLocation": {"uri": uri(&place.path)},
        "region": region(place),
    });
    object([("physicalLocation", Some(physical)), more])
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    })
}

fn suppression(dismissed: &Dismissed) -> Value {
    match dismissed {
        Dismissed::Suppressed { reason, .. } => {
            json!({"kind": "inSource", "status": "accepted", "justification": &*visible(reason)})
        }
        Dismissed::Baseline => {
            json!({"kind": "external", "status": "accepted", "justification": "in the baseline"})
        }
    }
}

/// The edits of a fix, by file; none for what was rendered from a template.
fn fixes(view: &View<'_>, found: &Found) -> Vec<Value> {
    let Some(fix) = &found.fact.fix else {
        return Vec::new();
    };
    let rendered = |edit: &Edit| view.template(edit.span).is_some();
    if fix.edits.is_empty() || fix.edits.iter().any(rendered) {
        return Vec::new();
    }
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let place = view.place_in_file(edit.span);
        let replacement = json!({
            "deletedRegion": region(&place),
            "insertedContent": {"text": edit.text},
        });
        files.entry(place.path).or_default().push(replacement);
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(path, replacements)| {
            json!({"artifactLocation": {"uri": uri(&path)}, "replacements": replacements})
        })
        .collect();
    vec![json!({
        "description": {"text": &*visible(&fix.what)},
        "artifactChanges": changes,
    })]
}

/// A path as a URI: relative, or of a file of this machine.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    scheme.to_owned() + &percent_encoded(path, b"-._~/")
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("deploy/a.yaml"), "deploy/a.yaml");
        assert_eq!(uri("a b%c#d?.yaml"), "a%20b%25c%23d%3F.yaml");
        assert_eq!(uri("ü:<stdin>"), "%C3%BC%3A%3Cstdin%3E");
        assert_eq!(uri("/tmp/a.yaml"), "file:///tmp/a.yaml");
    }
}
