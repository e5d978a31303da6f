//! Documents that are almost Kubernetes objects: field names in the wrong case, parts missing,
//! lists without a list. Anything else that is no object (values of a chart, plain text) passes.

use super::document::Document;
use super::node::{Entry, Node, Value};
use super::report::{Report, shown};
use super::type_meta::TypeMeta;
use crate::diag::{Finding, Severity};

/// The fields that say what an object is.
const TYPE_FIELDS: [&str; 2] = ["apiVersion", "kind"];

/// Whether a document is meant for the API server: values files have fields like `kind` too.
pub(super) fn is_object(node: &Node) -> bool {
    let has = |field: &&str| matches!(node.get(field), Some(node) if is_map(node));
    ["metadata", "spec"].iter().any(has)
}

/// Whether a text, which may be broken, is meant for the API server.
pub(super) fn is_manifest(bytes: &[u8]) -> bool {
    // Text in UTF-16 has a zero beside each letter.
    let letters = bytes.iter().filter(|byte| **byte != 0);
    let text: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
    let has = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
    has(b"apiversion") || (has(b"kind") && has(b"networkpolicy"))
}

/// A file that somebody named, of which nothing is an object.
pub(super) fn no_manifest(name: &str) -> Finding {
    let message = format!(
        "`{}` is not a manifest: nothing in it has `apiVersion` and `kind`",
        shown(name)
    );
    Finding::error("no-manifest", message)
        .help("name a file of Kubernetes objects, or a directory: in a directory, other files are skipped")
}

/// Whether a document says what it is, or half of that, and nothing else.
pub(super) fn is_bare(node: &Node) -> bool {
    let is_type = |entry: &Entry| TYPE_FIELDS.contains(&&*entry.key);
    !node.entries().is_empty() && node.entries().iter().all(is_type)
}

fn is_map(node: &Node) -> bool {
    matches!(node.value, Value::Map(_))
}

/// The field that is `name` but for the case of its letters.
pub(super) fn slip<'n>(node: &'n Node, name: &str) -> Option<&'n Entry> {
    let mut entries = node.entries().iter();
    entries.find(|entry| &*entry.key != name && entry.key.eq_ignore_ascii_case(name))
}

/// What is wrong with a document or list item that names no kind; nothing if it is no object.
pub(super) fn without_kind(document: &Document<'_>, node: &Node, in_list: bool) -> Vec<Finding> {
    if in_list && !is_map(node) {
        return vec![not_an_item(document, node)];
    }
    let versioned = node.text_of("apiVersion").is_some();
    if is_bare(node) && versioned {
        return vec![incomplete(document, node, "kind")];
    }
    if !is_object(node) {
        return Vec::new();
    }
    let slips = TYPE_FIELDS
        .into_iter()
        .filter_map(|name| Some((name, slip(node, name)?)));
    let severity = if versioned {
        Severity::Error
    } else {
        Severity::Warning
    };
    let mut findings: Vec<_> = slips
        .map(|(name, entry)| misspelt(document, entry, name, severity))
        .collect();
    if findings.is_empty() && versioned {
        findings.push(missing_kind(document, node));
    }
    findings
}

fn misspelt(document: &Document<'_>, entry: &Entry, name: &str, severity: Severity) -> Finding {
    let message = format!("unknown field `{}`", shown(&entry.key));
    let finding = Finding::new("unknown-field", severity, message)
        .at(document.place.key(entry), "this object is ignored")
        .help(format!("did you mean `{name}`?"));
    let at = (entry.key_start, entry.key_end);
    Report::new(document.place, document.text).swap(finding, at, &entry.key, name)
}

/// An object that does not say what it is.
fn missing_kind(document: &Document<'_>, node: &Node) -> Finding {
    let place = node.get("apiVersion").unwrap_or(node);
    Finding::error("required", "`kind` is missing from this object")
        .at(document.place.of(place), "")
        .help("write `kind:` with the object's kind, such as `kind: NetworkPolicy`")
}

/// A document that ends after half of its head.
pub(super) fn incomplete(document: &Document<'_>, node: &Node, missing: &str) -> Finding {
    let message = format!("this object is incomplete: `{missing}` and `metadata` are missing");
    Finding::warning("incomplete", message).at(document.place.of(node), "this object is ignored")
}

fn not_an_item(document: &Document<'_>, node: &Node) -> Finding {
    let found = Report::new(document.place, document.text).described(node);
    let message = format!("every item of a list must be an object, found {found}");
    Finding::error("wrong-type", message).at(document.place.of(node), "")
}

/// What is wrong with the items of a list of Kubernetes objects, if they are no list.
pub(super) fn not_items(
    document: &Document<'_>,
    meta: TypeMeta<'_>,
    items: &Node,
) -> Option<Finding> {
    if matches!(items.value, Value::Seq(_)) || !meta.is_list_of_known() {
        return None;
    }
    let found = Report::new(document.place, document.text).described(items);
    let message = format!("`items`: expected a list, found {found}");
    let finding = Finding::error("wrong-type", message).at(document.place.of(items), "");
    Some(finding.help("begin each item with `- `"))
}
