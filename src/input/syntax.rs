//! What to say of text that is neither YAML nor JSON: where reading stopped, and why if that is a
//! template or a missing space.

use super::loader::Loader;
use super::node::{SyntaxError, Tree};
use super::{repair, template, yaml};
use crate::diag::Finding;
use crate::source::{Position, Span};
use std::ops::Range;
use std::sync::Arc;

/// Adds the finding for a text that is neither YAML nor JSON. What is left out with it cannot be
/// named, but the line where reading stopped can.
pub(super) fn report(
    loader: &mut Loader<'_>,
    name: &Arc<str>,
    text: &str,
    start: Position,
    problem: &SyntaxError,
) {
    loader.documents += 1;
    let file = loader.sources.add(name, text.to_owned(), start);
    let at = Span::of_character(file, text, problem.offset);
    loader.text_aside(at);
    loader.findings.push(finding(text, at, &problem.message));
}

/// The finding about `text`, which cannot be read on from `at`.
fn finding(text: &str, at: Span, message: &str) -> Finding {
    let lines = lines_before(text, at.start as usize);
    for line in lines.iter().take(2) {
        if let Some((mark, advice)) = template::on_line(text, line.start)
            && let Some(piece) = text.get(mark.clone())
            && (piece.starts_with("{{") || mark.contains(&(at.start as usize)))
        {
            let span = Span::new(at.file, mark.start, mark.end);
            return template::of(piece).at(span, "").help(advice);
        }
    }
    for line in &lines {
        if let Some((field, colon)) = unspaced(text, line) {
            let place = Span::new(at.file, field.start, field.end);
            let written = text.get(field).unwrap_or_default();
            let message = format!(
                "no space after the colon of `{}`",
                super::report::shown(written)
            );
            return Finding::error("no-space-after-colon", message)
                .at(place, "read as text")
                .help("write a space after the colon")
                .edit(Span::new(at.file, colon, colon), " ");
        }
    }
    let finding = Finding::error("syntax", message).at(at, "");
    if text.contains("{{") {
        finding.help("render the template first, such as with `helm template`")
    } else {
        finding
    }
}

/// The line that `at` is in and the two before it that are not blank, the last first.
fn lines_before(text: &str, at: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut end = text.get(at..).and_then(|rest| rest.find('\n'));
    let mut stop = end.take().map_or(text.len(), |newline| at + newline);
    while lines.len() < 3 {
        let before = text.get(..stop).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        if !before.get(start..).unwrap_or_default().trim().is_empty() {
            lines.push(start..stop);
        }
        match start.checked_sub(1) {
            Some(newline) => stop = newline,
            None => break,
        }
    }
    lines
}

/// The field without a space after its colon that a line is, and where the space belongs, if the
/// text can be read with it.
fn unspaced(text: &str, line: &Range<usize>) -> Option<(Range<usize>, usize)> {
    let written = text.get(line.clone())?;
    let field = written.trim_start_matches([' ', '-']);
    let start = line.start + (written.len() - field.len());
    let field = field.split(" #").next().unwrap_or_default().trim_end();
    let colon = start + repair::unspaced(field)? + 1;
    let (before, after) = (text.get(..colon)?, text.get(colon..)?);
    let repaired = format!("{before} {after}");
    yaml::read(&repaired, &mut Nobody).ok()?;
    Some((start..start + field.len(), colon))
}

/// Takes nothing of what is read.
struct Nobody;

impl yaml::Receiver for Nobody {
    fn item(&mut self, _: Tree) {}
    fn document(&mut self, _: Tree) {}
}
