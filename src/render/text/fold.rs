//! Takes pairs together that are connected alike, so that an answer names each end once.

use crate::net::AddressSet;
use crate::query::{Pair, Side};
use std::collections::BTreeSet;

/// Pairs that are connected alike, in the order of their first pair.
pub(super) fn groups(pairs: &[Pair]) -> Vec<Vec<&Pair>> {
    let mut groups: Vec<Vec<&Pair>> = Vec::new();
    for pair in pairs {
        let alike = |other: &&Pair| {
            other.verdict == pair.verdict
                && other.allowed == pair.allowed
                && other.undecided == pair.undecided
        };
        match groups
            .iter_mut()
            .find(|group| group.first().is_some_and(alike))
        {
            Some(group) => group.push(pair),
            None => groups.push(vec![pair]),
        }
    }
    groups
}

/// The different sides in order; all addresses together in one name.
pub(super) fn sides<'a>(all: impl Iterator<Item = &'a Side>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut addresses = AddressSet::none();
    for side in all {
        match &side.addresses {
            Some(set) => addresses = addresses.union(set),
            None if names.contains(&side.name) => {}
            None => names.push(side.name.clone()),
        }
    }
    if !addresses.is_empty() {
        names.extend(addresses.ranges().map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        }));
    }
    names
}

/// Whether every source of the group is paired with every destination of it.
pub(super) fn is_rectangle(group: &[&Pair]) -> bool {
    let distinct = |side: fn(&Pair) -> &Side| {
        group
            .iter()
            .map(|pair| &*side(pair).name)
            .collect::<BTreeSet<_>>()
            .len()
    };
    distinct(|pair| &pair.source) * distinct(|pair| &pair.destination) == group.len()
}
