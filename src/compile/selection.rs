//! Which pods scopes select, for those who need the pods themselves.
//!
//! Matching each selector against each pod costs scopes × pods. Here the pods are sorted into
//! groups once, by what policies can tell of them, and a scope is matched against groups. That
//! works only for scopes of the cluster's own policies: of other labels the vocabulary knows
//! nothing.

use super::finder::Finder;
use super::groups::Groups;
use super::mix::Mix;
use super::vocabulary::Vocabulary;
use crate::model::{Cluster, PodId, PodScope};

/// The pods of a cluster, sorted by what policies can tell of them.
#[derive(Debug)]
pub struct Selection<'a> {
    cluster: &'a Cluster,
    vocabulary: Vocabulary,
    groups: Groups,
}

/// Finds the pods of scopes of the cluster's policies.
pub struct PodFinder<'a> {
    finder: Finder<'a>,
    groups: &'a Groups,
}

impl<'a> Selection<'a> {
    /// Sorts the pods of a cluster. Costs pods x their labels.
    pub fn new(cluster: &'a Cluster) -> Self {
        let vocabulary = Vocabulary::new(cluster, &Mix::default());
        let groups = Groups::new(cluster, &vocabulary);
        Self {
            cluster,
            vocabulary,
            groups,
        }
    }

    /// What finds pods.
    pub fn finder(&'a self) -> PodFinder<'a> {
        PodFinder {
            finder: Finder::new(self.cluster, &self.vocabulary, &self.groups),
            groups: &self.groups,
        }
    }
}

impl<'a> PodFinder<'a> {
    /// The pods that a scope of one of the cluster's policies selects or may select (S24 to S27,
    /// S75), sorted: none in the network of its node. Labels of namespaces that are not in the input
    /// count as absent.
    pub fn pods(&mut self, scope: &'a PodScope) -> Vec<PodId> {
        let groups = self.finder.pods(scope);
        let pods = groups
            .into_iter()
            .flat_map(|(group, _)| &self.groups.table.at(group).pods);
        let mut pods: Vec<PodId> = pods.copied().collect();
        pods.sort_unstable();
        pods
    }
}

impl std::fmt::Debug for PodFinder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PodFinder").finish_non_exhaustive()
    }
}
