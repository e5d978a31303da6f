//! Cuts a YAML stream into documents by its text alone, so that a syntax error in one of them
//! leaves the others readable.
//!
//! A line that begins with `---` and a blank always begins a document, even inside a quoted or
//! block scalar (YAML 1.2.2, 9.1.2). Directives and comments stand with the document after them.

use super::window::Window;
use std::io::{Read, Result};

/// How many bytes ahead the current document ends; zero at the end of the stream.
pub(super) fn document_end<R: Read>(window: &mut Window<R>) -> Result<usize> {
    let mut line = 0;
    let mut content = false;
    // Where the directives and comments begin that may belong to the next document.
    let mut preamble = None;
    loop {
        if window.byte(line)?.is_none() {
            return Ok(line);
        }
        let separator = window.separator_at(line)?;
        if separator && content {
            return Ok(preamble.unwrap_or(line));
        }
        let end = window.find(line, |byte| byte == b'\n')?;
        let end = end + usize::from(window.byte(end)?.is_some());
        let text = window.ahead().get(line..end).unwrap_or_default();
        if separator {
            content = true;
        } else if is_end_marker(text) {
            preamble = Some(end);
        } else if !is_preamble(text) {
            content = true;
            preamble = None;
        }
        line = end;
    }
}

/// `...`, with nothing but a comment after it.
fn is_end_marker(line: &[u8]) -> bool {
    line.strip_prefix(b"...")
        .is_some_and(|rest| matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')))
}

/// Blank, a comment, or a directive.
fn is_preamble(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    text.is_empty() || text.starts_with(b"#") || line.starts_with(b"%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let mut window = Window::new(text.as_bytes());
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
    fn other_dashes_do_not_separate() {
        for text in [
            "a: ----\n----\n",
            "a: |\n  ---\n  x\n",
            "---a: 1\n",
            "- - - a\n",
        ] {
            assert_eq!(split(text), [text]);
        }
    }

    #[test]
    fn comments_before_the_first_separator_stay_with_its_document() {
        assert_eq!(
            split("# licence\n\n---\na: 1\n"),
            ["# licence\n\n---\na: 1\n"]
        );
        assert_eq!(split("%YAML 1.1\n---\na: 1\n"), ["%YAML 1.1\n---\na: 1\n"]);
    }

    #[test]
    fn directives_after_an_end_marker_belong_to_the_next_document() {
        assert_eq!(
            split("a: 1\n...\n# next\n%YAML 1.2\n---\nb: 2\n"),
            ["a: 1\n...\n", "# next\n%YAML 1.2\n---\nb: 2\n"]
        );
        assert_eq!(
            split("a: 1\n...\nb: 2\n---\nc: 3\n"),
            ["a: 1\n...\nb: 2\n", "---\nc: 3\n"]
        );
    }
}
