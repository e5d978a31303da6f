//! Clauses: what one rule says of one peer, in small numbers.

use super::groups::Resolution;
use super::interned::Interned;
use super::vocabulary::PortNameId;
use crate::model::{Action, PolicyApi, Tier};
use crate::net::ConnSet;
use crate::table::define_id;

define_id! {
    /// Names a distinct peer.
    pub(super) PeerId;
    /// Names a distinct list of ports.
    pub(super) PortListId;
}

/// A list of ports: fixed connections, and names that each destination resolves for itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PortList {
    pub(super) fixed: ConnSet,
    pub(super) names: Vec<PortNameId>,
}

impl PortList {
    /// The connections on a destination that resolves names so.
    pub(super) fn resolve(&self, resolution: &Resolution) -> ConnSet {
        let named = self.names.iter().filter_map(|name| {
            let at = resolution.binary_search_by_key(name, |(id, _)| *id).ok()?;
            resolution.get(at).map(|(_, set)| set)
        });
        ConnSet::union_of(named.chain([&self.fixed]))
    }
}

/// One rule's word on one peer. Sorted as the tiers decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RuleClause {
    pub(super) tier: Tier,
    pub(super) api: PolicyApi,
    pub(super) priority: u16,
    /// Policy and rule number; 0 for NetworkPolicy, whose rules have no order.
    pub(super) order: (u32, u32),
    pub(super) action: Action,
    pub(super) peer: PeerId,
    pub(super) ports: PortListId,
    /// Whether the policy surely selects the subject.
    pub(super) selects: bool,
}

/// Distinct lists of ports.
pub(super) type PortLists = Interned<PortListId, PortList>;

/// Whether a policy of this tier isolates the pods that it selects.
pub(super) fn isolates(tier: Tier) -> bool {
    tier == Tier::NetworkPolicy
}
