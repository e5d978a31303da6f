//! The whole matrix as a page shows it: entries by namespace, what passes from entry to entry, and by
//! which rules.
//!
//! An entry is a class, or its part in one namespace: its members have equal rights. Where policies
//! can tell its pods apart in some other way, the rules of all of them are named.
//!
//! Cost: entries squared, for the pairs between which something passes, and the flows that are traced
//! for each of these.

mod entry;
mod links;
mod placed;

use super::filter::{By, Filter};
use super::listing::left_out;
use super::parts::parts;
use super::reasons::Reason;
use crate::compile::Matrix;
use crate::model::{Cluster, LeftOut, Say};
use crate::net::ConnSet;
use links::links;
use placed::placed;

pub use entry::Entry;
pub use links::Link;
use std::collections::BTreeMap;

/// The whole matrix.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The entries: the internet, other addresses outside, then by namespace and name.
    pub entries: Vec<Entry>,
    /// What passes, by entries; what passes within an entry is between its members.
    pub links: Vec<Link>,
    /// The sets of connections that links have, each once.
    pub connections: Vec<ConnSet>,
    /// What lets them through, each once.
    pub reasons: Vec<Reason>,
    /// What was left out of the input and could change what is here.
    pub left_out: Vec<LeftOut>,
    /// What controllers of Ingresses reach of which no pod is in the input, by name.
    pub from_controllers: BTreeMap<String, ConnSet>,
}

impl Overview {
    /// Everything that passes in `cluster`.
    pub fn new(cluster: &Cluster, matrix: &mut Matrix) -> Self {
        let filter = Filter {
            by: By::Workload,
            ..Filter::default()
        };
        let parts = parts(cluster, matrix, &filter);
        let placed = placed(cluster, matrix, &parts);
        let linked = links(cluster, matrix, &placed);
        Self {
            entries: placed.into_iter().map(|it| it.entry).collect(),
            links: linked.links,
            connections: linked.connections,
            reasons: linked.reasons,
            left_out: left_out(cluster, &filter),
            from_controllers: BTreeMap::new(),
        }
    }

    /// Pairs of different members in the cluster, and how many of them are connected.
    pub fn pairs(&self) -> (usize, usize) {
        let inside = |entry: &&Entry| entry.namespace.is_some();
        let all: usize = self.entries.iter().filter(inside).map(Entry::count).sum();
        let several = self.entries.iter().map(|it| it.several.len());
        let several: usize = several.sum();
        let connected = self.links.iter().filter_map(|link| {
            let (from, to) = (self.entries.get(link.from)?, self.entries.get(link.to)?);
            (from.namespace.is_some() && to.namespace.is_some())
                .then(|| from.pairs(to, link.from == link.to))
        });
        (all * all.saturating_sub(1) + several, connected.sum())
    }

    /// Whether something that is shown, or is not, may be otherwise (S5).
    pub fn is_open(&self) -> bool {
        let mut left_out = self.left_out.iter();
        left_out.any(|it| it.may_decide(Say::Connections))
    }

    /// The place of the internet; none where no address outside is listed.
    pub fn internet(&self) -> Option<usize> {
        self.entries.iter().position(|entry| entry.internet)
    }
}
