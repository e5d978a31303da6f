//! A listing as lines, one per pair of members, in the order of their text.

use super::listing::{ListedClass, ListedRow, Listing, ranges};
use crate::hops::controllers::CONTROLLER;
use crate::net::{AddressSet, ConnSet};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Listing {
    /// Calls `each` with one line per pair of members, sorted: source, destination, connections.
    /// Neighbouring ranges of addresses with the same connections are one line.
    ///
    /// # Errors
    /// Whatever `each` returns ends the walk.
    pub fn lines<E>(
        &self,
        mut each: impl FnMut(&str, &str, &ConnSet) -> Result<(), E>,
    ) -> Result<(), E> {
        self.lines_as(|name| Cow::Borrowed(name), &mut each)
    }

    /// The same with every member called what `show` makes of its name: once, and not in each of its
    /// lines, which are as many as there are other members. The order is that of the names.
    ///
    /// # Errors
    /// Whatever `each` returns ends the walk.
    pub fn lines_as<E>(
        &self,
        show: fn(&str) -> Cow<'_, str>,
        mut each: impl FnMut(&str, &str, &ConnSet) -> Result<(), E>,
    ) -> Result<(), E> {
        Lines::new(self, show).walk(&mut each)?;
        // A brace stands behind all letters, so that these come last in the order of text.
        let mut controllers = self.from_controllers.iter();
        controllers
            .try_for_each(|(to, connections)| each(&show(CONTROLLER), &show(to), connections))
    }
}

/// One side of a line: a member of a class, by its rank in the order of text, or a range.
struct Side<'a> {
    name: &'a str,
    rank: usize,
    /// Whether it stands for several pods, which reach each other where its class reaches itself.
    several: bool,
}

/// A listing prepared for walking.
pub(super) struct Lines<'a> {
    listing: &'a Listing,
    /// Per class: its members; none for addresses.
    members: Vec<Vec<Side<'a>>>,
    /// Names by rank, and how they are shown.
    names: Vec<&'a str>,
    shown: Vec<Cow<'a, str>>,
    /// Per class: the rows that it is a source of.
    rows: Vec<Vec<&'a ListedRow>>,
}

/// Where a line can start.
enum Source<'a> {
    Member {
        class: usize,
        rank: usize,
    },
    /// A range of addresses: destinations by rank.
    Range(Vec<(usize, &'a ConnSet)>),
}

type Each<'e, E> = dyn FnMut(&str, &str, &ConnSet) -> Result<(), E> + 'e;

impl<'a> Lines<'a> {
    pub(super) fn new(listing: &'a Listing, show: fn(&str) -> Cow<'_, str>) -> Self {
        let inside = |class: &&ListedClass| class.addresses.is_empty();
        let mut names: Vec<&str> = listing
            .classes
            .iter()
            .filter(inside)
            .flat_map(|class| class.members.iter().map(String::as_str))
            .collect();
        names.sort_unstable();
        let rank = |name: &str| names.binary_search(&name).unwrap_or_default();
        let members = listing.classes.iter().map(|class| {
            let all = class.members.iter().filter(|_| class.addresses.is_empty());
            all.map(|name| Side {
                name,
                rank: rank(name),
                several: class.several.contains(name),
            })
            .collect()
        });
        let members = members.collect();
        let mut rows: Vec<Vec<&ListedRow>> = listing.classes.iter().map(|_| Vec::new()).collect();
        for row in &listing.rows {
            for &source in &row.from {
                if let Some(list) = rows.get_mut(source) {
                    list.push(row);
                }
            }
        }
        Self {
            listing,
            members,
            shown: names.iter().map(|name| show(name)).collect(),
            names,
            rows,
        }
    }

    pub(super) fn walk<E>(&self, each: &mut Each<'_, E>) -> Result<(), E> {
        for (from, source) in self.sources() {
            match source {
                Source::Member { class, rank } => self.member_lines(class, rank, each)?,
                Source::Range(to) => {
                    for (rank, connections) in to {
                        each(&from, self.shown(rank), connections)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn name(&self, rank: usize) -> &'a str {
        self.names.get(rank).copied().unwrap_or_default()
    }

    fn shown(&self, rank: usize) -> &str {
        self.shown.get(rank).map(AsRef::as_ref).unwrap_or_default()
    }

    fn addresses(&self, class: usize) -> Option<&'a AddressSet> {
        let addresses = self
            .listing
            .classes
            .get(class)
            .map(|class| &class.addresses)?;
        (!addresses.is_empty()).then_some(addresses)
    }

    fn side(&self, class: usize) -> &[Side<'a>] {
        self.members
            .get(class)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Everything that a line can start with, in the order of text.
    fn sources(&self) -> Vec<(String, Source<'a>)> {
        let mut sources: Vec<(String, Source<'a>)> = Vec::new();
        for (class, members) in self.members.iter().enumerate() {
            sources.extend(members.iter().map(|member| {
                (
                    member.name.to_owned(),
                    Source::Member {
                        class,
                        rank: member.rank,
                    },
                )
            }));
        }
        for (range, to) in self.range_sources() {
            sources.push((range, Source::Range(to)));
        }
        sources.sort_by(|a, b| a.0.cmp(&b.0));
        sources
    }

    /// Lines from addresses: for each destination, ranges of equal connections joined.
    fn range_sources(&self) -> BTreeMap<String, Vec<(usize, &'a ConnSet)>> {
        let mut joined: BTreeMap<(usize, &ConnSet), Vec<&AddressSet>> = BTreeMap::new();
        for (class, rows) in self.rows.iter().enumerate() {
            let Some(addresses) = self.addresses(class) else {
                continue;
            };
            for row in rows {
                for member in row.to.iter().flat_map(|&to| self.side(to)) {
                    let entry = joined.entry((member.rank, &row.connections)).or_default();
                    entry.push(addresses);
                }
            }
        }
        let mut by_range: BTreeMap<String, Vec<(usize, &ConnSet)>> = BTreeMap::new();
        for ((rank, connections), addresses) in joined {
            for range in ranges(&AddressSet::union_of(addresses)).into_keys() {
                by_range.entry(range).or_default().push((rank, connections));
            }
        }
        by_range
    }

    fn member_lines<E>(&self, class: usize, rank: usize, each: &mut Each<'_, E>) -> Result<(), E> {
        let from = self.shown(rank);
        let rows = self.rows.get(class).map(Vec::as_slice).unwrap_or_default();
        let mut to: Vec<(usize, &ConnSet)> = Vec::new();
        let mut outside: BTreeMap<&ConnSet, Vec<&AddressSet>> = BTreeMap::new();
        for row in rows {
            for &destination in &row.to {
                if let Some(addresses) = self.addresses(destination) {
                    let entry = outside.entry(&row.connections).or_default();
                    entry.push(addresses);
                }
                let others = self
                    .side(destination)
                    .iter()
                    .filter(|member| member.several || member.rank != rank);
                to.extend(others.map(|member| (member.rank, &row.connections)));
            }
        }
        to.sort_unstable_by_key(|(rank, _)| *rank);
        let mut to_ranges = BTreeMap::new();
        for (connections, addresses) in outside {
            to_ranges.extend(
                ranges(&AddressSet::union_of(addresses))
                    .into_keys()
                    .map(|range| (range, connections)),
            );
        }
        let mut to_ranges = to_ranges.into_iter().peekable();
        for (rank, connections) in to {
            let name = self.name(rank);
            while let Some((range, connections)) = to_ranges.next_if(|(range, _)| &**range < name) {
                each(from, &range, connections)?;
            }
            each(from, self.shown(rank), connections)?;
        }
        to_ranges.try_for_each(|(range, connections)| each(from, &range, connections))
    }
}
