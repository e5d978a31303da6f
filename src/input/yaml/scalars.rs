//! Plain, quoted and block scalars, as libyaml and with it go-yaml scan them.

use super::cursor::{Cursor, fail};
use crate::input::node::SyntaxError;
use std::borrow::Cow;

/// A text that is borrowed as long as it is written the way it is meant.
struct Text {
    from: usize,
    made: Option<String>,
}

impl Text {
    fn new(from: usize) -> Self {
        Self { from, made: None }
    }

    /// The text so far, `end` bytes into the source, to be changed.
    fn own(&mut self, cursor: &Cursor<'_>, end: usize) -> &mut String {
        let from = self.from;
        self.made
            .get_or_insert_with(|| cursor.text.get(from..end).unwrap_or_default().to_owned())
    }

    fn finish<'t>(self, cursor: &Cursor<'t>, end: usize) -> Cow<'t, str> {
        match self.made {
            Some(made) => Cow::Owned(made),
            None => Cow::Borrowed(cursor.text.get(self.from..end).unwrap_or_default()),
        }
    }
}

/// Blanks and line breaks between two words of a scalar.
#[derive(Default)]
struct Gap {
    /// Whether a line ended.
    folds: bool,
    first: &'static str,
    more: String,
}

impl Gap {
    /// Passes a line break.
    fn pass_break(&mut self, cursor: &mut Cursor<'_>) {
        let written = cursor.pass_break();
        if self.folds {
            self.more.push_str(written);
        } else {
            self.folds = true;
            self.first = written;
        }
    }

    /// What stands for the breaks: a blank for one line break, and each one more for itself.
    fn push_to(&self, text: &mut String) {
        match self.first {
            "\n" if self.more.is_empty() => text.push(' '),
            "\n" => {}
            other => text.push_str(other),
        }
        text.push_str(&self.more);
    }
}

/// Scans a plain scalar; gives it, where it ends, and whether line breaks follow it.
pub(super) fn plain<'t>(
    cursor: &mut Cursor<'t>,
    indent: isize,
    in_flow: bool,
) -> Result<(Cow<'t, str>, usize, bool), SyntaxError> {
    let start = cursor.at;
    let indent = usize::try_from(indent + 1).unwrap_or(0);
    let mut text = Text::new(start);
    let mut end = start;
    let mut gap = Gap::default();
    loop {
        let marked = cursor.is_document_mark(b'-') || cursor.is_document_mark(b'.');
        if marked || cursor.byte(0) == b'#' {
            break;
        }
        let word = cursor.at;
        pass_word(cursor, in_flow);
        if cursor.at > word {
            if gap.folds {
                let made = text.own(cursor, end);
                gap.push_to(made);
                made.push_str(cursor.since(word));
                gap = Gap::default();
            } else if text.made.is_some() {
                let piece = cursor.since(end);
                text.own(cursor, end).push_str(piece);
            }
            end = cursor.at;
        }
        if !(cursor.is_blank() || cursor.is_break()) {
            break;
        }
        while cursor.is_blank() || cursor.is_break() {
            if cursor.is_break() {
                gap.pass_break(cursor);
                continue;
            }
            if gap.folds && cursor.byte(0) == b'\t' && cursor.column() < indent {
                return fail(
                    cursor.at,
                    "a tab cannot be used for indentation; use spaces",
                );
            }
            cursor.at += 1;
        }
        if !in_flow && cursor.column() < indent {
            break;
        }
    }
    Ok((text.finish(cursor, end), end, gap.folds))
}

/// Passes what belongs to a word of a plain scalar.
fn pass_word(cursor: &mut Cursor<'_>, in_flow: bool) {
    loop {
        match cursor.byte(0) {
            b' ' | b'\t' | b'\n' | b'\r' | 0 => return,
            b':' if cursor.is_blank_or_end(1) => return,
            b',' | b'?' | b'[' | b']' | b'{' | b'}' if in_flow => return,
            0xC2 | 0xE2 if cursor.is_break() => return,
            _ => cursor.at += 1,
        }
    }
}

/// Scans a quoted scalar, whose opening quote stands here.
pub(super) fn quoted<'t>(cursor: &mut Cursor<'t>) -> Result<Cow<'t, str>, SyntaxError> {
    let start = cursor.at;
    let quote = cursor.byte(0);
    cursor.at += 1;
    let mut text = Text::new(cursor.at);
    loop {
        if cursor.is_document_mark(b'-') || cursor.is_document_mark(b'.') {
            return fail(start, "the document ends inside this quoted text");
        }
        if cursor.is_end() {
            return fail(start, "this quoted text has no closing quote");
        }
        let mut gap = Gap::default();
        pass_quoted(cursor, quote, &mut text, &mut gap)?;
        if cursor.byte(0) == quote {
            break;
        }
        let blanks = cursor.at;
        while cursor.is_blank() || cursor.is_break() {
            if cursor.is_break() {
                text.own(cursor, blanks);
                gap.pass_break(cursor);
            } else {
                cursor.at += 1;
            }
        }
        if gap.folds {
            gap.push_to(text.own(cursor, blanks));
        } else if text.made.is_some() {
            let piece = cursor.since(blanks);
            text.own(cursor, blanks).push_str(piece);
        }
    }
    let end = cursor.at;
    cursor.at += 1;
    Ok(text.finish(cursor, end))
}

/// Passes a quoted scalar up to a blank, a line break or its end. A break that is escaped is in
/// `gap` then, as one that stands for nothing.
fn pass_quoted(
    cursor: &mut Cursor<'_>,
    quote: u8,
    text: &mut Text,
    gap: &mut Gap,
) -> Result<(), SyntaxError> {
    let mut from = cursor.at;
    let keep = |cursor: &Cursor<'_>, text: &mut Text, from: usize| {
        if text.made.is_some() {
            let piece = cursor.since(from);
            text.own(cursor, from).push_str(piece);
        }
    };
    loop {
        match cursor.byte(0) {
            byte if byte == quote => {
                if quote == b'"' || cursor.byte(1) != b'\'' {
                    break;
                }
                keep(cursor, text, from);
                text.own(cursor, cursor.at).push('\'');
                cursor.at += 2;
                from = cursor.at;
            }
            b'\\' if quote == b'"' => {
                keep(cursor, text, from);
                text.own(cursor, cursor.at);
                if cursor.break_at(1) > 0 {
                    cursor.at += 1;
                    cursor.pass_break();
                    gap.folds = true;
                    return Ok(());
                }
                let letter = escape(cursor)?;
                text.own(cursor, cursor.at).push(letter);
                from = cursor.at;
            }
            0 => break,
            _ if cursor.is_blank_or_end(0) => break,
            _ => cursor.at += 1,
        }
    }
    keep(cursor, text, from);
    Ok(())
}

/// Passes an escape, and gives what it stands for.
fn escape(cursor: &mut Cursor<'_>) -> Result<char, SyntaxError> {
    let start = cursor.at;
    let (letter, digits) = match cursor.byte(1) {
        b'0' => ('\0', 0),
        b'a' => ('\u{7}', 0),
        b'b' => ('\u{8}', 0),
        b't' | b'\t' => ('\t', 0),
        b'n' => ('\n', 0),
        b'v' => ('\u{B}', 0),
        b'f' => ('\u{C}', 0),
        b'r' => ('\r', 0),
        b'e' => ('\u{1B}', 0),
        byte @ (b' ' | b'"' | b'\'' | b'\\') => (char::from(byte), 0),
        b'N' => ('\u{85}', 0),
        b'_' => ('\u{A0}', 0),
        b'L' => ('\u{2028}', 0),
        b'P' => ('\u{2029}', 0),
        b'x' => ('x', 2),
        b'u' => ('u', 4),
        b'U' => ('U', 8),
        _ => {
            return fail(start, "YAML 1.1, which Kubernetes uses, has no such escape");
        }
    };
    cursor.at += 2;
    if digits == 0 {
        return Ok(letter);
    }
    let code = cursor.text.get(cursor.at..cursor.at + digits);
    let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let number = code.and_then(|code| u32::from_str_radix(code, 16).ok());
    match number.and_then(char::from_u32) {
        Some(letter) => {
            cursor.at += digits;
            Ok(letter)
        }
        None => fail(
            start,
            "this escape must contain the hexadecimal code of a character",
        ),
    }
}

/// Scans a block scalar, whose `|` or `>` stands here, below text that is indented by `parent`.
/// Gives the text, where it ends, and the comment behind its indicator.
pub(super) fn block(
    cursor: &mut Cursor<'_>,
    parent: isize,
) -> Result<(String, usize, Option<std::ops::Range<usize>>), SyntaxError> {
    let start = cursor.at;
    let literal = cursor.byte(0) == b'|';
    cursor.at += 1;
    let (chomping, increment) = indicators(cursor, start)?;
    while cursor.is_blank() {
        cursor.at += 1;
    }
    let from = cursor.at;
    if cursor.byte(0) == b'#' {
        cursor.pass_line();
    }
    let comment = (cursor.at > from).then_some(from..cursor.at);
    if !cursor.is_end() && !cursor.is_break() {
        return fail(
            cursor.at,
            "text after `|` or `>` must begin on the next line",
        );
    }
    let mut end = cursor.at;
    cursor.pass_break();
    let above = usize::try_from(parent).unwrap_or(0);
    let least = usize::try_from(parent + 1).unwrap_or(0).max(1);
    let mut indent = increment.map_or(0, |increment| above + increment);
    let mut text = String::new();
    let (mut first, mut more) = ("", String::new());
    block_breaks(cursor, &mut indent, least, &mut more)?;
    let mut after_blank = false;
    while !cursor.is_end() && cursor.column() == indent {
        let blank = cursor.is_blank();
        if !literal && !after_blank && !blank && first == "\n" {
            if more.is_empty() {
                text.push(' ');
            }
        } else {
            text.push_str(first);
        }
        text.push_str(&more);
        more.clear();
        after_blank = blank;
        let line = cursor.at;
        cursor.pass_line();
        text.push_str(cursor.since(line));
        end = cursor.at;
        // kubectl ends the last line, if nobody else does.
        first = if cursor.is_end() {
            "\n"
        } else {
            cursor.pass_break()
        };
        block_breaks(cursor, &mut indent, least, &mut more)?;
    }
    if chomping != b'-' {
        text.push_str(first);
    }
    if chomping == b'+' {
        text.push_str(&more);
    }
    Ok((text, end, comment))
}

/// What stands behind `|` or `>`: `+` or `-`, and by how much the text is indented.
fn indicators(cursor: &mut Cursor<'_>, start: usize) -> Result<(u8, Option<usize>), SyntaxError> {
    let (mut chomping, mut increment) = (0, None);
    for _ in 0..2 {
        match cursor.byte(0) {
            sign @ (b'+' | b'-') if chomping == 0 => chomping = sign,
            b'0' if increment.is_none() => {
                return fail(start, "the indentation of `|` or `>` must be at least 1");
            }
            digit @ b'1'..=b'9' if increment.is_none() => {
                increment = Some(usize::from(digit - b'0'));
            }
            _ => break,
        }
        cursor.at += 1;
    }
    Ok((chomping, increment))
}

/// Passes indentation and empty lines, and finds the indentation out where it is not known.
fn block_breaks(
    cursor: &mut Cursor<'_>,
    indent: &mut usize,
    least: usize,
    breaks: &mut String,
) -> Result<(), SyntaxError> {
    let mut widest = 0;
    loop {
        let line = cursor.at;
        while (*indent == 0 || cursor.column() < *indent) && cursor.byte(0) == b' ' {
            cursor.at += 1;
        }
        widest = widest.max(cursor.column());
        let spaces = cursor.at > line;
        if (*indent == 0 || cursor.column() < *indent) && cursor.byte(0) == b'\t' {
            return fail(
                cursor.at,
                "a tab cannot be used for indentation; use spaces",
            );
        }
        if !cursor.is_break() {
            if cursor.is_end() && !cursor.is_line_start() && spaces {
                breaks.push('\n');
            }
            break;
        }
        breaks.push_str(cursor.pass_break());
    }
    if *indent == 0 {
        *indent = widest.max(least);
    }
    Ok(())
}
