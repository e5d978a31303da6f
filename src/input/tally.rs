//! How many objects there were of each kind that is not read, with a way back.

use std::collections::{BTreeMap, HashMap};

/// A count by name that can be gone back on: a list may turn out to be none after its items were
/// counted, and there may be as many lists as names.
#[derive(Debug, Default)]
pub(super) struct Tally {
    numbers: HashMap<String, u32>,
    /// The number of the name, for each one that was counted.
    counted: Vec<u32>,
}

impl Tally {
    /// Counts one more of `name`.
    pub(super) fn add(&mut self, name: String) {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(name).or_insert(next);
        self.counted.push(number);
    }

    /// How many were counted.
    pub(super) fn len(&self) -> usize {
        self.counted.len()
    }

    /// Forgets all but the first `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        self.counted.truncate(length);
    }

    /// Whether `name` was counted behind the first `length`.
    pub(super) fn has_since(&self, length: usize, name: &str) -> bool {
        let since = self.counted.get(length..).unwrap_or_default();
        let number = self.numbers.get(name);
        number.is_some_and(|number| since.contains(number))
    }

    /// How often each name was counted.
    pub(super) fn finish(self) -> BTreeMap<String, usize> {
        let mut counts = vec![0_usize; self.numbers.len()];
        for number in self.counted {
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        }
        let count = |number: u32| counts.get(number as usize).copied().unwrap_or(0);
        let named = self.numbers.into_iter();
        let named = named.map(|(name, number)| (name, count(number)));
        named.filter(|(_, count)| *count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_gone_back_on_is_not_counted() {
        let mut tally = Tally::default();
        tally.add("Gadget".to_owned());
        tally.add("Widget".to_owned());
        let length = tally.len();
        assert!(!tally.has_since(length, "Widget"));
        tally.add("Widget".to_owned());
        tally.add("Gizmo".to_owned());
        assert!(tally.has_since(length, "Widget"));
        assert!(!tally.has_since(length, "Gadget"));
        tally.truncate(length);
        assert!(!tally.has_since(length, "Widget"));
        tally.add("Gadget".to_owned());
        let counts = tally.finish();
        assert_eq!(
            counts.into_iter().collect::<Vec<_>>(),
            [("Gadget".to_owned(), 2), ("Widget".to_owned(), 1)]
        );
    }
}
