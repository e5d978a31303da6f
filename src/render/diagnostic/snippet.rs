//! The lines around some places of one file, copied with unsafe characters written out and the
//! places moved along.

use crate::diag::Label;
use crate::render::{message, push_visible, visible};
use crate::source::{FileId, Position, SourceMap, Span};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::borrow::Cow;

/// Lines shown before and after the place.
pub(super) const CONTEXT: usize = 1;

/// Bytes of one line shown before and after the place; a minified manifest is one line.
const REACH: usize = 100;
/// A window that would be longer than this shows its first place only.
const LONGEST: usize = 8 * 1024;

/// A labelled range of a snippet's text, and where it begins in the file.
#[derive(Debug)]
pub(super) struct Place {
    start: usize,
    end: usize,
    text: String,
    primary: bool,
    position: Position,
}

impl Place {
    pub(super) fn labeled(&self) -> LabeledSpan {
        let text = (!self.text.is_empty()).then(|| self.text.clone());
        let span = (self.start, self.end - self.start);
        if self.primary {
            LabeledSpan::new_primary_with_span(text, span)
        } else {
            LabeledSpan::new_with_span(text, span)
        }
    }
}

/// The lines around some places of one file, safe to print.
#[derive(Debug)]
pub(super) struct Snippet {
    name: String,
    text: String,
    /// The number of the first line, from 1.
    line: usize,
    pub(super) places: Vec<Place>,
}

impl Snippet {
    /// The snippet of `labels`, all of one part, and the labels that would make it too long.
    pub(super) fn of<'a>(sources: &SourceMap, labels: &[&'a Label]) -> (Self, Vec<&'a Label>) {
        let Some(first) = labels.first().copied() else {
            return (Self::empty(), Vec::new());
        };
        let file = first.span.file;
        let all = Window::around(sources, file, labels.iter().map(|label| label.span));
        if all.end - all.start <= LONGEST || labels.len() == 1 {
            return (Self::cut(sources, file, &all, labels), Vec::new());
        }
        let one = Window::around(sources, file, [first.span]);
        let rest = labels.iter().skip(1).copied().collect();
        (Self::cut(sources, file, &one, &[first]), rest)
    }

    fn empty() -> Self {
        Self {
            name: String::new(),
            text: String::new(),
            line: 1,
            places: Vec::new(),
        }
    }

    fn cut(sources: &SourceMap, file: FileId, window: &Window, labels: &[&Label]) -> Self {
        let source = sources.get(file);
        let raw = source
            .text()
            .get(window.start..window.end)
            .unwrap_or_default();
        let mut text = String::with_capacity(raw.len());
        if window.cut_start {
            text.push('…');
        }
        // The text of what an API server wrote is not kept: the label stands below this.
        let forgotten = source.text().is_empty();
        let before = text.len();
        // Where a byte of the file lands in the text that is shown.
        let lands = |offset: u32| {
            let offset = (offset as usize).clamp(window.start, window.end);
            before + shown(raw, offset - window.start).len()
        };
        let place = |(index, label): (usize, &&Label)| {
            let start = lands(label.span.start);
            Place {
                start,
                end: lands(label.span.end).max(start),
                text: message(&label.text).into_owned(),
                primary: index == 0,
                position: sources.position(label.span),
            }
        };
        let mut places: Vec<Place> = labels.iter().enumerate().map(place).collect();
        text.push_str(&shown(raw, raw.len()));
        if forgotten {
            text.push('…');
            for place in &mut places {
                place.end = text.len();
            }
        }
        if window.cut_end {
            text.push('…');
        }
        Self {
            name: visible(source.name()).into_owned(),
            text,
            line: source.position(window.start).line,
            places,
        }
    }
}

/// How the first `upto` bytes of a text are shown, without what stands behind them.
fn shown(raw: &str, upto: usize) -> Cow<'_, str> {
    let (part, _) = raw.split_at(raw.floor_char_boundary(upto));
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    if part.bytes().all(is_plain) {
        return Cow::Borrowed(part);
    }
    let mut text = String::with_capacity(part.len());
    for (at, c) in part.char_indices() {
        match c {
            '\n' => text.push('\n'),
            '\t' => text.push_str("  "),
            '\r' if raw
                .get(at + 1..)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('\n')) => {}
            c => push_visible(&mut text, c),
        }
    }
    Cow::Owned(text)
}

/// Where what is shown of a span ends: of one that nobody would read to its end, its beginning is.
fn shown_end(span: Span) -> usize {
    let (start, end) = (span.start as usize, span.end as usize);
    if end - start > LONGEST {
        start + REACH
    } else {
        end
    }
}

/// The bytes of a part that a snippet shows.
struct Window {
    start: usize,
    end: usize,
    cut_start: bool,
    cut_end: bool,
}

impl Window {
    fn around(sources: &SourceMap, file: FileId, spans: impl IntoIterator<Item = Span>) -> Self {
        let text = sources.get(file).text();
        let (mut first, mut last) = (text.len(), 0);
        for span in spans {
            first = first.min(span.start as usize);
            last = last.max(shown_end(span)).min(text.len());
        }
        let last = last.max(first);
        let (low, high) = (
            text.floor_char_boundary(first.saturating_sub(REACH)),
            text.floor_char_boundary(last.saturating_add(REACH)),
        );
        // Far context is dropped line by line; within a long line the cut shows.
        let start = |lines| start_of_line(text, (low, first), lines);
        let (start, cut_start) = start(CONTEXT)
            .or_else(|| start(0))
            .map_or((low, true), |start| (start, false));
        let end = |lines| end_of_line(text, (last, high), lines);
        let (end, cut_end) = end(CONTEXT)
            .or_else(|| end(0))
            .map_or((high, true), |end| (end, false));
        Self {
            start,
            end,
            cut_start,
            cut_end,
        }
    }
}

/// The start of the line `lines` above the one that holds `offset`, unless it is before `low`: a file
/// of one long line is not searched.
fn start_of_line(text: &str, (low, offset): (usize, usize), lines: usize) -> Option<usize> {
    // The line break before `low` counts.
    let from = low.saturating_sub(1);
    let near = text.as_bytes().get(from..offset)?;
    let breaks = near.iter().enumerate().rev();
    let mut breaks = breaks.filter(|(_, byte)| **byte == b'\n');
    match breaks.nth(lines) {
        Some((at, _)) => Some(from + at + 1),
        None => (low == 0).then_some(0),
    }
}

/// The end of the line `lines` below the one that holds `offset`, unless it is after `high`.
fn end_of_line(text: &str, (offset, high): (usize, usize), lines: usize) -> Option<usize> {
    let to = text.len().min(high.saturating_add(1));
    let near = text.as_bytes().get(offset..to)?;
    let mut breaks = near.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    match breaks.nth(lines) {
        Some((at, _)) => Some(offset + at),
        None => (high == text.len()).then_some(text.len()),
    }
}

/// The start of the line `lines` above the one that holds `offset`.
fn back(text: &str, offset: usize, lines: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before
        .rmatch_indices('\n')
        .nth(lines)
        .map_or(0, |(at, _)| at + 1)
}

/// The end of the line `lines` below the one that holds `offset`, before its line break.
fn ahead(text: &str, offset: usize, lines: usize) -> usize {
    let after = text.get(offset..).unwrap_or_default();
    after
        .match_indices('\n')
        .nth(lines)
        .map_or(text.len(), |(at, _)| offset + at)
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (first, last) = (span.offset(), span.offset() + span.len());
        let (start, end) = (
            back(&self.text, first, before),
            ahead(&self.text, last, after),
        );
        let data = self.text.get(start..end).ok_or(MietteError::OutOfBounds)?;
        // miette asks without context to learn where the span begins.
        let exact = self.places.iter().find(|place| place.start == first);
        let (line, column) = match exact {
            Some(place) if before == 0 => (place.position.line - 1, place.position.column - 1),
            Some(_) | None => {
                let above = self.text.get(..start).unwrap_or_default();
                (self.line - 1 + above.matches('\n').count(), 0)
            }
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            (start, end - start).into(),
            line,
            column,
            data.lines().count(),
        )))
    }
}
