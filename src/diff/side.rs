//! One side of a comparison, and what both have.

use super::endpoint::{Joint, Stand, Wanted};
use crate::compile::{ConnId, End, Matrix, connections};
use crate::model::{Cluster, PodId};
use crate::net::ConnSet;
use crate::query::filter::Filter;
use std::collections::HashMap;

/// A cluster with its matrix, and what is asked of it.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) matrix: Matrix,
    /// None: nothing of this side is asked about.
    pub(super) filter: Option<&'a Filter>,
    /// The contents of its cells among all [`Sets`].
    known: HashMap<ConnId, usize>,
    /// Of each pod what policies can tell of it: pods that can do the same need not be alike to them.
    kinds: HashMap<PodId, usize>,
}

/// What cells hold, on either side: equal places are equal sets, and 0 is the empty one.
#[derive(Debug)]
pub(super) struct Sets {
    all: Vec<ConnSet>,
    places: HashMap<ConnSet, usize>,
    /// What is asked about; none: everything.
    only: Option<ConnSet>,
}

/// The empty set.
pub(super) const NOTHING: usize = 0;

impl Sets {
    pub(super) fn new(only: Option<ConnSet>) -> Self {
        Self {
            all: vec![ConnSet::none()],
            places: HashMap::from([(ConnSet::none(), NOTHING)]),
            only,
        }
    }

    pub(super) fn at(&self, place: usize) -> &ConnSet {
        static EMPTY: ConnSet = ConnSet::none();
        self.all.get(place).unwrap_or(&EMPTY)
    }

    /// What of a set is asked about.
    pub(super) fn add(&mut self, set: &ConnSet) -> usize {
        let set = match &self.only {
            Some(only) => set.intersection(only),
            None => set.clone(),
        };
        let next = self.all.len();
        let place = *self.places.entry(set.clone()).or_insert(next);
        if place == next {
            self.all.push(set);
        }
        place
    }
}

impl<'a> Side<'a> {
    pub(super) fn new(cluster: &'a Cluster, filter: Option<&'a Filter>) -> Self {
        let matrix = Matrix::new(cluster);
        let kinds = matrix.kinds().enumerate();
        let kinds = kinds.flat_map(|(kind, pods)| pods.iter().map(move |pod| (*pod, kind)));
        Self {
            cluster,
            kinds: kinds.collect(),
            matrix,
            filter,
            known: HashMap::new(),
        }
    }

    /// What policies can tell of a pod.
    pub(super) fn kind(&self, id: PodId) -> Option<usize> {
        self.kinds.get(&id).copied()
    }

    pub(super) fn wants(&self, id: PodId) -> Wanted {
        let filter = self.filter;
        filter.map_or_else(Wanted::default, |filter| {
            Wanted::of(filter, id, self.cluster.pods.at(id))
        })
    }

    /// Makes ready for many cells of a source.
    pub(super) fn read_row(&mut self, stand: Stand) {
        match stand {
            Stand::Pod(class, _) | Stand::Outside(Some(class)) => self.matrix.read_row(class),
            Stand::Absent | Stand::Outside(None) => {}
        }
    }

    /// What passes from an endpoint to another, or (`own`) between the pods of one.
    pub(super) fn cell(
        &mut self,
        sets: &mut Sets,
        [from, to]: [(&Joint, Stand, Option<PodId>); 2],
        own: bool,
    ) -> usize {
        let class = |stand: Stand| match stand {
            Stand::Pod(class, _) | Stand::Outside(Some(class)) => Some(class),
            Stand::Absent | Stand::Outside(None) => None,
        };
        if from.1 == Stand::Absent || to.1 == Stand::Absent {
            return NOTHING;
        }
        if own && !matches!(from.1, Stand::Pod(_, true)) {
            return NOTHING;
        }
        if let (Some(source), Some(destination)) = (class(from.1), class(to.1)) {
            if !self.matrix.has_pairs(source, destination) {
                return NOTHING;
            }
            let cell = self.matrix.cell(source, destination);
            if let Some(&place) = self.known.get(&cell) {
                return place;
            }
            let place = sets.add(self.matrix.set(cell));
            self.known.insert(cell, place);
            return place;
        }
        // Addresses that the matrix leaves out are judged one pair at a time.
        let cluster = self.cluster;
        let end = |(joint, _, pod): (&Joint, Stand, Option<PodId>)| match pod {
            Some(pod) => Some(End::Pod(cluster.pods.at(pod))),
            None => joint.addresses.first().map(End::Address),
        };
        match (end(from), end(to)) {
            (Some(from), Some(to)) => sets.add(&connections(cluster, from, to)),
            (None, _) | (_, None) => NOTHING,
        }
    }
}
