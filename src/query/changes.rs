//! What changes of a listing: pairs of members with other connections than before.

use super::listing::Listing;
use crate::net::ConnSet;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// A pair with other connections than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who opens them.
    pub from: String,
    /// Who accepts them.
    pub to: String,
    /// What passed before; empty where nothing did.
    pub before: ConnSet,
    /// What passes after.
    pub after: ConnSet,
}

/// The pairs of which the lines of two listings differ, in the order of their names.
pub fn changes(before: &Listing, after: &Listing) -> Vec<Change> {
    let before = lines(before);
    let after = lines(after);
    let mut pairs: Vec<_> = before.keys().chain(after.keys()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let changed = pairs.into_iter().filter_map(|pair| {
        let of = |lines: &Lines| lines.get(pair).cloned().unwrap_or_default();
        let (before, after) = (of(&before), of(&after));
        (before != after).then(|| Change {
            from: pair.0.clone(),
            to: pair.1.clone(),
            before,
            after,
        })
    });
    changed.collect()
}

type Lines = BTreeMap<(String, String), ConnSet>;

fn lines(listing: &Listing) -> Lines {
    let mut all = Lines::new();
    let told = listing.lines(|from, to, connections| {
        all.insert((from.to_owned(), to.to_owned()), connections.clone());
        Ok::<(), Infallible>(())
    });
    match told {
        Ok(()) => all,
        Err(never) => match never {},
    }
}
