//! The YAML that people and serialisers write, straight to trees.
//!
//! Nearly all manifests are block collections whose scalars end in their line. This reader knows
//! those, goes over their bytes once, and makes the same trees as the full one. It declines a
//! text at the first thing that it does not know (anchors, tags, tabs between tokens, flow
//! collections over several lines, …) and at every mistake; the full reader then reads that text
//! from its start, and says what is wrong. So there is one home for what YAML means, and this is
//! none: the two are held against each other on random texts.

#[cfg(any(test, fuzzing))]
pub(in crate::input) mod agree;
mod flow;
mod scalar;
#[cfg(test)]
mod tests;
mod token;

use super::cursor::forbidden;
use super::nodes::{close, field_name};
use super::receiver::{Receiver, is_comment_of_ours};
use crate::input::fields::Fields;
use crate::input::node::{Node, Remark, Tree, Value};
use std::ops::Range;
use token::Scalar;

/// How deep it goes; the full reader, which says what is too deep, goes further.
const DEEPEST: usize = 100;

/// Reads a text of one document, and says whether it could.
///
/// # Errors
/// How many items were handed out before it declined the text. Nothing else was.
pub(super) fn read(text: &str, receiver: &mut dyn Receiver) -> Result<(), usize> {
    if !is_plain(text) {
        return Err(0);
    }
    let mut quick = Quick {
        text,
        bytes: text.as_bytes(),
        at: 0,
        line: 0,
        depth: 0,
        handed: 0,
        held: None,
        remarks: Vec::new(),
        comments: receiver.wants_comments().then(Vec::new),
    };
    let Some(root) = quick.document(receiver) else {
        return Err(quick.handed);
    };
    if let Some(item) = quick.held.take() {
        receiver.item(item);
    }
    if !root.is_null() {
        let remarks = std::mem::take(&mut quick.remarks);
        receiver.document(Tree { root, remarks });
    }
    for comment in quick.comments.unwrap_or_default() {
        receiver.comment(comment);
    }
    Ok(())
}

/// Whether `\n` is the only line break of a text and no character is in it that may not be.
fn is_plain(text: &str) -> bool {
    let is_odd = |byte: &u8| (*byte < b' ' && !matches!(byte, b'\n' | b'\t')) || *byte == 0x7F;
    let mut chunks = text.as_bytes().chunks(4096);
    // Without a way out inside, so that many bytes are looked at at once.
    let odd = chunks.any(|chunk| chunk.iter().fold(false, |odd, byte| odd | is_odd(byte)));
    let breaks = ['\u{85}', '\u{2028}', '\u{2029}'];
    !odd && (text.is_ascii() || (forbidden(text).is_none() && !text.contains(breaks)))
}

/// Where the quick reader is. What gives no value declines the text.
struct Quick<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The byte that is next.
    at: usize,
    /// Where the line begins that it is in.
    line: usize,
    depth: usize,
    /// How many items of the root were handed out.
    handed: usize,
    /// The last item, until what follows it was read as well.
    held: Option<Tree>,
    remarks: Vec<Remark>,
    /// Where comments of ours stand, if somebody wants to know.
    comments: Option<Vec<Range<usize>>>,
}

impl<'t> Quick<'t> {
    /// The byte `ahead` places on; 0 behind the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// How far this place is indented. Only blanks and dashes stand before a node in its line.
    fn column(&self) -> usize {
        self.at - self.line
    }

    /// Whether the mark that is next stands alone.
    fn is_alone(&self) -> bool {
        matches!(self.byte(1), b' ' | b'\n' | 0)
    }

    fn is_dash(&self) -> bool {
        self.byte(0) == b'-' && self.is_alone()
    }

    /// Moves on to the next token, over blanks, comments and line breaks.
    fn next_token(&mut self) -> Option<()> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += rest.iter().take_while(|byte| **byte == b' ').count();
            match self.byte(0) {
                b'\n' => {
                    self.at += 1;
                    self.line = self.at;
                }
                b'#' if self.at == self.line || self.follows_blank() => self.comment(),
                b'-' | b'.' if self.at == self.line => {
                    let mark = self.bytes.get(self.at..self.at + 3);
                    return (!matches!(mark, Some(b"---" | b"..."))).then_some(());
                }
                _ => return Some(()),
            }
        }
    }

    fn follows_blank(&self) -> bool {
        let before = self.at.checked_sub(1);
        before.and_then(|before| self.bytes.get(before)) == Some(&b' ')
    }

    fn comment(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = self.at + rest.find('\n').unwrap_or(rest.len());
        self.note(self.at..end);
        self.at = end;
    }

    /// Notes a comment, if it is one of ours.
    fn note(&mut self, comment: Range<usize>) {
        if let Some(comments) = &mut self.comments {
            let said = self.text.get(comment.start + 1..comment.end);
            if said.is_some_and(is_comment_of_ours) {
                comments.push(comment);
            }
        }
    }

    /// The root of the text; null where there is none.
    fn document(&mut self, receiver: &mut dyn Receiver) -> Option<Node> {
        if self.next_token().is_none() {
            self.begin()?;
        }
        if self.is_end() {
            return Some(Node::new(self.at..self.at, Value::Null));
        }
        let start = self.at;
        let column = self.column();
        let key = self.scalar()?;
        if !self.is_colon() {
            return None;
        }
        let root = self.mapping(column, start, key, Some(receiver))?;
        self.is_end().then_some(root)
    }

    /// Passes the line that begins the document.
    fn begin(&mut self) -> Option<()> {
        if self.byte(0) != b'-' {
            return None;
        }
        let line = self.line;
        self.at += 3;
        if !matches!(self.byte(0), b' ' | b'\n' | 0) {
            return None;
        }
        self.next_token()?;
        (self.line != line || self.is_end()).then_some(())
    }

    /// A node of a block that is indented by `parent`.
    fn node(&mut self, parent: usize) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let node = if self.is_dash() {
            self.sequence(self.column())?
        } else if matches!(self.byte(0), b'[' | b'{' | b'|' | b'>') {
            self.value_in_line(parent)?
        } else {
            let (start, column) = (self.at, self.column());
            let scalar = self.scalar()?;
            if self.is_colon() {
                self.mapping(column, start, scalar, None)?
            } else {
                self.end_scalar(scalar, parent)?
            }
        };
        self.depth -= 1;
        Some(node)
    }

    /// Behind a value: the line ends here, and the next one is no part of the value.
    fn end_line(&mut self, parent: usize) -> Option<()> {
        let line = self.line;
        self.next_token()?;
        let goes_on = !self.is_end() && (self.line == line || self.column() > parent);
        (!goes_on).then_some(())
    }

    fn sequence(&mut self, column: usize) -> Option<Node> {
        let start = self.at;
        let mut items = Vec::new();
        while self.is_element(column) {
            items.push(self.element(column)?);
        }
        let ends = self.is_end() || self.column() <= column;
        ends.then(|| close(self.text, start, self.at, Value::Seq(items)))
    }

    fn is_element(&self, column: usize) -> bool {
        self.column() == column && self.is_dash()
    }

    /// An element of a list, whose dash is next.
    fn element(&mut self, column: usize) -> Option<Node> {
        self.at += 1;
        let (behind, line) = (self.at, self.line);
        self.next_token()?;
        if self.is_end() || (self.line != line && self.column() <= column) {
            return Some(Node::new(behind..behind, Value::Null));
        }
        self.node(column)
    }

    /// The object whose first key was read; its colon is next.
    fn mapping(
        &mut self,
        column: usize,
        start: usize,
        first: Scalar<'t>,
        mut receiver: Option<&mut dyn Receiver>,
    ) -> Option<Node> {
        let mut fields = Fields::default();
        let mut key = first;
        loop {
            let name = key.into_key()?;
            let receiver: Option<&mut dyn Receiver> = match receiver.as_mut() {
                Some(receiver) => Some(&mut **receiver),
                None => None,
            };
            let value = self.value(column, name.text(), receiver)?;
            let (name, at) = field_name(name, &mut self.remarks);
            fields.add(name, at, value, &mut self.remarks);
            if self.is_end() || self.column() < column {
                break;
            }
            if self.column() > column || self.is_dash() {
                return None;
            }
            key = self.scalar()?;
            if !self.is_colon() {
                return None;
            }
        }
        let fields = Value::Map(fields.finish());
        Some(close(self.text, start, self.at, fields))
    }

    /// Whether the colon of a key is next.
    fn is_colon(&self) -> bool {
        self.byte(0) == b':' && self.is_alone()
    }

    /// The value of the field `name`, whose colon is next.
    fn value(
        &mut self,
        column: usize,
        name: Option<&str>,
        receiver: Option<&mut dyn Receiver>,
    ) -> Option<Node> {
        self.at += 1;
        let (behind, line) = (self.at, self.line);
        self.next_token()?;
        let below = self.is_end() || self.line != line;
        match receiver {
            Some(receiver) if name == Some("items") && below && self.is_value(column) => {
                self.items(column, receiver)
            }
            Some(_) if name == Some("items") => {
                let node = self.value_at(behind, below, column)?;
                node.items().is_empty().then_some(node)
            }
            _ if name == Some("fieldsV1") => self.fields_v1(behind, below, column),
            _ => self.value_at(behind, below, column),
        }
    }

    /// Whether what stands in a line below a key is its value.
    fn is_value(&self, column: usize) -> bool {
        self.column() > column || self.is_element(column)
    }

    fn value_at(&mut self, behind: usize, below: bool, column: usize) -> Option<Node> {
        if !below {
            return self.value_in_line(column);
        }
        if self.is_end() || !self.is_value(column) {
            return Some(Node::new(behind..behind, Value::Null));
        }
        if self.column() > column {
            return self.node(column);
        }
        self.depth += 1;
        let list = self.sequence(column)?;
        self.depth -= 1;
        (self.depth < DEEPEST).then_some(list)
    }

    /// A value that begins where no block collection can.
    fn value_in_line(&mut self, parent: usize) -> Option<Node> {
        match self.byte(0) {
            b'[' | b'{' => {
                let node = self.flow()?;
                self.end_line(parent)?;
                Some(node)
            }
            b'|' | b'>' => self.block_scalar(parent),
            _ => {
                let scalar = self.scalar()?;
                if self.byte(0) == b':' {
                    return None;
                }
                self.end_scalar(scalar, parent)
            }
        }
    }

    /// What managers of fields note, which nobody reads.
    fn fields_v1(&mut self, behind: usize, below: bool, column: usize) -> Option<Node> {
        let remarks = self.remarks.len();
        let node = self.value_at(behind, below, column)?;
        self.remarks.truncate(remarks);
        let start = node.start as usize;
        let is_scalar = !matches!(node.value, Value::Seq(_) | Value::Map(_));
        let is_flow = matches!(self.bytes.get(start), Some(b'[' | b'{'));
        // The full reader passes a block up to the next token.
        let end = if is_scalar || is_flow {
            node.end as usize
        } else {
            self.at
        };
        Some(Node::new(start..end, Value::Map(Vec::new())))
    }

    /// Hands out the elements of the root's `items`, which stand below it.
    fn items(&mut self, above: usize, receiver: &mut dyn Receiver) -> Option<Node> {
        if !self.is_dash() {
            let node = self.node(above)?;
            return node.items().is_empty().then_some(node);
        }
        let (start, column) = (self.at, self.column());
        let before = std::mem::take(&mut self.remarks);
        while self.is_element(column) {
            let root = self.element(column)?;
            let remarks = std::mem::take(&mut self.remarks);
            if let Some(item) = self.held.replace(Tree { root, remarks }) {
                receiver.item(item);
                self.handed += 1;
            }
        }
        self.remarks = before;
        let ends = self.is_end() || self.column() <= column;
        ends.then(|| close(self.text, start, self.at, Value::Seq(Vec::new())))
    }
}
