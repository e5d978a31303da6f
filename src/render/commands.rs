//! Lines of text that no CI system takes for a command.
//!
//! GitHub Actions, Azure Pipelines and `TeamCity` read commands out of what programs print:
//! `::add-mask::x` at the beginning of a line, `##[error]`, `##vso[…]` and `##teamcity[…]` anywhere in
//! it. What a manifest calls its objects must not become one. Formats for machines have no such lines;
//! that of GitHub consists of them, and escapes what is not its own.

use std::borrow::Cow;
use std::io::{self, Write};

/// Passes on whole lines, each with a mark of a command written out: `\u{3a}:add-mask::x`.
pub struct Harmless<W: Write> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Harmless<W> {
    /// Nothing written yet.
    pub fn new(out: W) -> Self {
        Self {
            out,
            line: Vec::new(),
        }
    }

    /// Passes on what came of a line so far.
    fn pass_on(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        self.pass_on_line(&line)
    }

    fn pass_on_line(&mut self, line: &[u8]) -> io::Result<()> {
        match std::str::from_utf8(line) {
            Ok(text) => self.out.write_all(harmless_line(text).as_bytes()),
            Err(_) => self.out.write_all(line),
        }
    }

    /// Passes on whole lines: at once, as far as none has a mark.
    fn pass_on_lines(&mut self, lines: &[u8]) -> io::Result<()> {
        let (mut passed, mut end) = (0, 0);
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let start = end;
            end += line.len();
            if may_have_mark(line) {
                self.out
                    .write_all(lines.get(passed..start).unwrap_or_default())?;
                self.pass_on_line(line)?;
                passed = end;
            }
        }
        self.out.write_all(lines.get(passed..).unwrap_or_default())
    }
}

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_break = |byte: &u8| *byte == b'\n';
        let mut rest = bytes;
        if !self.line.is_empty() {
            let end = rest.iter().position(is_break).map(|at| at + 1);
            let (more, behind) = rest.split_at(end.unwrap_or(rest.len()));
            self.line.extend_from_slice(more);
            if end.is_some() {
                self.pass_on()?;
            }
            rest = behind;
        }
        let whole = rest.iter().rposition(is_break).map_or(0, |at| at + 1);
        let (lines, begun) = rest.split_at(whole);
        self.pass_on_lines(lines)?;
        self.line.extend_from_slice(begun);
        Ok(bytes.len())
    }

    /// Also what is no whole line yet.
    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }
}

/// Whether a line has two of a kind that marks consist of; few lines have.
fn may_have_mark(line: &[u8]) -> bool {
    line.windows(2).any(|two| two == b"::" || two == b"##")
}

/// The same of a text that is there already.
pub fn harmless(text: &str) -> String {
    text.split_inclusive('\n').map(harmless_line).collect()
}

fn harmless_line(line: &str) -> Cow<'_, str> {
    let mut line = Cow::Borrowed(line);
    let start = line.len() - line.trim_start().len();
    if let Some((blanks, rest)) = line.split_at_checked(start)
        && let Some(name) = rest.strip_prefix("::")
        && is_command(name)
    {
        line = Cow::Owned(format!("{blanks}\\u{{3a}}:{name}"));
    }
    let mut from = 0;
    while let Some((before, rest)) = line.split_at_checked(from)
        && let Some(at) = rest.find("##")
    {
        let (between, mark) = rest.split_at(at);
        let name = mark.trim_start_matches('#');
        from += at + (mark.len() - name.len());
        if name
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric())
            .starts_with('[')
        {
            let marks = "\\u{23}".repeat(mark.len() - name.len() - 1);
            let told = format!("{before}{between}{marks}#{name}");
            from += marks.len() + 1 - (mark.len() - name.len());
            line = Cow::Owned(told);
        }
    }
    line
}

/// Whether what stands behind two colons may be the name of a command: no address of IPv6 goes on so.
fn is_command(text: &str) -> bool {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    let (name, _) = text.split_at(end.unwrap_or(text.len()));
    !name.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_ci_systems_are_written_out() {
        for (line, told) in [
            (
                "::error ::x/web[Pod] => a\n",
                "\\u{3a}:error ::x/web[Pod] => a\n",
            ),
            (" \u{3000}::add-mask::x", " \u{3000}\\u{3a}:add-mask::x"),
            ("a ##[error]b", "a \\u{23}#[error]b"),
            ("##vso[task.setvariable]b", "\\u{23}#vso[task.setvariable]b"),
            (
                "x##teamcity[a] ###[b]",
                "x\\u{23}#teamcity[a] \\u{23}\\u{23}#[b]",
            ),
            ("a/x##[Pod]\n##[b]\n", "a/x\\u{23}#[Pod]\n\\u{23}#[b]\n"),
        ] {
            assert_eq!(harmless(line), told);
        }
    }

    #[test]
    fn everything_else_stays() {
        for line in [
            "::/0 => shop/web[Deployment] : TCP 80",
            "::ffff:10.0.0.1-::ffff:10.0.0.9 => ::1",
            "::add-::b",
            "a::error::b",
            "## A heading\n\n### [link](x)\n",
            "#[x]",
            "::",
            "",
        ] {
            assert_eq!(harmless(line), line);
        }
    }

    #[test]
    fn lines_may_come_in_pieces() {
        let mut text = Vec::new();
        let mut out = Harmless::new(&mut text);
        for byte in "a\n::warning::b\n##[c]".bytes() {
            out.write_all(&[byte]).expect("memory");
        }
        out.flush().expect("memory");
        assert_eq!(text, b"a\n\\u{3a}:warning::b\n\\u{23}#[c]");
    }
}
