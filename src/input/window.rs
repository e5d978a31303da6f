//! A moving window over a stream of bytes: looks ahead as far as needed, keeps nothing behind,
//! and knows line and column. The only thing between the input's readers and the parsers.

use super::limit::Limits;
use crate::source::Position;
use std::io::{ErrorKind, Read, Result};

/// How much is read at first: most files are small, and room that is made must be filled with zeros.
const LEAST: usize = 8 * 1024;

/// How much is read at once in the end.
const MOST: usize = 256 * 1024;

/// From how many bytes on room is made for a document as long as there may be.
const SOME: usize = 1 << 20;

/// As long as that is at most.
const LONG: usize = 128 << 20;

/// A stream with everything from the current byte to the farthest look-ahead in memory.
pub(super) struct Window<R> {
    reader: R,
    /// What was read, and behind it room for more.
    buffer: Vec<u8>,
    /// The current byte's index in the buffer.
    at: usize,
    /// Where in the buffer that ends what was read.
    end: usize,
    /// How much room is made next.
    chunk: usize,
    ended: bool,
    position: Position,
    limits: Limits,
}

impl<R: Read> Window<R> {
    /// A window at the start of what `reader` gives.
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            at: 0,
            end: 0,
            chunk: LEAST,
            ended: false,
            position: Position::START,
            limits: Limits::default(),
        }
    }

    /// The same with other limits: it never holds more than a document may have.
    pub(super) fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where the current byte stands in the file.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Where the byte `count` places ahead stands in the file.
    pub(super) fn position_at(&self, count: usize) -> Position {
        after(self.position, self.ahead().get(..count).unwrap_or_default())
    }

    /// All bytes that are in memory, from the current one on.
    pub(super) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    /// Reads more; says whether there was more.
    pub(super) fn grow(&mut self) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.ahead().len() > self.limits.longest() {
            return Err(self.limits.too_long());
        }
        self.make_room();
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let count = loop {
            match self.reader.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.end += count;
        self.ended = count == 0;
        Ok(!self.ended)
    }

    /// Forgets what was passed, where that is the larger part, and sees that there is room.
    fn make_room(&mut self) {
        if self.at > self.end / 2 {
            self.buffer.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
        }
        if self.buffer.len() - self.end < self.chunk / 2 {
            let wanted = self.end + self.chunk;
            if wanted > self.buffer.capacity() && wanted > SOME {
                // Room that is not used costs nothing, and to move a long document costs twice its
                // memory.
                let room = self.limits.longest().min(LONG) + MOST;
                self.buffer
                    .reserve_exact(room.max(wanted) - self.buffer.len());
            }
            self.buffer.resize(wanted, 0);
            self.chunk = (self.chunk * 2).min(MOST);
        }
    }

    /// The byte `index` places ahead; none at the end of the stream.
    pub(super) fn byte(&mut self, index: usize) -> Result<Option<u8>> {
        loop {
            if let Some(&byte) = self.ahead().get(index) {
                return Ok(Some(byte));
            }
            if !self.grow()? {
                return Ok(None);
            }
        }
    }

    /// How many bytes ahead the line ends that the byte at `from` is in: its line break, or the
    /// stream's end.
    pub(super) fn find_line_end(&mut self, from: usize) -> Result<usize> {
        self.find_in(from, |rest| memchr::memchr(b'\n', rest))
    }

    /// How many bytes ahead the next line begins with `---`, counted from `from`; the stream's end
    /// otherwise.
    pub(super) fn find_separator(&mut self, from: usize) -> Result<usize> {
        let mut from = from;
        loop {
            from = self.find_in(from, |rest| {
                memchr::memmem::find(rest, b"\n---").or_else(|| begun(rest))
            })?;
            if self.byte(from)?.is_none() {
                return Ok(from);
            }
            if self.separator_at(from + 1)? {
                return Ok(from + 1);
            }
            from += 1;
        }
    }

    /// How many bytes ahead `wanted` first holds, counted from `from`; the stream's end otherwise.
    pub(super) fn find(&mut self, from: usize, wanted: impl Fn(u8) -> bool) -> Result<usize> {
        self.find_in(from, |rest| rest.iter().position(|&byte| wanted(byte)))
    }

    /// How many bytes ahead `search` finds something in the bytes from `from` on, piece by piece.
    fn find_in(&mut self, from: usize, search: impl Fn(&[u8]) -> Option<usize>) -> Result<usize> {
        let mut from = from;
        loop {
            let ahead = self.ahead();
            let rest = ahead.get(from..).unwrap_or_default();
            if let Some(index) = search(rest) {
                return Ok(from + index);
            }
            from = from.max(ahead.len());
            if !self.grow()? {
                return Ok(from);
            }
        }
    }

    /// Whether a line that begins with `---` stands `index` bytes ahead, which must be the start
    /// of a line.
    pub(super) fn separator_at(&mut self, index: usize) -> Result<bool> {
        if let Some(three) = self.ahead().get(index..index + 3) {
            return Ok(three == b"---");
        }
        for step in 0..3 {
            if self.byte(index + step)? != Some(b'-') {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Moves on by `count` bytes that are in memory.
    pub(super) fn pass(&mut self, count: usize) {
        let end = (self.at + count).min(self.end);
        let passed = self.buffer.get(self.at..end).unwrap_or_default();
        self.position = after(self.position, passed);
        self.at = end;
    }

    /// Moves on by `count` bytes that are in memory and gives them; copies them only where that
    /// is less than to copy the others.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        let begin = self.at;
        self.pass(count);
        if count < self.end / 2 {
            return self.buffer.get(begin..self.at).unwrap_or_default().to_vec();
        }
        let rest = self.ahead().to_vec();
        let mut taken = std::mem::replace(&mut self.buffer, rest);
        taken.truncate(self.at);
        taken.drain(..begin);
        self.at = 0;
        self.end = self.buffer.len();
        taken
    }
}

/// Where bytes end with what may be the beginning of a line of dashes.
fn begun(bytes: &[u8]) -> Option<usize> {
    let near = bytes.len().saturating_sub(3);
    let end = bytes.get(near..).unwrap_or_default();
    (0..end.len())
        .find(|at| end.get(*at..).is_some_and(|end| b"\n---".starts_with(end)))
        .map(|at| near + at)
}

/// The position after `bytes` that begin at `start`; counts every byte that begins a character.
fn after(start: Position, bytes: &[u8]) -> Position {
    let characters = |bytes: &[u8]| count(bytes, |byte| byte & 0xC0 != 0x80);
    match bytes.iter().rposition(|&byte| byte == b'\n') {
        None => Position {
            line: start.line,
            column: start.column + characters(bytes),
        },
        Some(last) => Position {
            line: start.line + count(bytes, |byte| byte == b'\n'),
            column: 1 + characters(bytes.get(last + 1..).unwrap_or_default()),
        },
    }
}

/// How many of the bytes are wanted. Counted in bytes first, of which many fit in a register.
fn count(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    let pieces = bytes.chunks(usize::from(u8::MAX));
    let counts = pieces.map(|piece| piece.iter().map(|&byte| u8::from(wanted(byte))).sum::<u8>());
    counts.map(usize::from).sum()
}
