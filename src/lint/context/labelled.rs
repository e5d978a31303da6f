//! Which pods there are of which labels, whether or not policies govern them: pods in the network of
//! their node and pods that are not there now are pods, too, to those who wrote a selector.

use super::Context;
use super::candidates::Candidates;
use crate::model::NamespaceId;
use crate::selector::Selector;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Where the pods of some labels are.
#[derive(Debug)]
pub(in crate::lint) struct Labelled<'a> {
    candidates: &'a Candidates<'a>,
    found: FxHashMap<&'a Selector, Rc<[NamespaceId]>>,
}

impl<'a> Labelled<'a> {
    /// All pods of a cluster, of which none is looked at yet.
    pub(in crate::lint) fn new(context: &'a Context<'_>) -> Self {
        Self {
            candidates: context.candidates(),
            found: FxHashMap::default(),
        }
    }

    /// The namespaces that have pods of these labels, sorted.
    pub(in crate::lint) fn namespaces(&mut self, selector: &'a Selector) -> Rc<[NamespaceId]> {
        let found = self.found.entry(selector).or_insert_with(|| {
            let pods = self.candidates.matching(selector).into_iter();
            let namespaces: BTreeSet<NamespaceId> = pods.map(|(_, pod)| pod.namespace).collect();
            namespaces.into_iter().collect()
        });
        Rc::clone(found)
    }

    /// Whether a namespace has pods of these labels.
    pub(in crate::lint) fn has(
        &mut self,
        namespace: Option<NamespaceId>,
        selector: &'a Selector,
    ) -> bool {
        let found = self.namespaces(selector);
        namespace.is_some_and(|namespace| found.binary_search(&namespace).is_ok())
    }
}
