//! One file: cut into documents, each read as JSON or as YAML.

use super::document::Part;
use super::limit::{Limited, Limits, TooMuch};
use super::listing::Listing;
use super::loader::Loader;
use super::node::{SyntaxError, Tree};
use super::type_meta::TypeMeta;
use super::window::Window;
use super::{json, split, syntax, yaml};
use crate::diag::Finding;
use crate::source::{Position, Span};
use std::io::{Read, Result};
use std::ops::Range;
use std::sync::Arc;

/// Reads everything that `reader` gives, as the file `name`.
///
/// # Errors
/// The reader's own.
pub(super) fn read(loader: &mut Loader<'_>, name: &str, reader: impl Read) -> Result<()> {
    let name: Arc<str> = name.into();
    loader.begin_file();
    let mut bytes = loader.taken.bytes;
    let limits = loader.options.limits;
    let reader = Limited {
        reader,
        limits,
        read: &mut bytes,
    };
    let read = read_within(loader, &name, reader, limits);
    loader.taken.bytes = bytes;
    read
}

fn read_within(
    loader: &mut Loader<'_>,
    name: &Arc<str>,
    mut reader: impl Read,
    limits: Limits,
) -> Result<()> {
    let mut head = Vec::new();
    reader.by_ref().take(3).read_to_end(&mut head)?;
    match head.as_slice() {
        [0xEF, 0xBB, 0xBF] => documents(loader, name, reader, limits),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            let bytes = limits.read(head.chain(reader))?;
            let text = from_utf16(&bytes);
            documents(loader, name, text.as_bytes(), limits)
        }
        _ => documents(loader, name, head.chain(reader), limits),
    }
}

/// Text in UTF-16 as PowerShell's `>` writes it, told by its byte-order mark.
fn from_utf16(bytes: &[u8]) -> String {
    let little = bytes.first() == Some(&0xFF);
    let units = bytes.get(2..).unwrap_or_default().chunks(2);
    let units = units.map(|unit| match (unit, little) {
        (&[low, high], true) | (&[high, low], false) => u16::from_le_bytes([low, high]),
        (_, _) => u16::from(b'?'),
    });
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn documents(
    loader: &mut Loader<'_>,
    name: &Arc<str>,
    reader: impl Read,
    limits: Limits,
) -> Result<()> {
    let mut window = Window::new(reader).within(limits);
    let read = all_documents(loader, name, &mut window);
    read.map_err(|error| TooMuch::at(error, window.position()))
}

fn all_documents<R: Read>(
    loader: &mut Loader<'_>,
    name: &Arc<str>,
    window: &mut Window<R>,
) -> Result<()> {
    while window.byte(0)?.is_some() {
        if json::read(loader, name, window)? {
            continue;
        }
        let end = split::document_end(window)?;
        let start = window.position();
        let bytes = window.take(end);
        yaml_part(loader, name, bytes, start);
    }
    Ok(())
}

/// Reads a part of a YAML stream, of one document as a rule.
fn yaml_part(loader: &mut Loader<'_>, name: &Arc<str>, bytes: Vec<u8>, start: Position) {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let problem = SyntaxError {
                offset,
                message: "this is not UTF-8 text".to_owned(),
            };
            syntax::report(loader, name, &text, start, &problem);
            return;
        }
    };
    let (text, start) = without_mark(&text, start);
    let mut documents = Documents {
        name,
        text,
        start,
        passed: (0, start),
        listing: None,
        commented: (0, start),
        block: (0, 0),
        last_line: None,
        loader,
    };
    if let Err(problem) = yaml::read(text, &mut documents) {
        documents.abandon();
        syntax::report(loader, name, text, start, &problem);
    }
}

/// A part without the byte-order mark that its document begins with, as one does that was a file of its
/// own. kubectl reads each document for itself, and passes over such a mark; a separator before it
/// tells nothing more then.
fn without_mark(text: &str, start: Position) -> (&str, Position) {
    let head = text.trim_start().strip_prefix("---");
    let document = match head.map(|head| head.split_once('\n')) {
        Some(Some((_, document))) => document,
        Some(None) | None => text,
    };
    match document.strip_prefix('\u{feff}') {
        Some(behind) => {
            let before = text.strip_suffix(document).unwrap_or_default();
            (behind, start.after(before))
        }
        None => (text, start),
    }
}

/// Takes the documents of one part of a YAML stream.
struct Documents<'l, 'o, 't> {
    loader: &'l mut Loader<'o>,
    name: &'t Arc<str>,
    text: &'t str,
    start: Position,
    /// How far lines are counted: an offset and where it is in the file.
    passed: (usize, Position),
    listing: Option<Listing<'t>>,
    /// The same for comments, which come after everything else.
    commented: (usize, Position),
    /// Where the last comment lines in a row end, and the line behind them.
    block: (usize, usize),
    /// The last line that is not blank, once a comment asked for it.
    last_line: Option<usize>,
}

impl<'t> Documents<'_, '_, 't> {
    /// The part of the text that `tree` takes up, from the start of its line if nothing but
    /// dashes and blanks stands before it there.
    fn part(&mut self, tree: &Tree) -> (Part<'t>, usize) {
        let (start, end) = (tree.root.start as usize, tree.root.end as usize);
        let before = self.text.get(..start).unwrap_or_default();
        let lead = before.trim_end_matches([' ', '-']);
        let begin = if lead.is_empty() || lead.ends_with('\n') {
            lead.len()
        } else {
            start
        };
        let (offset, position) = self.passed;
        if let Some(between) = self.text.get(offset..begin) {
            self.passed = (begin, position.after(between));
        }
        let part = Part {
            name: self.name,
            text: self.text.get(begin..end).unwrap_or_default(),
            start: self.passed.1,
        };
        (part, begin)
    }

    /// The line behind the comment lines that the comment at `offset` is one of, which stands in
    /// `line`.
    fn behind_comments(&mut self, offset: usize, line: usize) -> usize {
        if offset < self.block.0 {
            return self.block.1;
        }
        let before = self.text.get(..offset).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        let mut behind = (start, line);
        for written in rest.split_inclusive('\n') {
            if !written.trim_start().starts_with('#') {
                break;
            }
            behind = (behind.0 + written.len(), behind.1 + 1);
        }
        self.block = behind;
        behind.1
    }

    /// Ends a list whose own end cannot be read: the items before the error are kept.
    fn abandon(&mut self) {
        if let Some(listing) = self.listing.take() {
            let list = TypeMeta {
                api_version: "v1",
                kind: "List",
            };
            listing.end(self.loader, self.name, Some(list));
        }
    }
}

impl yaml::Receiver for Documents<'_, '_, '_> {
    fn wants_comments(&self) -> bool {
        self.loader.options.keeps_written
    }

    fn comment(&mut self, at: Range<usize>) {
        let (offset, position) = self.commented;
        let Some(between) = self.text.get(offset..at.start) else {
            return;
        };
        self.commented = (at.start, position.after(between));
        let (start, text) = (self.start, self.text);
        let last = self.last_line;
        let last = last.unwrap_or_else(|| start.after(text.trim_end()).line);
        self.last_line = Some(last);
        let position = self.commented.1;
        let behind = self.behind_comments(at.start, position.line);
        let lines = (start.line, last);
        self.loader
            .comment(self.name, (text, at), position, behind, lines);
    }

    fn rest(&mut self, problem: SyntaxError) -> std::result::Result<(), SyntaxError> {
        let before = self.text.get(..problem.offset).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let place = self.start.after(self.text.get(..start).unwrap_or_default());
        let file = self.loader.sources.add(self.name, line.to_owned(), place);
        let message = "kubectl skips the text here: a new object begins with `---`";
        let finding = Finding::warning("text-after-document", message)
            .at(Span::new(file, 0, line.len()), "not read");
        self.loader.findings.push(finding);
        Ok(())
    }

    fn item(&mut self, item: Tree) {
        let (part, base) = self.part(&item);
        let loader = &mut *self.loader;
        let listing = self.listing.get_or_insert_with(|| Listing::begin(loader));
        listing.tree(loader, part, base, item);
    }

    fn document(&mut self, document: Tree) {
        self.loader.documents += 1;
        if let Some(listing) = self.listing.take() {
            let root = &document.root;
            let meta = root.text_of("kind").map(|kind| TypeMeta {
                api_version: root.text_of("apiVersion").unwrap_or_default(),
                kind,
            });
            if listing.end(self.loader, self.name, meta) {
                return;
            }
        }
        let part = Part {
            name: self.name,
            text: self.text,
            start: self.start,
        };
        self.loader.tree(part, 0, &document, None);
    }
}
