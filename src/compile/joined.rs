//! What cluster-wide rules and those of a namespace say of a pair, apart and together.
//!
//! A namespace has rules of its own, and those that are over many namespaces are the same for all of
//! them. So each of the two is evaluated by itself, and what they come to together is found once for
//! each pair of things that they say.

use super::decide::join;
use super::interned::Interned;
use super::values::{ByCase, ConnId, ValueId, Values};
use crate::table::define_id;
use rustc_hash::FxHashMap;

define_id! {
    /// Names what cluster-wide rules say, in each case.
    pub(super) WideValueId;
    /// Names what rules of a namespace say, in each case.
    pub(super) LocalValueId;
    /// Names what rules of a namespace say.
    pub(super) LocalId;
}

/// What cluster-wide rules say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Wide {
    /// What the Admin tier denies.
    pub(super) denied: ConnId,
    /// What it leaves to the next tier.
    pub(super) undecided: ConnId,
    /// What the Baseline tier denies.
    pub(super) baseline: ConnId,
}

/// What rules of a namespace say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Local {
    /// Whether it may be that no policy isolates, so that Baseline is asked.
    pub(super) asks_baseline: bool,
    /// For each way in which a policy may isolate, what its rules let through.
    pub(super) lets: Box<[ConnId]>,
}

/// What was said, and what comes of it together.
#[derive(Debug)]
pub(super) struct Layered {
    pub(super) wide: Interned<WideValueId, ByCase<Wide>>,
    pub(super) locals: Interned<LocalId, Local>,
    pub(super) local: Interned<LocalValueId, ByCase<LocalId>>,
    values: FxHashMap<(WideValueId, LocalValueId), ValueId>,
}

impl Layered {
    pub(super) fn new() -> Self {
        Self {
            wide: Interned::new(),
            locals: Interned::new(),
            local: Interned::new(),
            values: FxHashMap::default(),
        }
    }
}

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
