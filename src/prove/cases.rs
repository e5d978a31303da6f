//! The cases of a claim: which kinds of endpoint may stand at each end.
//!
//! One formula for every end at once would hold every policy of the cluster. A case fixes what kind
//! of endpoint stands at each end. Policies of other namespaces then fall away before anything is
//! encoded, and a selector of namespaces is mostly a constant, for the namespace is known.
//!
//! Pods that could exist are one case for each namespace. Pods of the input, where a claim is about
//! those, are a case for each namespace, network and IP family, with two pods at most for all that
//! the policies and the claim cannot tell apart: two, since a flow may pass between them. The
//! replicas of a Deployment are mostly alike, so a thousand of them cost a solver as much as two.

use super::claim::{Term, These};
use super::encode::{End, Home, Side, Who};
use crate::endpoint::{Cuts, Part};
use crate::model::{
    Cluster, Habit, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, Pod, PodKey,
};
use crate::net::Family;
use crate::prove::claim::PodSet;
use crate::selector::Selector;
use crate::table::Id as _;
use crate::trace::Endpoint;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Which pods stand at the ends of a pass over a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cast {
    /// Those that could exist, and those that are like none of them.
    Imagined,
    /// Those of the input.
    Existing,
    /// Both, one with another.
    Both,
}

/// What is known of the world of a claim.
#[derive(Debug, Clone)]
pub(super) struct World<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) cast: Cast,
    pub(super) new_namespaces: bool,
    /// Where blocks of policies begin and end.
    pub(super) cuts: Cuts,
    /// Whether the node that a pod is on can matter.
    pub(super) by_node: bool,
    /// The pods of each list in the claim.
    pub(super) lists: Vec<HashSet<PodKey>>,
}

/// What a case must have in common.
type Likeness = (usize, bool, BTreeSet<Family>, bool);

impl<'a> World<'a> {
    /// The kinds of endpoint that some of `terms` name.
    pub(super) fn sides(&self, end: End, terms: &[&'a Term<'a>]) -> Vec<Side<'a>> {
        let mut sides = Vec::new();
        let mut listed: Vec<Endpoint<'a>> = Vec::new();
        let mut homes: BTreeSet<Home> = BTreeSet::new();
        let mut families: BTreeSet<Family> = BTreeSet::new();
        for term in terms {
            match term {
                Term::Anyone => {
                    self.pods_of(&PodSet::default(), &mut homes, &mut listed);
                    families.extend([Family::V4, Family::V6]);
                }
                Term::Pods(set) => self.pods_of(set, &mut homes, &mut listed),
                Term::These(list) => listed.extend(list.iter().map(These::endpoint)),
                Term::Outside(set) => {
                    let v4 = (!set.v4().is_empty()).then_some(Family::V4);
                    let v6 = (!set.v6().is_empty()).then_some(Family::V6);
                    families.extend(v4.into_iter().chain(v6));
                }
            }
        }
        // What is there comes first: it shows more than what could be.
        sides.extend(self.grouped(&listed).into_iter().map(Who::Listed));
        sides.extend(homes.into_iter().map(Who::Imagined));
        sides.extend(families.into_iter().map(Who::Outside));
        let side = |who| Side { end, who };
        sides.into_iter().map(side).collect()
    }

    fn pods_of(&self, set: &PodSet, homes: &mut BTreeSet<Home>, listed: &mut Vec<Endpoint<'a>>) {
        let inside = |pod: &Pod| may_contain(self.cluster, set, pod);
        let pods = self.cluster.pods.rows().iter();
        // Policies do not govern pods in the network of their node, so they are not like any pod
        // that is imagined.
        let all = self.cast != Cast::Imagined;
        let pods = pods.filter(|pod| (all || pod.host_network) && inside(pod));
        listed.extend(pods.map(Endpoint::Pod));
        if self.cast == Cast::Existing {
            return;
        }
        let namespaces = self.cluster.namespaces.ids();
        let fitting = namespaces.filter(|&id| namespace_fits(self.cluster, set, id).1);
        homes.extend(fitting.map(Home::Existing));
        if self.new_namespaces && set.namespace.is_none() {
            homes.insert(Home::New);
        }
    }

    /// Endpoints by what a case must have in common; of those that are alike, one, or two where a
    /// flow between two of them is possible.
    fn grouped(&self, listed: &[Endpoint<'a>]) -> Vec<Vec<Endpoint<'a>>> {
        let mut groups: BTreeMap<Likeness, Vec<Endpoint<'a>>> = BTreeMap::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut pods = HashSet::new();
        for &endpoint in listed {
            let key = match endpoint {
                Endpoint::Pod(pod) => {
                    if !pods.insert(pod.key()) {
                        continue;
                    }
                    let alike = seen.entry(self.looks(pod)).or_insert(0);
                    *alike += 1;
                    if *alike > 2 {
                        continue;
                    }
                    (
                        pod.namespace.index(),
                        pod.host_network,
                        pod.ips.iter().copied().map(Family::of).collect(),
                        false,
                    )
                }
                Endpoint::Node(node) => {
                    let families = node.ips().into_iter().map(Family::of).collect();
                    (0, true, families, true)
                }
                Endpoint::Address(_) => continue,
            };
            groups.entry(key).or_default().push(endpoint);
        }
        groups.into_values().collect()
    }

    /// All that policies and claims can see of a pod.
    fn looks(&self, pod: &Pod) -> String {
        let parts: Vec<Part> = pod.ips.iter().map(|&ip| self.cuts.part(ip)).collect();
        let node = self.by_node.then_some(&pod.node);
        let own = pod.key();
        let bare = !self.cluster.practice.does(Habit::BarePods) && pod.workload.is_none();
        let lists: Vec<bool> = self.lists.iter().map(|list| list.contains(&own)).collect();
        format!(
            "{:?} {} {:?} {parts:?} {} {node:?} {:?} {} {lists:?} {bare}",
            pod.namespace,
            pod.labels,
            pod.ports,
            pod.host_network,
            pod.nature,
            pod.is_many()
        )
    }
}

/// Whether a namespace fits a set: surely, possibly.
pub(super) fn namespace_fits(cluster: &Cluster, set: &PodSet, id: NamespaceId) -> (bool, bool) {
    let namespace = cluster.namespaces.at(id);
    if set
        .namespace
        .as_ref()
        .is_some_and(|name| *name != namespace.name)
    {
        return (false, false);
    }
    match &set.namespace_selector {
        None => (true, true),
        Some(selector) => selector_fits(cluster, selector, id),
    }
}

/// Whether the labels of a namespace match: surely, possibly (S31, S32).
pub(super) fn selector_fits(
    cluster: &Cluster,
    selector: &Selector,
    id: NamespaceId,
) -> (bool, bool) {
    let namespace = cluster.namespaces.at(id);
    let mut fits = (true, true);
    for requirement in selector.requirements() {
        let known = namespace.declared || *requirement.key == *NAMESPACE_NAME_LABEL;
        if !known {
            fits.0 = false;
        } else if !requirement.matches(&namespace.labels) {
            return (false, false);
        }
    }
    fits
}

/// Whether a pod of the input is in a set: surely, possibly.
pub fn contains(cluster: &Cluster, set: &PodSet, pod: &Pod) -> (bool, bool) {
    let fits = match &set.pod_selector {
        None => (true, true),
        Some(selector) => (
            selector.matches(&pod.labels),
            selector.may_match(&pod.labels),
        ),
    };
    match fits {
        (_, false) => (false, false),
        (sure, true) => {
            let namespace = namespace_fits(cluster, set, pod.namespace);
            (sure && namespace.0, namespace.1)
        }
    }
}

/// Whether a pod of the input may be among those that a term names.
pub(super) fn may_name(cluster: &Cluster, term: &Term<'_>, pod: &Pod) -> bool {
    match term {
        Term::Anyone => true,
        Term::Pods(set) => may_contain(cluster, set, pod),
        Term::These(these) => these.iter().any(|one| match one {
            These::Pod(other) => other.key() == pod.key(),
            These::Node(_) => false,
        }),
        Term::Outside(_) => false,
    }
}

fn may_contain(cluster: &Cluster, set: &PodSet, pod: &Pod) -> bool {
    contains(cluster, set, pod).1
}

/// What a class of sides has in common: the name of its namespace where some scope has it, and which
/// selectors match the namespace, surely and possibly. What stands alone has a number instead.
type Class = (bool, String, Vec<(bool, bool)>);

/// What tells namespaces apart as homes of peers: the scopes of rules and of a claim.
#[derive(Debug, Default)]
pub(super) struct Scopes<'a> {
    named: BTreeSet<&'a str>,
    matching: Vec<&'a Selector>,
}

impl<'a> Scopes<'a> {
    /// Adds where the peers of a rule may be.
    pub(super) fn add(&mut self, scope: &'a NamespaceScope) {
        match scope {
            NamespaceScope::Named(name) => {
                self.named.insert(name);
            }
            NamespaceScope::Matching(selector) => self.add_selector(selector),
        }
    }

    /// Adds where the pods of a set may be.
    pub(super) fn add_set(&mut self, set: &'a PodSet) {
        self.named.extend(set.namespace.as_deref());
        if let Some(selector) = &set.namespace_selector {
            self.add_selector(selector);
        }
    }

    fn add_selector(&mut self, selector: &'a Selector) {
        if !selector.is_everything() && !self.matching.contains(&selector) {
            self.matching.push(selector);
        }
    }

    /// Sides by what these scopes can tell; the order is that of the first of each class.
    pub(super) fn classes<'s, 'w>(
        &self,
        cluster: &Cluster,
        sides: &'s [Side<'w>],
    ) -> Vec<Vec<&'s Side<'w>>> {
        let mut index: BTreeMap<Class, usize> = BTreeMap::new();
        let mut classes: Vec<Vec<&Side<'_>>> = Vec::new();
        for side in sides {
            let key = match &side.who {
                Who::Imagined(Home::Existing(id)) => {
                    let name = &*cluster.namespaces.at(*id).name;
                    let fits = self.matching.iter();
                    let fits = fits.map(|selector| selector_fits(cluster, selector, *id));
                    let name = self.named.get(name).copied().unwrap_or_default();
                    (true, name.to_owned(), fits.collect())
                }
                Who::Imagined(Home::New) | Who::Listed(_) | Who::Outside(_) => {
                    (false, classes.len().to_string(), Vec::new())
                }
            };
            let at = *index.entry(key).or_insert_with(|| {
                classes.push(Vec::new());
                classes.len() - 1
            });
            if let Some(class) = classes.get_mut(at) {
                class.push(side);
            }
        }
        classes
    }
}
