//! JSON text to a spanned tree. Written by hand because `serde_json` gives no byte offsets.

use super::fields::Fields;
use super::node::{MAX_DEPTH, Node, Remark, SyntaxError, Tree, Value};
use crate::written::ShortText;

/// Reads one JSON value that takes up all of `text` but blanks.
///
/// # Errors
/// The first place where the text is not JSON.
pub(super) fn read(text: &str) -> Result<Tree, SyntaxError> {
    let mut reader = Reader::new(text);
    reader.blanks();
    let root = reader.value(1)?;
    reader.blanks();
    if reader.at < text.len() {
        return reader.fail("expected the end of the JSON value");
    }
    Ok(Tree {
        root,
        remarks: reader.remarks,
    })
}

/// What is wrong with the JSON value that `text` begins with.
pub(super) fn fault(text: &str) -> Option<SyntaxError> {
    Reader::new(text).value(1).err()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    remarks: Vec<Remark>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            remarks: Vec::new(),
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, message: &str) -> Result<T, SyntaxError> {
        let message = match self.peek() {
            None => format!("{message}, but the text ends too early"),
            Some(_) => message.to_owned(),
        };
        Err(SyntaxError {
            offset: self.at,
            message,
        })
    }

    fn blanks(&mut self) {
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        // What is indented has many of them, behind a line break.
        if let Some(after) = rest.strip_prefix(b"\n") {
            rest = after;
        }
        while let Some(after) = rest.strip_prefix(b"        ") {
            rest = after;
        }
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let more = rest.iter().position(|byte| !blank(byte));
        self.at = self.text.len() - rest.len() + more.unwrap_or(rest.len());
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                return self.fail("nested deeper than 128 levels");
            }
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node::new(start..self.at, value))
    }

    fn word(&mut self) -> Result<Value, SyntaxError> {
        let words = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ];
        for (word, value) in words {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.fail("expected a JSON value")
    }

    fn number(&mut self) -> Result<Value, SyntaxError> {
        if let Some((value, length)) = small(self.rest()) {
            self.at += length;
            return Ok(Value::Int(value));
        }
        let part = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let rest = self.rest();
        let length = rest.bytes().take_while(part).count();
        let text = rest.get(..length).unwrap_or_default();
        let value = match serde_json::from_str::<serde_json::Number>(text) {
            Err(_) => return self.fail("not a JSON number"),
            Ok(number) => match number.as_i64() {
                Some(whole) => Value::Int(whole),
                None => Value::Float(number.as_f64().unwrap_or(f64::INFINITY)),
            },
        };
        self.at += length;
        Ok(value)
    }

    fn string(&mut self) -> Result<ShortText, SyntaxError> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start + 1..).unwrap_or_default();
        let mut length = 0;
        let mut plain = true;
        while let Some(skipped) = rest
            .get(length..)
            .and_then(|rest| rest.iter().position(|&byte| ends_text(byte)))
        {
            length += skipped;
            match rest.get(length) {
                Some(b'"') if plain => {
                    let text = self.text.get(start + 1..=start + length);
                    self.at = start + length + 2;
                    return Ok(text.unwrap_or_default().into());
                }
                Some(b'"') => return self.escaped(start, length + 2),
                Some(b'\\') => {
                    plain = false;
                    length += 2;
                }
                _ => {
                    self.at += length + 1;
                    return self.fail("a control character in a string must be escaped");
                }
            }
        }
        self.fail("this string has no closing quote")
    }

    /// The text in quotes that has escapes.
    fn escaped(&mut self, start: usize, length: usize) -> Result<ShortText, SyntaxError> {
        let quoted = self.text.get(start..start + length).unwrap_or_default();
        let Ok(text) = serde_json::from_str::<String>(quoted) else {
            return self.fail("JSON has no such escape");
        };
        self.at = start + length;
        Ok(text.into())
    }

    fn array(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.eat(b']') {
            return Ok(Value::Seq(items));
        }
        loop {
            self.blanks();
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.eat(b']') {
                return Ok(Value::Seq(items));
            }
            if !self.eat(b',') {
                return self.fail("expected `,` or `]`");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        self.at += 1;
        let mut fields = Fields::default();
        self.blanks();
        if self.eat(b'}') {
            return Ok(Value::Map(Vec::new()));
        }
        loop {
            self.blanks();
            self.field(depth, &mut fields)?;
            self.blanks();
            if self.eat(b'}') {
                return Ok(Value::Map(fields.finish()));
            }
            if !self.eat(b',') {
                return self.fail("expected `,` or `}`");
            }
        }
    }

    fn field(&mut self, depth: usize, fields: &mut Fields) -> Result<(), SyntaxError> {
        if self.peek() != Some(b'"') {
            return self.fail("expected a field name in double quotes");
        }
        let start = self.at;
        let key = self.string()?;
        let name = Node::new(start..self.at, Value::Null);
        self.blanks();
        if !self.eat(b':') {
            return self.fail("expected `:`");
        }
        self.blanks();
        let mut value = self.value(depth + 1)?;
        if &*key == "fieldsV1" {
            // What managed fields mostly consist of, and nobody asks for.
            value.value = Value::Map(Vec::new());
        }
        fields.add(key, (name.start, name.end), value, &mut self.remarks);
        Ok(())
    }
}

/// Whether plain text in quotes cannot go on with a byte.
fn ends_text(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1F)
}

/// The whole number of few digits that a text begins with, such as a port, and its length.
fn small(text: &str) -> Option<(i64, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let more = text.as_bytes().get(digits);
    let is_plain = !matches!(more, Some(b'.' | b'e' | b'E' | b'+' | b'-'));
    let is_small = (1..=9).contains(&digits) && !(digits > 1 && text.starts_with('0'));
    let number = text.get(..digits).filter(|_| is_plain && is_small)?;
    Some((number.parse().ok()?, digits))
}
