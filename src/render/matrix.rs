//! The matrix as a table for people: sources with equal rights are one row, long lists are cut.

use super::table::table;
use crate::query::listing::{ListedClass, Listing};

/// How many members a cell names before it only counts the rest.
const NAMED: usize = 6;

/// The table, in at most `width` columns.
pub fn text(listing: &Listing, width: usize) -> String {
    let names = |places: &[usize]| {
        let classes = places
            .iter()
            .filter_map(|&place| listing.classes.get(place));
        cell(classes)
    };
    let rows: Vec<Vec<String>> = listing
        .rows
        .iter()
        .map(|row| {
            vec![
                names(&row.from),
                names(&row.to),
                row.connections.to_string(),
            ]
        })
        .collect();
    table(&["FROM", "TO", "CONNECTIONS"], &rows, width)
}

fn cell<'a>(classes: impl Iterator<Item = &'a ListedClass>) -> String {
    let members: Vec<&str> = classes
        .flat_map(|class| class.members.iter().map(String::as_str))
        .collect();
    let mut lines: Vec<String> = members
        .iter()
        .take(NAMED)
        .map(|&name| name.to_owned())
        .collect();
    // Naming the last one takes no more room than counting it.
    match members.get(NAMED..).unwrap_or_default() {
        [] => {}
        [last] => lines.push((*last).to_owned()),
        rest => lines.push(format!("and {} more", rest.len())),
    }
    lines.join("\n")
}
