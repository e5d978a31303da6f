//! Connections as small numbers: each distinct set is kept once, and what two sets have in common
//! is computed once.
//!
//! A matrix may have millions of cells and only a few distinct contents. With a number for each
//! set, equal contents have equal numbers, and the intersection of two sets is one look-up in a
//! hash map after the first time.
//!
//! What one direction lets through is a `Value` of three sets, because a block matches an address
//! of one family: what passes if blocks match nothing, by IPv4, and by IPv6. Which of the three
//! count depends on the `Kind` of both ends. Between two pods with addresses of both families a
//! connection counts only if it passes by IPv4 and by IPv6; between a pod with both and one with
//! IPv6 only, the IPv6 case alone is asked.

pub use super::case::ConnId;
pub(super) use super::case::{ByCase, ValueId};
use super::layered::Layered;
use crate::model::{Habit, Practice};
use crate::net::{ConnSet, Family};
use crate::table::Table;
use rustc_hash::FxHashMap;

/// How an endpoint can be addressed, as far as that decides which rules can match it.
///
/// Pods are told apart from host-network pods because selectors never match the latter, and by
/// the families of their addresses because a block matches addresses of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kind {
    pub(super) nature: Nature,
    pub(super) v4: bool,
    pub(super) v6: bool,
}

/// What sort of endpoint it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Nature {
    Pod,
    HostPod,
    External,
}

impl Kind {
    /// How many kinds there are: three natures, four sets of families.
    pub(super) const COUNT: usize = 12;

    /// All kinds, by index.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        [Nature::Pod, Nature::HostPod, Nature::External]
            .into_iter()
            .flat_map(|nature| {
                (0..4).map(move |bits| Self {
                    nature,
                    v4: bits & 1 == 1,
                    v6: bits & 2 == 2,
                })
            })
    }

    /// The kind's place in [`Kind::all`].
    pub(super) fn index(self) -> usize {
        self.nature as usize * 4 + usize::from(self.v4) + usize::from(self.v6) * 2
    }

    pub(super) fn external(family: Family) -> Self {
        let (v4, v6) = (family == Family::V4, family == Family::V6);
        Self {
            nature: Nature::External,
            v4,
            v6,
        }
    }
}

/// One thing per [`Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ByKind<T>([T; Kind::COUNT]);

impl<T: Copy> ByKind<T> {
    pub(super) fn filled(value: T) -> Self {
        Self([value; Kind::COUNT])
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: Kind::index is below Kind::COUNT"
    )]
    pub(super) fn at(&self, kind: Kind) -> T {
        self.0[kind.index()]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: Kind::index is below Kind::COUNT"
    )]
    pub(super) fn set(&mut self, kind: Kind, value: T) {
        self.0[kind.index()] = value;
    }
}

/// What passes in each case.
pub(super) type Value = ByCase<ConnId>;

/// Which cases of a [`Value`] count for a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cases {
    /// The pair is not part of the matrix: both ends are outside.
    None,
    Plain,
    V4,
    V6,
    Both,
}

impl Cases {
    /// The families over which the two ends can talk; plain where they have no family in common
    /// or no address is known. An end without a known address goes by the other's families.
    pub(super) fn of(source: Kind, destination: Kind) -> Self {
        let (s, d) = (source, destination);
        if s.nature == Nature::External && d.nature == Nature::External {
            return Self::None;
        }
        let one_sided = s.nature == Nature::External || d.nature == Nature::External;
        let unknown = |kind: Kind| !(kind.v4 || kind.v6);
        let has = |a: bool, b: bool| match (unknown(s), unknown(d), one_sided) {
            (false, false, false) => a && b,
            (false, false, true) => {
                if s.nature == Nature::External {
                    a
                } else {
                    b
                }
            }
            _ => a || b,
        };
        match (has(s.v4, d.v4), has(s.v6, d.v6)) {
            (false, false) => Self::Plain,
            (true, false) => Self::V4,
            (false, true) => Self::V6,
            (true, true) => Self::Both,
        }
    }
}

/// Every distinct set of connections and value, and the memory of what they have in common.
#[derive(Debug)]
pub(super) struct Values {
    sets: Table<ConnId, ConnSet>,
    set_ids: FxHashMap<ConnSet, ConnId>,
    by_case: Table<ValueId, Value>,
    case_ids: FxHashMap<Value, ValueId>,
    common: FxHashMap<(ConnId, ConnId), ConnId>,
    joined: FxHashMap<(ConnId, ConnId), ConnId>,
    /// What layers of rules say.
    pub(super) layered: Layered,
    none: ConnId,
    everything: ValueId,
    /// Whether rules of a NetworkPolicy surely count over IPv6.
    pub(super) ipv6: bool,
}

impl Values {
    pub(super) fn new(practice: &Practice) -> Self {
        let mut sets = Table::new();
        let none = sets.push(ConnSet::none());
        let all = sets.push(ConnSet::all());
        let set_ids = sets.iter().map(|(id, set)| (set.clone(), id)).collect();
        let value = Value::filled(all);
        let mut by_case = Table::new();
        let everything = by_case.push(value);
        Self {
            sets,
            set_ids,
            by_case,
            case_ids: std::iter::once((value, everything)).collect(),
            common: FxHashMap::default(),
            joined: FxHashMap::default(),
            layered: Layered::new(),
            none,
            everything,
            ipv6: practice.does(Habit::Ipv6),
        }
    }

    /// The value that lets everything through.
    pub(super) fn everything(&self) -> ValueId {
        self.everything
    }

    pub(super) fn intern(&mut self, set: ConnSet) -> ConnId {
        if let Some(&id) = self.set_ids.get(&set) {
            return id;
        }
        let id = self.sets.push(set.clone());
        self.set_ids.insert(set, id);
        id
    }

    pub(super) fn set(&self, id: ConnId) -> &ConnSet {
        self.sets.at(id)
    }

    pub(super) fn intern_value(&mut self, value: Value) -> ValueId {
        let by_case = &mut self.by_case;
        *self
            .case_ids
            .entry(value)
            .or_insert_with(|| by_case.push(value))
    }

    /// The empty set.
    pub(super) fn none(&self) -> ConnId {
        self.none
    }

    /// What is in either set.
    pub(super) fn union(&mut self, a: ConnId, b: ConnId) -> ConnId {
        if a == b || b == self.none {
            return a;
        }
        if a == self.none {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(&id) = self.joined.get(&key) {
            return id;
        }
        let set = self.sets.at(a).union(self.sets.at(b));
        let id = self.intern(set);
        self.joined.insert(key, id);
        id
    }

    fn common(&mut self, a: ConnId, b: ConnId) -> ConnId {
        if a == b {
            return a;
        }
        let key = (a.min(b), a.max(b));
        if let Some(&id) = self.common.get(&key) {
            return id;
        }
        let set = self.sets.at(a).intersection(self.sets.at(b));
        let id = self.intern(set);
        self.common.insert(key, id);
        id
    }

    /// What gets through a pair: what `egress` and `ingress` both let through in all `cases`.
    pub(super) fn meet(&mut self, egress: ValueId, ingress: ValueId, cases: Cases) -> ConnId {
        let (e, i) = (*self.by_case.at(egress), *self.by_case.at(ingress));
        match cases {
            Cases::None => self.none,
            Cases::Plain => self.common(e.plain, i.plain),
            Cases::V4 => self.common(e.v4, i.v4),
            Cases::V6 => self.common(e.v6, i.v6),
            Cases::Both => {
                let (v4, v6) = (self.common(e.v4, i.v4), self.common(e.v6, i.v6));
                self.common(v4, v6)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_indexed_in_order() {
        for (index, kind) in Kind::all().enumerate() {
            assert_eq!(kind.index(), index);
        }
        assert_eq!(Kind::all().count(), Kind::COUNT);
    }

    #[test]
    fn a_pair_is_decided_over_the_families_that_both_ends_have() {
        let pod = |v4, v6| Kind {
            nature: Nature::Pod,
            v4,
            v6,
        };
        let outside = Kind::external;
        assert_eq!(Cases::of(pod(true, true), pod(true, true)), Cases::Both);
        assert_eq!(Cases::of(pod(true, true), pod(false, true)), Cases::V6);
        assert_eq!(Cases::of(pod(true, false), pod(false, true)), Cases::Plain);
        assert_eq!(Cases::of(pod(false, false), pod(true, false)), Cases::V4);
        assert_eq!(
            Cases::of(pod(false, false), pod(false, false)),
            Cases::Plain
        );
        assert_eq!(Cases::of(outside(Family::V4), pod(false, true)), Cases::V4);
        assert_eq!(Cases::of(pod(true, true), outside(Family::V6)), Cases::V6);
        assert_eq!(
            Cases::of(outside(Family::V4), outside(Family::V4)),
            Cases::None
        );
    }
}
