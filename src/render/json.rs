//! Results as JSON. Every document of our own has `apiVersion` and `kind`, changes additively only,
//! and has its schema in `docs/`.

mod answer;
mod baseline;
mod certificate;
mod decision;
mod diff;
mod explained;
mod exposure;
mod gitlab;
mod hop;
mod lint;
mod page;
mod proof;
mod sarif;
mod yaml;

pub use answer::{AnswerBody, Answers, Asked, Under, write_unanswered};
pub use baseline::write as write_baseline;
pub use certificate::write as write_certificate;
pub use diff::write as write_diff;
pub use explained::Explanations;
pub use exposure::write as write_exposure;
pub use gitlab::write as write_gitlab;
pub use lint::write as write_lint;
pub use page::Data;
pub use proof::write as write_proof;
pub use sarif::write as write_sarif;

use super::left_out;
use crate::diag::is_unsafe;
use crate::model::{LeftOut, Origin, Say};
use crate::net::{ConnSet, Protocol};
use crate::query::listing::Listing;
use crate::source::SourceMap;
use crate::trace::Verdict;
use serde::Serialize;
use serde_json::ser::Formatter;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The version of every document.
const API_VERSION: &str = "netpolc/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Matrix<'a> {
    api_version: &'a str,
    kind: &'a str,
    classes: Vec<Class<'a>>,
    rows: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ingress_controllers: Vec<Reached<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Aside<'a>>,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// JSON in one line.
    Json,
    /// YAML in block style.
    Yaml,
}

/// What a controller reaches of which no pod is in the input.
#[derive(Serialize)]
struct Reached<'a> {
    to: &'a str,
    allow: BTreeMap<&'static str, Vec<String>>,
}

#[derive(Serialize)]
struct Class<'a> {
    id: usize,
    members: &'a [String],
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    several: &'a BTreeSet<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    from: &'a [usize],
    to: &'a [usize],
    allow: BTreeMap<&'static str, Vec<String>>,
}

/// What was left out of the input and could change what is listed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Aside<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    place: String,
    reason: &'static str,
    may_change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<&'a str>,
    text: String,
}

fn aside(it: &LeftOut) -> Aside<'_> {
    Aside {
        kind: it.what.name(),
        namespace: it.namespace.as_deref(),
        name: it.name.as_deref(),
        place: it.place(),
        reason: it.why.name(),
        may_change: match it.say {
            Say::Connections => "connections",
            Say::Pods => "pods",
            Say::Namespaces | Say::Services | Say::Routes | Say::Nothing | Say::Anything => {
                "anything"
            }
        },
        within: it.within.as_deref(),
        text: left_out::line(it),
    }
}

/// Writes a matrix: classes with their members, and rows from classes to classes.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write_matrix(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    write_listing(listing, Style::Json, out)
}

/// Writes a matrix in either style.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write_listing(listing: &Listing, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let classes = listing.classes.iter().enumerate();
    let document = Matrix {
        api_version: API_VERSION,
        kind: "Matrix",
        classes: classes
            .map(|(id, class)| Class {
                id,
                members: &class.members,
                several: &class.several,
            })
            .collect(),
        rows: listing
            .rows
            .iter()
            .map(|row| Row {
                from: &row.from,
                to: &row.to,
                allow: allow(&row.connections),
            })
            .collect(),
        ingress_controllers: listing
            .from_controllers
            .iter()
            .map(|(to, connections)| Reached {
                to,
                allow: allow(connections),
            })
            .collect(),
        left_out: listing.left_out.iter().map(aside).collect(),
    };
    print_as(style, &document, out)
}

/// Writes a document on a line of its own.
fn print(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Printable);
    document.serialize(&mut serializer)?;
    writeln!(out)
}

/// Writes a document in either style.
fn print_as(style: Style, document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    match style {
        Style::Json => print(document, out),
        Style::Yaml => {
            let block = yaml::BlockStyle::new();
            let mut serializer = serde_json::Serializer::with_formatter(&mut *out, block);
            document.serialize(&mut serializer)?;
            writeln!(out)
        }
    }
}

/// `file:line`; none for what is in no file.
fn place(sources: &SourceMap, origin: Origin) -> Option<String> {
    origin.span.map(|span| sources.line(span))
}

/// A verdict in a word.
fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "yes",
        Verdict::Deny => "no",
        Verdict::Undecided => "unknown",
    }
}

/// Compact JSON in which every unsafe character is escaped, also those that JSON lets stand:
/// JSON too is printed to terminals.
struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(writer, fragment, is_unsafe)
    }
}

/// Writes a part of a text in which some characters stand as escapes.
fn write_escaped<W: ?Sized + Write>(
    writer: &mut W,
    fragment: &str,
    special: impl Fn(char) -> bool,
) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = rest.find(&special) {
        let (safe, tail) = rest.split_at(at);
        writer.write_all(safe.as_bytes())?;
        let mut chars = tail.chars();
        if let Some(c) = chars.next() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        rest = chars.as_str();
    }
    writer.write_all(rest.as_bytes())
}

/// The port ranges of each protocol that has any: `{"TCP": ["80", "8000-8080"]}`.
fn allow(connections: &ConnSet) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for protocol in Protocol::ALL {
        let ports = connections.ports(protocol);
        if !ports.is_empty() {
            all.insert(protocol.name(), ports.range_names().collect());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::AddressSet;
    use crate::query::listing::ListedClass;

    #[test]
    fn unsafe_characters_are_escaped() {
        let name = "a\u{9b}b\u{202e}c\n\"d\u{e0001}ü";
        let listing = Listing {
            classes: vec![ListedClass {
                members: vec![name.into()],
                addresses: AddressSet::none(),
                several: BTreeSet::new(),
            }],
            ..Listing::default()
        };
        let mut out = Vec::new();
        write_matrix(&listing, &mut out).expect("memory can be written");
        let text = String::from_utf8(out).expect("text");
        let written = r#"["a\u009bb\u202ec\n\"d\udb40\udc01ü"]"#;
        assert!(text.contains(written), "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let member = read.pointer("/classes/0/members/0");
        assert_eq!(member.and_then(serde_json::Value::as_str), Some(name));
    }
}
