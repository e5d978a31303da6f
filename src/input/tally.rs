//! How many objects there were of each kind that is not read, in an order to go back in.

use std::collections::BTreeMap;

/// What was met, by the names of kinds.
#[derive(Default)]
pub(super) struct Tally {
    numbers: BTreeMap<String, u32>,
    met: Vec<u32>,
}

impl Tally {
    /// Counts one of `kind`.
    pub(super) fn add(&mut self, kind: String) {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(kind).or_insert(next);
        self.met.push(number);
    }

    /// How many were met.
    pub(super) fn len(&self) -> usize {
        self.met.len()
    }

    /// Forgets all but the first.
    pub(super) fn truncate(&mut self, length: usize) {
        self.met.truncate(length);
    }

    /// How many of `kind` were met after the first `length`.
    pub(super) fn since(&self, length: usize, kind: &str) -> usize {
        let Some(number) = self.numbers.get(kind) else {
            return 0;
        };
        let since = self.met.get(length..).unwrap_or_default();
        since.iter().filter(|met| *met == number).count()
    }

    /// How many there were of each kind.
    pub(super) fn counts(self) -> BTreeMap<String, usize> {
        let mut counts = vec![0; self.numbers.len()];
        for number in self.met {
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        }
        let kinds = self.numbers.into_iter().filter_map(|(kind, number)| {
            let count = counts.get(number as usize).copied();
            count.filter(|count| *count > 0).map(|count| (kind, count))
        });
        kinds.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_and_forgotten_again() {
        let mut tally = Tally::default();
        for kind in ["b", "a", "b"] {
            tally.add(kind.to_owned());
        }
        let before = tally.len();
        tally.add("c".to_owned());
        assert_eq!((tally.since(before, "c"), tally.since(before, "a")), (1, 0));
        tally.truncate(before);
        let counts = tally.counts();
        assert_eq!(
            counts.into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), 1), ("b".to_owned(), 2)]
        );
    }
}
