//! Rules that keep to the limits of ClusterNetworkPolicy: more than one takes becomes several that stand
//! one after the other and do the same, which the first match of them decides as before.

use crate::model::{Peer, PeerList, PeerMatch, Peers, PortMatch, Ports, Rule};

/// How many rules, peers, ports, networks and names there may be.
pub(super) const MOST: usize = 25;

/// A rule as rules that keep to the limits; none where it matches nothing.
pub(super) fn split(rule: &Rule) -> Vec<Rule> {
    let entries = entries(rule.peers.listed());
    let peers: Vec<Peers> = match rule.peers {
        Peers::Anyone => vec![Peers::Anyone],
        Peers::Listed(_) => {
            let parts = entries.chunks(MOST);
            parts.map(|part| Peers::Listed(part.concat())).collect()
        }
    };
    let ports: Vec<Ports> = match &rule.ports {
        Ports::Any => vec![Ports::Any],
        Ports::Listed(all) => {
            let mut distinct: Vec<PortMatch> = Vec::new();
            for port in all {
                if distinct.iter().all(|it| it.test != port.test) {
                    distinct.push(port.clone());
                }
            }
            let parts = distinct.chunks(MOST);
            parts.map(|part| Ports::Listed(part.to_vec())).collect()
        }
    };
    let pairs = peers
        .iter()
        .flat_map(|peers| ports.iter().map(move |ports| (peers, ports)));
    pairs
        .map(|(peers, ports)| Rule {
            peers: peers.clone(),
            ports: ports.clone(),
            ..rule.clone()
        })
        .collect()
}

/// Peers by the entries of `from` or `to` that they stand in. An entry has several networks or several
/// names, none of them twice, or else is one peer.
pub(super) fn entries(peers: &[Peer]) -> Vec<Vec<Peer>> {
    let mut entries: Vec<Vec<Peer>> = Vec::new();
    for peer in peers {
        match entries.last_mut() {
            Some(entry) if entry.first().is_some_and(|first| share(first, peer)) => {
                let again = entry.iter().any(|it| it.matches == peer.matches);
                match (again, entry.len() < MOST) {
                    (true, _) => {}
                    (false, true) => entry.push(peer.clone()),
                    (false, false) => entries.push(vec![peer.clone()]),
                }
            }
            Some(_) | None => entries.push(vec![peer.clone()]),
        }
    }
    entries
}

/// Whether two peers stand in the same list of the same entry.
fn share(a: &Peer, b: &Peer) -> bool {
    let list = |peer: &Peer| match peer.matches {
        PeerMatch::IpBlock(_) => Some(PeerList::Networks),
        PeerMatch::DomainName(_) => Some(PeerList::DomainNames),
        PeerMatch::Pods(_) | PeerMatch::Nodes(_) => None,
    };
    a.place.entry == b.place.entry && list(a).is_some() && list(a) == list(b)
}
