//! Where JSON values end, by strings and brackets alone.

use super::window::Window;
use std::io::{Read, Result};

/// How many bytes ahead the next byte that is no blank is, from `from` on.
pub(super) fn skip_blanks<R: Read>(window: &mut Window<R>, from: usize) -> Result<usize> {
    window.find(from, |byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// How many bytes ahead the value that begins at `from` ends; none if it does not end.
pub(super) fn value_end<R: Read>(window: &mut Window<R>, from: usize) -> Result<Option<usize>> {
    match window.byte(from)? {
        None => Ok(None),
        Some(b'{' | b'[' | b'"') => brackets_end(window, from),
        Some(_) => {
            let end = |byte| {
                matches!(
                    byte,
                    b',' | b'}' | b']' | b':' | b' ' | b'\t' | b'\r' | b'\n'
                )
            };
            window.find(from, end).map(Some)
        }
    }
}

/// The end of a string, or of an object or list with all that is in it.
fn brackets_end<R: Read>(window: &mut Window<R>, from: usize) -> Result<Option<usize>> {
    let mut scanner = Scanner::default();
    let mut passed = from;
    loop {
        let ahead = window.ahead();
        let rest = ahead.get(passed..).unwrap_or_default();
        if let Some(length) = scanner.end(rest) {
            return Ok(Some(passed + length));
        }
        passed = passed.max(ahead.len());
        if !window.grow()? {
            return Ok(None);
        }
    }
}

/// Where in a value the scanner is.
#[derive(Default)]
struct Scanner {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scanner {
    /// How many bytes of `bytes` still belong to the value; none if all of them do and more.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut index = 0;
        while let Some(rest) = bytes.get(index..).filter(|rest| !rest.is_empty()) {
            if self.in_string {
                index += self.string(rest);
                if !self.in_string && self.depth == 0 {
                    return Some(index);
                }
                continue;
            }
            let mark = |byte: &u8| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']');
            let skipped = rest.iter().position(mark)?;
            index += skipped + 1;
            match rest.get(skipped)? {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(index);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Goes on in a string, to its end or the end of `bytes`; says how far.
    fn string(&mut self, bytes: &[u8]) -> usize {
        let mut index = 0;
        if self.escaped {
            self.escaped = false;
            index = 1;
        }
        while let Some(rest) = bytes.get(index..) {
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return bytes.len();
            };
            index += found + 1;
            if rest.get(found) == Some(&b'"') {
                self.in_string = false;
                return index;
            }
            // The byte after a backslash is none of ours, and may be in the next piece.
            if index == bytes.len() {
                self.escaped = true;
                return index;
            }
            index += 1;
        }
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of the first value, fed to the scanner in pieces of `size` bytes.
    fn end(text: &str, size: usize) -> Option<usize> {
        let mut scanner = Scanner::default();
        let mut pieces = text.as_bytes().chunks(size).enumerate();
        pieces.find_map(|(index, piece)| Some(index * size + scanner.end(piece)?))
    }

    #[test]
    fn values_end_where_their_brackets_close_however_they_are_cut() {
        let cases = [
            (r#"{"a": [1, {"b": "}"}]} rest"#, Some(22)),
            (r#""a\"b", 1"#, Some(6)),
            (r#""\\", 1"#, Some(4)),
            (r#"["\\", "]"]]"#, Some(11)),
            ("[]", Some(2)),
            (r#"{"a": "\"}"#, None),
            ("[[1, 2]", None),
        ];
        for (text, expected) in cases {
            for size in 1..=text.len() {
                assert_eq!(end(text, size), expected, "{text} in pieces of {size}");
            }
        }
    }
}
