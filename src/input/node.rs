//! The spanned tree that YAML and JSON documents are read into.
//!
//! Offsets are bytes of the text that was parsed; a [`Place`] turns them into spans of the part
//! that the text became. Merge keys and aliases are already resolved, so a node may stand for
//! text elsewhere in its document.

use crate::source::{FileId, Span};
use crate::written::ShortText;

/// One value of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub value: Value,
}

/// What a node is, typed as the API server types it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing: `null`, `~`, or no text.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(ShortText),
    /// A list.
    Seq(Vec<Node>),
    /// An object, in the order of its text; of equal keys the last is kept.
    Map(Vec<Entry>),
}

/// One field of an object.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The field's name.
    pub key: ShortText,
    /// First byte of the name.
    pub key_start: u32,
    /// One past the last byte of the name.
    pub key_end: u32,
    /// The field's value.
    pub value: Node,
}

/// Something about a tree that is only worth saying if the document turns out to be ours.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Remark {
    /// A key stands twice in one object: where first, where again.
    Duplicate {
        /// The key.
        key: ShortText,
        /// Where it first stands.
        first: (u32, u32),
        /// Where it stands again.
        again: (u32, u32),
    },
    /// A key is not text; it became the text given here.
    KeyNotText {
        /// The text that it became.
        key: ShortText,
        /// Where it stands.
        at: (u32, u32),
    },
}

/// A document with what there is to remark on it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    /// The document's value.
    pub root: Node,
    /// Remarks, in the order of the text.
    pub remarks: Vec<Remark>,
}

/// A text that is no document: where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// The byte where reading stopped.
    pub offset: usize,
    /// What was wrong there.
    pub message: String,
}

/// How deep documents may nest; `serde_json` has the same bound.
pub(super) const MAX_DEPTH: usize = 128;

impl Node {
    /// A node at `range`.
    pub(super) fn new(range: std::ops::Range<usize>, value: Value) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            start: cut(range.start),
            end: cut(range.end.max(range.start)),
            value,
        }
    }

    /// The value of a field; none where it is missing, null, or this is no object.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key)
            .map(|entry| &entry.value)
            .filter(|node| !node.is_null())
    }

    /// The field of this name, whatever its value.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The text, where this is text.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a field.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// The elements, where this is a list.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Seq(items) => items,
            _ => &[],
        }
    }

    /// The fields, where this is an object.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Whether this is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.value, Value::Seq(_))
    }

    /// Whether there is nothing here.
    pub(super) fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The node at a field path such as `spec.ports[0].port`, or the deepest one on the way.
    pub(super) fn find(&self, path: &str) -> &Node {
        let mut node = self;
        for step in path.split(['.', '[']) {
            let next = match step.strip_suffix(']') {
                Some(index) => index
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| node.items().get(index)),
                None => node.get(step),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// About how many bytes of memory the tree takes, and how deep it is.
    pub(super) fn size(&self) -> (usize, usize) {
        let (mut bytes, mut depth) = (size_of::<Self>(), 1);
        let mut add = |node: &Self| {
            let (more, deep) = node.size();
            bytes += more;
            depth = depth.max(deep + 1);
        };
        match &self.value {
            Value::Seq(items) => items.iter().for_each(add),
            Value::Map(entries) => {
                for entry in entries {
                    add(&entry.value);
                }
                let keys = entries.iter().map(|entry| entry.key.len());
                bytes += keys.sum::<usize>() + entries.len() * size_of::<Entry>();
            }
            Value::String(text) => bytes += text.len(),
            _ => {}
        }
        (bytes, depth)
    }
}

/// The part that a piece of text became: turns the offsets of its nodes into spans.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The part.
    pub file: FileId,
    /// The offset at which the part begins in the text that was parsed.
    pub base: usize,
    /// The part's length.
    pub len: usize,
}

impl Place {
    /// The span of a range of bytes; the whole part for what an alias brought from elsewhere.
    pub(super) fn range(self, start: u32, end: u32) -> Span {
        let (start, end) = (start as usize, end as usize);
        if start < self.base || end > self.base + self.len {
            return Span::new(self.file, 0, 0);
        }
        Span::new(self.file, start - self.base, end - self.base)
    }

    /// The span of a node.
    pub(super) fn of(self, node: &Node) -> Span {
        self.range(node.start, node.end)
    }

    /// The span of a field's name.
    pub(super) fn key(self, entry: &Entry) -> Span {
        self.range(entry.key_start, entry.key_end)
    }
}
