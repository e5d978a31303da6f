//! Entries of an overview in words, and how much passes between them.

use super::outside;
use crate::model::Cluster;
use crate::net::{ConnSet, Protocol};
use crate::query::overview::Entry;

/// From so many ports on it is many.
const MANY: usize = 64;

/// What each member of an entry is called in its namespace: `web[Deployment]`; addresses outside by the
/// words for them.
pub(super) fn names(cluster: &Cluster, entry: &Entry) -> Vec<String> {
    match entry.namespace {
        Some(id) => {
            let prefix = format!("{}/", cluster.namespaces.at(id).name);
            let members = entry.members.iter();
            let own = members.map(|it| it.strip_prefix(&prefix).unwrap_or(it).to_owned());
            own.collect()
        }
        None if entry.internet => vec!["the internet".to_owned()],
        None => {
            let ranges = ranges(entry);
            let more = ranges.len().saturating_sub(1);
            let first = ranges.into_iter().next().unwrap_or_default();
            vec![match more {
                0 => first,
                more => format!("{first} +{more}"),
            }]
        }
    }
}

/// The addresses of an entry outside the cluster.
pub(super) fn ranges(entry: &Entry) -> Vec<String> {
    outside::names(&entry.addresses, true, false)
}

/// How much is let through: 1 some ports, 2 many, 3 every port of a
/// protocol.
pub(super) fn level(connections: &ConnSet) -> u8 {
    let ports = |protocol: Protocol| {
        let ranges = connections.ports(protocol).ranges().iter();
        let ports = ranges.map(|(first, last)| usize::from(last - first) + 1);
        ports.sum::<usize>()
    };
    let all = Protocol::ALL.into_iter();
    let every = all.clone().any(|it| connections.ports(it).is_all());
    match all.map(ports).sum::<usize>() {
        _ if every || connections.is_all() => 3,
        MANY.. => 2,
        _ => 1,
    }
}
