//! Streams JSON: whole objects, and the items of lists that do not fit in memory.
//!
//! `scan` finds where each value ends; what is in it is left to the real parsers, and all that stands
//! between is read here, so that nothing passes that is not JSON. Memory is bounded by the largest
//! item.

use super::document::Part;
use super::listing::Listing;
use super::loader::Loader;
use super::node::{MAX_DEPTH, SyntaxError};
use super::scan::{Extent, extent, skip_blanks};
use super::type_meta::TypeMeta;
use super::window::Window;
use super::{json_tree, syntax};
use crate::source::Position;
use std::io::{Read, Result};
use std::ops::Range;
use std::sync::Arc;

/// Reads what comes next in the stream if it is JSON; says whether it was. Where it is not, the
/// window has not moved.
pub(super) fn read<R: Read>(
    loader: &mut Loader<'_>,
    name: &Arc<str>,
    window: &mut Window<R>,
) -> Result<bool> {
    let mut at = skip_blanks(window, 0)?;
    let line_start = at == 0 || window.byte(at - 1)? == Some(b'\n');
    if line_start && window.separator_at(at)? {
        let line = window.find_line_end(at)?;
        at = skip_blanks(window, at + 3)?;
        if at < line {
            return Ok(false);
        }
    }
    match window.byte(at)? {
        None => {
            window.pass(at);
            Ok(true)
        }
        Some(b'{') => {
            let next = skip_blanks(window, at + 1)?;
            if !matches!(window.byte(next)?, Some(b'"' | b'}')) {
                return Ok(false);
            }
            Object::new(loader, name, window, at).read()
        }
        Some(_) => Ok(false),
    }
}

/// One object at the root of the stream, while its fields are walked.
struct Object<'a, 'o, R> {
    loader: &'a mut Loader<'o>,
    name: &'a Arc<str>,
    window: &'a mut Window<R>,
    /// How many bytes ahead the current field is.
    at: usize,
    /// Whether a field was met already.
    has_fields: bool,
    /// Whether a value was met that not all readers refuse where it is wrong.
    odd: bool,
    /// The first item that is no JSON: its text, where it begins, and what is wrong.
    fault: Option<(String, Position, SyntaxError)>,
    kind: String,
    api_version: String,
}

/// How many brackets may be in each other in a field of an object at the root.
const IN_FIELD: usize = MAX_DEPTH - 2;

/// How many may be in an item of a list.
const IN_ITEM: usize = MAX_DEPTH - 3;

impl<'a, 'o, R: Read> Object<'a, 'o, R> {
    fn new(
        loader: &'a mut Loader<'o>,
        name: &'a Arc<str>,
        window: &'a mut Window<R>,
        at: usize,
    ) -> Self {
        Self {
            loader,
            name,
            window,
            at,
            has_fields: false,
            odd: false,
            fault: None,
            kind: String::new(),
            api_version: String::new(),
        }
    }

    fn read(mut self) -> Result<bool> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.field()? {
                Field::Value(_) => {}
                Field::Items => {
                    if !self.begins_well(start) {
                        return Ok(false);
                    }
                    return self.list().map(|()| true);
                }
                Field::End => return self.whole(start),
                Field::Malformed => return Ok(false),
            }
        }
    }

    /// Walks over one field and what separates it from the one before. What is malformed stands
    /// there in the end.
    fn field(&mut self) -> Result<Field> {
        self.at = skip_blanks(self.window, self.at)?;
        match self.window.byte(self.at)? {
            Some(b'}') => {
                self.at += 1;
                return Ok(Field::End);
            }
            Some(b',') if self.has_fields => self.at = skip_blanks(self.window, self.at + 1)?,
            Some(_) if !self.has_fields => {}
            Some(_) | None => return Ok(Field::Malformed),
        }
        self.has_fields = true;
        if self.window.byte(self.at)? != Some(b'"') {
            return Ok(Field::Malformed);
        }
        let Some(key) = extent(self.window, self.at, 0)? else {
            return Ok(Field::Malformed);
        };
        let Some(name) = self.text(self.at, key.end) else {
            return Ok(Field::Malformed);
        };
        self.at = skip_blanks(self.window, key.end)?;
        if self.window.byte(self.at)? != Some(b':') {
            return Ok(Field::Malformed);
        }
        self.at = skip_blanks(self.window, self.at + 1)?;
        let may_be_list = self.kind.is_empty() || self.kind.ends_with("List");
        if name == "items" && may_be_list && self.window.byte(self.at)? == Some(b'[') {
            self.at += 1;
            return Ok(Field::Items);
        }
        let Some(Extent { end, odd }) = extent(self.window, self.at, IN_FIELD)? else {
            return Ok(Field::Malformed);
        };
        let value = self.at..end;
        match name.as_str() {
            "kind" => self.kind = self.text(self.at, end).unwrap_or_default(),
            "apiVersion" => self.api_version = self.text(self.at, end).unwrap_or_default(),
            _ => {}
        }
        self.odd |= odd;
        self.at = end;
        Ok(Field::Value(value))
    }

    /// The text of a string that stands there.
    fn text(&self, start: usize, end: usize) -> Option<String> {
        let bytes = self.window.ahead().get(start..end)?;
        serde_json::from_slice(bytes).ok()
    }

    /// Whether a list is JSON up to its items. If not, it may be YAML.
    fn begins_well(&self, start: usize) -> bool {
        let head = self.window.ahead().get(start..self.at).unwrap_or_default();
        let whole = [head, b"]}"].concat();
        std::str::from_utf8(&whole).is_ok_and(|text| json_tree::read(text).is_ok())
    }

    /// An object that is complete in the window.
    fn whole(mut self, start: usize) -> Result<bool> {
        // If not, YAML has more to say.
        if !self.ends_well()? {
            return Ok(false);
        }
        let begin = self.window.position_at(start);
        let bytes = self.window.ahead().get(start..self.at).unwrap_or_default();
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Ok(false);
        };
        let part = Part {
            name: self.name,
            text,
            start: begin,
        };
        self.loader.documents += 1;
        let read = self.loader.json(part, None, self.odd).is_ok();
        if read {
            self.window.pass(self.at);
        } else {
            // Whoever reads the text as YAML counts it.
            self.loader.documents -= 1;
        }
        Ok(read)
    }

    /// Whether what follows begins a new object or document.
    fn ends_well(&mut self) -> Result<bool> {
        let next = skip_blanks(self.window, self.at)?;
        match self.window.byte(next)? {
            None | Some(b'{') => Ok(true),
            Some(_) => {
                let line_start = next > 0 && self.window.byte(next - 1)? == Some(b'\n');
                Ok(line_start && self.window.separator_at(next)?)
            }
        }
    }

    /// The items of a list, one by one, and the fields after them.
    fn list(mut self) -> Result<()> {
        self.loader.documents += 1;
        let mut listing = Listing::begin(self.loader);
        self.move_on();
        if !self.items(&mut listing)? {
            return self.give_up(listing);
        }
        loop {
            match self.field()? {
                Field::Value(value) => {
                    if !self.is_json(value) {
                        return self.give_up(listing);
                    }
                    self.move_on();
                }
                Field::End => break,
                // Of two lists of items the last would count, and the first was read.
                Field::Items | Field::Malformed => return self.give_up(listing),
            }
        }
        self.move_on();
        let meta = TypeMeta {
            api_version: &self.api_version,
            kind: &self.kind,
        };
        if !listing.end(self.loader, self.name, Some(meta)) {
            self.loader.not_a_list(meta);
            // Nothing is kept of what its items were read as, but it is no JSON all the same.
            if let Some((text, start, problem)) = &self.fault {
                syntax::report(self.loader, self.name, text, *start, problem);
            }
        }
        // A comment is for YAML, as it is after an object.
        let next = skip_blanks(self.window, 0)?;
        if self.ends_well()? || self.window.byte(next)? == Some(b'#') {
            return Ok(());
        }
        self.window.pass(next);
        self.broken("expected a new object or `---` after a JSON list")
    }

    /// Reads the items and the bracket after them; says whether they were as JSON has them. If not,
    /// the window stands where they are not.
    fn items(&mut self, listing: &mut Listing<'_>) -> Result<bool> {
        let mut first = true;
        loop {
            self.at = skip_blanks(self.window, 0)?;
            self.move_on();
            match self.window.byte(0)? {
                Some(b']') => {
                    self.at = 1;
                    self.move_on();
                    return Ok(true);
                }
                Some(b',') if !first => {
                    self.at = skip_blanks(self.window, 1)?;
                    self.move_on();
                }
                Some(_) if first => {}
                Some(_) | None => return Ok(false),
            }
            first = false;
            let Some(item) = extent(self.window, 0, IN_ITEM)? else {
                return Ok(false);
            };
            self.item(listing, item);
            self.at = item.end;
            self.move_on();
        }
    }

    /// Whether a value of a list's field is JSON; if not, its first byte that is not is the one
    /// where the object stands.
    fn is_json(&mut self, value: Range<usize>) -> bool {
        let bytes = self.window.ahead().get(value.clone()).unwrap_or_default();
        let fault = match std::str::from_utf8(bytes) {
            Ok(text) => json_tree::read(text).err().map(|problem| problem.offset),
            Err(error) => Some(error.valid_up_to()),
        };
        if let Some(offset) = fault {
            self.at = value.start + offset;
        }
        fault.is_none()
    }

    fn move_on(&mut self) {
        self.window.pass(self.at);
        self.at = 0;
    }

    fn item(&mut self, listing: &mut Listing<'_>, Extent { end, odd }: Extent) {
        let start = self.window.position();
        let bytes = self.window.ahead().get(..end).unwrap_or_default();
        let list = (!self.kind.is_empty()).then_some(TypeMeta {
            api_version: &self.api_version,
            kind: &self.kind,
        });
        let read = match std::str::from_utf8(bytes) {
            Ok(text) => {
                let part = Part {
                    name: self.name,
                    text,
                    start,
                };
                listing.text(self.loader, part, list, odd)
            }
            Err(error) => Err(SyntaxError {
                offset: error.valid_up_to(),
                message: "this is not UTF-8 text".to_owned(),
            }),
        };
        if let Err(problem) = read {
            let text = String::from_utf8_lossy(bytes);
            syntax::report(self.loader, self.name, &text, start, &problem);
            self.fault
                .get_or_insert_with(|| (text.into_owned(), start, problem));
        }
    }

    /// Reports that the list goes wrong here, keeps the items before, and goes to the next document.
    fn give_up(mut self, listing: Listing<'_>) -> Result<()> {
        self.move_on();
        let kind = if self.kind.is_empty() {
            "List"
        } else {
            &self.kind
        };
        let meta = TypeMeta {
            api_version: &self.api_version,
            kind,
        };
        listing.end(self.loader, self.name, Some(meta));
        let message = match self.window.byte(0)? {
            None => "the JSON list has no closing `]`".to_owned(),
            Some(_) => match self.fault() {
                Some(fault) => {
                    self.window.pass(fault.offset);
                    fault.message
                }
                None => "this does not continue the JSON list".to_owned(),
            },
        };
        self.broken(&message)
    }

    /// What is wrong within the object, list or text that stands here; none where it does not end.
    fn fault(&self) -> Option<SyntaxError> {
        let bytes = self.window.ahead();
        let valid = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
        };
        let fault = json_tree::fault(valid)?;
        let inside = (1..valid.len()).contains(&fault.offset);
        (inside && valid.starts_with(['{', '[', '"'])).then_some(fault)
    }

    /// Reports that something is wrong here and goes to the next document.
    fn broken(self, message: &str) -> Result<()> {
        let start = self.window.position();
        let end = self.window.find_line_end(0)?.min(1000);
        let bytes = self.window.ahead().get(..end).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes).into_owned();
        let problem = SyntaxError {
            offset: 0,
            message: message.to_owned(),
        };
        syntax::report(self.loader, self.name, &text, start, &problem);
        loop {
            let line = self.window.find_line_end(0)?;
            let more = self.window.byte(line)?.is_some();
            self.window.pass(line + usize::from(more));
            if !more || self.window.separator_at(0)? {
                return Ok(());
            }
        }
    }
}

/// What a step over a field met.
enum Field {
    /// A field with its value.
    Value(Range<usize>),
    /// The start of the items.
    Items,
    /// The end of the object.
    End,
    /// Something that is not JSON.
    Malformed,
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
