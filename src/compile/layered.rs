//! What layers of rules say, in small numbers: those of cluster-wide policies, and those of a namespace.

use super::case::{ByCase, ConnId, ValueId};
use super::interned::Interned;
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
    pub(super) values: FxHashMap<(WideValueId, LocalValueId), ValueId>,
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
