//! The tables of `docs/services.md`, as they are written there.

/// One row, under a heading.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub heading: &'static str,
    /// The address that is dialled.
    pub at: &'static str,
    pub from: &'static str,
    /// What policies on the backend see and what it sees itself, where `externalTrafficPolicy` is
    /// Cluster, and where it is Local.
    pub seen: [(&'static str, &'static str); 2],
    /// The destination that policies on the client see.
    pub out: &'static str,
}

const PAGE: &str = include_str!("../../../docs/services.md");
const HEAD: &str = "| reached at | from |";

/// All rows that are measured.
pub fn rows() -> Vec<Row> {
    let (mut heading, mut inside, mut rows) = ("", false, Vec::new());
    for line in PAGE.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title;
        }
        inside = line.starts_with(HEAD) || inside && line.starts_with('|');
        if !inside || line.starts_with(HEAD) || line.starts_with("|--") {
            continue;
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [at, from, all @ .., out] = &cells[..] else {
            panic!("`{line}` is no row");
        };
        let [a, b, c, d, ..] = all[..] else {
            panic!("`{line}` is no row");
        };
        rows.push(Row {
            heading,
            at,
            from,
            seen: [(a, b), (c, d)],
            out,
        });
    }
    rows
}
