//! Several changes of one repair, of which a later one may be of a rule that an earlier one adds.

use super::change::{Add, Change};
use crate::model::Cluster;
use crate::table::Id as _;

/// Adds a change to those of `cluster` that were found before it. One of a rule that an earlier one adds
/// becomes part of that; none where it cannot.
pub fn absorb(changes: &mut Vec<Change>, change: Change, cluster: &Cluster) -> Option<()> {
    let is_new = change.policy.index() >= cluster.policies.len();
    let old = |it: &Change| {
        let policy = cluster.policies.get(it.policy);
        let rules = policy.and_then(|policy| policy.rules(it.direction));
        rules.unwrap_or_default().len()
    };
    let (index, peer, port) = match &change.add {
        Add::Peer(index, peer) => (*index, Some(peer), None),
        Add::Port(index, port) => (*index, None, Some(port)),
        Add::Rule(_) if is_new => return None,
        Add::Rule(_) | Add::Policy { .. } => {
            changes.push(change);
            return Some(());
        }
    };
    if !is_new && index < old(&change) {
        changes.push(change);
        return Some(());
    }
    let beyond = index - old(&change);
    let added = changes.iter_mut().filter_map(|it| {
        let (policy, direction) = (it.policy, it.direction);
        match &mut it.add {
            Add::Policy { rule, .. } if is_new => Some(rule),
            Add::Rule(rule) if policy == change.policy && direction == change.direction => {
                Some(rule).filter(|_| !is_new)
            }
            Add::Rule(_) | Add::Policy { .. } | Add::Port(..) | Add::Peer(..) => None,
        }
    });
    let place = if is_new {
        change.policy.index() - cluster.policies.len()
    } else {
        beyond
    };
    let rule = { added }.nth(place)?;
    rule.peers.extend(peer.cloned());
    rule.ports.extend(port.cloned());
    Some(())
}
