//! Files as text: which text a span points into, and at which line and column that is.
//!
//! A file is read in *parts* (one YAML document, one item of a JSON List), so that a part that is
//! not needed any more can be forgotten while the rest of a large file streams through. A part
//! knows where in its file it begins; positions are always those of the file. Knows no YAML.

use crate::table::{Table, define_id};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

define_id! {
    /// Names one part of one file in a [`SourceMap`].
    pub FileId;
}

/// A range of bytes in the text of one part. `start <= end`; an empty range is a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The part whose text the offsets count in.
    pub file: FileId,
    /// First byte, counted from the start of the part.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end` in `file`; offsets past 4 GiB are cut off there.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            file,
            start: cut(start),
            end: cut(end.max(start)),
        }
    }

    /// The character at `offset` of a part's text, or the one that `offset` is within; nothing at the
    /// text's end.
    pub fn of_character(file: FileId, text: &str, offset: usize) -> Self {
        let start = text.floor_char_boundary(offset);
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        Self::new(file, start, start + length)
    }

    /// What stands there in the text of its part; nothing where it is not within.
    pub fn text_in(self, text: &str) -> &str {
        let range = self.start as usize..self.end as usize;
        text.get(range).unwrap_or_default()
    }
}

/// Line and column as editors count them: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line in the file, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
}

impl Position {
    /// The first character of a file.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The position after `text`, when `text` begins here.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        match text.rfind('\n') {
            None => Self {
                line: self.line,
                column: self.column + text.chars().count(),
            },
            Some(last) => Self {
                line: self.line + text.bytes().filter(|&byte| byte == b'\n').count(),
                column: 1 + text.get(last + 1..).unwrap_or_default().chars().count(),
            },
        }
    }
}

/// Says which field of an object stands at an offset of its text.
pub type FieldAt = fn(&str, usize) -> String;

/// One part: the name of its file, its text (unless forgotten), and where it begins.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<str>,
    text: String,
    start: Position,
    /// How places in it are called, where it is an object of no file.
    field_at: Option<FieldAt>,
    /// Positions of places in the text, [`STEP`] bytes or a little more apart: found out when the first is asked for.
    marks: OnceLock<Vec<(usize, Position)>>,
}

/// Bytes between two places whose positions are remembered.
const STEP: usize = 1024;

impl Source {
    /// The file's name as the user gave it; `<stdin>` for the standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The part's text; empty once forgotten.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte of the text, in the file.
    pub fn position(&self, offset: usize) -> Position {
        let marks = self.marks.get_or_init(|| self.marks());
        let after = marks.partition_point(|(at, _)| *at <= offset);
        let near = after.checked_sub(1).and_then(|it| marks.get(it));
        let (from, position) = near.copied().unwrap_or((0, self.start));
        match self.text.get(from..offset) {
            Some(between) => position.after(between),
            None => self.start,
        }
    }

    fn marks(&self) -> Vec<(usize, Position)> {
        let mut marks = vec![(0, self.start)];
        let (mut at, mut position) = (0, self.start);
        while at + STEP < self.text.len() {
            let mut next = at + STEP;
            while !self.text.is_char_boundary(next) {
                next += 1;
            }
            position = position.after(self.text.get(at..next).unwrap_or_default());
            at = next;
            marks.push((at, position));
        }
        marks
    }

    /// Where in the file the part begins.
    pub fn start(&self) -> Position {
        self.start
    }

    /// Whether it is an object of no file, whose places are fields and no lines.
    pub fn is_object(&self) -> bool {
        self.field_at.is_some()
    }

    /// `shop/db spec.ingress[0]`, where the part is an object of no file.
    fn field(&self, offset: usize) -> Option<String> {
        let field = self.field_at?(&self.text, offset);
        let space = if field.is_empty() { "" } else { " " };
        Some(format!("{}{space}{field}", self.name))
    }
}

/// All parts that were read.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    parts: Table<FileId, Source>,
    /// How places are called in what is added from now on, where that is objects of no file.
    field_at: Option<FieldAt>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is added from now on are objects of no file, called by their names.
    pub fn begin_objects(&mut self, field_at: FieldAt) {
        self.field_at = Some(field_at);
    }

    /// What is added from now on is in files.
    pub fn end_objects(&mut self) {
        self.field_at = None;
    }

    /// Adds a part of the file `name` that begins at `start`.
    pub fn add(&mut self, name: &Arc<str>, text: String, start: Position) -> FileId {
        self.parts.push(Source {
            name: Arc::clone(name),
            text,
            start,
            field_at: self.field_at,
            marks: OnceLock::new(),
        })
    }

    /// Drops the text of a part; spans into it then say where the part begins.
    pub fn forget(&mut self, file: FileId) {
        let part = self.parts.at_mut(file);
        (part.text, part.marks) = (String::new(), OnceLock::new());
    }

    /// The part of `file`.
    pub fn get(&self, file: FileId) -> &Source {
        self.parts.at(file)
    }

    /// The name of the first file; none where nothing was read.
    pub fn first(&self) -> Option<&str> {
        self.parts.rows().first().map(Source::name)
    }

    /// The names of all files, sorted.
    pub fn names(&self) -> BTreeSet<&str> {
        self.parts.rows().iter().map(Source::name).collect()
    }

    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Where `span` begins in its file.
    pub fn position(&self, span: Span) -> Position {
        self.get(span.file).position(span.start as usize)
    }

    /// `file:line:column` of the start of `span`; of what is in no file, the object and its field.
    pub fn place(&self, span: Span) -> String {
        if let Some(field) = self.get(span.file).field(span.start as usize) {
            return field;
        }
        let Position { line, column } = self.position(span);
        format!("{}:{line}:{column}", self.get(span.file).name())
    }

    /// `file:line` of the start of `span`; of what is in no file, the object and its field.
    pub fn line(&self, span: Span) -> String {
        if let Some(field) = self.get(span.file).field(span.start as usize) {
            return field;
        }
        format!(
            "{}:{}",
            self.get(span.file).name(),
            self.position(span).line
        )
    }

    /// The text that `span` covers; empty where the part was forgotten.
    pub fn text(&self, span: Span) -> &str {
        span.text_in(&self.get(span.file).text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_the_start_of_the_file() {
        let mut map = SourceMap::new();
        let name: Arc<str> = "a.yaml".into();
        let file = map.add(
            &name,
            "a: ü\n  b: x\n".into(),
            Position { line: 7, column: 3 },
        );
        assert_eq!(map.place(Span::new(file, 0, 1)), "a.yaml:7:3");
        assert_eq!(map.place(Span::new(file, 3, 5)), "a.yaml:7:6");
        assert_eq!(map.place(Span::new(file, 11, 12)), "a.yaml:8:6");
        assert_eq!(map.text(Span::new(file, 3, 5)), "ü");
    }

    #[test]
    fn a_forgotten_part_still_knows_where_it_began() {
        let mut map = SourceMap::new();
        let file = map.add(
            &"a.json".into(),
            "{}".into(),
            Position { line: 9, column: 5 },
        );
        map.forget(file);
        assert_eq!(map.place(Span::new(file, 1, 2)), "a.json:9:5");
        assert_eq!(map.text(Span::new(file, 0, 2)), "");
    }
}
