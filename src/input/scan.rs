//! Where JSON values end, by strings and brackets alone: what is in them is for others to read.
//!
//! What no JSON can have ends the search at once (a line break in a string, two dashes outside of
//! one, too many brackets), so that a bracket which nobody closes costs a look at its document.

use super::window::Window;
use std::io::{Read, Result};

/// Where a value ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// How many bytes ahead.
    pub end: usize,
    /// Whether something is in it that not all readers refuse where it is wrong: a number that
    /// may be too large, or half of a surrogate pair.
    pub odd: bool,
}

/// Whether a text has one of three ASCII characters.
pub(super) fn has_one_of(text: &str, [a, b, c]: [u8; 3]) -> bool {
    memchr::memchr3(a, b, c, text.as_bytes()).is_some()
}

/// How many bytes ahead the next byte that is no blank is, from `from` on.
pub(super) fn skip_blanks<R: Read>(window: &mut Window<R>, from: usize) -> Result<usize> {
    window.find(from, |byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Where the value ends that begins `from` bytes ahead and has no more than `depth` brackets in
/// each other; none if it does not end, or is no JSON for certain.
pub(super) fn extent<R: Read>(
    window: &mut Window<R>,
    from: usize,
    depth: usize,
) -> Result<Option<Extent>> {
    match window.byte(from)? {
        None => Ok(None),
        Some(b'{' | b'[' | b'"') => brackets(window, from, depth),
        Some(_) => {
            let after = |byte| {
                matches!(
                    byte,
                    b',' | b'{' | b'}' | b'[' | b']' | b':' | b'"' | b' ' | b'\t' | b'\r' | b'\n'
                )
            };
            let end = window.find(from, after)?;
            Ok((end > from).then_some(Extent { end, odd: true }))
        }
    }
}

/// The extent of a string, or of an object or list with all that is in it.
fn brackets<R: Read>(window: &mut Window<R>, from: usize, depth: usize) -> Result<Option<Extent>> {
    let mut scanner = Scanner::new(depth);
    let mut passed = from;
    loop {
        let ahead = window.ahead();
        match scanner.feed(ahead.get(passed..).unwrap_or_default()) {
            Step::End(length) => {
                return Ok(Some(Extent {
                    end: passed + length,
                    odd: scanner.odd,
                }));
            }
            Step::Wrong => return Ok(None),
            Step::More => {}
        }
        passed = passed.max(ahead.len());
        if !window.grow()? {
            return Ok(None);
        }
    }
}

/// How far a piece of a value goes.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The value ends after so many bytes of the piece.
    End(usize),
    /// All of the piece belongs to the value, and there is more.
    More,
    /// It is no JSON.
    Wrong,
}

/// From so many bytes without a mark on, a number may be in them that is too large.
const LONG: usize = 300;

/// Where in a value the scanner is.
struct Scanner {
    /// How many brackets may still open.
    room: usize,
    depth: usize,
    in_string: bool,
    escape: Escape,
    /// The last byte outside of strings.
    before: u8,
    /// How many bytes there were since the last mark.
    gap: usize,
    odd: bool,
}

/// What of an escape was met in a string.
enum Escape {
    None,
    Backslash,
    Unicode,
}

impl Scanner {
    fn new(room: usize) -> Self {
        Self {
            room,
            depth: 0,
            in_string: false,
            escape: Escape::None,
            before: 0,
            gap: 0,
            odd: false,
        }
    }

    /// Goes on with the next piece of the value.
    fn feed(&mut self, bytes: &[u8]) -> Step {
        let mut index = 0;
        while let Some(rest) = bytes.get(index..).filter(|rest| !rest.is_empty()) {
            if self.in_string {
                match self.string(rest) {
                    Step::End(length) => index += length,
                    other => return other,
                }
                self.in_string = false;
                if self.depth == 0 {
                    return Step::End(index);
                }
                continue;
            }
            // What is indented has many blanks.
            let mut unindented = rest;
            while let Some(after) = unindented.strip_prefix(b"        ") {
                unindented = after;
                self.before = b' ';
            }
            index += rest.len() - unindented.len();
            let rest = unindented;
            let Some(skipped) = rest.iter().position(|&byte| is_mark(byte)) else {
                self.gap += rest.len();
                self.before = rest.last().copied().unwrap_or_default();
                return Step::More;
            };
            index += skipped + 1;
            if let Some(end) = self.mark(rest, skipped) {
                return match end {
                    Step::End(_) => Step::End(index),
                    other => other,
                };
            }
        }
        Step::More
    }

    /// Takes the mark after `skipped` bytes; none where the value goes on.
    fn mark(&mut self, rest: &[u8], skipped: usize) -> Option<Step> {
        let before = skipped.checked_sub(1).and_then(|index| rest.get(index));
        let before = before.copied().unwrap_or(self.before);
        self.odd |= self.gap + skipped > LONG;
        self.gap = 0;
        self.before = rest.get(skipped).copied().unwrap_or_default();
        match self.before {
            b'"' => self.in_string = true,
            b'{' | b'[' if self.depth == self.room => return Some(Step::Wrong),
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return (self.depth == 0).then_some(Step::End(0));
            }
            b'-' if before == b'-' => return Some(Step::Wrong),
            b'e' | b'E' => self.odd |= matches!(before, b'.' | b'0'..=b'9'),
            _ => {}
        }
        None
    }

    /// Goes on in a string.
    fn string(&mut self, bytes: &[u8]) -> Step {
        let mut index = 0;
        while let Some(&first) = bytes.get(index) {
            match self.escape {
                Escape::Backslash => {
                    let unicode = first == b'u';
                    self.escape = if unicode {
                        Escape::Unicode
                    } else {
                        Escape::None
                    };
                    index += 1;
                    continue;
                }
                Escape::Unicode => {
                    self.odd |= matches!(first, b'd' | b'D');
                    self.escape = Escape::None;
                }
                Escape::None => {}
            }
            let rest = bytes.get(index..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                return Step::More;
            };
            index += found + 1;
            match rest.get(found) {
                Some(b'"') => return Step::End(index),
                Some(b'\n') => return Step::Wrong,
                _ => self.escape = Escape::Backslash,
            }
        }
        Step::More
    }
}

/// Whether something may begin or end with a byte outside of strings, if only an indent.
fn is_mark(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'{' | b'[' | b'}' | b']' | b'-' | b'e' | b'E' | b'\n'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the scanner says of the first value, fed in pieces of `size` bytes: its end, and
    /// whether it is odd.
    fn end(text: &str, size: usize) -> Option<(usize, bool)> {
        let mut scanner = Scanner::new(4);
        for (index, piece) in text.as_bytes().chunks(size).enumerate() {
            match scanner.feed(piece) {
                Step::End(length) => return Some((index * size + length, scanner.odd)),
                Step::More => {}
                Step::Wrong => return None,
            }
        }
        None
    }

    #[test]
    fn values_end_where_their_brackets_close_however_they_are_cut() {
        let long = format!("[{}]", "1".repeat(400));
        let cases = [
            (r#"{"a": [1, {"b": "}"}]} rest"#, Some((22, false))),
            (r#""a\"b", 1"#, Some((6, false))),
            (r#""\\", 1"#, Some((4, false))),
            (r#"["\\", "]"]]"#, Some((11, false))),
            ("[]", Some((2, false))),
            (r#"{"a": "\"}"#, None),
            ("[[1, 2]", None),
            ("[[[[]]]]", Some((8, false))),
            ("[[[[[]]]]]", None),
            ("[\"a\nb\"]", None),
            ("[1\n---\n]", None),
            ("[-1, true, false, \"-- 1e9\"]", Some((27, false))),
            ("[1e999]", Some((7, true))),
            ("[1.E9]", Some((6, true))),
            (r#"["\ud83d\ude00"]"#, Some((16, true))),
            (r#"["\u003c", "\\ud"]"#, Some((18, false))),
            (&long, Some((402, true))),
        ];
        for (text, expected) in cases {
            for size in 1..=text.len() {
                assert_eq!(end(text, size), expected, "{text} in pieces of {size}");
            }
        }
    }
}
