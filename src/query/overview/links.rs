//! What passes from entry to entry, and what lets it through.

use super::placed::Placed;
use crate::beside;
use crate::compile::{ClassIndex, ConnId, Matrix};
use crate::model::Cluster;
use crate::net::ConnSet;
use crate::query::reasons::{Reason, reasons};
use crate::trace::Endpoint;
use std::collections::{BTreeMap, HashMap};

/// What passes from one entry to another, or within one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Places in [`super::Overview::entries`].
    pub from: usize,
    /// See [`Self::from`].
    pub to: usize,
    /// The place in [`super::Overview::connections`].
    pub connections: usize,
    /// Places in [`super::Overview::reasons`]: on the way out, and on the way in.
    pub reasons: [usize; 2],
}

/// All that passes between entries.
#[derive(Default)]
pub(super) struct Linked {
    pub(super) links: Vec<Link>,
    pub(super) connections: Vec<ConnSet>,
    pub(super) reasons: Vec<Reason>,
}

/// What passes between entries, and what lets it through.
pub(super) fn links(cluster: &Cluster, matrix: &mut Matrix, placed: &[Placed]) -> Linked {
    let mut found = Linked::default();
    let mut links = passing(matrix, placed, &mut found.connections);
    links.sort_by_key(|link| (link.from, link.to));
    let asker = Asker {
        cluster,
        placed,
        connections: &found.connections,
    };
    // Each link is asked about by itself, so half of them can be asked about beside the others.
    let (first, second) = links.split_at(links.len() / 2);
    let ask = |links: &[Link]| links.iter().map(|it| asker.reasons(it)).collect::<Vec<_>>();
    let (first, second) = beside::both(|| ask(first), || ask(second));
    let mut met: HashMap<Reason, usize> = HashMap::new();
    for (link, both) in links.iter_mut().zip(first.into_iter().chain(second)) {
        link.reasons = both.map(|reason| {
            let next = met.len();
            *met.entry(reason).or_insert(next)
        });
    }
    let mut reasons: Vec<(Reason, usize)> = met.into_iter().collect();
    reasons.sort_unstable_by_key(|(_, place)| *place);
    found.reasons = reasons.into_iter().map(|(reason, _)| reason).collect();
    found.links = links;
    found
}

/// What passes between entries; what lets it through is not known yet.
fn passing(matrix: &mut Matrix, placed: &[Placed], connections: &mut Vec<ConnSet>) -> Vec<Link> {
    let mut of_class: BTreeMap<ClassIndex, Vec<usize>> = BTreeMap::new();
    for (place, it) in placed.iter().enumerate() {
        of_class.entry(it.class).or_default().push(place);
    }
    let mut known: HashMap<ConnId, usize> = HashMap::new();
    let mut links = Vec::new();
    for (&source, from) in &of_class {
        matrix.read_row(source);
        for (&destination, to) in &of_class {
            if !matrix.has_pairs(source, destination) {
                continue;
            }
            let cell = matrix.cell(source, destination);
            let set = matrix.set(cell);
            if set.is_empty() {
                continue;
            }
            let connections = *known.entry(cell).or_insert_with(|| {
                connections.push(set.clone());
                connections.len() - 1
            });
            let pairs = from
                .iter()
                .flat_map(|&from| to.iter().map(move |&to| (from, to)));
            let pairs = pairs.filter(|(from, to)| from != to || is_many(placed, *from));
            links.extend(pairs.map(|(from, to)| Link {
                from,
                to,
                connections,
                reasons: [0, 0],
            }));
        }
    }
    links
}

/// Whether an entry has two endpoints or more, and so connections within.
fn is_many(placed: &[Placed], place: usize) -> bool {
    let entry = placed.get(place).map(|it| &it.entry);
    entry.is_some_and(|it| it.members.len() > 1 || !it.several.is_empty())
}

/// Asks what lets links through.
struct Asker<'a> {
    cluster: &'a Cluster,
    placed: &'a [Placed],
    connections: &'a [ConnSet],
}

impl<'a> Asker<'a> {
    /// What lets a link through on both sides, between all ends that policies can tell apart.
    fn reasons(&self, link: &Link) -> [Reason; 2] {
        let mut both = [Reason::default(), Reason::default()];
        let ends = self.placed.get(link.from).zip(self.placed.get(link.to));
        let Some(((source, destination), set)) = ends.zip(self.connections.get(link.connections))
        else {
            return both;
        };
        for from in self.ends(source) {
            for to in self.ends(destination) {
                let to = self.other(from, to, destination);
                let told = reasons(self.cluster, (from, to), set);
                for (reason, told) in both.iter_mut().zip(told) {
                    reason.join(told);
                }
            }
        }
        both
    }

    /// One end of each kind that policies can tell apart.
    fn ends(&self, placed: &Placed) -> Vec<Endpoint<'a>> {
        let cluster = self.cluster;
        let pods = placed.unlike.iter();
        let pods = pods.map(|&id| Endpoint::Pod(cluster.pods.at(id)));
        let address = placed.entry.addresses.first().map(Endpoint::Address);
        pods.chain(address).collect()
    }

    /// An end like `to` that is not `from`, where there is one; a pod that stands for several is the
    /// other one itself.
    fn other(&self, from: Endpoint<'a>, to: Endpoint<'a>, placed: &Placed) -> Endpoint<'a> {
        let (Endpoint::Pod(own), Endpoint::Pod(pod)) = (from, to) else {
            return to;
        };
        if own.key() != pod.key() || own.is_many() {
            return to;
        }
        let cluster = self.cluster;
        let mut pods = placed.pods.iter().map(|&id| cluster.pods.at(id));
        let other = pods.find(|it| it.key() != own.key());
        other.map_or(to, Endpoint::Pod)
    }
}
