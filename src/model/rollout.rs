//! Pods that make room: a workload that is applied with another template replaces those of the input.

use super::controller::{GIVEN_LABELS, TEMPLATE_HASHES};
use super::objects::{Asks, Objects, PodObject, WorkloadObject};
use super::owner::Owner;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A workload of a namespace.
type Key = (Arc<str>, Owner);

impl Objects {
    /// Takes out the pods that workloads, which took the place of `before`, replace by new ones; says
    /// of which workloads there were some. A pod stays where the workload asks for what it asked for
    /// before, and where it is as the workload would make it.
    pub fn roll_out(
        &mut self,
        applied: &[WorkloadObject],
        before: &[WorkloadObject],
    ) -> HashSet<Key> {
        let before: HashMap<Key, &WorkloadObject> = before.iter().map(|it| (key(it), it)).collect();
        let all = applied.iter().map(|it| (key(it), it));
        let differs = |(key, it): &(Key, &WorkloadObject)| {
            let old = before.get(key);
            !old.is_some_and(|old| old.makes == it.makes || asks_alike(old, it))
        };
        let changed: HashMap<Key, &WorkloadObject> = all.filter(differs).collect();
        let mut replaced = HashSet::new();
        if changed.is_empty() {
            return replaced;
        }
        let read: HashMap<Key, Option<Owner>> = self
            .workloads
            .iter()
            .map(|it| (key(it), it.owner.clone()))
            .collect();
        self.pods.retain(|pod| {
            let above = controllers(pod, &read);
            let top = above.into_iter().find(|it| changed.contains_key(it));
            let goes = top.filter(|it| changed.get(it).is_some_and(|it| !fits(it, pod)));
            let stays = goes.is_none();
            replaced.extend(goes);
            stays
        });
        replaced
    }
}

fn key(object: &WorkloadObject) -> Key {
    let owner = Owner {
        kind: Arc::clone(&object.kind),
        name: Arc::clone(&object.name),
    };
    (Arc::clone(&object.namespace), owner)
}

/// Whether two workloads have pods of the same templates, if maybe not as many.
fn asks_alike(a: &WorkloadObject, b: &WorkloadObject) -> bool {
    let templates = |it: &WorkloadObject| {
        let made = it.makes.iter();
        let made = made.map(|it| (it.part.clone(), it.template.clone()));
        made.collect::<Vec<_>>()
    };
    templates(a) == templates(b) && !asks_for_none(b)
}

fn asks_for_none(workload: &WorkloadObject) -> bool {
    let mut all = workload.makes.iter();
    all.all(|it| matches!(it.asks, Asks::Nothing(_)))
}

/// Whether a pod is as a workload would make it now.
fn fits(workload: &WorkloadObject, pod: &PodObject) -> bool {
    let own = pod.template.labels.iter();
    let own = own.filter(|(key, _)| !is_given(key)).collect::<Vec<_>>();
    !asks_for_none(workload)
        && workload.makes.iter().any(|made| {
            let labels = made.template.labels.iter();
            labels
                .filter(|(key, _)| !is_given(key))
                .eq(own.iter().copied())
                && made.template.host_network == pod.template.host_network
                && made.template.ports == pod.template.ports
        })
}

/// Whether the controllers give a label of this key.
fn is_given(key: &str) -> bool {
    GIVEN_LABELS.contains(&key) || TEMPLATE_HASHES.contains(&key)
}

/// Whoever makes a pod, from the next to the topmost.
fn controllers(pod: &PodObject, read: &HashMap<Key, Option<Owner>>) -> Vec<Key> {
    let labels = &pod.template.labels;
    let hash = TEMPLATE_HASHES.into_iter().find_map(|key| labels.get(key));
    let hash = hash.map(|it| &**it);
    let of = |owner: Owner| (Arc::clone(&pod.namespace), owner);
    let mut found: Vec<Key> = pod.owner.clone().map(of).into_iter().collect();
    // Owner references cannot be deeper than CronJob, Job, Pod; the bound stops a cycle.
    for _ in 0..4 {
        let Some(last) = found.last() else { break };
        let implied = || {
            let mut parents = last.1.implied_parents(hash).into_iter().map(of);
            parents.find(|it| read.contains_key(it))
        };
        let parent = read
            .get(last)
            .map_or_else(implied, |parent| parent.clone().map(of));
        match parent {
            Some(parent) => found.push(parent),
            None => break,
        }
    }
    found
}
