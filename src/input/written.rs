//! Keeps objects as they are written, for those who judge that.

use super::aside::identity;
use super::document::Document;
use super::kind::Kind;
use super::loader::Loader;
use super::node::{Entry, Node, Place, Value};
use crate::source::{Position, Span};
use crate::written::{self, Comment, Part, Written};
use std::ops::Range;
use std::sync::Arc;

impl Loader<'_> {
    /// Keeps an object of a kind that is read, if that was asked for.
    pub(super) fn write_kind(&mut self, document: &Document<'_>, node: &Node, kind: Kind) {
        let (name, namespaced) = (kind.name(), kind.is_namespaced());
        self.write_down(document, node, name, namespaced, kind.is_policy());
    }

    /// Keeps an object, if that was asked for.
    pub(super) fn write_down(
        &mut self,
        document: &Document<'_>,
        node: &Node,
        kind: &str,
        namespaced: bool,
        is_policy: bool,
    ) {
        if !self.options.keeps_written {
            return;
        }
        let (namespace, name) = identity(self, node, namespaced);
        self.written.push(Written {
            kind: kind.into(),
            is_policy,
            namespace: namespace.map(Into::into),
            name: name.into(),
            root: part(document.place, None, node),
        });
    }

    /// Keeps a comment that stands at `at` in the text of a document, whose lines are `document`.
    pub(super) fn comment(
        &mut self,
        name: &Arc<str>,
        (text, at): (&str, Range<usize>),
        position: Position,
        behind: usize,
        document: (usize, usize),
    ) {
        let before = text.get(..at.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default().to_owned();
        let alone = line.trim_start().starts_with('#');
        let comment = text.get(at.clone()).unwrap_or_default();
        let said = comment.trim_start_matches('#').trim().into();
        let start_of_line = Position {
            column: 1,
            ..position
        };
        let file = self.sources.add(name, line, start_of_line);
        self.comments.push(Comment {
            span: Span::new(file, at.start - start, at.end - start),
            text: said,
            line: position.line,
            about: if alone { behind } else { position.line },
            document,
        });
    }

    /// Whether an object of this kind may be read without a tree. Pods of an API server are many,
    /// and nobody writes them.
    pub(super) fn reads_plainly(&self, kind: Kind) -> bool {
        kind == Kind::Pod || !self.options.keeps_written
    }
}

fn part(place: Place, entry: Option<&Entry>, node: &Node) -> Part {
    let value = match &node.value {
        Value::Null => written::Value::Null,
        Value::Bool(value) => written::Value::Bool(*value),
        Value::Int(value) => written::Value::Int(*value),
        Value::Float(_) => written::Value::Float,
        Value::String(text) => written::Value::Text(text.clone()),
        Value::Seq(items) => {
            written::Value::List(items.iter().map(|item| part(place, None, item)).collect())
        }
        Value::Map(entries) => {
            let field = |entry: &Entry| (entry.key.clone(), part(place, Some(entry), &entry.value));
            written::Value::Object(entries.iter().map(field).collect())
        }
    };
    Part {
        key: entry.map(|entry| place.key(entry)),
        span: place.of(node),
        value,
    }
}
