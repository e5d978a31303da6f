//! Which Services a URL means through Ingresses.
//!
//! Sources: the Ingress page of the Kubernetes documentation, the conformance tests of Ingress controllers,
//! and for ingress-nginx its page of annotations. Where they leave a choice, the answer is open, but for
//! controllers of which it is known what they choose.
//!
//! Cost: making the index looks at each path once; an answer looks at those of the host.

mod annotation;
mod class;
mod exposed;
mod group;
mod path;
mod secured;
mod taker;

pub use exposed::backends;

use super::request::{Request, Served};
use crate::model::Cluster;
use group::Group;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All Ingresses of a cluster, by class and host.
pub struct Ingresses<'c> {
    groups: Vec<Group<'c>>,
}

impl<'c> Ingresses<'c> {
    /// The index of a cluster.
    pub fn new(cluster: &'c Cluster) -> Self {
        let mut groups: BTreeMap<Option<Arc<str>>, Group<'c>> = BTreeMap::new();
        for ingress in &cluster.ingresses {
            for class in class::classes_of(cluster, ingress) {
                let group = groups
                    .entry(class.name.clone())
                    .or_insert_with(|| Group::new(cluster, class.name.clone(), ingress));
                group.add(ingress, class.doubt.as_ref());
            }
        }
        Self {
            groups: groups.into_values().collect(),
        }
    }

    /// What each controller does with a request, of those that have a rule or a default for it.
    pub fn answer(&self, request: &Request) -> Vec<Served> {
        let groups = self.groups.iter();
        groups.filter_map(|group| group.answer(request)).collect()
    }
}
