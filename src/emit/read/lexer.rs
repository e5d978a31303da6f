//! The words of an nft file, with their lines.
//!
//! The end of a line ends a statement in nft, so it is a token here and not a blank. What would
//! blur that, like a backslash that joins two lines, is refused and not interpreted. The text is
//! split once and tokens borrow from it; the parsers then look at the next token, and at most at
//! the one behind.

use super::{Unreadable, unreadable};

/// A piece of an nft file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Anything between blanks and marks.
    Word(&'t str),
    /// What stands in quotes. Nothing in it is special.
    Quoted(&'t str),
    /// One of [`MARKS`].
    Mark(char),
    /// The end of a line, or of the text.
    End,
}

const MARKS: &str = "{},;=";

/// Reads tokens one after another.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    tokens: Vec<(Token<'t>, usize)>,
    at: usize,
    last: usize,
}

impl<'t> Cursor<'t> {
    /// The tokens of a text.
    pub(super) fn new(text: &'t str) -> Result<Self, Unreadable> {
        let mut tokens = Vec::new();
        let mut last = 1;
        for (index, line) in text.lines().enumerate() {
            last = index + 1;
            split(line, last, &mut tokens)?;
            tokens.push((Token::End, last));
        }
        Ok(Self {
            tokens,
            at: 0,
            last,
        })
    }

    /// The next token, which stays there.
    pub(super) fn peek(&self) -> Token<'t> {
        let next = self.tokens.get(self.at);
        next.map_or(Token::End, |(token, _)| *token)
    }

    /// Whether the token behind the next one is this word.
    pub(super) fn is_second(&self, word: &str) -> bool {
        let second = self.tokens.get(self.at + 1);
        second.is_some_and(|(token, _)| *token == Token::Word(word))
    }

    /// The line of the next token.
    pub(super) fn line(&self) -> usize {
        let next = self.tokens.get(self.at);
        next.map_or(self.last, |(_, line)| *line)
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Token<'t> {
        let next = self.peek();
        self.at += 1;
        next
    }

    /// Whether everything was read.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Passes over the next token if it is this word.
    pub(super) fn skip_word(&mut self, word: &str) -> bool {
        let found = self.peek() == Token::Word(word);
        self.at += usize::from(found);
        found
    }

    /// Passes over the next token if it is this mark.
    pub(super) fn skip_mark(&mut self, mark: char) -> bool {
        let found = self.peek() == Token::Mark(mark);
        self.at += usize::from(found);
        found
    }

    /// Passes over ends of lines.
    pub(super) fn skip_ends(&mut self) {
        while !self.is_done() && self.peek() == Token::End {
            self.at += 1;
        }
    }

    /// The next token, a word.
    pub(super) fn word(&mut self, what: &str) -> Result<&'t str, Unreadable> {
        let token = self.peek();
        let Token::Word(word) = token else {
            return self.not(what, token);
        };
        self.at += 1;
        Ok(word)
    }

    /// Passes over these words.
    pub(super) fn words(&mut self, words: &[&str]) -> Result<(), Unreadable> {
        for word in words {
            if !self.skip_word(word) {
                return self.not(&format!("`{word}`"), self.peek());
            }
        }
        Ok(())
    }

    /// Passes over a mark.
    pub(super) fn mark(&mut self, mark: char) -> Result<(), Unreadable> {
        if self.skip_mark(mark) {
            return Ok(());
        }
        self.not(&format!("`{mark}`"), self.peek())
    }

    /// The next token, in quotes.
    pub(super) fn quoted(&mut self) -> Result<&'t str, Unreadable> {
        let token = self.peek();
        let Token::Quoted(text) = token else {
            return self.not("text in quotes", token);
        };
        self.at += 1;
        Ok(text)
    }

    /// Passes over what ends a statement: the end of a line or `;`. A `}` does so too in nft's
    /// grammar for some statements only, so it does here for none.
    pub(super) fn end(&mut self) -> Result<(), Unreadable> {
        let token = self.peek();
        if !matches!(token, Token::End | Token::Mark(';')) {
            return self.not("the end of the statement", token);
        }
        self.at += 1;
        Ok(())
    }

    /// Something else was to come.
    pub(super) fn not<T>(&self, wanted: &str, found: Token<'_>) -> Result<T, Unreadable> {
        let found = match found {
            Token::Word(word) => format!("`{word}`"),
            Token::Quoted(text) => format!("`\"{text}\"`"),
            Token::Mark(mark) => format!("`{mark}`"),
            Token::End => "the end of the line".to_owned(),
        };
        unreadable(self.line(), format!("{found} stands where {wanted} must"))
    }
}

/// Splits one line. Comments run from `#` to its end.
fn split<'t>(
    line: &'t str,
    number: usize,
    tokens: &mut Vec<(Token<'t>, usize)>,
) -> Result<(), Unreadable> {
    let blank = [' ', '\t'];
    let part_of_word = |c: char| c.is_ascii_graphic() && !"\"#\\".contains(c) && !MARKS.contains(c);
    let mut rest = line.trim_start_matches(blank);
    while let Some(first) = rest.chars().next() {
        if first == '#' {
            return Ok(());
        }
        let after = if first == '"' {
            let inner = rest.strip_prefix('"').unwrap_or(rest);
            let Some((text, after)) = inner.split_once('"') else {
                return unreadable(number, "a quote is not closed");
            };
            tokens.push((Token::Quoted(text), number));
            after
        } else if MARKS.contains(first) {
            tokens.push((Token::Mark(first), number));
            rest.strip_prefix(first).unwrap_or_default()
        } else if part_of_word(first) {
            let end = rest.find(|c| !part_of_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            tokens.push((Token::Word(word), number));
            after
        } else {
            return unreadable(
                number,
                format!("`{}` is in no ruleset", first.escape_debug()),
            );
        };
        rest = after.trim_start_matches(blank);
    }
    Ok(())
}
