//! The matrix as a table for people: sources with equal rights are one row, long lists are cut.

use super::left_out::line;
use super::table::table;
use super::text::paragraph;
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::query::listing::{ListedClass, Listing};

/// How many endpoints, and how many ranges of addresses, a cell names before it counts the rest.
const NAMED: (usize, usize) = (6, 3);

/// The table, in at most `width` columns, and below it what was left out of the input. Nothing where
/// there is neither.
pub fn text(listing: &Listing, width: usize) -> String {
    let names = |places: &[usize]| {
        let classes = places
            .iter()
            .filter_map(|&place| listing.classes.get(place));
        cell(&classes.collect::<Vec<_>>())
    };
    let rows: Vec<Vec<String>> = listing
        .rows
        .iter()
        .map(|row| vec![names(&row.from), names(&row.to), on(&row.connections)])
        .collect();
    let mut out = String::new();
    if !rows.is_empty() {
        out = table(&["FROM", "TO", "CONNECTIONS"], &rows, width);
    }
    for it in &listing.left_out {
        paragraph(&mut out, width, 0, 2, &format!("left out: {}", line(it)));
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
    lines.join("\n")
}

/// Endpoints in the cluster, then addresses outside.
fn cell(classes: &[&ListedClass]) -> String {
    let inside = classes.iter().filter(|class| class.addresses.is_empty());
    let members: Vec<String> = inside.flat_map(|class| class.members.clone()).collect();
    let mut lines = cut(&members, NAMED.0, "more");
    let outside = classes
        .iter()
        .fold(AddressSet::none(), |all, class| all.union(&class.addresses));
    if outside.v4().is_full() && (outside.v6().is_empty() || outside.v6().is_full()) {
        lines.push("every address outside".into());
    } else {
        let ranges: Vec<String> = outside
            .ranges()
            .map(|(first, last)| {
                if first == last {
                    first.to_string()
                } else {
                    format!("{first}-{last}")
                }
            })
            .collect();
        lines.extend(cut(&ranges, NAMED.1, "more ranges"));
    }
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
