//! YAML text to spanned trees, from the events that its parser finds in them.
//!
//! The `items` of a document's root are handed out one by one, so that the tree of a large
//! `List` never exists as a whole. `fieldsV1` are skipped, which `managedFields` mostly consist of.
//! Anchors and aliases are copied, up to bounds that stop the well-known bombs.

mod anchors;
mod cursor;
mod keys;
mod nodes;
mod parse;
pub(in crate::input) mod quick;
mod receiver;
mod scalars;
mod scan;
mod tags;
#[cfg(test)]
mod tests;

use super::fields::Fields;
use super::node::{MAX_DEPTH, Node, Remark, SyntaxError, Tree, Value};
use super::report::shown;
use super::scalar;
pub(super) use keys::no_key;
pub(super) use receiver::Receiver;

use anchors::Anchors;
use nodes::{close, field_name};
use parse::{Event, Parser, Scalar};
use receiver::is_comment_of_ours;
use std::ops::Range;

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

/// Reads all documents of `text`; those before a syntax error are handed out.
///
/// # Errors
/// The first place where the text is not YAML, or asks for too much.
pub(super) fn read(text: &str, receiver: &mut dyn Receiver) -> Result<(), SyntaxError> {
    match quick::read(text, receiver) {
        Ok(()) => Ok(()),
        Err(passed) => read_fully(text, &mut Rest { receiver, passed }),
    }
}

/// Takes what the quick reader has not handed out.
struct Rest<'r> {
    receiver: &'r mut dyn Receiver,
    /// How many items it has.
    passed: usize,
}

impl Receiver for Rest<'_> {
    fn item(&mut self, item: Tree) {
        match self.passed.checked_sub(1) {
            Some(passed) => self.passed = passed,
            None => self.receiver.item(item),
        }
    }

    fn document(&mut self, document: Tree) {
        self.receiver.document(document);
    }

    fn wants_comments(&self) -> bool {
        self.receiver.wants_comments()
    }

    fn comment(&mut self, at: Range<usize>) {
        self.receiver.comment(at);
    }

    fn rest(&mut self, problem: SyntaxError) -> Result<(), SyntaxError> {
        self.receiver.rest(problem)
    }
}

/// Reads whatever kubectl reads.
fn read_fully(text: &str, receiver: &mut dyn Receiver) -> Result<(), SyntaxError> {
    let mut reader = Reader::new(text, receiver.wants_comments());
    let read = reader.stream(receiver);
    for comment in reader.parser.take_comments() {
        let said = text.get(comment.start + 1..comment.end);
        if said.is_some_and(is_comment_of_ours) {
            receiver.comment(comment);
        }
    }
    read
}

struct Reader<'t> {
    text: &'t str,
    parser: Parser<'t>,
    anchors: Anchors<'t>,
    remarks: Vec<Remark>,
    /// Where the last event ended.
    at: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, comments: bool) -> Self {
        Self {
            text,
            parser: Parser::new(text, comments),
            anchors: Anchors::default(),
            remarks: Vec::new(),
            at: 0,
        }
    }

    fn stream(&mut self, receiver: &mut dyn Receiver) -> Result<(), SyntaxError> {
        let mut event = self.next()?.0;
        while event == Event::DocumentStart {
            self.document(receiver)?;
            // The end of the document.
            self.next()?;
            event = match self.next() {
                Ok((event, _)) => event,
                Err(problem) => return receiver.rest(problem),
            };
        }
        Ok(())
    }

    fn next(&mut self) -> Result<(Event<'t>, Range<usize>), SyntaxError> {
        let (event, range) = self.parser.next()?;
        self.at = range.end;
        Ok((event, range))
    }

    fn fail<T>(&self, offset: usize, message: &str) -> Result<T, SyntaxError> {
        let offset = offset.min(self.text.len());
        Err(SyntaxError {
            offset,
            message: message.to_owned(),
        })
    }

    fn document(&mut self, receiver: &mut dyn Receiver) -> Result<(), SyntaxError> {
        self.anchors = Anchors::default();
        let (event, range) = self.next()?;
        let root = match event {
            Event::MappingStart(anchor) => {
                self.anchors.open(anchor);
                let node = self.mapping(range.start, 1, Some(receiver))?;
                self.anchors.remember(anchor, &node);
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
            Event::Scalar(scalar) => {
                let node = scalar_node(&scalar, range)?;
                self.anchors.remember(scalar.anchor, &node);
                Ok(node)
            }
            Event::SequenceStart(anchor) => {
                self.anchors.open(anchor);
                let node = self.sequence(range.start, depth)?;
                self.anchors.remember(anchor, &node);
                Ok(node)
            }
            Event::MappingStart(anchor) => {
                self.anchors.open(anchor);
                let node = self.mapping(range.start, depth, None)?;
                self.anchors.remember(anchor, &node);
                Ok(node)
            }
            Event::Alias(anchor) => {
                let copied = self.anchors.copy(anchor, depth);
                copied.or_else(|message| self.fail(range.start, message))
            }
            _ => self.fail(range.start, "expected a value"),
        }
    }

    fn sequence(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let mut items = Vec::new();
        loop {
            let (event, range) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(close(self.text, start, range.end, Value::Seq(items)));
            }
            items.push(self.value(event, range, depth + 1)?);
        }
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
                return Ok(close(
                    self.text,
                    start,
                    range.end,
                    Value::Map(fields.finish()),
                ));
            }
            let merges = is_merge_key(&event);
            let key = self.node(event, range, depth + 1)?;
            let (event, range) = self.next()?;
            if merges {
                let offset = range.start;
                let value = self.node(event, range, depth + 1)?;
                if !fields.merge(value) {
                    return self.fail(
                        offset,
                        "the value of a merge key `<<` must be an object or a list of objects",
                    );
                }
                continue;
            }
            let value = match (&event, receiver.as_deref_mut()) {
                (Event::SequenceStart(None), Some(receiver)) if key.text() == Some("items") => {
                    self.items(range.start, receiver)?
                }
                _ if key.text() == Some("fieldsV1") => {
                    self.skip(event)?;
                    Node::new(range.start..self.at, Value::Map(Vec::new()))
                }
                _ => self.value(event, range, depth + 1)?,
            };
            let (name, at) = field_name(key, &mut self.remarks);
            fields.add(name, at, value, &mut self.remarks);
        }
    }

    /// The node that `event` begins, where a value stands. JSON, which YAML becomes, has numbers
    /// only.
    fn value(
        &mut self,
        event: Event<'t>,
        range: Range<usize>,
        depth: usize,
    ) -> Result<Node, SyntaxError> {
        let offset = range.start;
        let node = self.node(event, range, depth)?;
        match node.value {
            Value::Float(number) if !number.is_finite() => self.fail(
                offset,
                "infinity and not-a-number are not allowed in an object",
            ),
            _ => Ok(node),
        }
    }

    fn items(&mut self, start: usize, receiver: &mut dyn Receiver) -> Result<Node, SyntaxError> {
        let before = std::mem::take(&mut self.remarks);
        loop {
            let (event, range) = self.next()?;
            if event == Event::SequenceEnd {
                self.remarks = before;
                return Ok(close(self.text, start, range.end, Value::Seq(Vec::new())));
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
                Event::SequenceStart(_) | Event::MappingStart(_) => depth += 1,
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

/// Whether a key stands for the fields of its value.
fn is_merge_key(event: &Event<'_>) -> bool {
    let Event::Scalar(scalar) = event else {
        return false;
    };
    let is_so = match &scalar.tag {
        None => scalar.plain,
        Some(tag) => tags::core(tag) == Some("merge"),
    };
    scalar.text == "<<" && is_so
}

/// The node of a scalar; an error where it is not what its tag says.
fn scalar_node(scalar: &Scalar<'_>, range: Range<usize>) -> Result<Node, SyntaxError> {
    let text = &*scalar.text;
    let value = match scalar.tag.as_deref().map(tags::core) {
        Some(Some(core)) => scalar::resolve_as(core, text).ok_or_else(|| SyntaxError {
            offset: range.start,
            message: format!("this is not a {}", shown(&format!("!!{core}"))),
        })?,
        None if scalar.plain => scalar::resolve(text),
        // What has a tag of its own is text, whatever it looks like.
        Some(None) | None => Value::String(text.into()),
    };
    Ok(Node::new(range, value))
}
