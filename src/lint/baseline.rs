//! Findings that were there before: counted by rule, object and field, so that they stay the same
//! when lines move or rules of a policy are put in another order.

use super::report::{Dismissed, Found, Report};
use std::collections::BTreeMap;

/// What was found before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<Key, usize>,
}

/// What makes two findings the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The code of the rule.
    pub rule: String,
    /// The object: `NetworkPolicy shop/db`.
    pub object: String,
    /// The field without numbers: `spec.ingress[].from[]`.
    pub path: String,
}

impl Key {
    fn of(found: &Found) -> Self {
        Self {
            rule: found.rule.code.to_owned(),
            object: found.fact.object.to_string(),
            path: without_numbers(&found.fact.path),
        }
    }
}

impl Baseline {
    /// The findings of these keys, each so often.
    pub fn new(entries: impl IntoIterator<Item = (Key, usize)>) -> Self {
        let mut known = BTreeMap::new();
        for (key, count) in entries {
            let all: &mut usize = known.entry(key).or_default();
            *all = all.saturating_add(count);
        }
        Self { known }
    }

    /// The findings of a report that nobody suppressed.
    pub fn of(report: &Report) -> Self {
        let findings = report.findings.iter();
        let open =
            findings.filter(|it| !matches!(it.dismissed, Some(Dismissed::Suppressed { .. })));
        Self::new(open.map(|found| (Key::of(found), 1)))
    }

    /// The keys in order, and how often each was found.
    pub fn entries(&self) -> impl Iterator<Item = (&Key, usize)> {
        self.known.iter().map(|(key, &count)| (key, count))
    }

    /// Dismisses the findings that were there before: of each key as many as there were. Gives back
    /// how many of the baseline are there no more.
    pub fn dismiss(&self, report: &mut Report) -> usize {
        let mut left = self.known.clone();
        for found in &mut report.findings {
            if found.dismissed.is_some() {
                continue;
            }
            if let Some(count) = left.get_mut(&Key::of(found)).filter(|count| **count > 0) {
                *count -= 1;
                found.dismissed = Some(Dismissed::Baseline);
            }
        }
        left.values()
            .fold(0, |sum, &count| sum.saturating_add(count))
    }
}

/// A field path without the places in lists: `spec.ingress[0].from[1]` is `spec.ingress[].from[]`.
fn without_numbers(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for (number, piece) in path.split('[').enumerate() {
        if number == 0 {
            out.push_str(piece);
            continue;
        }
        out.push('[');
        let (inside, rest) = piece.split_once(']').unwrap_or((piece, ""));
        if !inside.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str(inside);
        }
        out.push(']');
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_numbers_and_keep_their_keys() {
        for (path, expected) in [
            ("", ""),
            ("spec", "spec"),
            ("spec.ingress[0].from[12]", "spec.ingress[].from[]"),
            (
                "spec.podSelector.matchLabels[app.kubernetes.io/name]",
                "spec.podSelector.matchLabels[app.kubernetes.io/name]",
            ),
        ] {
            assert_eq!(without_numbers(path), expected);
        }
    }
}
