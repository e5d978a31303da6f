//! YAML text to spanned trees, from the event stream of the YAML parser.
//!
//! The `items` of a document's root are handed out one by one, so that the tree of a large
//! `List` never exists as a whole. `fieldsV1` are skipped, which `managedFields` mostly consist of.
//! Anchors and aliases are copied, up to bounds that stop the well-known bombs.

use super::fields::Fields;
use super::node::{MAX_DEPTH, Node, Remark, SyntaxError, Tree, Value};
use super::scalar;
use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, StrInput, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// How many nodes aliases and merge keys may copy in one document. Kubernetes objects are bound
/// to some megabytes by etcd; what copies more than this is an attack or a mistake.
const MAX_COPIED: usize = 100_000;

/// How many nodes the anchors of one document may hold together. An anchor inside another is held
/// twice, so that without a bound 128 of them around each other would hold 128 times the document.
const MAX_HELD: usize = 1_000_000;

/// The documents of a text, each whole but for its `items`.
#[derive(Default)]
struct Documents(Vec<Tree>);

impl Receiver for Documents {
    fn item(&mut self, _: Tree) {}

    fn document(&mut self, document: Tree) {
        self.0.push(document);
    }
}

/// The documents of a text of a kind that has no field `items`, and the mistake that they end at.
pub(super) fn documents(text: &str) -> (Vec<Tree>, Option<SyntaxError>) {
    let mut documents = Documents::default();
    let failed = read(text, &mut documents).err();
    (documents.0, failed)
}

/// Who takes what was read, in the order of the text.
pub(super) trait Receiver {
    /// One element of the root's `items`.
    fn item(&mut self, item: Tree);
    /// A document that is not empty; its `items` are an empty list if they were handed out.
    fn document(&mut self, document: Tree);
    /// Whether comments are looked at, which costs some time.
    fn wants_comments(&self) -> bool {
        false
    }
    /// A comment that somebody may want to know, by its place.
    fn comment(&mut self, _: Range<usize>) {}
}

/// Whether the text after a `#` is one that somebody may want to know.
fn is_comment_of_ours(text: &str) -> bool {
    let text = text.trim_start();
    // In other letters it is a mistake that is told.
    let head = text.get(.."netpolc:".len()).unwrap_or_default();
    head.eq_ignore_ascii_case("netpolc:") || text.starts_with("Source:")
}

/// Reads all documents of `text`; those before a syntax error are handed out.
///
/// # Errors
/// The first place where the text is not YAML, or asks for too much.
pub(super) fn read(text: &str, receiver: &mut dyn Receiver) -> Result<(), SyntaxError> {
    let mut reader = Reader::new(text, receiver.wants_comments());
    let read = reader.stream(receiver);
    for comment in reader.comments {
        receiver.comment(comment);
    }
    read
}

struct Reader<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Anchored>,
    /// How many nodes all anchors hold, of those that are not too large to be held.
    held: usize,
    /// How many nodes aliases have copied.
    copied: usize,
    remarks: Vec<Remark>,
    comments: Vec<Range<usize>>,
    /// Where the last event ended, for errors that have no place of their own.
    at: usize,
}

/// What an anchor stands for.
struct Anchored {
    /// The node; none where it is too large to be copied.
    node: Option<Node>,
    /// How many nodes it has.
    count: usize,
    /// How deep it is.
    depth: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, comments: bool) -> Self {
        let options = granit_parser::options! {
            emit_comments: comments,
            // Long comments are no attack: their text is at hand anyway.
            max_buffered_comment_events: usize::MAX,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        Self {
            text,
            parser: Parser::new_from_str_with_options(text, options),
            anchors: HashMap::new(),
            held: 0,
            copied: 0,
            remarks: Vec::new(),
            comments: Vec::new(),
            at: 0,
        }
    }

    fn stream(&mut self, receiver: &mut dyn Receiver) -> Result<(), SyntaxError> {
        loop {
            let (event, _) = self.next()?;
            match event {
                Event::DocumentStart(..) => self.document(receiver)?,
                Event::StreamEnd => return Ok(()),
                _ => {}
            }
        }
    }

    /// The next event that is no comment.
    fn next(&mut self) -> Result<(Event<'t>, Range<usize>), SyntaxError> {
        loop {
            let (event, span) = match self.parser.next_event() {
                None => return Ok((Event::StreamEnd, self.at..self.at)),
                Some(Ok(next)) => next,
                Some(Err(error)) => {
                    return Err(SyntaxError {
                        offset: error.marker().byte_offset().unwrap_or(self.at),
                        message: error.info(),
                    });
                }
            };
            let range = span.byte_range().unwrap_or(self.at..self.at);
            let Event::Comment(text, _) = &event else {
                self.at = range.end;
                return Ok((event, range));
            };
            if is_comment_of_ours(text) {
                self.comments.push(range);
            }
        }
    }

    fn fail<T>(&self, offset: usize, message: &str) -> Result<T, SyntaxError> {
        let offset = offset.min(self.text.len());
        Err(SyntaxError {
            offset,
            message: message.to_owned(),
        })
    }

    fn document(&mut self, receiver: &mut dyn Receiver) -> Result<(), SyntaxError> {
        self.anchors.clear();
        self.held = 0;
        self.copied = 0;
        let (event, range) = self.next()?;
        let root = match event {
            Event::MappingStart(_, anchor, _) => {
                let node = self.mapping(range.start, 1, Some(receiver))?;
                self.remember(anchor, &node);
                node
            }
            event => self.node(event, range, 1)?,
        };
        let remarks = std::mem::take(&mut self.remarks);
        if !root.is_null() {
            receiver.document(Tree { root, remarks });
        }
        Ok(())
    }

    /// The node that `event` begins.
    fn node(
        &mut self,
        event: Event<'t>,
        range: Range<usize>,
        depth: usize,
    ) -> Result<Node, SyntaxError> {
        if depth > MAX_DEPTH {
            return self.fail(range.start, "nested deeper than 128 levels");
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = scalar_node(&text, style, tag.as_deref(), range);
                self.remember(anchor, &node);
                Ok(node)
            }
            Event::SequenceStart(_, anchor, _) => {
                let node = self.sequence(range.start, depth)?;
                self.remember(anchor, &node);
                Ok(node)
            }
            Event::MappingStart(_, anchor, _) => {
                let node = self.mapping(range.start, depth, None)?;
                self.remember(anchor, &node);
                Ok(node)
            }
            Event::Alias(anchor) => self.copy(anchor, range.start, depth),
            _ => self.fail(range.start, "a value is expected here"),
        }
    }

    fn remember(&mut self, anchor: usize, node: &Node) {
        if anchor == 0 {
            return;
        }
        let (count, depth) = node.size();
        let room = MAX_HELD.saturating_sub(self.held).min(MAX_COPIED);
        let node = (count <= room).then(|| node.clone());
        self.held += node.as_ref().map_or(0, |_| count);
        let anchored = Anchored { node, count, depth };
        self.anchors.insert(anchor, anchored);
    }

    fn copy(&mut self, anchor: usize, offset: usize, depth: usize) -> Result<Node, SyntaxError> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return self.fail(offset, "an alias inside its own anchor");
        };
        if depth + anchored.depth > MAX_DEPTH {
            return self.fail(offset, "nested deeper than 128 levels");
        }
        self.copied += anchored.count;
        match &anchored.node {
            Some(node) if self.copied <= MAX_COPIED => Ok(node.clone()),
            None if anchored.count <= MAX_COPIED => {
                self.fail(offset, "anchors that hold more than 1000000 values")
            }
            Some(_) | None => self.fail(offset, "aliases that expand to more than 100000 values"),
        }
    }

    fn sequence(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let mut items = Vec::new();
        loop {
            let (event, range) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(self.close(start, range.end, Value::Seq(items)));
            }
            items.push(self.node(event, range, depth + 1)?);
        }
    }

    /// Block collections end where the next token begins; their text ends before.
    fn close(&self, start: usize, end: usize, value: Value) -> Node {
        let text = self.text.get(start..end).unwrap_or_default();
        Node::new(start..start + text.trim_end().len(), value)
    }

    fn mapping(
        &mut self,
        start: usize,
        depth: usize,
        mut receiver: Option<&mut dyn Receiver>,
    ) -> Result<Node, SyntaxError> {
        let mut fields = Fields::default();
        loop {
            let (event, range) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(self.close(start, range.end, Value::Map(fields.finish())));
            }
            let merges =
                matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            let key = self.node(event, range, depth + 1)?;
            let (event, range) = self.next()?;
            if merges {
                let offset = range.start;
                let value = self.node(event, range, depth + 1)?;
                if !fields.merge(value) {
                    return self.fail(offset, "a merge key `<<` takes an object or a list of them");
                }
                continue;
            }
            let value = match (&event, receiver.as_deref_mut()) {
                (Event::SequenceStart(_, 0, _), Some(receiver)) if key.text() == Some("items") => {
                    self.items(range.start, receiver)?
                }
                _ if key.text() == Some("fieldsV1") => {
                    self.skip(event)?;
                    Node::new(range.start..self.at, Value::Map(Vec::new()))
                }
                _ => self.node(event, range, depth + 1)?,
            };
            let (name, at) = field_name(key, &mut self.remarks);
            fields.add(name, at, value, &mut self.remarks);
        }
    }

    fn items(&mut self, start: usize, receiver: &mut dyn Receiver) -> Result<Node, SyntaxError> {
        let before = std::mem::take(&mut self.remarks);
        loop {
            let (event, range) = self.next()?;
            if event == Event::SequenceEnd {
                self.remarks = before;
                return Ok(self.close(start, range.end, Value::Seq(Vec::new())));
            }
            let root = self.node(event, range, 3)?;
            let remarks = std::mem::take(&mut self.remarks);
            receiver.item(Tree { root, remarks });
        }
    }

    /// Reads past the node that `event` begins.
    fn skip(&mut self, event: Event<'t>) -> Result<(), SyntaxError> {
        let mut depth = 0_usize;
        let mut event = event;
        loop {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
            event = self.next()?.0;
        }
    }
}

fn scalar_node(text: &str, style: ScalarStyle, tag: Option<&Tag>, range: Range<usize>) -> Node {
    let tag: Option<Cow<'_, str>> =
        tag.and_then(|tag| tag.core_suffix().map(|s| s.to_owned().into()));
    let value = match (tag, style) {
        (Some(tag), _) => scalar::resolve_as(&tag, text),
        (None, ScalarStyle::Plain) => Some(scalar::resolve(text)),
        (None, _) => None,
    };
    Node::new(range, value.unwrap_or_else(|| Value::String(text.into())))
}

/// The name of a field, and where it stands. A key that is not text is remarked.
fn field_name(key: Node, remarks: &mut Vec<Remark>) -> (Box<str>, (u32, u32)) {
    let at = (key.start, key.end);
    match key.value {
        Value::String(text) => (text, at),
        other => {
            let key = json_text(&other).into_boxed_str();
            let remark = key.clone();
            remarks.push(Remark::KeyNotText { key: remark, at });
            (key, at)
        }
    }
}

/// The JSON text of a value that stands as a key, as sigs.k8s.io/yaml writes it.
fn json_text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(text) => text.to_string(),
        Value::Seq(_) => "[…]".to_owned(),
        Value::Map(_) => "{…}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    impl Receiver for Nobody {
        fn item(&mut self, _: Tree) {}
        fn document(&mut self, _: Tree) {}
    }

    /// A list of 50 000 numbers within 100 anchored lists, and an alias of one of those.
    fn nested(alias: &str) -> String {
        let anchors: Vec<String> = (0..100).map(|depth| format!("&a{depth} [")).collect();
        let anchors = anchors.concat();
        let numbers = "0,".repeat(50_000);
        format!("a: {anchors}{numbers}{}\nb: *{alias}\n", "]".repeat(100))
    }

    #[test]
    fn anchors_within_anchors_hold_no_more_than_their_bound() {
        assert!(read(&nested("a99"), &mut Nobody).is_ok());
        let error = read(&nested("a0"), &mut Nobody).unwrap_err();
        assert_eq!(error.message, "anchors that hold more than 1000000 values");
    }
}
