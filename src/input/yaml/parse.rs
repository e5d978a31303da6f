//! Tokens to events, by the grammar that libyaml has.

mod flow;

use super::cursor::fail;
use super::scan::{Placed, Scanner, Token};
use crate::input::node::SyntaxError;
use std::borrow::Cow;
use std::ops::Range;

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event<'t> {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(&'t str),
    Scalar(Scalar<'t>),
    SequenceStart(Option<&'t str>),
    SequenceEnd,
    MappingStart(Option<&'t str>),
    MappingEnd,
}

/// A scalar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scalar<'t> {
    pub(super) text: Cow<'t, str>,
    /// Whether it has no quotes and is no block.
    pub(super) plain: bool,
    pub(super) anchor: Option<&'t str>,
    /// The tag in full.
    pub(super) tag: Option<Cow<'t, str>>,
}

/// What is expected next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FirstDocument,
    Document,
    Content,
    Node,
    DocumentEnd,
    BlockEntry,
    IndentlessEntry,
    BlockKey,
    BlockValue,
    FlowEntry { first: bool },
    PairKey,
    PairValue,
    PairEnd,
    FlowKey { first: bool },
    FlowValue,
    FlowNoValue,
    End,
}

/// Which collections may begin at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Flow collections only.
    Flow,
    /// Those of blocks too.
    Block,
    /// Below a key, where a list needs no indentation.
    BelowKey,
}

type Placing<'t> = (Event<'t>, Range<usize>);

/// Reads events out of a text.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    scanner: Scanner<'t>,
    state: State,
    states: Vec<State>,
    /// Where the flow collections begin that are open.
    open: Vec<usize>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, comments: bool) -> Self {
        Self {
            scanner: Scanner::new(text, comments),
            state: State::FirstDocument,
            states: Vec::new(),
            open: Vec::new(),
        }
    }

    /// The comments so far.
    pub(super) fn take_comments(&mut self) -> Vec<Range<usize>> {
        self.scanner.take_comments()
    }

    /// The next event and where it stands.
    pub(super) fn next(&mut self) -> Result<Placing<'t>, SyntaxError> {
        match self.state {
            State::FirstDocument | State::Document => self.document(),
            State::Content => match self.token()? {
                Token::DocumentStart | Token::DocumentEnd | Token::Directive | Token::StreamEnd => {
                    self.pop();
                    self.empty()
                }
                _ => self.node(Place::Block),
            },
            State::Node => self.node(Place::Block),
            State::DocumentEnd => self.document_end(),
            State::BlockEntry => self.block_entry(),
            State::IndentlessEntry => self.indentless_entry(),
            State::BlockKey => self.block_key(),
            State::BlockValue => self.block_value(),
            State::FlowEntry { first } => self.flow_entry(first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.pair_value(),
            State::PairEnd => self.pair_end(),
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue => self.flow_value(),
            State::FlowNoValue => {
                self.state = State::FlowKey { first: false };
                self.empty()
            }
            State::End => {
                let at = self.scanner.peek()?.at.clone();
                Ok((Event::StreamEnd, at))
            }
        }
    }

    /// The next token.
    fn token(&mut self) -> Result<&Token<'t>, SyntaxError> {
        Ok(&self.scanner.peek()?.token)
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Nothing, before the next token.
    fn empty(&mut self) -> Result<Placing<'t>, SyntaxError> {
        let at = self.scanner.peek()?.at.start;
        Ok(Self::nothing(at))
    }

    fn nothing(at: usize) -> Placing<'t> {
        let scalar = Scalar {
            plain: true,
            ..Scalar::default()
        };
        (Event::Scalar(scalar), at..at)
    }

    fn wrong<T>(&mut self, message: &str) -> Result<T, SyntaxError> {
        let at = self.scanner.peek()?.at.start;
        fail(at, message)
    }

    fn document(&mut self) -> Result<Placing<'t>, SyntaxError> {
        let implicit = self.state == State::FirstDocument;
        while !implicit && *self.token()? == Token::DocumentEnd {
            self.scanner.pass();
        }
        let Placed { token, at } = self.scanner.peek()?.clone();
        match token {
            Token::StreamEnd => {
                self.state = State::End;
                return Ok((Event::StreamEnd, at));
            }
            Token::DocumentStart => {
                self.scanner.pass();
                self.state = State::Content;
            }
            // Below it stands `---`, where kubectl cuts the text.
            Token::Directive => {
                return fail(
                    at.start,
                    "kubectl does not accept directives: remove this line",
                );
            }
            _ if implicit => self.state = State::Node,
            _ => {
                return fail(
                    at.start,
                    "expected the end of the document here; `---` begins another object",
                );
            }
        }
        self.states.push(State::DocumentEnd);
        Ok((Event::DocumentStart, at))
    }

    fn document_end(&mut self) -> Result<Placing<'t>, SyntaxError> {
        let mut at = self.scanner.peek()?.at.clone();
        at.end = at.start;
        if *self.token()? == Token::DocumentEnd {
            self.scanner.pass();
        }
        self.state = State::Document;
        Ok((Event::DocumentEnd, at))
    }

    fn node(&mut self, place: Place) -> Result<Placing<'t>, SyntaxError> {
        let Placed { token, at } = self.scanner.peek()?.clone();
        if let Token::Alias(name) = token {
            self.scanner.pass();
            self.pop();
            return Ok((Event::Alias(name), at));
        }
        let start = at.start;
        let (anchor, tag, end) = self.properties(at.start)?;
        let Placed { token, at } = self.scanner.peek()?.clone();
        let range = start..at.end.max(start);
        let block = place != Place::Flow;
        match token {
            Token::BlockEntry if place == Place::BelowKey => {
                self.state = State::IndentlessEntry;
                Ok((Event::SequenceStart(anchor), range))
            }
            Token::Scalar(text, plain) => {
                self.scanner.pass();
                self.pop();
                let scalar = Scalar {
                    text,
                    plain,
                    anchor,
                    tag,
                };
                Ok((Event::Scalar(scalar), at))
            }
            Token::FlowSequence => {
                self.open.push(at.start);
                Ok(self.begin(
                    State::FlowEntry { first: true },
                    Event::SequenceStart(anchor),
                    range,
                ))
            }
            Token::FlowMapping => {
                self.open.push(at.start);
                Ok(self.begin(
                    State::FlowKey { first: true },
                    Event::MappingStart(anchor),
                    range,
                ))
            }
            Token::BlockSequence if block => {
                Ok(self.begin(State::BlockEntry, Event::SequenceStart(anchor), range))
            }
            Token::BlockMapping if block => {
                Ok(self.begin(State::BlockKey, Event::MappingStart(anchor), range))
            }
            _ if anchor.is_some() || tag.is_some() => {
                self.pop();
                let scalar = Scalar {
                    plain: true,
                    anchor,
                    tag,
                    ..Scalar::default()
                };
                Ok((Event::Scalar(scalar), start..end))
            }
            _ => fail(at.start, "expected a value"),
        }
    }

    fn begin(&mut self, state: State, event: Event<'t>, range: Range<usize>) -> Placing<'t> {
        self.scanner.pass();
        self.state = state;
        (event, range)
    }

    /// Anchor and tag, in any order, and where they end.
    #[expect(clippy::type_complexity, reason = "it is taken apart at once")]
    fn properties(
        &mut self,
        start: usize,
    ) -> Result<(Option<&'t str>, Option<Cow<'t, str>>, usize), SyntaxError> {
        let (mut anchor, mut tag, mut end) = (None, None, start);
        loop {
            let placed = self.scanner.peek()?;
            match &placed.token {
                Token::Anchor(name) if anchor.is_none() => anchor = Some(*name),
                Token::Tag(written) if tag.is_none() => tag = Some(written.clone()),
                _ => return Ok((anchor, tag, end)),
            }
            end = placed.at.end;
            self.scanner.pass();
        }
    }

    /// The node of an entry or a value that begins behind its mark, or nothing.
    fn below(
        &mut self,
        then: State,
        is_nothing: impl Fn(&Token<'t>) -> bool,
        place: Place,
    ) -> Result<Placing<'t>, SyntaxError> {
        let mark = self.scanner.next()?.at.end;
        if is_nothing(self.token()?) {
            self.state = then;
            return Ok(Self::nothing(mark));
        }
        self.states.push(then);
        self.node(place)
    }

    fn close(&mut self, event: Event<'t>) -> Result<Placing<'t>, SyntaxError> {
        let at = self.scanner.next()?.at;
        self.pop();
        Ok((event, at))
    }

    fn block_entry(&mut self) -> Result<Placing<'t>, SyntaxError> {
        match self.token()? {
            Token::BlockEntry => {
                let ends = |token: &Token<'_>| matches!(token, Token::BlockEntry | Token::BlockEnd);
                self.below(State::BlockEntry, ends, Place::Block)
            }
            Token::BlockEnd => self.close(Event::SequenceEnd),
            _ => self.wrong("expected a list item, which begins with `- `"),
        }
    }

    fn indentless_entry(&mut self) -> Result<Placing<'t>, SyntaxError> {
        if *self.token()? != Token::BlockEntry {
            let at = self.scanner.peek()?.at.start;
            self.pop();
            return Ok((Event::SequenceEnd, at..at));
        }
        let ends = |token: &Token<'_>| {
            matches!(
                token,
                Token::BlockEntry | Token::Key | Token::Value | Token::BlockEnd
            )
        };
        self.below(State::IndentlessEntry, ends, Place::Block)
    }

    fn block_key(&mut self) -> Result<Placing<'t>, SyntaxError> {
        match self.token()? {
            Token::Key => {
                let ends = |token: &Token<'_>| {
                    matches!(token, Token::Key | Token::Value | Token::BlockEnd)
                };
                self.below(State::BlockValue, ends, Place::BelowKey)
            }
            Token::BlockEnd => self.close(Event::MappingEnd),
            _ => self.wrong("expected a key"),
        }
    }

    fn block_value(&mut self) -> Result<Placing<'t>, SyntaxError> {
        if *self.token()? != Token::Value {
            self.state = State::BlockKey;
            return self.empty();
        }
        let ends = |token: &Token<'_>| matches!(token, Token::Key | Token::Value | Token::BlockEnd);
        self.below(State::BlockKey, ends, Place::BelowKey)
    }
}
