//! The cases in which a direction is decided, and names for what comes of them.

use crate::table::define_id;

define_id! {
    /// Names a distinct `ConnSet`.
    pub ConnId;
    /// Names a distinct [`Value`].
    pub(super) ValueId;
}

/// The cases in which a direction is decided for a pair: blocks match nothing, or match by the
/// IPv4 address, or by the IPv6 address of the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ByCase<T> {
    pub(super) plain: T,
    pub(super) v4: T,
    pub(super) v6: T,
}

impl<T: Copy> ByCase<T> {
    /// The same in every case.
    pub(super) fn filled(value: T) -> Self {
        Self {
            plain: value,
            v4: value,
            v6: value,
        }
    }
}
