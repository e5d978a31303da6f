//! YAML text to tokens, as libyaml and with it go-yaml cut it: kubectl reads manifests with that,
//! and what it takes differs from YAML 1.2 in many places.
//!
//! A key can be told only from the `:` behind it. Tokens wait until it is known whether they are
//! one: at the end of the line, or 1024 characters on, they are not.

mod fetch;

use super::cursor::{Cursor, fail};
use crate::input::node::{MAX_DEPTH, SyntaxError};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

/// How far behind its beginning the `:` of a key can stand.
const LONGEST_KEY: usize = 1024;

/// A part of a YAML text that has a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    /// A line that begins with `%`.
    Directive,
    BlockSequence,
    BlockMapping,
    BlockEnd,
    FlowSequence,
    FlowSequenceEnd,
    FlowMapping,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'t str),
    Anchor(&'t str),
    Tag(Cow<'t, str>),
    /// A scalar, and whether it is plain.
    Scalar(Cow<'t, str>, bool),
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Placed<'t> {
    pub(super) token: Token<'t>,
    pub(super) at: Range<usize>,
}

/// What may turn out to be a key.
#[derive(Debug, Clone, Copy, Default)]
struct Candidate {
    possible: bool,
    /// Whether nothing else can stand there.
    required: bool,
    /// The number of its first token.
    token: usize,
    at: usize,
    line: usize,
    column: isize,
}

/// Cuts a text into tokens.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    cursor: Cursor<'t>,
    tokens: VecDeque<Placed<'t>>,
    /// How many tokens were taken.
    taken: usize,
    /// How far the innermost block is indented; less than 0 outside of all.
    indent: isize,
    indents: Vec<isize>,
    /// One for the blocks, and one for each flow collection that is open.
    keys: Vec<Candidate>,
    key_allowed: bool,
    ended: bool,
    /// Where comments stand, if somebody wants to know.
    comments: Option<Vec<Range<usize>>>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, comments: bool) -> Self {
        Self {
            cursor: Cursor::new(text),
            tokens: VecDeque::new(),
            taken: 0,
            indent: -1,
            indents: Vec::new(),
            keys: vec![Candidate::default()],
            key_allowed: true,
            ended: false,
            comments: comments.then(Vec::new),
        }
    }

    /// The comments of the text so far.
    pub(super) fn take_comments(&mut self) -> Vec<Range<usize>> {
        self.comments.take().unwrap_or_default()
    }

    /// The next token, which stays the next one.
    pub(super) fn peek(&mut self) -> Result<&Placed<'t>, SyntaxError> {
        while !self.ended && (self.tokens.is_empty() || self.may_be_key()?) {
            self.fetch()?;
        }
        let end = self.cursor.at;
        if self.tokens.is_empty() {
            self.push(Token::StreamEnd, end..end);
        }
        match self.tokens.front() {
            Some(next) => Ok(next),
            None => fail(end, "the text ends too early"),
        }
    }

    /// The next token, which is passed.
    pub(super) fn next(&mut self) -> Result<Placed<'t>, SyntaxError> {
        let next = self.peek()?.clone();
        self.pass();
        Ok(next)
    }

    /// Passes the token that was looked at.
    pub(super) fn pass(&mut self) {
        self.tokens.pop_front();
        self.taken += 1;
    }

    /// Whether the next token is the first of what may yet become a key.
    fn may_be_key(&mut self) -> Result<bool, SyntaxError> {
        let next = self.taken;
        let mut levels = 0..self.keys.len();
        let is_next = |level: &usize| {
            let key = self.keys.get(*level);
            key.is_some_and(|key| key.possible && key.token == next)
        };
        match levels.find(is_next) {
            Some(level) => self.is_valid(level),
            None => Ok(false),
        }
    }

    /// Whether a candidate is still one.
    fn is_valid(&mut self, level: usize) -> Result<bool, SyntaxError> {
        let (line, at) = (self.cursor.line, self.cursor.at);
        let text = self.cursor.text;
        let Some(key) = self.keys.get_mut(level).filter(|key| key.possible) else {
            return Ok(false);
        };
        let is_long = at > key.at + LONGEST_KEY && {
            let passed = text.get(key.at..at).unwrap_or_default();
            passed.chars().count() > LONGEST_KEY
        };
        if key.line < line || is_long {
            if key.required {
                return fail(key.at, "this key must be followed by `:`");
            }
            key.possible = false;
        }
        Ok(key.possible)
    }

    fn push(&mut self, token: Token<'t>, at: Range<usize>) {
        self.tokens.push_back(Placed { token, at });
    }

    fn insert(&mut self, number: usize, token: Token<'t>, at: usize) {
        let index = number.saturating_sub(self.taken).min(self.tokens.len());
        let placed = Placed { token, at: at..at };
        self.tokens.insert(index, placed);
    }

    fn in_flow(&self) -> bool {
        self.keys.len() > 1
    }

    fn column(&mut self) -> isize {
        isize::try_from(self.cursor.column()).unwrap_or(isize::MAX)
    }

    /// Notes that a key may begin here.
    fn save_key(&mut self) -> Result<(), SyntaxError> {
        if !self.key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let column = if self.in_flow() { 0 } else { self.column() };
        let key = Candidate {
            possible: true,
            required: !self.in_flow() && self.indent == column,
            token: self.taken + self.tokens.len(),
            at: self.cursor.at,
            line: self.cursor.line,
            column,
        };
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// Forgets what might have been a key.
    fn remove_key(&mut self) -> Result<(), SyntaxError> {
        let Some(key) = self.keys.last_mut() else {
            return Ok(());
        };
        if key.possible && key.required {
            return fail(key.at, "this key must be followed by `:`");
        }
        key.possible = false;
        Ok(())
    }

    /// Opens a block at `column`, if there is none yet. Its token stands before `number`.
    fn roll(
        &mut self,
        column: isize,
        number: usize,
        token: Token<'t>,
        at: usize,
    ) -> Result<(), SyntaxError> {
        if self.in_flow() || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            return fail(at, "nested deeper than 128 levels");
        }
        self.insert(number, token, at);
        Ok(())
    }

    /// Closes the blocks that are indented further than `column`.
    fn unroll(&mut self, column: isize) {
        if self.in_flow() {
            return;
        }
        while self.indent > column {
            let at = self.cursor.at;
            self.push(Token::BlockEnd, at..at);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Passes blanks, comments and line breaks.
    fn pass_blanks(&mut self) {
        loop {
            let tabs = self.in_flow() || !self.key_allowed;
            while self.cursor.byte(0) == b' ' || (tabs && self.cursor.byte(0) == b'\t') {
                self.cursor.at += 1;
            }
            if self.cursor.byte(0) == b'#' {
                let from = self.cursor.at;
                self.cursor.pass_line();
                self.comment(from..self.cursor.at);
            }
            if !self.cursor.is_break() {
                return;
            }
            self.cursor.pass_break();
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    fn comment(&mut self, at: Range<usize>) {
        if let Some(comments) = &mut self.comments {
            comments.push(at);
        }
    }
}
