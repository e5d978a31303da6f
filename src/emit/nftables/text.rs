//! Our own text read back as blocks with their elements, line by line: for updates.

use crate::net::{Cidr, Protocol};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A ruleset that was read.
pub(in crate::emit) struct Ruleset<'t> {
    /// Family and name: `inet netpolc`.
    pub(in crate::emit) table: &'t str,
    /// The line that begins the table, from 1.
    pub(in crate::emit) line: usize,
    /// In the order of the text.
    pub(in crate::emit) blocks: Vec<Block<'t>>,
    by_head: BTreeMap<&'t str, usize>,
}

/// A set, a map or a chain.
pub(in crate::emit) struct Block<'t> {
    /// Kind and name: `set nd`.
    pub(in crate::emit) head: &'t str,
    /// Its first line, from 1.
    pub(in crate::emit) line: usize,
    /// What it is, without its elements.
    pub(in crate::emit) definition: Vec<&'t str>,
    /// Keys with what follows them: ` : goto g_..` in a map, else nothing.
    pub(in crate::emit) elements: BTreeMap<&'t str, &'t str>,
}

impl<'t> Block<'t> {
    pub(in crate::emit) fn name(&self) -> &'t str {
        self.head
            .split_once(' ')
            .map_or(self.head, |(_, name)| name)
    }

    fn add(&mut self, line: &'t str) -> Option<()> {
        for element in line.split(", ") {
            let end = element.find(" : ").unwrap_or(element.len());
            let (key, value) = element.split_at_checked(end)?;
            let fits = value.is_empty() || value.strip_prefix(" : goto ").is_some_and(is_group);
            if !fits || !key.split(" . ").all(is_part) || self.elements.insert(key, value).is_some()
            {
                return None;
            }
        }
        Some(())
    }
}

impl<'t> Ruleset<'t> {
    /// Reads a text.
    ///
    /// # Errors
    /// The number of the first line that netpolc would not have written; one past the last line for a
    /// text that ends early.
    pub(in crate::emit) fn read(text: &'t str) -> Result<Self, usize> {
        let mut reader = Reader {
            ruleset: Self {
                table: "",
                line: 0,
                blocks: Vec::new(),
                by_head: BTreeMap::new(),
            },
            at: At::Head,
        };
        let mut last = 0;
        for (index, line) in text.split_terminator('\n').enumerate() {
            last = index + 1;
            reader.line(line, last).ok_or(last)?;
        }
        if reader.at == At::End {
            Ok(reader.ruleset)
        } else {
            Err(last + 1)
        }
    }

    pub(in crate::emit) fn block(&self, head: &str) -> Option<&Block<'t>> {
        self.blocks.get(*self.by_head.get(head)?)
    }
}

/// Where in the text a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Head,
    Deleting,
    Opening,
    Table,
    Block,
    Elements,
    End,
}

struct Reader<'t> {
    ruleset: Ruleset<'t>,
    at: At,
}

impl<'t> Reader<'t> {
    /// Takes a line; nothing if it cannot stand there.
    fn line(&mut self, line: &'t str, number: usize) -> Option<()> {
        self.at = match self.at {
            At::Head if line.starts_with('#') => At::Head,
            At::Head => {
                self.ruleset.table = line.strip_prefix("add table ")?;
                At::Deleting
            }
            At::Deleting => self.same(line.strip_prefix("delete table ")?, At::Opening)?,
            At::Opening => {
                self.ruleset.line = number;
                let table = line.strip_prefix("table ")?.strip_suffix(" {")?;
                self.same(table, At::Table)?
            }
            At::Table if line == "}" => At::End,
            At::Table => self.open(line, number)?,
            At::Block if line == "\t}" => At::Table,
            At::Block => self.inside(line)?,
            At::Elements => self.elements(line.strip_prefix("\t\t\t     ")?)?,
            At::End => return None,
        };
        Some(())
    }

    fn same(&self, table: &str, next: At) -> Option<At> {
        (table == self.ruleset.table).then_some(next)
    }

    fn open(&mut self, line: &'t str, number: usize) -> Option<At> {
        let head = line.strip_prefix('\t')?.strip_suffix(" {")?;
        let (kind, name) = head.split_once(' ')?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let known = ["set", "map", "chain"].contains(&kind) && name.chars().all(plain);
        let place = self.ruleset.blocks.len();
        if !known || self.ruleset.by_head.insert(head, place).is_some() {
            return None;
        }
        self.ruleset.blocks.push(Block {
            head,
            line: number,
            definition: Vec::new(),
            elements: BTreeMap::new(),
        });
        Some(At::Block)
    }

    fn inside(&mut self, line: &'t str) -> Option<At> {
        let line = line.strip_prefix("\t\t")?;
        if let Some(elements) = line.strip_prefix("elements = { ") {
            return self.elements(elements);
        }
        self.ruleset.blocks.last_mut()?.definition.push(line);
        Some(At::Block)
    }

    fn elements(&mut self, line: &'t str) -> Option<At> {
        let block = self.ruleset.blocks.last_mut()?;
        if let Some(line) = line.strip_suffix(" }") {
            block.add(line)?;
            return Some(At::Block);
        }
        block.add(line.strip_suffix(',')?)?;
        Some(At::Elements)
    }
}

/// Whether a text is the name of a group's chain.
fn is_group(text: &str) -> bool {
    let digits = text.strip_prefix("g_");
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a text is an address, a prefix, a protocol, a port or another number, a range, or a type of Neighbour Discovery.
fn is_part(text: &str) -> bool {
    let single = |text: &str| text.parse::<IpAddr>().is_ok() || text.parse::<u32>().is_ok();
    let word = || {
        Protocol::ALL
            .iter()
            .any(|each| each.name().eq_ignore_ascii_case(text))
    };
    single(text)
        || word()
        || Cidr::parse(text).is_ok()
        || text
            .split_once('-')
            .is_some_and(|(first, last)| single(first) && single(last))
        || text.strip_prefix("nd-").is_some_and(|rest| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            rest.bytes().all(plain)
        })
}
