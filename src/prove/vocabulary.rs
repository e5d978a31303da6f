//! The labels that policies and claims can tell apart, as numbers.
//!
//! For each key that some selector mentions: 0 where the key is absent, 1 to n for the mentioned
//! values in order, and a few numbers above for values that nobody mentions. No selector can tell
//! two of those apart, so one would do to decide any policy; a claim that compares the labels of
//! two pods can tell whether they are equal, and for that two are enough, one for each pod.
//!
//! So the endless choice of strings becomes a few bits. With `tier in (db, web)` and nothing else
//! about `tier`, a pod has it as 0 (absent), 1 (`db`), 2 (`web`), or 3 or 4 (anything else).

use crate::model::{Cluster, NAMESPACE_NAME_LABEL, NamespaceScope, PeerMatch, Peers, PodScope};
use crate::selector::{Requirement, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A key with the values that are mentioned, sorted.
pub type Values = Vec<Arc<str>>;

/// Everything that is mentioned of labels.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    pods: BTreeMap<Arc<str>, Values>,
    namespaces: BTreeMap<Arc<str>, Values>,
}

/// Collects what is mentioned.
#[derive(Debug, Clone, Default)]
pub struct Collector {
    pods: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    namespaces: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
}

impl Collector {
    /// Nothing mentioned yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the policies of a cluster mention.
    pub fn policies(&mut self, cluster: &Cluster) {
        for policy in cluster.policies.rows() {
            self.scope(&policy.subject);
            for rule in policy.all_rules() {
                let Peers::Listed(peers) = &rule.peers else {
                    continue;
                };
                for peer in peers {
                    match &peer.matches {
                        PeerMatch::Pods(scope) => self.scope(scope),
                        PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => {}
                    }
                }
            }
        }
    }

    fn scope(&mut self, scope: &PodScope) {
        if let NamespaceScope::Matching(selector) = &scope.namespaces {
            self.namespace_selector(selector);
        }
        self.pod_selector(&scope.pods);
    }

    /// Adds what a selector of pods mentions.
    pub fn pod_selector(&mut self, selector: &Selector) {
        add(&mut self.pods, selector.requirements());
    }

    /// Adds what a selector of namespaces mentions.
    pub fn namespace_selector(&mut self, selector: &Selector) {
        add(&mut self.namespaces, selector.requirements());
    }

    /// Adds a key of pods.
    pub fn pod_key(&mut self, key: &Arc<str>) {
        self.pods.entry(Arc::clone(key)).or_default();
    }

    /// Adds a value of a key of pods.
    pub fn pod_value(&mut self, key: &Arc<str>, value: Option<&Arc<str>>) {
        let values = self.pods.entry(Arc::clone(key)).or_default();
        values.extend(value.cloned());
    }

    /// What was mentioned. A namespace that does not exist yet can have none of the names of
    /// `existing`.
    pub fn finish(mut self, existing: &Cluster) -> Vocabulary {
        if let Some(names) = self.namespaces.get_mut(NAMESPACE_NAME_LABEL) {
            names.retain(|name| existing.namespace(name).is_none());
        }
        let sorted = |keys: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>| {
            let sorted = keys.into_iter();
            sorted
                .map(|(key, values)| (key, values.into_iter().collect()))
                .collect()
        };
        Vocabulary {
            pods: sorted(self.pods),
            namespaces: sorted(self.namespaces),
        }
    }
}

fn add(keys: &mut BTreeMap<Arc<str>, BTreeSet<Arc<str>>>, requirements: &[Requirement]) {
    for requirement in requirements {
        if !keys.contains_key(&requirement.key) {
            keys.insert(Arc::clone(&requirement.key), BTreeSet::new());
        }
        if let Some(values) = keys.get_mut(&requirement.key) {
            values.extend(requirement.values.iter().cloned());
        }
    }
}

impl Vocabulary {
    /// The values mentioned of a pod's label.
    pub fn of_pods(&self, key: &str) -> &[Arc<str>] {
        self.pods.get(key).map_or(&[], Vec::as_slice)
    }

    /// The keys mentioned of namespaces.
    pub fn namespace_keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.namespaces.keys()
    }

    /// The values mentioned of a namespace's label; of its name, those that no namespace has yet.
    pub fn of_namespaces(&self, key: &str) -> &[Arc<str>] {
        self.namespaces.get(key).map_or(&[], Vec::as_slice)
    }
}

/// A label value that nobody mentions: the `number`th, from 0.
pub fn unmentioned(values: &[Arc<str>], number: u128) -> Arc<str> {
    let mut names = (1u32..).map(|count| match count {
        1 => "other".to_owned(),
        more => format!("other-{more}"),
    });
    let mut left = number;
    // The list of values is finite, so some name is free.
    let free = names.find(|name| {
        let taken = values.iter().any(|value| **value == **name);
        let found = !taken && left == 0;
        left = left.saturating_sub(u128::from(!taken && !found));
        found
    });
    free.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmentioned_values_are_none_of_the_mentioned() {
        let values: Vec<Arc<str>> = ["a", "other-2"].map(Into::into).into();
        assert_eq!(&*unmentioned(&values, 0), "other");
        assert_eq!(&*unmentioned(&values, 1), "other-3");
        assert_eq!(&*unmentioned(&[], 1), "other-2");
    }
}
