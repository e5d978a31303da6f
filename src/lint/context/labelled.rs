//! Which pods there are of which labels, whether or not policies govern them: pods in the network of
//! their node and pods that are not there now are pods, too, to those who wrote a selector.

use super::Context;
use crate::model::NamespaceId;
use crate::selector::{Labels, Selector};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The labels of all pods, by namespace.
#[derive(Debug)]
pub(in crate::lint) struct Labelled<'a> {
    of_namespace: BTreeMap<NamespaceId, Vec<&'a Labels>>,
    found: FxHashMap<&'a Selector, Rc<[NamespaceId]>>,
}

impl<'a> Labelled<'a> {
    /// The labels of all pods of a cluster.
    pub(in crate::lint) fn new(context: &Context<'a>) -> Self {
        let mut of_namespace: BTreeMap<NamespaceId, Vec<&'a Labels>> = BTreeMap::new();
        let cluster = context.cluster;
        for app in context.apps().rows() {
            let labels = &cluster.pods.at(app.pod()).labels;
            of_namespace.entry(app.namespace).or_default().push(labels);
        }
        for dormant in &cluster.dormant {
            let labels = &dormant.pod.labels;
            let all = of_namespace.entry(dormant.pod.namespace).or_default();
            all.push(labels);
        }
        for labels in of_namespace.values_mut() {
            labels.sort();
            labels.dedup();
        }
        Self {
            of_namespace,
            found: FxHashMap::default(),
        }
    }

    /// The namespaces that have pods of these labels, sorted.
    pub(in crate::lint) fn namespaces(&mut self, selector: &'a Selector) -> Rc<[NamespaceId]> {
        let of_namespace = &self.of_namespace;
        let found = self.found.entry(selector).or_insert_with(|| {
            let matches = |labels: &[&Labels]| labels.iter().any(|it| selector.matches(it));
            let namespaces = of_namespace.iter().filter(|(_, labels)| matches(labels));
            namespaces.map(|(&namespace, _)| namespace).collect()
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
