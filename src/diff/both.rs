//! The old side and the new one.

/// What there is of each side: the old one, then the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Both<T>(pub [T; 2]);

impl<T> Both<T> {
    /// That of the old side.
    pub fn old(&self) -> &T {
        let [old, _] = &self.0;
        old
    }

    /// That of the new side.
    pub fn now(&self) -> &T {
        let [_, new] = &self.0;
        new
    }

    /// Something of each.
    pub fn map<'s, U>(&'s self, of: impl Fn(&'s T) -> U) -> Both<U> {
        Both([of(self.old()), of(self.now())])
    }

    /// Something of each, with what belongs to it.
    pub fn zip<'s, U, V>(&'s self, other: &'s Both<U>, of: impl Fn(&'s T, &'s U) -> V) -> Both<V> {
        Both([of(self.old(), other.old()), of(self.now(), other.now())])
    }
}
