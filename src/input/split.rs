//! Cuts a YAML stream into documents by its text alone, so that a syntax error in one of them
//! leaves the others readable.
//!
//! A line that begins with `---` always begins a document, even inside a quoted or block scalar:
//! so kubectl cuts them (`YAMLReader`), and refuses one that goes on with anything but a comment.
//! Comments before the first such line stand with the document after them.

use super::window::Window;
use std::io::{Read, Result};

/// How many bytes ahead the current document ends; zero at the end of the stream.
pub(super) fn document_end<R: Read>(window: &mut Window<R>) -> Result<usize> {
    let mut line = 0;
    loop {
        if window.byte(line)?.is_none() {
            return Ok(line);
        }
        let separator = window.separator_at(line)?;
        let end = window.find_line_end(line)?;
        let end = end + usize::from(window.byte(end)?.is_some());
        let text = window.ahead().get(line..end).unwrap_or_default();
        if separator || !is_preamble(text) {
            // The line break before a separator is looked for with it.
            return window.find_separator(end.saturating_sub(1));
        }
        line = end;
    }
}

/// Blank, or a comment.
fn is_preamble(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    text.is_empty() || text.starts_with(b"#")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        split_stream(text.as_bytes())
    }

    fn split_stream(reader: impl Read) -> Vec<String> {
        let mut window = Window::new(reader);
        let mut parts = Vec::new();
        loop {
            let end = document_end(&mut window).unwrap();
            if end == 0 {
                return parts;
            }
            parts.push(String::from_utf8(window.take(end)).unwrap());
        }
    }

    #[test]
    fn documents_begin_at_separator_lines() {
        assert_eq!(split("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(split("a: 1\r\n---\r\nb: 2"), ["a: 1\r\n", "---\r\nb: 2"]);
        assert_eq!(split("a: 1\n--- # c\nb: 2"), ["a: 1\n", "--- # c\nb: 2"]);
        assert_eq!(
            split("a: 1\n--- {b: 2}\n---"),
            ["a: 1\n", "--- {b: 2}\n", "---"]
        );
    }

    #[test]
    fn all_lines_that_begin_with_three_dashes_separate() {
        assert_eq!(split("a: 1\n---a: 2\n"), ["a: 1\n", "---a: 2\n"]);
        assert_eq!(split("a: |\n----\n"), ["a: |\n", "----\n"]);
        for text in ["a: ----\n", "a: |\n  ---\n  x\n", "- - - a\n"] {
            assert_eq!(split(text), [text]);
        }
    }

    #[test]
    fn comments_before_the_first_separator_stay_with_its_document() {
        assert_eq!(
            split("# licence\n\n---\na: 1\n"),
            ["# licence\n\n---\na: 1\n"]
        );
    }

    #[test]
    fn directives_and_what_stands_behind_an_end_marker_belong_to_the_document_before() {
        assert_eq!(
            split("%YAML 1.1\n---\na: 1\n"),
            ["%YAML 1.1\n", "---\na: 1\n"]
        );
        assert_eq!(
            split("a: 1\n...\n# next\n%YAML 1.2\n---\nb: 2\n"),
            ["a: 1\n...\n# next\n%YAML 1.2\n", "---\nb: 2\n"]
        );
        assert_eq!(
            split("a: 1\n...\nb: 2\n---\nc: 3\n"),
            ["a: 1\n...\nb: 2\n", "---\nc: 3\n"]
        );
    }

    /// Gives a byte at a time.
    struct Slow<'t>(&'t [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, room: &mut [u8]) -> Result<usize> {
            let Some((byte, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            room[0] = *byte;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn separators_are_seen_however_they_arrive() {
        let text = "a: 1\n--\n-\n---\nb: |\n --- \n---- \n---";
        assert_eq!(
            split_stream(Slow(text.as_bytes())),
            ["a: 1\n--\n-\n", "---\nb: |\n --- \n", "---- \n", "---"]
        );
    }
}
