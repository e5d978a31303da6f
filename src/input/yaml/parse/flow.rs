//! Collections in brackets and braces.

use super::{Event, Parser, Place, Placing, State, Token};
use crate::input::node::SyntaxError;
use crate::input::yaml::cursor::fail;

impl<'t> Parser<'t> {
    /// A flow collection that the text does not close.
    fn unclosed(&mut self, message: &str) -> Result<(), SyntaxError> {
        let ends = matches!(
            self.token()?,
            Token::StreamEnd | Token::DocumentStart | Token::DocumentEnd | Token::Directive
        );
        match self.open.last() {
            Some(&at) if ends => fail(at, message),
            _ => Ok(()),
        }
    }

    /// Passes the comma between two elements.
    fn comma(&mut self, first: bool, end: &Token<'t>, message: &str) -> Result<(), SyntaxError> {
        let token = self.token()?;
        if first || token == end {
            return Ok(());
        }
        if *token != Token::FlowEntry {
            return self.wrong(message);
        }
        self.scanner.pass();
        Ok(())
    }

    pub(super) fn flow_entry(&mut self, first: bool) -> Result<Placing<'t>, SyntaxError> {
        self.unclosed("this `[` has no closing `]`")?;
        self.comma(first, &Token::FlowSequenceEnd, "expected `,` or `]`")?;
        match self.token()? {
            Token::FlowSequenceEnd => {
                self.open.pop();
                self.close(Event::SequenceEnd)
            }
            Token::Key => {
                let at = self.scanner.next()?.at;
                self.state = State::PairKey;
                Ok((Event::MappingStart(None), at))
            }
            _ => {
                self.states.push(State::FlowEntry { first: false });
                self.node(Place::Flow)
            }
        }
    }

    pub(super) fn pair_key(&mut self) -> Result<Placing<'t>, SyntaxError> {
        match self.token()? {
            Token::Value | Token::FlowEntry | Token::FlowSequenceEnd => {
                // As libyaml does, which passes the token here.
                let mark = self.scanner.next()?.at.end;
                self.state = State::PairValue;
                Ok(Self::nothing(mark))
            }
            _ => {
                self.states.push(State::PairValue);
                self.node(Place::Flow)
            }
        }
    }

    pub(super) fn pair_value(&mut self) -> Result<Placing<'t>, SyntaxError> {
        if *self.token()? != Token::Value {
            self.state = State::PairEnd;
            return self.empty();
        }
        let ends = |token: &Token<'_>| matches!(token, Token::FlowEntry | Token::FlowSequenceEnd);
        self.below(State::PairEnd, ends, Place::Flow)
    }

    pub(super) fn pair_end(&mut self) -> Result<Placing<'t>, SyntaxError> {
        let at = self.scanner.peek()?.at.start;
        self.state = State::FlowEntry { first: false };
        Ok((Event::MappingEnd, at..at))
    }

    pub(super) fn flow_key(&mut self, first: bool) -> Result<Placing<'t>, SyntaxError> {
        self.unclosed("this `{` has no closing `}`")?;
        self.comma(first, &Token::FlowMappingEnd, "expected `,` or `}`")?;
        match self.token()? {
            Token::FlowMappingEnd => {
                self.open.pop();
                self.close(Event::MappingEnd)
            }
            Token::Key => {
                let ends = |token: &Token<'_>| {
                    matches!(
                        token,
                        Token::Value | Token::FlowEntry | Token::FlowMappingEnd
                    )
                };
                self.below(State::FlowValue, ends, Place::Flow)
            }
            _ => {
                self.states.push(State::FlowNoValue);
                self.node(Place::Flow)
            }
        }
    }

    pub(super) fn flow_value(&mut self) -> Result<Placing<'t>, SyntaxError> {
        if *self.token()? != Token::Value {
            self.state = State::FlowKey { first: false };
            return self.empty();
        }
        let ends = |token: &Token<'_>| matches!(token, Token::FlowEntry | Token::FlowMappingEnd);
        self.below(State::FlowKey { first: false }, ends, Place::Flow)
    }
}
