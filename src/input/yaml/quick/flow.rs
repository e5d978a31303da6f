//! Flow collections of one line: `{app: web}` and `["Ingress"]`.

use super::token::Scalar;
use super::{DEEPEST, Quick};
use crate::input::fields::Fields;
use crate::input::node::{Node, Value};
use crate::input::yaml::field_name;

impl<'t> Quick<'t> {
    /// The flow collection whose bracket is next.
    pub(super) fn flow(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let node = match self.byte(0) {
            b'[' => self.flow_list()?,
            _ => self.flow_object()?,
        };
        self.depth -= 1;
        Some(node)
    }

    fn flow_list(&mut self) -> Option<Node> {
        let start = self.at;
        let mut items = Vec::new();
        let mut more = self.open(b']');
        while more {
            items.push(self.flow_node()?);
            more = self.goes_on(b']')?;
        }
        Some(Node::new(start..self.at, Value::Seq(items)))
    }

    fn flow_object(&mut self) -> Option<Node> {
        let start = self.at;
        let mut fields = Fields::default();
        let mut more = self.open(b'}');
        while more {
            let key = self.flow_scalar()?;
            if (self.byte(0), self.byte(1)) != (b':', b' ') {
                return None;
            }
            let key = key.into_key()?;
            self.at += 1;
            self.pass_blanks();
            // In a flow collection it is passed over too.
            if key.text() == Some("fieldsV1") {
                return None;
            }
            let value = self.flow_node()?;
            let (name, at) = field_name(key, &mut self.remarks);
            fields.add(name, at, value, &mut self.remarks);
            more = self.goes_on(b'}')?;
        }
        Some(Node::new(start..self.at, Value::Map(fields.finish())))
    }

    /// Passes the opening bracket, and the closing one where nothing is between them; says
    /// whether something is.
    fn open(&mut self, closing: u8) -> bool {
        self.at += 1;
        self.pass_blanks();
        let is_empty = self.byte(0) == closing;
        self.at += usize::from(is_empty);
        !is_empty
    }

    /// Passes a comma or the closing bracket; says whether it was a comma.
    fn goes_on(&mut self, closing: u8) -> Option<bool> {
        self.pass_blanks();
        let byte = self.byte(0);
        self.at += 1;
        if byte == b',' {
            self.pass_blanks();
        }
        (byte == b',' || byte == closing).then_some(byte == b',')
    }

    fn pass_blanks(&mut self) {
        while self.byte(0) == b' ' {
            self.at += 1;
        }
    }

    fn flow_node(&mut self) -> Option<Node> {
        if matches!(self.byte(0), b'[' | b'{') {
            return self.flow();
        }
        let scalar = self.flow_scalar()?;
        (self.byte(0) != b':').then(|| scalar.into_node())?
    }

    /// A scalar of letters that mean nothing in flow collections, or one in quotes.
    fn flow_scalar(&mut self) -> Option<Scalar<'t>> {
        let scalar = match self.byte(0) {
            quote @ (b'"' | b'\'') => self.quoted_in_line(quote)?,
            _ => self.word()?,
        };
        let ends = matches!(self.byte(0), b',' | b']' | b'}' | b':' | b' ');
        ends.then_some(scalar)
    }

    fn word(&mut self) -> Option<Scalar<'t>> {
        let is_letter =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_');
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.first().is_some_and(is_letter) {
            return None;
        }
        let goes_on = |byte: &u8| is_letter(byte) || *byte == b'-';
        let length = rest.iter().position(|byte| !goes_on(byte))?;
        let behind = rest.get(length..).unwrap_or_default();
        let behind = behind.trim_ascii_start().first();
        // `[a b]` is one text, and `[a : b]` an object.
        let is_known =
            rest.get(length) != Some(&b' ') || matches!(behind, Some(b',' | b']' | b'}'));
        is_known.then(|| self.take(length))?
    }
}
