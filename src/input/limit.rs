//! How much is read: of all files of a call, and of one document, which has to fit in memory.

use crate::source::Position;
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;

const MIB: u64 = 1 << 20;

/// How much is read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files together.
    all: u64,
}

impl Default for Limits {
    /// 4 GiB, and 64 MiB of one document.
    fn default() -> Self {
        Self { all: 4096 * MIB }
    }
}

impl Limits {
    /// Reads a size: bytes, or with a unit such as `500M`, `64MiB` or `4Gi`; 0 is no limit.
    ///
    /// # Errors
    /// What to write.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "write a size such as 500M, 64MiB or 4Gi; 0 means no limit".to_owned();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let unit = unit.strip_suffix('B').unwrap_or(unit);
        let (base, power): (u64, u32) = match unit {
            "" => (1, 1),
            "k" => (1000, 1),
            "M" => (1000, 2),
            "G" => (1000, 3),
            "T" => (1000, 4),
            "Ki" | "K" => (1024, 1),
            "Mi" => (1024, 2),
            "Gi" => (1024, 3),
            "Ti" => (1024, 4),
            _ => return Err(wrong()),
        };
        let all = number.saturating_mul(base.pow(power));
        Ok(Self {
            all: if all == 0 { u64::MAX } else { all },
        })
    }

    /// Bytes of one document: 64 MiB, or a 64th of all if that is more.
    fn document(self) -> u64 {
        self.all.min((self.all / 64).max(64 * MIB))
    }

    /// The same as a length.
    pub fn longest(self) -> usize {
        usize::try_from(self.document()).unwrap_or(usize::MAX)
    }

    /// Bytes of all that is read.
    pub fn most(self) -> u64 {
        self.all
    }

    /// The same in words: `4 GiB`.
    pub fn described(self) -> String {
        size(self.all)
    }

    /// Reads all that there is, as one document.
    ///
    /// # Errors
    /// The reader's own, and that there is too much.
    pub fn read(self, mut reader: impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let document = self.document();
        let room = document.saturating_add(1);
        let read = reader.by_ref().take(room).read_to_end(&mut bytes)?;
        if read as u64 > document {
            return Err(self.too_long());
        }
        Ok(bytes)
    }

    /// Reads all that there is, however many documents that are.
    ///
    /// # Errors
    /// The reader's own, and that there is too much.
    pub fn read_all(self, reader: impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut read = 0;
        let mut limited = Limited {
            reader,
            limits: self,
            read: &mut read,
        };
        limited.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A document is too long.
    pub(super) fn too_long(self) -> io::Error {
        TooMuch::error(self.document(), false)
    }
}

/// What was taken from the disk and from streams.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// How many bytes of all files.
    pub(super) bytes: u64,
    /// The files of which something is an object, or that were named.
    pub(super) paths: Vec<PathBuf>,
}

/// A reader that gives no more than is left of a limit, which several share.
pub(super) struct Limited<'b, R> {
    pub(super) reader: R,
    pub(super) limits: Limits,
    /// How much was read of all.
    pub(super) read: &'b mut u64,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(room)?;
        *self.read = self.read.saturating_add(count as u64);
        if *self.read > self.limits.all {
            return Err(TooMuch::error(self.limits.all, true));
        }
        Ok(count)
    }
}

/// More than is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMuch {
    limit: u64,
    of_all: bool,
    /// Where the document begins that is not read to its end.
    position: Position,
}

impl TooMuch {
    fn error(limit: u64, of_all: bool) -> io::Error {
        io::Error::other(Self {
            limit,
            of_all,
            position: Position::START,
        })
    }

    /// The same error with its place, if it is one of these.
    pub(super) fn at(error: io::Error, position: Position) -> io::Error {
        match Self::of(&error) {
            Some(told) => io::Error::other(Self { position, ..told }),
            None => error,
        }
    }

    /// What an error says, if it is one of these.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }

    /// What is said of a file.
    pub(super) fn told(self, name: &str) -> String {
        let Position { line, column } = self.position;
        format!("{name}:{line}:{column}: {self}")
    }
}

impl std::error::Error for TooMuch {}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = size(self.limit);
        if self.of_all {
            write!(f, "the input is larger than {limit}; reading stopped here")
        } else {
            write!(f, "the document that begins here is larger than {limit}")
        }
    }
}

/// A number of bytes, in the largest unit that it is whole in.
fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (MIB, "MiB"), (1 << 10, "KiB")];
    let unit = units
        .into_iter()
        .find(|(unit, _)| bytes.is_multiple_of(*unit));
    match unit {
        Some((unit, name)) if bytes > 0 => format!("{} {name}", bytes / unit),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_all_units_that_people_write() {
        for (text, bytes, document) in [
            ("1000", 1000, 1000),
            ("1k", 1000, 1000),
            ("64MiB", 67_108_864, 67_108_864),
            ("4Gi", 4_294_967_296, 67_108_864),
            ("128GiB", 137_438_953_472, 2_147_483_648),
            ("500MB", 500_000_000, 67_108_864),
            ("0", u64::MAX, 288_230_376_151_711_743),
        ] {
            let limits = Limits::parse(text).expect("a size");
            assert_eq!((limits.all, limits.document()), (bytes, document), "{text}");
        }
        for wrong in ["", "M", "-1", "1.5G", "4 GiB", "4gib", "1X"] {
            assert!(Limits::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Limits::default(), Limits::parse("4GiB").expect("a size"));
    }
}
