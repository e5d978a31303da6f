//! What changes between two texts, as `diff -u` writes it. Only this file names similar.

use super::{Look, push_visible, visible};
use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;

/// Lines shown before and after a change.
const CONTEXT: usize = 3;

/// The difference between the old and the new text of a file, for `patch -p1`.
pub fn unified(name: &str, old: &str, new: &str, look: Look) -> String {
    let diff = TextDiff::from_lines(old, new);
    let name = visible(name);
    let mut out = format!("--- a/{name}\n+++ b/{name}\n");
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let (sign, color) = match change.tag() {
                ChangeTag::Delete => ('-', "\u{1b}[31m"),
                ChangeTag::Insert => ('+', "\u{1b}[32m"),
                ChangeTag::Equal => (' ', ""),
            };
            let color = if look.color { color } else { "" };
            let reset = if color.is_empty() { "" } else { "\u{1b}[0m" };
            let line = change.value();
            let text = line.strip_suffix('\n').unwrap_or(line);
            out.extend([color, sign.encode_utf8(&mut [0; 4])]);
            push_line(&mut out, text);
            out.extend([reset, "\n"]);
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A line, safe to print. Tabs and the carriage return of Windows stay: without them nobody could
/// apply the patch.
fn push_line(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\t' | '\r' => out.push(c),
            c => push_visible(out, c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look {
        color: false,
        width: 80,
    };

    #[test]
    fn a_changed_line_has_its_surroundings() {
        let old = "a\nb\nc\nd\ne\nf: yes\ng\n";
        let new = old.replace("yes", "\"yes\"");
        let expected =
            "--- a/x.yaml\n+++ b/x.yaml\n@@ -3,5 +3,5 @@\n c\n d\n e\n-f: yes\n+f: \"yes\"\n g\n";
        assert_eq!(unified("x.yaml", old, &new, LOOK), expected);
        let cut = unified("x", "a", "b", LOOK);
        assert!(
            cut.ends_with("-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n")
        );
    }

    #[test]
    fn a_terminal_is_not_steered() {
        let shown = unified("a\u{1b}[2J", "\u{1b}[31m\n", "x\n", LOOK);
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}
