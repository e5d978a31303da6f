//! The same documents as YAML in block style: what is serialized as JSON, with other punctuation.
//!
//! Texts are always quoted, so that no `no` becomes a boolean. Names of fields are ours and plain.

use crate::diag::is_unsafe;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// What the next value follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing: the document begins.
    Start,
    /// `name:`, which a value of one line stands beside.
    Name,
    /// `- `, whose line the value goes on.
    Dash,
}

/// A list or a map that is being written.
#[derive(Debug, Clone, Copy)]
struct Block {
    column: usize,
    /// Whether its first item goes on a line that has begun.
    begun: bool,
    is_empty: bool,
    /// Whether it is the value of a field.
    beside: bool,
}

/// Writes block style where serde writes JSON.
#[derive(Debug)]
pub(super) struct BlockStyle {
    after: After,
    in_name: bool,
    blocks: Vec<Block>,
}

impl BlockStyle {
    pub(super) fn new() -> Self {
        Self {
            after: After::Start,
            in_name: false,
            blocks: Vec::new(),
        }
    }

    /// The space before a value of one line.
    fn beside<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        match self.after {
            After::Name => writer.write_all(b" "),
            After::Start | After::Dash => Ok(()),
        }
    }

    fn begin(&mut self) {
        let column = self.blocks.last().map_or(0, |block| block.column + 2);
        self.blocks.push(Block {
            column,
            begun: self.after != After::Name,
            is_empty: true,
            beside: self.after == After::Name,
        });
    }

    /// Begins an item of the innermost block.
    fn item<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let Some(block) = self.blocks.last_mut() else {
            return Ok(());
        };
        block.is_empty = false;
        if std::mem::take(&mut block.begun) {
            return Ok(());
        }
        write!(writer, "\n{:1$}", "", block.column)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, empty: &str) -> io::Result<()> {
        let Some(block) = self.blocks.pop().filter(|block| block.is_empty) else {
            return Ok(());
        };
        let gap = if block.beside { " " } else { "" };
        write!(writer, "{gap}{empty}")
    }
}

/// A value that is a word or a number.
macro_rules! plain {
    ($($name:ident: $type:ty),*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W, value: $type) -> io::Result<()> {
            self.beside(writer)?;
            write!(writer, "{value}")
        })*
    };
}

impl Formatter for BlockStyle {
    plain! {
        write_bool: bool, write_i8: i8, write_i16: i16, write_i32: i32, write_i64: i64, write_u8: u8,
        write_u16: u16, write_u32: u32, write_u64: u64
    }

    fn write_null<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.beside(writer)?;
        writer.write_all(b"null")
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.in_name {
            return Ok(());
        }
        self.beside(writer)?;
        writer.write_all(b"\"")
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.in_name {
            return Ok(());
        }
        writer.write_all(b"\"")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for piece in fragment.split_inclusive(is_unsafe) {
            let last = piece.chars().next_back().filter(|c| is_unsafe(*c));
            let safe = last.map_or(piece, |c| piece.strip_suffix(c).unwrap_or(piece));
            writer.write_all(safe.as_bytes())?;
            if let Some(c) = last {
                write!(writer, "\\U{:08x}", u32::from(c))?;
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin();
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, "[]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, _: bool) -> io::Result<()> {
        self.item(writer)?;
        self.after = After::Dash;
        writer.write_all(b"- ")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin();
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, "{}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, _: bool) -> io::Result<()> {
        self.item(writer)?;
        self.in_name = true;
        Ok(())
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_name = false;
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.after = After::Name;
        writer.write_all(b":")
    }
}

#[cfg(test)]
mod tests {
    use super::BlockStyle;
    use serde::Serialize;

    #[derive(Serialize)]
    struct Sample {
        no: &'static str,
        none: Option<u16>,
        empty: Vec<u16>,
        list: Vec<Item>,
        nested: Vec<Vec<u16>>,
    }

    #[derive(Serialize)]
    struct Item {
        a: bool,
        b: Vec<&'static str>,
    }

    #[test]
    fn blocks_are_indented_and_texts_quoted() {
        let sample = Sample {
            no: "no\n\"\u{202e}\u{e0001}",
            none: None,
            empty: Vec::new(),
            list: vec![Item {
                a: true,
                b: vec!["x: y", ""],
            }],
            nested: vec![vec![1, 2], vec![]],
        };
        let mut out = Vec::new();
        let mut writer = serde_json::Serializer::with_formatter(&mut out, BlockStyle::new());
        sample
            .serialize(&mut writer)
            .expect("memory can be written");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "no: \"no\\n\\\"\\U0000202e\\U000e0001\"\nnone: null\nempty: []\nlist:\n  - a: true\n    b:\n      \
             - \"x: y\"\n      - \"\"\nnested:\n  - - 1\n    - 2\n  - []"
        );
    }
}
