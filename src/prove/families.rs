//! The families of addresses that the blocks of policies can tell apart.
//!
//! A pod may have an IPv4 and an IPv6 address, and a packet carries one of them. A block of one
//! family never matches the other, so a flow is read once for each family (S49). But where no
//! policy over an end has a block, both readings say the same, and one question does for both.

use super::encode::{Reading, Side, policies_over};
use crate::model::{Cluster, Direction};
use crate::net::Family;
use std::collections::BTreeSet;

/// The readings that some block can tell apart.
pub(super) fn readings(families: &BTreeSet<Family>) -> Vec<Reading> {
    if families.is_empty() {
        return vec![Reading::NoneKnown];
    }
    vec![Reading::Only(Family::V4), Reading::Only(Family::V6)]
}

/// The families of the blocks over a side.
pub(super) fn families_of(
    cluster: &Cluster,
    side: &Side<'_>,
    directions: &[Direction],
) -> BTreeSet<Family> {
    let mut families = BTreeSet::new();
    for policy in policies_over(cluster, side).into_values() {
        for &direction in directions {
            for rule in policy.rules(direction).unwrap_or_default() {
                families.extend(rule.blocks().map(|block| block.cidr.family()));
            }
        }
    }
    families
}
