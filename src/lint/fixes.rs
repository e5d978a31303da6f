//! Fixes as changes of files: which of them can be made together, and what a text is after them.

use super::fact::{Edit, Fix};
use super::report::Report;
use crate::source::{Position, SourceMap, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Where it begins.
    pub start: Position,
    /// Where it ends; the same for what is put in.
    pub end: Position,
    /// What stands there.
    pub old: String,
    /// What is to stand there.
    pub new: String,
}

/// The fixes of a report that can be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixes {
    /// The changes of each file, in the order of its text.
    pub files: BTreeMap<String, Vec<Change>>,
    /// How many findings are set right by them.
    pub fixed: usize,
    /// How many fixes would change what another one changes, and wait for another run.
    pub waiting: usize,
}

impl Fixes {
    /// The safe fixes of the findings that count: where two change the same, the first.
    pub fn of(report: &Report, sources: &SourceMap) -> Self {
        Self::chosen(report, sources, is_applicable)
    }

    /// The same with those that may change what a policy means.
    pub fn with_unsafe(report: &Report, sources: &SourceMap) -> Self {
        Self::chosen(report, sources, |fix| !fix.edits.is_empty())
    }

    fn chosen(report: &Report, sources: &SourceMap, takes: fn(&Fix) -> bool) -> Self {
        let mut fixes = Self::default();
        let mut chosen = Taken::default();
        for found in report.counted() {
            let Some(fix) = found.fact.fix.as_ref().filter(|fix| takes(fix)) else {
                continue;
            };
            let edits = fix.edits.iter();
            let changes: Option<Vec<_>> = edits.map(|edit| change(sources, edit)).collect();
            let Some(changes) = changes else { continue };
            if changes.iter().all(|it| chosen.has(it)) {
                // The same change for another finding.
                fixes.fixed += 1;
            } else if changes.iter().any(|it| chosen.touches(it)) {
                fixes.waiting += 1;
            } else {
                fixes.fixed += 1;
                for (name, change) in changes {
                    chosen.0.entry(name).or_default().insert(change);
                }
            }
        }
        let by_name = chosen.0.into_iter();
        fixes.files = by_name
            .map(|(name, changes)| (name, changes.into_iter().collect()))
            .collect();
        fixes
    }
}

/// The text of a file after edits of what was read of it; none where two of them change the same, or one
/// is of another file.
pub fn edited(sources: &SourceMap, text: &str, edits: &[Edit]) -> Option<String> {
    let changes = edits.iter().map(|edit| change(sources, edit));
    let mut changes: Vec<(String, Change)> = changes.collect::<Option<_>>()?;
    changes.sort();
    let changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
    apply(text, &changes)
}

/// The changes of each file that are taken so far. None touches another.
#[derive(Default)]
struct Taken(BTreeMap<String, BTreeSet<Change>>);

impl Taken {
    fn has(&self, (name, change): &(String, Change)) -> bool {
        let changes = self.0.get(name);
        changes.is_some_and(|changes| changes.contains(change))
    }

    /// Whether a change touches one that is taken: if any, the last one that begins before its end.
    fn touches(&self, (name, change): &(String, Change)) -> bool {
        let Some(changes) = self.0.get(name) else {
            return false;
        };
        let behind = Change {
            start: Position {
                line: change.end.line,
                column: change.end.column + 1,
            },
            end: Position::START,
            old: String::new(),
            new: String::new(),
        };
        let last = changes.range(..behind).next_back();
        last.is_some_and(|other| change.start <= other.end)
    }
}

/// Whether a fix may be made unasked, and is worked out.
pub fn is_applicable(fix: &Fix) -> bool {
    fix.safe && !fix.edits.is_empty()
}

fn change(sources: &SourceMap, edit: &Edit) -> Option<(String, Change)> {
    let source = sources.get(edit.span.file);
    let (start, end) = (edit.span.start as usize, edit.span.end as usize);
    let old = source.text().get(start..end)?.to_owned();
    let change = Change {
        start: sources.position(edit.span),
        end: sources.position(Span::new(edit.span.file, end, end)),
        old,
        new: edit.text.clone(),
    };
    Some((source.name().to_owned(), change))
}

/// A text after its changes, which are in order and do not touch; none where it is not the text
/// that they are about.
pub fn apply(text: &str, changes: &[Change]) -> Option<String> {
    // Positions do not count a byte-order mark.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut out = text.get(..text.len() - body.len())?.to_owned();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(body.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let mut done = 0;
    for change in changes {
        let line = *starts.get(change.start.line.checked_sub(1)?)?;
        let rest = body.get(line..)?;
        let column = change.start.column.checked_sub(1)?;
        let mut places = rest.char_indices().map(|(at, _)| at);
        let start = line + places.nth(column).unwrap_or(rest.len());
        if !body.get(start..)?.starts_with(&change.old) {
            return None;
        }
        out.push_str(body.get(done..start)?);
        out.push_str(&change.new);
        done = start + change.old.len();
    }
    out.push_str(body.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(line: usize, column: usize, old: &str, new: &str) -> Change {
        let start = Position { line, column };
        Change {
            start,
            end: start.after(old),
            old: old.into(),
            new: new.into(),
        }
    }

    #[test]
    fn changes_are_made_from_the_start_on() {
        let text = "\u{feff}a: yes\r\nü: x\n";
        let changes = [
            change(1, 4, "yes", "\"yes\""),
            change(2, 4, "x", "y"),
            change(3, 1, "", "z\n"),
        ];
        assert_eq!(
            apply(text, &changes).unwrap(),
            "\u{feff}a: \"yes\"\r\nü: y\nz\n"
        );
    }

    #[test]
    fn another_text_is_left_alone() {
        assert_eq!(apply("a: no\n", &[change(1, 4, "yes", "x")]), None);
        assert_eq!(apply("a: no\n", &[change(7, 1, "", "x")]), None);
        let overlapping = [change(1, 1, "a: n", "b"), change(1, 4, "no", "x")];
        assert_eq!(apply("a: no\n", &overlapping), None);
    }
}
