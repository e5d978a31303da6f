//! Findings of which many say the same: a few in full, and each of the others in a line.

use super::Order;
use crate::lint::Found;
use std::collections::HashMap;

/// So many findings of a rule and a level are told in full where there are more.
const IN_FULL: usize = 3;

/// How many are told at all before some are folded: a single line in place of a finding gains nothing.
const MOST: usize = IN_FULL + 1;

/// So many lines there are of those that are folded.
const LINES: usize = 30;

/// A finding as it is told.
pub(super) enum Told<'a> {
    /// With its source lines.
    InFull(&'a Found),
    /// These in a line each, and so many more.
    InLines(Vec<&'a Found>, usize),
}

/// How findings are told. In the order of files each is told in full: there, neighbours belong together.
pub(super) fn told<'a>(findings: &[&'a Found], order: Order) -> Vec<Told<'a>> {
    if order == Order::File {
        return findings.iter().map(|&found| Told::InFull(found)).collect();
    }
    let mut alike: HashMap<_, Vec<&'a Found>> = HashMap::new();
    let key = |found: &Found| (found.rule.code, found.severity);
    for &found in findings {
        alike.entry(key(found)).or_default().push(found);
    }
    let mut seen: HashMap<_, usize> = HashMap::new();
    let mut told = Vec::new();
    for &found in findings {
        let all = alike.get(&key(found)).map_or(&[][..], Vec::as_slice);
        let place = seen.entry(key(found)).or_default();
        *place += 1;
        if all.len() <= MOST || *place <= IN_FULL {
            told.push(Told::InFull(found));
        }
        if all.len() > MOST && *place == IN_FULL {
            let rest = all.get(IN_FULL..).unwrap_or_default();
            let lines: Vec<&Found> = rest.iter().take(LINES).copied().collect();
            let more = rest.len() - lines.len();
            told.push(Told::InLines(lines, more));
        }
    }
    told
}
