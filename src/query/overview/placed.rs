//! The entries of an overview: classes by namespace, in the order in which they are shown.

use super::entry::Entry;
use crate::compile::{ClassIndex, Matrix};
use crate::model::{Cluster, Direction, NamespaceId, Pod, PodId, Tier};
use crate::net::AddressSet;
use crate::query::about::is_subject;
use crate::query::filter::By;
use crate::query::listing::Namer;
use crate::query::parts::Part;
use std::collections::{BTreeMap, BTreeSet};

/// An entry, with what its links are made from.
pub(super) struct Placed {
    pub(super) entry: Entry,
    pub(super) class: ClassIndex,
    /// Its pods that policies can tell apart: one of each kind.
    pub(super) unlike: Vec<PodId>,
    /// All of its pods.
    pub(super) pods: Vec<PodId>,
}

/// The entries of the parts of a matrix, sorted: the internet, other addresses, then by namespace and
/// name.
pub(super) fn placed(cluster: &Cluster, matrix: &Matrix, parts: &[Part]) -> Vec<Placed> {
    let namer = Namer::new(cluster, parts, By::Workload);
    let kinds = matrix.kinds();
    let unlike: BTreeSet<PodId> = kinds.filter_map(|pods| pods.first().copied()).collect();
    let mut all: Vec<Placed> = Vec::new();
    for part in parts {
        let mut by_namespace: BTreeMap<NamespaceId, Vec<PodId>> = BTreeMap::new();
        for &pod in &part.pods {
            let namespace = cluster.pods.at(pod).namespace;
            by_namespace.entry(namespace).or_default().push(pod);
        }
        let inside = by_namespace.into_iter();
        all.extend(inside.map(|(namespace, pods)| {
            let unlike: Vec<PodId> = pods
                .iter()
                .copied()
                .filter(|it| unlike.contains(it))
                .collect();
            Placed {
                entry: entry(cluster, &namer, namespace, (&pods, &unlike)),
                class: part.class,
                unlike,
                pods,
            }
        }));
        if !part.addresses.is_empty() {
            all.push(Placed {
                entry: Entry {
                    addresses: part.addresses.clone(),
                    ..Entry::default()
                },
                class: part.class,
                unlike: Vec::new(),
                pods: Vec::new(),
            });
        }
    }
    mark_internet(&mut all);
    all.sort_by_cached_key(|it| {
        let entry = &it.entry;
        let ranges: Vec<_> = entry.addresses.ranges().collect();
        (
            entry.namespace,
            !entry.internet,
            ranges,
            entry.members.clone(),
        )
    });
    all
}

fn entry(
    cluster: &Cluster,
    namer: &Namer<'_>,
    namespace: NamespaceId,
    (pods, unlike): (&[PodId], &[PodId]),
) -> Entry {
    let mut members: BTreeMap<String, &Pod> = BTreeMap::new();
    let mut several: BTreeSet<String> = BTreeSet::new();
    for &id in pods {
        let pod = cluster.pods.at(id);
        let member = namer.member(pod);
        if pod.is_many() || members.contains_key(&member) {
            several.insert(member.clone());
        }
        members.entry(member).or_insert(pod);
    }
    let unlike: Vec<&Pod> = unlike.iter().map(|&id| cluster.pods.at(id)).collect();
    let governed = [Direction::Egress, Direction::Ingress].map(|direction| {
        unlike
            .iter()
            .all(|pod| is_governed(cluster, pod, direction))
    });
    let first = members.values().next();
    Entry {
        namespace: Some(namespace),
        governed,
        host_network: unlike.iter().all(|pod| pod.host_network),
        origin: first.map(|pod| pod.origin).unwrap_or_default(),
        members: members.into_keys().collect(),
        several,
        ..Entry::default()
    }
}

/// Whether a policy of the NetworkPolicy tier governs a pod in a direction.
fn is_governed(cluster: &Cluster, pod: &Pod, direction: Direction) -> bool {
    let mut policies = cluster.policies_over(pod.namespace);
    policies.any(|(_, policy)| {
        policy.tier == Tier::NetworkPolicy
            && policy.rules(direction).is_some()
            && is_subject(cluster, policy, pod)
    })
}

/// Of the addresses outside, marks those with the most of the public internet: first of IPv4, then of
/// IPv6.
fn mark_internet(all: &mut [Placed]) {
    let internet = AddressSet::internet();
    let size = |it: &Placed| {
        let public = it.entry.addresses.intersection(&internet);
        let v4 = public.v4().ranges().iter();
        let v4: u128 = v4.map(|(first, last)| u128::from(last - first) + 1).sum();
        let v6 = public.v6().ranges().iter();
        let v6 = v6.map(|(first, last)| last - first);
        (v4, v6.fold(0_u128, u128::saturating_add))
    };
    let outside = all.iter_mut().filter(|it| it.entry.namespace.is_none());
    let widest = outside.max_by_key(|it| size(it));
    if let Some(widest) = widest.filter(|it| size(it) > (0, 0)) {
        widest.entry.internet = true;
    }
}
