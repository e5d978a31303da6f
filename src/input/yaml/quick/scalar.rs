//! Scalars: those that end in their line at once, others as the full reader scans them.

use super::Quick;
use super::token::Scalar;
use crate::input::node::{Node, Value};
use crate::input::yaml::cursor::Cursor;
use crate::input::yaml::scalars;
use std::borrow::Cow;

impl<'t> Quick<'t> {
    /// The scalar that is next, as far as it ends in its line; stands behind it then.
    pub(super) fn scalar(&mut self) -> Option<Scalar<'t>> {
        match self.byte(0) {
            quote @ (b'"' | b'\'') => self.quoted(quote),
            byte if self.begins_plain(byte) => self.plain(),
            _ => None,
        }
    }

    /// Whether a plain scalar begins with `byte`, which is next, outside of flow collections.
    fn begins_plain(&self, byte: u8) -> bool {
        match byte {
            b'-' | b'?' | b':' => !matches!(self.byte(1), b' ' | b'\t' | b'\n' | 0),
            byte => byte > b' ' && !b"&*!%@`#[]{},|>\"'".contains(&byte),
        }
    }

    fn plain(&mut self) -> Option<Scalar<'t>> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let mut before = b' ';
        let length = rest.iter().enumerate().position(|(index, &byte)| {
            let ends = match byte {
                b'\n' | b'\t' => true,
                b':' => matches!(rest.get(index + 1), None | Some(b' ' | b'\t' | b'\n')),
                b'#' => before == b' ',
                _ => false,
            };
            before = byte;
            ends
        });
        let stop = start + length.unwrap_or(rest.len());
        let text = self.text.get(start..stop)?.trim_end_matches(' ');
        let end = start + text.len();
        self.at = stop;
        let is_known = match self.byte(0) {
            b'\t' => false,
            b':' => end == stop,
            _ => true,
        };
        is_known.then_some(Scalar {
            text: Cow::Borrowed(text),
            plain: true,
            start,
            end,
        })
    }

    fn quoted(&mut self, quote: u8) -> Option<Scalar<'t>> {
        self.quoted_in_line(quote).or_else(|| self.quoted_slowly())
    }

    /// A quoted scalar that ends in its line and stands for what is between its quotes.
    pub(super) fn quoted_in_line(&mut self, quote: u8) -> Option<Scalar<'t>> {
        let start = self.at;
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        let stops = |byte: &u8| *byte == quote || matches!(byte, b'\\' | b'\n');
        let length = rest.iter().position(stops)?;
        let is_doubled = quote == b'\'' && rest.get(length + 1) == Some(&quote);
        if rest.get(length) != Some(&quote) || is_doubled {
            return None;
        }
        let end = start + 1 + length;
        self.at = end + 1;
        Some(Scalar {
            text: Cow::Borrowed(self.text.get(start + 1..end)?),
            plain: false,
            start,
            end: self.at,
        })
    }

    /// The next bytes, so many, as a plain scalar.
    pub(super) fn take(&mut self, length: usize) -> Option<Scalar<'t>> {
        let (start, end) = (self.at, self.at + length);
        self.at = end;
        Some(Scalar {
            text: Cow::Borrowed(self.text.get(start..end)?),
            plain: true,
            start,
            end,
        })
    }

    /// A quoted scalar with escapes or of several lines.
    fn quoted_slowly(&mut self) -> Option<Scalar<'t>> {
        let (start, line) = (self.at, self.line);
        let mut cursor = self.cursor();
        let text = scalars::quoted(&mut cursor).ok()?;
        self.go_to(&cursor);
        // A key ends in its line.
        if self.line != line && self.byte(0) == b':' {
            return None;
        }
        Some(Scalar {
            text,
            plain: false,
            start,
            end: self.at,
        })
    }

    /// The node of a scalar that was read as far as it ends in its line, and is no key.
    pub(super) fn end_scalar(&mut self, scalar: Scalar<'t>, parent: usize) -> Option<Node> {
        let line = self.line;
        if self.end_line(parent).is_some() {
            return scalar.into_node();
        }
        if !scalar.plain || self.line == line {
            return None;
        }
        self.at = scalar.start;
        self.line = line;
        let mut cursor = self.cursor();
        let indent = isize::try_from(parent).ok()?;
        let (text, end, _) = scalars::plain(&mut cursor, indent, false).ok()?;
        self.go_to(&cursor);
        self.next_token()?;
        if !self.is_end() && self.column() > parent {
            return None;
        }
        let start = scalar.start;
        Scalar {
            text,
            plain: true,
            start,
            end,
        }
        .into_node()
    }

    pub(super) fn block_scalar(&mut self, parent: usize) -> Option<Node> {
        let start = self.at;
        let mut cursor = self.cursor();
        let indent = isize::try_from(parent).ok()?;
        let (text, end, comment) = scalars::block(&mut cursor, indent).ok()?;
        if let Some(comment) = comment {
            self.note(comment);
        }
        self.go_to(&cursor);
        self.next_token()?;
        let ends = self.is_end() || self.column() <= parent;
        ends.then(|| Node::new(start..end, Value::String(text.into())))
    }

    /// The full reader's idea of this place.
    fn cursor(&self) -> Cursor<'t> {
        Cursor::within_line(self.text, self.at, self.line)
    }

    /// Goes where the full reader went.
    fn go_to(&mut self, cursor: &Cursor<'_>) {
        let passed = self.text.get(self.at..cursor.at).unwrap_or_default();
        if let Some(last) = passed.rfind('\n') {
            self.line = self.at + last + 1;
        }
        self.at = cursor.at;
    }
}
