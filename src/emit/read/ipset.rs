//! The sets of a file for `ipset restore`.
//!
//! One file holds the sets of both families. They are read once and made for each family's program.
//! What the kernel or the tool would refuse is refused here too: more elements than `maxelem`, or a
//! prefix of length 0. Blocks of one set may overlap: `nomatch`, which would make a block an
//! exception, is no form that is read, so a set is simply the union of its blocks.

use super::build::{Builder, SetKind};
use super::set::add;
use super::values::{address, ports, prefix, protocol};
use super::{Members, Unreadable, unreadable};
use crate::net::{AddressSet, Cidr, ConnSet, Family};
use std::collections::{BTreeMap, BTreeSet};

/// The longest name of a set.
const LONGEST_NAME: usize = 31;

/// The type of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// `hash:ip`
    Addresses,
    /// `hash:net`
    Blocks,
    /// `hash:ip,port`
    NamedPorts,
}

/// A set so far.
#[derive(Debug)]
struct Set<'t> {
    name: &'t str,
    line: usize,
    kind: Type,
    family: Family,
    /// How many elements the kernel takes.
    room: usize,
    count: usize,
    blocks: BTreeSet<Cidr>,
    destinations: BTreeMap<std::net::IpAddr, ConnSet>,
}

/// The sets of a file.
#[derive(Debug)]
pub(super) struct Sets<'t> {
    sets: Vec<Set<'t>>,
    by_name: BTreeMap<&'t str, usize>,
}

impl<'t> Sets<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, Unreadable> {
        let mut sets = Self {
            sets: Vec::new(),
            by_name: BTreeMap::new(),
        };
        for (index, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split(' ').collect();
            let number = index + 1;
            match words.as_slice() {
                [""] => {}
                [first, ..] if first.starts_with('#') => {}
                ["create", name, kind, options @ ..] => {
                    sets.create(name, kind, options, number)?;
                }
                ["add", name, element] => sets.add(name, element, number)?,
                _ => return unreadable(number, "no command of ours"),
            }
        }
        Ok(sets)
    }

    fn create(
        &mut self,
        name: &'t str,
        kind: &str,
        options: &[&str],
        line: usize,
    ) -> Result<(), Unreadable> {
        let mut set = Set {
            name,
            line,
            kind: match kind {
                "hash:ip" => Type::Addresses,
                "hash:net" => Type::Blocks,
                "hash:ip,port" => Type::NamedPorts,
                other => return unreadable(line, format!("`{other}` is no type of ours")),
            },
            family: Family::V4,
            room: 65_536,
            count: 0,
            blocks: BTreeSet::new(),
            destinations: BTreeMap::new(),
        };
        let mut options = options.iter().copied();
        while let Some(option) = options.next() {
            match (option, options.next().unwrap_or_default()) {
                ("family", "inet") => set.family = Family::V4,
                ("family", "inet6") => set.family = Family::V6,
                ("hashsize", number) => {
                    count(number, line)?;
                }
                ("maxelem", number) => set.room = count(number, line)?,
                ("-exist", "") => {}
                (other, _) => return unreadable(line, format!("`{other}` is no option of ours")),
            }
        }
        if name.len() > LONGEST_NAME || name.is_empty() {
            return unreadable(line, "the name of a set is too long, or none");
        }
        if self.by_name.insert(name, self.sets.len()).is_some() {
            return unreadable(line, format!("the set `{name}` is there twice"));
        }
        self.sets.push(set);
        Ok(())
    }

    fn add(&mut self, name: &str, element: &str, line: usize) -> Result<(), Unreadable> {
        let index = self.by_name.get(name);
        let Some(set) = index.and_then(|&index| self.sets.get_mut(index)) else {
            return unreadable(line, format!("the set `{name}` is not there"));
        };
        set.count += 1;
        if set.count > set.room {
            return unreadable(line, format!("the set `{name}` is full"));
        }
        match set.kind {
            Type::Blocks if element.contains('/') => set.block(prefix(element, line)?, line),
            Type::Addresses | Type::Blocks => set.block(Cidr::host(address(element, line)?), line),
            Type::NamedPorts => set.destination(element, line),
        }
    }

    /// Makes the sets of a family.
    pub(super) fn make(&self, family: Family, builder: &mut Builder) -> Result<(), Unreadable> {
        for set in self.sets.iter().filter(|set| set.family == family) {
            let (kind, members) = match set.kind {
                Type::Addresses | Type::Blocks => {
                    let blocks = AddressSet::from_cidrs(set.blocks.iter().copied());
                    (SetKind::Addresses(family), Members::Addresses(blocks))
                }
                Type::NamedPorts => {
                    let members = Members::Destinations(set.destinations.clone());
                    (SetKind::Destinations(family), members)
                }
            };
            builder.make_set(set.name, set.line, kind, members)?;
        }
        Ok(())
    }
}

impl Set<'_> {
    fn block(&mut self, cidr: Cidr, line: usize) -> Result<(), Unreadable> {
        if cidr.length() == 0 {
            return unreadable(line, "ipset takes no prefix of length 0");
        }
        // Which of two blocks counts is no question where none is an exception.
        if cidr.family() != self.family || !self.blocks.insert(cidr) {
            return unreadable(line, format!("`{cidr}` does not fit the set"));
        }
        Ok(())
    }

    /// `10.0.0.1,tcp:80`
    fn destination(&mut self, element: &str, line: usize) -> Result<(), Unreadable> {
        let parts = element.split_once(',');
        let parts = parts.and_then(|(to, rest)| Some((to, rest.split_once(':')?)));
        let Some((to, (named, number))) = parts else {
            return unreadable(line, format!("`{element}` is no address with a port"));
        };
        let to = address(to, line)?;
        let connection = (protocol(named, line)?, ports(number, '-', line)?);
        if Family::of(to) != self.family {
            return unreadable(line, format!("`{to}` does not fit the set"));
        }
        add(self.destinations.entry(to).or_default(), connection, line)
    }
}

fn count(text: &str, line: usize) -> Result<usize, Unreadable> {
    match text.parse::<u32>() {
        Ok(number) => Ok(number as usize),
        Err(_) => unreadable(line, format!("`{text}` is no number")),
    }
}
