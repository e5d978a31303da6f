//! What cluster-wide rules and those of a namespace say of a pair, apart and together.
//!
//! A namespace has rules of its own, and those that are over many namespaces are the same for all of
//! them. So each of the two is evaluated by itself, and what they come to together is found once for
//! each pair of things that they say.

use super::decide::join;
use super::layered::{LocalId, LocalValueId, Wide, WideValueId};
use super::values::{ByCase, ConnId, ValueId, Values};

impl Values {
    /// What passes where cluster-wide rules say this and those of the namespace that.
    pub(super) fn join(&mut self, wide: WideValueId, local: LocalValueId) -> ValueId {
        if let Some(&known) = self.layered.values.get(&(wide, local)) {
            return known;
        }
        let (w, l) = (*self.layered.wide.at(wide), *self.layered.local.at(local));
        let plain = self.together(w.plain, l.plain);
        let value = if w == ByCase::filled(w.plain) && l == ByCase::filled(l.plain) {
            ByCase::filled(plain)
        } else {
            ByCase {
                plain,
                v4: self.together(w.v4, l.v4),
                v6: self.together(w.v6, l.v6),
            }
        };
        let id = self.intern_value(value);
        self.layered.values.insert((wide, local), id);
        id
    }

    fn together(&mut self, wide: Wide, local: LocalId) -> ConnId {
        let local = self.layered.locals.at(local);
        let sets = local.lets.iter().map(|id| self.set(*id));
        let baseline = local.asks_baseline.then(|| self.set(wide.baseline));
        let admin = (self.set(wide.denied), self.set(wide.undecided));
        let sure = join(admin, sets, baseline);
        self.intern(sure)
    }
}
