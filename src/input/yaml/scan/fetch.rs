//! Which token comes next.

use super::{Candidate, Scanner, Token};
use crate::input::node::{MAX_DEPTH, SyntaxError};
use crate::input::yaml::cursor::{fail, forbidden};
use crate::input::yaml::{scalars, tags};

impl<'t> Scanner<'t> {
    /// Adds the tokens that come next.
    pub(super) fn fetch(&mut self) -> Result<(), SyntaxError> {
        if self.cursor.at == 0
            && let Some(offset) = forbidden(self.cursor.text)
        {
            return fail(offset, "control characters are not allowed");
        }
        self.pass_blanks();
        if !self.in_flow() {
            let column = self.column();
            self.unroll(column);
        }
        if self.cursor.is_end() {
            return self.end();
        }
        if matches!(self.cursor.byte(0), b'%' | b'-' | b'.')
            && self.cursor.is_line_start()
            && let Some(done) = self.document_line()
        {
            return done;
        }
        let blank = self.cursor.is_blank_or_end(1);
        let flow = self.in_flow();
        match self.cursor.byte(0) {
            b'[' => self.open(Token::FlowSequence),
            b'{' => self.open(Token::FlowMapping),
            b']' => self.close(Token::FlowSequenceEnd),
            b'}' => self.close(Token::FlowMappingEnd),
            b',' => self.entry(),
            b'-' if blank => self.block_entry(),
            b'?' if flow || blank => self.key(),
            b':' if flow || blank => self.value(),
            b'*' | b'&' => self.anchor(),
            b'!' => self.tag(),
            b'|' | b'>' if !flow => self.block(),
            b'\'' | b'"' => self.quoted(),
            b'\t' => fail(
                self.cursor.at,
                "a tab cannot be used for indentation; use spaces",
            ),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                let what = char::from(self.cursor.byte(0));
                let message = format!("text that begins with `{what}` must be quoted");
                fail(self.cursor.at, message)
            }
            _ => self.plain(),
        }
    }

    /// The end of the text.
    fn end(&mut self) -> Result<(), SyntaxError> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.ended = true;
        let at = self.cursor.at;
        self.push(Token::StreamEnd, at..at);
        Ok(())
    }

    /// A line that begins or ends a document, or is a directive; none if it is something else.
    fn document_line(&mut self) -> Option<Result<(), SyntaxError>> {
        let at = self.cursor.at;
        if self.cursor.byte(0) == b'%' {
            return Some(self.directive());
        }
        let starts = self.cursor.text.get(at..)?.starts_with("---");
        if !starts && !self.cursor.is_document_mark(b'.') {
            return None;
        }
        self.cursor.at += 3;
        if starts {
            let rest = self.cursor.text.get(self.cursor.at..).unwrap_or_default();
            let rest = rest.lines().next().unwrap_or_default().trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                let message =
                    "kubectl accepts only a comment after `---`: move this to the next line";
                return Some(fail(at, message));
            }
        }
        self.unroll(-1);
        self.key_allowed = false;
        let token = if starts {
            Token::DocumentStart
        } else {
            Token::DocumentEnd
        };
        let removed = self.remove_key();
        self.push(token, at..self.cursor.at);
        Some(removed)
    }

    /// A line that says something about the document below.
    fn directive(&mut self) -> Result<(), SyntaxError> {
        let at = self.cursor.at;
        self.unroll(-1);
        self.key_allowed = false;
        self.remove_key()?;
        self.cursor.pass_line();
        let name = self.cursor.since(at + 1).split([' ', '\t']).next();
        if !matches!(name, Some("YAML" | "TAG")) {
            return fail(at, "unknown directive");
        }
        self.push(Token::Directive, at..self.cursor.at);
        Ok(())
    }

    /// Passes one character that is a token.
    fn single(&mut self, token: Token<'t>) {
        let at = self.cursor.at;
        self.cursor.at += 1;
        self.push(token, at..at + 1);
    }

    fn open(&mut self, token: Token<'t>) -> Result<(), SyntaxError> {
        self.save_key()?;
        if self.keys.len() > MAX_DEPTH {
            return fail(self.cursor.at, "nested deeper than 128 levels");
        }
        self.keys.push(Candidate::default());
        self.key_allowed = true;
        self.single(token);
        Ok(())
    }

    fn close(&mut self, token: Token<'t>) -> Result<(), SyntaxError> {
        self.remove_key()?;
        if self.in_flow() {
            self.keys.pop();
        }
        self.key_allowed = false;
        self.single(token);
        Ok(())
    }

    fn entry(&mut self) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.key_allowed = true;
        self.single(Token::FlowEntry);
        Ok(())
    }

    /// Opens a block here, where one may begin.
    fn begin(&mut self, token: Token<'t>, what: &str) -> Result<(), SyntaxError> {
        if self.in_flow() {
            return Ok(());
        }
        if !self.key_allowed {
            return fail(self.cursor.at, what);
        }
        let column = self.column();
        self.roll(column, usize::MAX, token, self.cursor.at)
    }

    fn block_entry(&mut self) -> Result<(), SyntaxError> {
        let what = "a list item cannot begin here";
        self.begin(Token::BlockSequence, what)?;
        self.remove_key()?;
        self.key_allowed = true;
        self.single(Token::BlockEntry);
        Ok(())
    }

    fn key(&mut self) -> Result<(), SyntaxError> {
        self.begin(Token::BlockMapping, "a key cannot begin here")?;
        self.remove_key()?;
        self.key_allowed = !self.in_flow();
        self.single(Token::Key);
        Ok(())
    }

    fn value(&mut self) -> Result<(), SyntaxError> {
        let level = self.keys.len().saturating_sub(1);
        let key = self.keys.get(level).copied().unwrap_or_default();
        if self.is_valid(level)? {
            self.insert(key.token, Token::Key, key.at);
            self.roll(key.column, key.token, Token::BlockMapping, key.at)?;
            if let Some(last) = self.keys.last_mut() {
                last.possible = false;
            }
            self.key_allowed = false;
        } else {
            let what = "mapping values are not allowed here: quote text that contains `: `";
            self.begin(Token::BlockMapping, what)?;
            self.key_allowed = !self.in_flow();
        }
        self.single(Token::Value);
        Ok(())
    }

    fn anchor(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.cursor.at;
        let is_alias = self.cursor.byte(0) == b'*';
        let name = tags::anchor(&mut self.cursor)?;
        let token = if is_alias {
            Token::Alias(name)
        } else {
            Token::Anchor(name)
        };
        self.push(token, start..self.cursor.at);
        Ok(())
    }

    fn tag(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.cursor.at;
        let tag = tags::tag(&mut self.cursor)?;
        self.push(Token::Tag(tag), start..self.cursor.at);
        Ok(())
    }

    fn quoted(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.cursor.at;
        let text = scalars::quoted(&mut self.cursor)?;
        self.push(Token::Scalar(text, false), start..self.cursor.at);
        Ok(())
    }

    fn plain(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.cursor.at;
        let flow = self.in_flow();
        let (text, end, breaks) = scalars::plain(&mut self.cursor, self.indent, flow)?;
        self.key_allowed = breaks;
        self.push(Token::Scalar(text, true), start..end);
        Ok(())
    }

    fn block(&mut self) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.key_allowed = true;
        let start = self.cursor.at;
        let (text, end, comment) = scalars::block(&mut self.cursor, self.indent)?;
        if let Some(comment) = comment {
            self.comment(comment);
        }
        self.push(Token::Scalar(text.into(), false), start..end);
        Ok(())
    }
}
