//! Results as JSON. Every document has `apiVersion` and `kind`, changes additively only, and has
//! its schema in `docs/`.

use crate::net::{ConnSet, Protocol};
use crate::query::listing::Listing;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of every document.
const API_VERSION: &str = "netpolc/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Matrix<'a> {
    api_version: &'a str,
    kind: &'a str,
    classes: Vec<Class<'a>>,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Class<'a> {
    id: usize,
    members: &'a [String],
}

#[derive(Serialize)]
struct Row<'a> {
    from: &'a [usize],
    to: &'a [usize],
    allow: BTreeMap<&'static str, Vec<String>>,
}

/// Writes a matrix: classes with their members, and rows from classes to classes.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write_matrix(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    let classes = listing.classes.iter().enumerate();
    let document = Matrix {
        api_version: API_VERSION,
        kind: "Matrix",
        classes: classes
            .map(|(id, class)| Class {
                id,
                members: &class.members,
            })
            .collect(),
        rows: listing
            .rows
            .iter()
            .map(|row| Row {
                from: &row.from,
                to: &row.to,
                allow: allow(&row.connections),
            })
            .collect(),
    };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

/// The port ranges of each protocol that has any: `{"TCP": ["80", "8000-8080"]}`.
fn allow(connections: &ConnSet) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for protocol in Protocol::ALL {
        let ports = connections.ports(protocol);
        if !ports.is_empty() {
            let text = |&(first, last): &(u16, u16)| {
                if first == last {
                    first.to_string()
                } else {
                    format!("{first}-{last}")
                }
            };
            all.insert(protocol.name(), ports.ranges().iter().map(text).collect());
        }
    }
    all
}
