//! The matrix as a table for people: sources with equal rights are one row; on a terminal, long lists
//! are cut.

use super::left_out::line;
use super::outside;
use super::table::table;
use super::text::paragraph;
use crate::hops::controllers::CONTROLLER;
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::query::listing::{ListedClass, Listing};

/// How many endpoints, and how many ranges of addresses, a cell names before it counts the rest.
const NAMED: (usize, usize) = (6, 3);

/// How much of it a table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Columns to fill at most.
    pub width: usize,
    /// Whether every endpoint is named, however many there are.
    pub whole: bool,
    /// Whether addresses are ranges also where they are a prefix.
    pub ranges: bool,
}

/// The table, and below it what was left out of the input; nothing where there is neither. An entry in both columns of a row is connected to itself if it stands for several
/// pods; a connection that goes on in the next line ends in a comma.
pub fn text(listing: &Listing, extent: Extent) -> String {
    let all = listing.classes.iter();
    let has_v6 = all
        .into_iter()
        .any(|class| !class.addresses.v6().is_empty());
    let names = |places: &[usize]| {
        let classes = places
            .iter()
            .filter_map(|&place| listing.classes.get(place));
        cell(&classes.collect::<Vec<_>>(), extent, has_v6)
    };
    let rows = listing.rows.iter();
    let rows = rows.map(|row| vec![names(&row.from), names(&row.to), on(&row.connections)]);
    let controllers = listing.from_controllers.iter();
    let controllers = controllers
        .map(|(to, connections)| vec![CONTROLLER.to_owned(), to.clone(), on(connections)]);
    let rows: Vec<Vec<String>> = rows.chain(controllers).collect();
    let mut out = String::new();
    if !rows.is_empty() {
        out = table(&["FROM", "TO", "CONNECTIONS"], &rows, extent.width);
    }
    for it in &listing.left_out {
        paragraph(
            &mut out,
            extent.width,
            0,
            2,
            &format!("left out: {}", line(it)),
        );
    }
    out
}

/// One line per protocol: a port list is read down.
fn on(connections: &ConnSet) -> String {
    if connections.is_all() {
        return connections.to_string();
    }
    let one = |protocol: Protocol| {
        let ports = connections.ports(protocol);
        (!ports.is_empty()).then(|| format!("{protocol} {ports}"))
    };
    let lines: Vec<_> = Protocol::ALL.into_iter().filter_map(one).collect();
    lines.join(",\n")
}

/// Endpoints in the cluster, then addresses outside.
fn cell(classes: &[&ListedClass], extent: Extent, has_v6: bool) -> String {
    let whole = extent.whole;
    let inside = classes.iter().filter(|class| class.addresses.is_empty());
    let members: Vec<String> = inside.flat_map(|class| class.members.clone()).collect();
    let mut lines = cut(&members, if whole { usize::MAX } else { NAMED.0 }, "more");
    let addresses = AddressSet::union_of(classes.iter().map(|class| &class.addresses));
    let ranges = outside::names(&addresses, has_v6, extent.ranges);
    let most = if whole { usize::MAX } else { NAMED.1 };
    lines.extend(cut(&ranges, most, "more ranges"));
    lines.join("\n")
}

/// The first `most` of a list, and how many more there are.
fn cut(all: &[String], most: usize, rest: &str) -> Vec<String> {
    let mut lines: Vec<String> = all.iter().take(most).cloned().collect();
    // Naming the last one takes no more room than counting it.
    match all.get(most..).unwrap_or_default() {
        [] => {}
        [last] => lines.push(last.clone()),
        more => lines.push(format!("and {} {rest}", more.len())),
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::listing::ListedRow;

    /// One source that reaches eight others and five addresses.
    fn listing() -> Listing {
        let pods = |names: &[u8]| ListedClass {
            members: names.iter().map(|name| format!("a/{name}[Pod]")).collect(),
            ..ListedClass::default()
        };
        let hosts: Vec<_> = (0..5).map(|last| [10, 0, 0, 2 * last].into()).collect();
        Listing {
            classes: vec![
                pods(&[0]),
                pods(&[1, 2, 3, 4, 5, 6, 7, 8]),
                ListedClass {
                    addresses: AddressSet::from_hosts(hosts),
                    ..ListedClass::default()
                },
            ],
            rows: vec![ListedRow {
                from: vec![0],
                to: vec![1, 2],
                connections: ConnSet::all(),
            }],
            ..Listing::default()
        }
    }

    fn shown(whole: bool) -> Vec<String> {
        let extent = Extent {
            width: 100,
            whole,
            ranges: false,
        };
        let text = text(&listing(), extent);
        let cells = text.split(['│', '\n']).map(str::trim);
        cells.map(ToOwned::to_owned).collect()
    }

    #[test]
    fn long_lists_are_cut_on_request() {
        let (cut, whole) = (shown(false), shown(true));
        for line in ["and 2 more", "and 2 more ranges"] {
            assert!(cut.iter().any(|cell| cell == line), "{cut:?}");
            assert!(whole.iter().all(|cell| cell != line), "{whole:?}");
        }
        for line in ["a/8[Pod]", "10.0.0.8"] {
            assert!(cut.iter().all(|cell| cell != line), "{cut:?}");
            assert!(whole.iter().any(|cell| cell == line), "{whole:?}");
        }
    }
}
