//! Bytes from results: one file per format.
//!
//! Invariant: text that comes from a manifest or an argument passes [`visible`] before it is
//! part of any output for people, so it can neither steer a terminal nor pretend to be another line.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod applied;
pub mod changes;
pub mod commands;
pub mod csv;
pub mod diagnostic;
pub mod diff;
pub mod difference;
pub mod dot;
mod entries;
pub mod exposure;
mod fingerprint;
mod formats;
pub mod html;
pub mod json;
pub mod junit;
mod left_out;
pub mod lint;
pub mod matrix;
pub mod md;
pub mod mermaid;
mod outside;
pub mod proof;
pub mod table;
pub mod text;
pub mod txt;

pub use formats::{AnswerFormat, MatrixFormat};

use crate::diag::{is_unsafe, short_words};
use crate::net::ConnSet;
use std::borrow::Cow;
use std::fmt::Write as _;

/// How output for people looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether colours are used.
    pub color: bool,
    /// Columns to fill at most.
    pub width: usize,
}

/// One line of text with everything unsafe written out: `\n`, `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~');
    if text.bytes().all(plain) || !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push_visible(&mut out, c);
    }
    Cow::Owned(out)
}

/// A message in one line: the same, and words that nobody can have meant so long are cut.
pub fn message(text: &str) -> Cow<'_, str> {
    match short_words(text) {
        Cow::Borrowed(text) => visible(text),
        Cow::Owned(text) => Cow::Owned(visible(&text).into_owned()),
    }
}

/// Adds one character, written out if it is unsafe.
fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_unsafe(c) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Connections in words. Most lines have those of the line before, which are not put into words
/// again.
#[derive(Default)]
struct Repeated {
    last: Option<ConnSet>,
    text: String,
}

impl Repeated {
    fn text(&mut self, connections: &ConnSet, words: impl Fn(String) -> String) -> &str {
        if self.last.as_ref() != Some(connections) {
            self.text = words(connections.to_string());
            self.last = Some(connections.clone());
        }
        &self.text
    }
}

/// Text in a URI (RFC 3986): letters, digits and some others stand for themselves.
fn percent_encoded(text: &str, others: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || others.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `1 policy`, `2 policies`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_characters_are_written_out() {
        assert_eq!(visible("plain ünïcode"), "plain ünïcode");
        assert_eq!(visible("a\u{1b}[2Jb\nc\td"), "a\\u{1b}[2Jb\\nc\\td");
        assert_eq!(visible("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(
            visible("x\u{202e}y\u{2066}z\u{feff}"),
            "x\\u{202e}y\\u{2066}z\\u{feff}"
        );
    }
}
