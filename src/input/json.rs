//! Streams JSON: whole objects, and the items of lists that do not fit in memory.
//!
//! `scan` finds where each value ends; what is in it is left to the real parsers. Memory is
//! bounded by the largest item.

use super::kind::TypeMeta;
use super::listing::Listing;
use super::loader::{Loader, Part};
use super::node::SyntaxError;
use super::scan::{skip_blanks, value_end};
use super::stream;
use super::window::Window;
use std::io::{Read, Result};
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
        let line = window.find(at, |byte| byte == b'\n')?;
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
    kind: String,
    api_version: String,
}

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
            kind: String::new(),
            api_version: String::new(),
        }
    }

    fn read(mut self) -> Result<bool> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.field()? {
                Field::Value => {}
                Field::Items => return self.list().map(|()| true),
                Field::End => return self.whole(start),
                Field::Malformed => return Ok(false),
            }
        }
    }

    /// Walks over one field and what separates it from the next.
    fn field(&mut self) -> Result<Field> {
        self.at = skip_blanks(self.window, self.at)?;
        match self.window.byte(self.at)? {
            Some(b'}') => {
                self.at += 1;
                return Ok(Field::End);
            }
            Some(b',') => {
                self.at += 1;
                return Ok(Field::Value);
            }
            Some(b'"') => {}
            Some(_) | None => return Ok(Field::Malformed),
        }
        let Some(end) = value_end(self.window, self.at)? else {
            return Ok(Field::Malformed);
        };
        let key = self.text(self.at, end);
        let colon = skip_blanks(self.window, end)?;
        if self.window.byte(colon)? != Some(b':') {
            return Ok(Field::Malformed);
        }
        self.at = skip_blanks(self.window, colon + 1)?;
        let may_be_list = self.kind.is_empty() || self.kind.ends_with("List");
        if key == "items" && may_be_list && self.window.byte(self.at)? == Some(b'[') {
            self.at += 1;
            return Ok(Field::Items);
        }
        let Some(end) = value_end(self.window, self.at)? else {
            return Ok(Field::Malformed);
        };
        match key.as_str() {
            "kind" => self.kind = self.text(self.at, end),
            "apiVersion" => self.api_version = self.text(self.at, end),
            _ => {}
        }
        self.at = end;
        Ok(Field::Value)
    }

    /// The text of a string that stands there.
    fn text(&self, start: usize, end: usize) -> String {
        let bytes = self.window.ahead().get(start..end).unwrap_or_default();
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// An object that is complete in the window.
    fn whole(self, start: usize) -> Result<bool> {
        // What follows must begin a new value or document; if not, YAML has more to say.
        let next = skip_blanks(self.window, self.at)?;
        let follows = match self.window.byte(next)? {
            None | Some(b'{') => true,
            Some(_) => {
                let line_start = next > 0 && self.window.byte(next - 1)? == Some(b'\n');
                line_start && self.window.separator_at(next)?
            }
        };
        if !follows {
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
        let read = self.loader.json(part, None).is_ok();
        if read {
            self.window.pass(self.at);
        } else {
            // Whoever reads the text as YAML counts it.
            self.loader.documents -= 1;
        }
        Ok(read)
    }

    /// The items of a list, one by one, and the fields after them.
    fn list(mut self) -> Result<()> {
        self.loader.documents += 1;
        let mut listing = Listing::begin(self.loader);
        self.move_on();
        loop {
            self.at = skip_blanks(self.window, 0)?;
            self.move_on();
            match self.window.byte(0)? {
                Some(b',') => self.at = 1,
                Some(b']') => {
                    self.at = 1;
                    self.move_on();
                    break;
                }
                _ => match value_end(self.window, 0)? {
                    Some(end) if end > 0 => {
                        self.item(&mut listing, end);
                        self.at = end;
                    }
                    Some(_) | None => return self.give_up(listing),
                },
            }
            self.move_on();
        }
        loop {
            match self.field()? {
                Field::Value => self.move_on(),
                Field::Items => self.at = self.at.saturating_sub(1),
                Field::End => break,
                Field::Malformed => return self.give_up(listing),
            }
        }
        self.move_on();
        let meta = TypeMeta {
            api_version: &self.api_version,
            kind: &self.kind,
        };
        if !listing.end(self.loader, self.name, Some(meta)) {
            self.loader.not_a_list(meta);
        }
        Ok(())
    }

    fn move_on(&mut self) {
        self.window.pass(self.at);
        self.at = 0;
    }

    fn item(&mut self, listing: &mut Listing<'_>, end: usize) {
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
                listing.text(self.loader, part, list)
            }
            Err(error) => Err(SyntaxError {
                offset: error.valid_up_to(),
                message: "this is not UTF-8 text".to_owned(),
            }),
        };
        if let Err(problem) = read {
            let text = String::from_utf8_lossy(bytes);
            stream::syntax_error(self.loader, self.name, &text, start, &problem);
        }
    }

    /// Reports that the list goes wrong here, keeps the items before, and goes to the next document.
    fn give_up(self, listing: Listing<'_>) -> Result<()> {
        let start = self.window.position();
        let end = self.window.find(0, |byte| byte == b'\n')?.min(1000);
        let bytes = self.window.ahead().get(..end).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes).into_owned();
        let ended = self.window.byte(0)?.is_none();
        let message = if ended {
            "the JSON list does not end"
        } else {
            "this does not continue the JSON list"
        };
        let problem = SyntaxError {
            offset: 0,
            message: message.to_owned(),
        };
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
        stream::syntax_error(self.loader, self.name, &text, start, &problem);
        loop {
            let line = self.window.find(0, |byte| byte == b'\n')?;
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
    /// A field with its value, or the comma after one.
    Value,
    /// The start of the items.
    Items,
    /// The end of the object.
    End,
    /// Something that is not JSON.
    Malformed,
}
