//! Who could be meant by a scope, looked up by namespace and label.

use super::subjects::{App, AppId};
use crate::model::{Cluster, NamespaceId, Origin, Pod};
use crate::selector::Selector;
use crate::table::Table;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Who could be meant: one pod of each app, in the order of apps, then the pods that are not there now.
#[derive(Debug)]
pub(in crate::lint) struct Candidates<'a> {
    pods: Vec<&'a Pod>,
    by_label: FxHashMap<(&'a str, &'a str), Vec<usize>>,
    /// Those that have a label whose value is not known.
    by_open_label: FxHashMap<&'a str, Vec<usize>>,
    pub(super) by_namespace: FxHashMap<NamespaceId, Vec<usize>>,
    /// Those whose manifests leave their namespace open.
    floating: OnceCell<Vec<bool>>,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(cluster: &'a Cluster, apps: &Table<AppId, App>) -> Self {
        let apps = apps.rows().iter();
        let apps = apps.map(|app| cluster.pods.at(app.pod()));
        let dormant = cluster.dormant.iter().map(|it| &it.pod);
        let pods: Vec<&Pod> = apps.chain(dormant).collect();
        let mut by_label: FxHashMap<_, Vec<usize>> = FxHashMap::default();
        let mut by_open_label: FxHashMap<_, Vec<usize>> = FxHashMap::default();
        let mut by_namespace: FxHashMap<_, Vec<usize>> = FxHashMap::default();
        for (index, pod) in pods.iter().enumerate() {
            by_namespace.entry(pod.namespace).or_default().push(index);
            for (key, value) in pod.labels.iter() {
                by_label.entry((&**key, &**value)).or_default().push(index);
            }
            for key in pod.labels.open() {
                by_open_label.entry(&**key).or_default().push(index);
            }
        }
        Self {
            pods,
            by_label,
            by_open_label,
            by_namespace,
            floating: OnceCell::new(),
        }
    }

    /// Whether the manifest of a pod leaves its namespace open, of which `omits` tells by its place.
    pub(super) fn omits_namespace(&self, index: usize, omits: impl Fn(Origin) -> bool) -> bool {
        let floating = self.floating.get_or_init(|| {
            let pods = self.pods.iter();
            pods.map(|pod| omits(pod.origin)).collect()
        });
        floating.get(index).copied().unwrap_or_default()
    }

    /// Whether some of them are in a namespace.
    pub(super) fn are_in(&self, namespace: NamespaceId) -> bool {
        self.by_namespace.contains_key(&namespace)
    }

    /// The pods whose labels match, with their places, looked up by a value that they must have.
    pub(in crate::lint) fn matching(&self, selector: &Selector) -> Vec<(usize, &'a Pod)> {
        let found = self.labelled(selector);
        let found = found.map_or_else(
            || (0..self.pods.len()).collect(),
            |lists| lists.into_iter().flatten().copied().collect(),
        );
        self.fitting(selector, found)
    }

    /// Those of them that are in some namespaces.
    pub(in crate::lint) fn matching_in(
        &self,
        selector: &Selector,
        namespaces: &BTreeSet<NamespaceId>,
    ) -> Vec<(usize, &'a Pod)> {
        let here = namespaces.iter().filter_map(|id| self.by_namespace.get(id));
        let here: Vec<&Vec<usize>> = here.collect();
        let lists = self
            .labelled(selector)
            .filter(|it| length(it) < length(&here));
        let found = lists.unwrap_or(here).into_iter().flatten().copied();
        let mut pods = self.fitting(selector, found.collect());
        pods.retain(|(_, pod)| namespaces.contains(&pod.namespace));
        pods
    }

    /// The shortest lists of pods that have a value which the selector requires; none where it
    /// requires none.
    fn labelled<'s>(&'s self, selector: &'s Selector) -> Option<Vec<&'s Vec<usize>>> {
        let required = selector.tests().iter().filter_map(|(key, test)| {
            let values = test.only_values()?.iter();
            let lists = values.filter_map(|value| self.by_label.get(&(&**key, &**value)));
            let open = self.by_open_label.get(&**key);
            Some(lists.chain(open).collect::<Vec<_>>())
        });
        required.min_by_key(|lists| length(lists))
    }

    fn fitting(&self, selector: &Selector, found: Vec<usize>) -> Vec<(usize, &'a Pod)> {
        let pods = found.into_iter();
        let pods = pods.filter_map(|index| Some((index, *self.pods.get(index)?)));
        pods.filter(|(_, pod)| selector.may_match(&pod.labels))
            .collect()
    }
}

fn length(lists: &[&Vec<usize>]) -> usize {
    lists.iter().map(|list| list.len()).sum()
}
