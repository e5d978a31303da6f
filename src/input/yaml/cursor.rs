//! A place in a YAML text, with its line and column, and what kinds of characters stand there.

use crate::input::node::SyntaxError;

/// A place in a text. Behind the end stand zeros, which no text of ours has.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    bytes: &'t [u8],
    /// The byte that is next.
    pub(super) at: usize,
    /// How many lines were ended before.
    pub(super) line: usize,
    /// A place in this line, and how many characters stand before it there.
    counted: (usize, usize),
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            line: 0,
            counted: (0, 0),
        }
    }

    /// A cursor at a place of the line that begins at `line`.
    pub(super) fn within_line(text: &'t str, at: usize, line: usize) -> Self {
        Self {
            at,
            counted: (line, 0),
            ..Self::new(text)
        }
    }

    /// The byte `ahead` places on.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Whether the text ends here.
    pub(super) fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// How many characters stand before this one in its line.
    pub(super) fn column(&mut self) -> usize {
        let (from, column) = self.counted;
        let passed = self.bytes.get(from..self.at).unwrap_or_default();
        let characters = passed.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        self.counted = (self.at, column + characters);
        self.counted.1
    }

    /// Whether this is the first character of a line.
    pub(super) fn is_line_start(&mut self) -> bool {
        self.column() == 0
    }

    /// How many bytes the line break has that begins `ahead` places on; none is 0.
    pub(super) fn break_at(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' => 1 + usize::from(self.byte(ahead + 1) == b'\n'),
            0xC2 if self.byte(ahead + 1) == 0x85 => 2,
            0xE2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xA8 | 0xA9) => {
                3
            }
            _ => 0,
        }
    }

    /// Whether a line break begins here.
    pub(super) fn is_break(&self) -> bool {
        self.break_at(0) > 0
    }

    /// Whether a space or a tab stands here.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.byte(0), b' ' | b'\t')
    }

    /// Whether a blank, a line break or the end is `ahead` places on.
    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t' | 0) || self.break_at(ahead) > 0
    }

    /// Passes the line break that stands here, and gives what it is in a text.
    pub(super) fn pass_break(&mut self) -> &'static str {
        let length = self.break_at(0);
        let written = match (length, self.byte(2)) {
            (0, _) => return "",
            (3, 0xA8) => "\u{2028}",
            (3, _) => "\u{2029}",
            _ => "\n",
        };
        self.at += length;
        self.line += 1;
        self.counted = (self.at, 0);
        written
    }

    /// Passes everything up to the end of the line.
    pub(super) fn pass_line(&mut self) {
        while !self.is_end() && !self.is_break() {
            self.at += 1;
        }
    }

    /// Whether `---` or `...` stands alone at the start of the line.
    pub(super) fn is_document_mark(&mut self, mark: u8) -> bool {
        self.byte(0) == mark
            && self.byte(1) == mark
            && self.byte(2) == mark
            && self.is_blank_or_end(3)
            && self.is_line_start()
    }

    /// The text from `from` to here.
    pub(super) fn since(&self, from: usize) -> &'t str {
        self.text.get(from..self.at).unwrap_or_default()
    }
}

/// An error at a place.
pub(super) fn fail<T>(offset: usize, message: impl Into<String>) -> Result<T, SyntaxError> {
    Err(SyntaxError {
        offset,
        message: message.into(),
    })
}

/// The first character of `text` that may not stand in YAML.
pub(super) fn forbidden(text: &str) -> Option<usize> {
    let is_control =
        |byte: u8| (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F;
    let plain = text.bytes().position(is_control);
    if plain.is_some() || text.is_ascii() {
        return plain;
    }
    let is_other = |letter: char| matches!(letter, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}');
    text.find(is_other)
}
