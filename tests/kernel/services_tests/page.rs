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
    /// For which external traffic policies the documents say what policies see.
    pub documented: &'static str,
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
        let [at, from, a, b, c, d, out, documented] = cells[..] else {
            panic!("`{line}` is no row");
        };
        rows.push(Row {
            heading,
            at,
            from,
            seen: [(a, b), (c, d)],
            out,
            documented,
        });
    }
    rows
}

/// S62 leaves open what is seen of clients outside, unless only pods of the node are chosen, and of
/// clients inside that dial an address outside; and S54, what is seen of a pod that dials itself. Of
/// another node no document says with which address it comes.
#[test]
fn what_is_documented_is_what_no_statement_leaves_open() {
    for row in rows() {
        let through = row
            .seen
            .iter()
            .any(|(_, peer)| !["dropped", "refused"].contains(peer));
        if !through {
            assert!(["yes", "no"].contains(&row.documented), "{row:?}");
            continue;
        }
        let is_outside = ["client", "stranger"].contains(&row.from);
        let dials_outside = ["NodePort", "LoadBalancer", "external IP"]
            .iter()
            .any(|outside| row.at.starts_with(outside));
        let dials_inside = ["ClusterIP", "pod address"].contains(&row.at);
        let expected = match (is_outside, dials_outside) {
            (true, true) => "Local",
            (false, false) if dials_inside && ["near", "far", "n1"].contains(&row.from) => "yes",
            _ => "no",
        };
        assert_eq!(row.documented, expected, "{row:?}");
    }
}
