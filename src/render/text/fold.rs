//! Takes pairs together that are connected alike, so that an answer names each end once.

use crate::net::AddressSet;
use crate::query::{Pair, Side};
use crate::trace::{Half, Trace};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Pairs that are connected alike, in the order of their first pair.
pub(super) fn groups(pairs: &[Pair]) -> Vec<Vec<&Pair>> {
    let mut groups: Vec<Vec<&Pair>> = Vec::new();
    let mut places = HashMap::new();
    for pair in pairs {
        let likeness = (pair.verdict, &pair.allowed, &pair.undecided);
        let place = *places.entry(likeness).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(pair);
        }
    }
    groups
}

/// Picks one end of a pair.
pub(super) type PickEnd = fn(&Pair) -> &Side;

fn distinct<'a>(pairs: impl Iterator<Item = &'a Pair>, end: PickEnd) -> BTreeSet<&'a str> {
    pairs.map(|pair| &*end(pair).name).collect()
}

/// What to call one end of all pairs of a group: its own name where that is one, `title` where
/// the group holds everyone at that end of `all`; none where it is some of them.
pub(super) fn called<'a>(
    group: &[&'a Pair],
    all: &'a [Pair],
    end: PickEnd,
    title: &'a str,
) -> Option<&'a str> {
    let here = distinct(group.iter().copied(), end);
    let many = group.iter().any(|pair| !end(pair).names.is_empty());
    match here.first() {
        Some(only) if here.len() == 1 && !many => Some(only),
        _ => (here == distinct(all.iter(), end)).then_some(title),
    }
}

/// The different names at one end of a group in order; all addresses together.
pub(super) fn sides(group: &[&Pair], end: PickEnd) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut addresses = Vec::new();
    for side in group.iter().map(|pair| end(pair)) {
        if let Some(set) = &side.addresses {
            addresses.push(set);
            continue;
        }
        let own = std::slice::from_ref(&side.name);
        let all = if side.names.is_empty() {
            own
        } else {
            &side.names
        };
        names.extend(all.iter().filter(|it| seen.insert(it.as_str())).cloned());
    }
    let addresses = AddressSet::union_of(addresses);
    names.extend(addresses.block_names());
    names
}

/// Whether pairs differ by one end alone, which is several parts of addresses.
pub(super) fn of_blocks(pairs: &[Pair], end: PickEnd, other: PickEnd) -> bool {
    let several = distinct(pairs.iter(), end).len() > 1;
    let same = distinct(pairs.iter(), other).len() == 1;
    several && same && pairs.iter().all(|pair| end(pair).addresses.is_some())
}

/// Whether every source of the group is paired with every destination of it, but for pods with
/// themselves.
pub(super) fn is_rectangle(group: &[&Pair]) -> bool {
    let sources = distinct(group.iter().copied(), |pair| &pair.source);
    let destinations = distinct(group.iter().copied(), |pair| &pair.destination);
    let own = |pair: &&&Pair| pair.source.name == pair.destination.name;
    let others = group.len() - group.iter().filter(own).count();
    others == sources.len() * destinations.len() - sources.intersection(&destinations).count()
}

/// Whether all pairs of a group have their verdict for the same reasons.
pub(super) fn same_reasons(group: &[&Pair]) -> bool {
    let decided = |pair: &Pair| {
        let Trace {
            exemption,
            egress,
            ingress,
            ..
        } = &pair.reason;
        let half = |half: &Half| {
            let passes = half.passes.clone();
            (half.basis.clone(), half.isolating.clone(), passes)
        };
        (*exemption, half(egress), half(ingress), pair.example)
    };
    let mut all = group.iter().map(|pair| decided(pair));
    let first = all.next();
    all.all(|other| Some(&other) == first.as_ref())
}
