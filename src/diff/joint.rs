//! Endpoints of both sides, matched by name and taken together where neither side tells them apart.

use super::both::Both;
use super::endpoint::{Joint, Member, Stand, Wanted};
use super::side::Side;
use crate::model::{Cluster, Pod, PodId, PodNature, WorkloadId};
use crate::net::{AddressSet, Family};
use crate::query::filter::{By, Filter, Selection};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where they stand, what is wanted of them, and what policies can tell of them on each side.
type Likeness = (Both<Stand>, Wanted, Both<Option<usize>>);
/// One pod on each side, and the names of all.
type Alike = (Both<Option<PodId>>, Vec<Member>);

/// One name with its pods on each side.
#[derive(Default)]
struct Entry {
    owner: String,
    namespace: String,
    pods: Both<Vec<PodId>>,
}

/// All endpoints: pods by name, then addresses outside.
pub(super) fn joints(sides: &Both<Side<'_>>, by: By) -> Vec<Joint> {
    let mut joints = of_pods(sides, by);
    joints.extend(of_addresses(sides));
    joints
}

fn of_pods(sides: &Both<Side<'_>>, by: By) -> Vec<Joint> {
    // Causes are asked for of one pod of a joint, so that all of it must be alike to the policies.
    let mut alike: BTreeMap<Likeness, Alike> = BTreeMap::new();
    for (name, entry) in entries(sides, by) {
        let stands = sides.zip(&entry.pods, |side, pods| match pods.first() {
            None => Stand::Absent,
            Some(&first) => {
                let several = pods.len() > 1 || side.cluster.pods.at(first).is_many();
                Stand::Pod(side.matrix.class_of(first), several)
            }
        });
        let wanted = sides.zip(&entry.pods, |side, pods| {
            let all = pods.iter().map(|&pod| side.wants(pod));
            all.fold(Wanted::default(), Wanted::or)
        });
        let wanted = wanted.old().or(*wanted.now());
        let first = entry.pods.map(|pods| pods.first().copied());
        let kinds = sides.zip(&first, |side, first| first.and_then(|id| side.kind(id)));
        let joint = alike.entry((stands, wanted, kinds));
        joint.or_insert_with(|| (first, Vec::new())).1.push(Member {
            name,
            owner: entry.owner,
            namespace: entry.namespace,
        });
    }
    let joints = alike.into_iter();
    let joints = joints.map(|((stands, wanted, _), (pods, members))| Joint {
        stands,
        pods,
        members,
        addresses: AddressSet::none(),
        wanted,
    });
    joints.collect()
}

/// The pods of both sides by the names that they have in common: a workload is one where its pods are
/// alike on each side, and its pods where they are not on one.
fn entries(sides: &Both<Side<'_>>, by: By) -> BTreeMap<String, Entry> {
    let parts = sides.map(|side| Workloads::of(side));
    let mut names: BTreeSet<&String> = parts.old().0.keys().collect();
    names.extend(parts.now().0.keys());
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for owner in names {
        let pods = parts.map(|it| it.0.get(owner).cloned().unwrap_or_default());
        let whole = sides.zip(&pods, |side, pods| is_whole(side, pods));
        let mut put = |name: &str, pods: Both<Vec<PodId>>| {
            let namespace = sides.zip(&pods, |side, pods| {
                let first = pods.first().map(|&id| side.cluster.pods.at(id).namespace);
                first.map(|id| side.cluster.namespaces.at(id).name.to_string())
            });
            let [old, new] = namespace.0;
            let own = name.to_owned();
            let entry = entries.entry(name.to_owned()).or_default();
            // A pod that has another owner now is the same pod.
            let again = !entry.owner.is_empty();
            entry.owner.clone_from(if again { &own } else { owner });
            entry.namespace = old.or(new).unwrap_or_default();
            for (all, more) in entry.pods.0.iter_mut().zip(pods.0) {
                all.extend(more);
            }
        };
        if by != By::Pod && *whole.old() && *whole.now() {
            put(owner, pods);
            continue;
        }
        let mut called = sides.zip(&pods, |side, pods| {
            let mut called: BTreeMap<String, Vec<PodId>> = BTreeMap::new();
            for &pod in pods {
                let name = own_name(side.cluster, side.cluster.pods.at(pod));
                called.entry(name).or_default().push(pod);
            }
            called
        });
        if by != By::Pod {
            called = spread(called, whole);
        }
        let mut names: BTreeSet<String> = called.old().keys().cloned().collect();
        names.extend(called.now().keys().cloned());
        for name in names {
            put(
                &name,
                called.map(|it| it.get(&name).cloned().unwrap_or_default()),
            );
        }
    }
    entries
}

/// Where the pods of a workload are alike on one side only, each pod of the other side has one of these
/// as its like.
fn spread(
    called: Both<BTreeMap<String, Vec<PodId>>>,
    whole: Both<bool>,
) -> Both<BTreeMap<String, Vec<PodId>>> {
    let like = |own: &BTreeMap<String, Vec<PodId>>, other: &BTreeMap<String, Vec<PodId>>| {
        let one = own.values().next().cloned().unwrap_or_default();
        if one.is_empty() {
            return own.clone();
        }
        let named = other.keys().map(|name| (name.clone(), one.clone()));
        named.collect()
    };
    let [old, new] = &called.0;
    match whole.0 {
        [true, false] if !new.is_empty() => Both([like(old, new), new.clone()]),
        [false, true] if !old.is_empty() => Both([old.clone(), like(new, old)]),
        _ => called,
    }
}

/// The pods of a side by what they are printed under.
struct Workloads(BTreeMap<String, Vec<PodId>>);

impl Workloads {
    fn of(side: &Side<'_>) -> Self {
        let mut names: HashMap<WorkloadId, String> = HashMap::new();
        let mut all: BTreeMap<String, Vec<PodId>> = BTreeMap::new();
        for (id, pod) in side.cluster.pods.iter() {
            let name = match pod.workload {
                Some(workload) => {
                    let name = names.entry(workload);
                    name.or_insert_with(|| side.cluster.endpoint_name(pod))
                        .clone()
                }
                None => side.cluster.endpoint_name(pod),
            };
            all.entry(name).or_default().push(id);
        }
        Self(all)
    }
}

/// Whether pods are alike to the policies and to what is asked.
fn is_whole(side: &Side<'_>, pods: &[PodId]) -> bool {
    let mut all = pods
        .iter()
        .map(|&pod| (side.matrix.class_of(pod), side.wants(pod)));
    let first = all.next();
    all.all(|it| Some(it) == first)
}

fn own_name(cluster: &Cluster, pod: &Pod) -> String {
    match pod.nature {
        PodNature::StandIn => cluster.endpoint_name(pod),
        PodNature::Read | PodNature::Replica | PodNature::Hypothetical => {
            format!("{}[Pod]", cluster.pod_name(pod))
        }
    }
}

/// The addresses outside, cut where either side or what is asked tells them apart.
fn of_addresses(sides: &Both<Side<'_>>) -> Vec<Joint> {
    let outside = sides.old().matrix.outside_of_both(&sides.now().matrix);
    // What both leave out is alike on each side.
    let parts = outside
        .into_iter()
        .filter(|(classes, _)| *classes != [None, None])
        .map(|(classes, part)| (Both(classes.map(Stand::Outside)), part));
    let wanted = |pick: fn(&Filter) -> &Option<Selection>| {
        let of = |side: &Side<'_>| match side.filter.map(pick) {
            None => AddressSet::none(),
            Some(None) => AddressSet::all(),
            Some(Some(selection)) => selection.addresses.clone(),
        };
        of(sides.old()).union(&of(sides.now()))
    };
    let (from, to) = (wanted(|it| &it.from), wanted(|it| &it.to));
    let mut filters = sides.0.iter().filter_map(|side| side.filter);
    let inside = !filters.any(Filter::has_inside);
    let mut joints = Vec::new();
    for (stands, part) in parts {
        for is_from in [true, false] {
            for is_to in [true, false] {
                let side = |set: &AddressSet, has: bool, part: &AddressSet| {
                    if has {
                        part.intersection(set)
                    } else {
                        part.difference(set)
                    }
                };
                let addresses = side(&to, is_to, &side(&from, is_from, &part));
                joints.extend(families(&addresses).map(|addresses| Joint {
                    stands,
                    pods: Both([None, None]),
                    members: Vec::new(),
                    addresses,
                    wanted: Wanted {
                        from: is_from,
                        to: is_to,
                        inside,
                    },
                }));
            }
        }
    }
    joints
}

/// The addresses of each family: a pod may have one of one family only.
fn families(addresses: &AddressSet) -> impl Iterator<Item = AddressSet> {
    let of = [Family::V4, Family::V6].map(|family| addresses.only(family));
    of.into_iter().filter(|it| !it.is_empty())
}
