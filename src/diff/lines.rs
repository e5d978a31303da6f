//! Cells as changes between names. Ranges of addresses are joined again where the other end and what
//! passes on each side are equal.

use super::both::Both;
use super::cause::came as came_or_went;
use super::cells::Cell;
use super::endpoint::{Joint, Member, Wanted};
use super::outcome::{Asked, Came, Cause, Change, Diff};
use super::side::Sets;
use crate::hops::controllers::CONTROLLER;
use crate::model::{Cluster, Origin, Pod, PodId};
use crate::net::{AddressSet, ConnSet};
use crate::query::filter::By;
use std::collections::{BTreeMap, BTreeSet};

/// One end of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Member(Member),
    Outside,
}

type Key = (End, End, usize, usize);

/// Changes, as they are found.
pub(super) struct Lines<'a> {
    joints: &'a [Joint],
    by: By,
    found: BTreeMap<Key, (AddressSet, BTreeSet<Cause>)>,
    /// By namespace: all cells between two, and the causes of those that differ.
    gathered: BTreeMap<(End, End, Option<usize>), Both<BTreeSet<usize>>>,
    why: BTreeMap<(End, End, Option<usize>), BTreeSet<Cause>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(joints: &'a [Joint], by: By) -> Self {
        Self {
            joints,
            by,
            found: BTreeMap::new(),
            gathered: BTreeMap::new(),
            why: BTreeMap::new(),
        }
    }

    /// The names of a joint.
    fn ends(&self, place: usize) -> Vec<End> {
        let Some(joint) = self.joints.get(place) else {
            return Vec::new();
        };
        if joint.is_external() {
            return vec![End::Outside];
        }
        let members = joint.members.iter();
        if self.by != By::Namespace {
            return members.cloned().map(End::Member).collect();
        }
        let names: BTreeSet<&String> = members.map(|it| &it.namespace).collect();
        let ends = names.into_iter().map(|name| {
            End::Member(Member {
                name: name.clone(),
                owner: name.clone(),
                namespace: name.clone(),
            })
        });
        ends.collect()
    }

    /// The joint of the addresses of a cell, if an end is some.
    fn outside(&self, cell: &Cell) -> Option<usize> {
        let places = [cell.from, cell.to].into_iter();
        let mut outside = places.filter(|&it| self.joints.get(it).is_some_and(Joint::is_external));
        outside.next()
    }

    fn pairs(&self, cell: &Cell) -> Vec<(End, End)> {
        let (sources, destinations) = (self.ends(cell.from), self.ends(cell.to));
        let mut pairs = Vec::new();
        for from in &sources {
            for to in &destinations {
                let same = cell.from == cell.to && from == to;
                if self.by == By::Namespace || same == cell.own {
                    pairs.push((from.clone(), to.clone()));
                }
            }
        }
        pairs
    }

    /// Takes note of what passes between namespaces, also where it does not differ.
    pub(super) fn gather(&mut self, cell: Cell) {
        let outside = self.outside(&cell);
        for (from, to) in self.pairs(&cell) {
            let entry = self.gathered.entry((from, to, outside)).or_default();
            for (all, set) in entry.0.iter_mut().zip(cell.sets.0) {
                all.insert(set);
            }
        }
    }

    /// Takes note of a cell that differs.
    pub(super) fn add(&mut self, cell: Cell, causes: &BTreeSet<Cause>) {
        let outside = self.outside(&cell);
        for (from, to) in self.pairs(&cell) {
            if self.by == By::Namespace {
                let entry = self.why.entry((from, to, outside)).or_default();
                entry.extend(causes.iter().cloned());
                continue;
            }
            let [old, new] = cell.sets.0;
            let entry = self.found.entry((from, to, old, new)).or_default();
            if let Some(joint) = outside.and_then(|it| self.joints.get(it)) {
                entry.0 = entry.0.union(&joint.addresses);
            }
            entry.1.extend(causes.iter().cloned());
        }
    }

    /// What differs between namespaces: what some pods can do there.
    fn of_namespaces(&mut self, sets: &mut Sets) {
        for ((from, to, outside), both) in std::mem::take(&mut self.gathered) {
            let mut union = |places: &BTreeSet<usize>| {
                let all: Vec<ConnSet> = places.iter().map(|&it| sets.at(it).clone()).collect();
                sets.add(&ConnSet::union_of(all))
            };
            let [old, new] = [union(both.old()), union(both.now())];
            if old == new {
                continue;
            }
            let key = (from, to, outside);
            let why = self.why.remove(&key).unwrap_or_default();
            let entry = self.found.entry((key.0, key.1, old, new)).or_default();
            if let Some(joint) = outside.and_then(|it| self.joints.get(it)) {
                entry.0 = entry.0.union(&joint.addresses);
            }
            entry.1.extend(why);
        }
    }

    /// All that differs.
    pub(super) fn finish(mut self, asked: &Both<Asked<'_>>, sets: &mut Sets) -> Diff {
        self.of_namespaces(sets);
        let mut diff = Diff {
            workloads: came(asked),
            ..Diff::default()
        };
        let mut told: Vec<(Change, BTreeSet<Cause>)> = Vec::new();
        for ((from, to, old, new), (addresses, mut why)) in self.found {
            let ends = [&from, &to];
            let differing = ends.iter().filter_map(|end| match end {
                End::Member(member) => diff.came(&member.owner),
                End::Outside => None,
            });
            let differing: BTreeMap<&str, &Came> =
                differing.map(|it| (it.name.as_str(), it)).collect();
            why.extend(differing.values().map(|it| came_or_went(it)));
            let change = Change {
                from: String::new(),
                to: String::new(),
                outside: ends.map(|it| *it == End::Outside),
                passes: Both([sets.at(old).clone(), sets.at(new).clone()]),
                internet: false,
                across: match ends {
                    [End::Member(a), End::Member(b)] => a.namespace != b.namespace,
                    [End::Outside, _] | [_, End::Outside] => false,
                },
                workloads: differing.into_keys().map(ToOwned::to_owned).collect(),
                causes: Vec::new(),
            };
            let name = |end: &End, range: &str| match end {
                End::Member(member) => member.name.clone(),
                End::Outside => range.to_owned(),
            };
            if addresses.is_empty() {
                let (from, to) = (name(&from, ""), name(&to, ""));
                told.push((Change { from, to, ..change }, why));
                continue;
            }
            for (first, last) in addresses.ranges() {
                let range = format!("{first}-{last}[External]");
                let here = AddressSet::range(first, last);
                let change = Change {
                    from: name(&from, &range),
                    to: name(&to, &range),
                    internet: !here.intersection(&AddressSet::internet()).is_empty(),
                    ..change.clone()
                };
                told.push((change, why.clone()));
            }
        }
        told.extend(controllers(asked).into_iter().map(|mut change| {
            let came = diff.came(&change.to);
            change.workloads = came.map(|it| it.name.clone()).into_iter().collect();
            let why = came.map(came_or_went).into_iter().collect();
            (change, why)
        }));
        told.sort_by(|(a, _), (b, _)| (&a.from, &a.to, a.sign()).cmp(&(&b.from, &b.to, b.sign())));
        let mut places: BTreeMap<Cause, usize> = BTreeMap::new();
        for (mut change, why) in told {
            change.causes = why
                .into_iter()
                .map(|cause| {
                    *places.entry(cause).or_insert_with_key(|cause| {
                        diff.causes.push(cause.clone());
                        diff.causes.len() - 1
                    })
                })
                .collect();
            diff.changes.push(change);
        }
        diff
    }
}

/// What differs of what controllers reach that are not in the input.
fn controllers(asked: &Both<Asked<'_>>) -> Vec<Change> {
    let [old, new] = &asked.0;
    let reached = Both([&old.from_controllers, &new.from_controllers]);
    let names: BTreeSet<&String> = reached.0.iter().flat_map(|it| it.keys()).collect();
    let changes = names.into_iter().map(|name| Change {
        from: CONTROLLER.to_owned(),
        to: name.clone(),
        outside: [true, false],
        passes: reached.map(|it| it.get(name).cloned().unwrap_or_default()),
        internet: false,
        across: false,
        workloads: Vec::new(),
        causes: Vec::new(),
    });
    changes
        .filter(|it| it.passes.old() != it.passes.now())
        .collect()
}

/// The workloads that came and went, of those that are asked about.
fn came(asked: &Both<Asked<'_>>) -> Vec<Came> {
    let there = asked.map(|it| workloads(it.cluster));
    let mut all = Vec::new();
    for (number, own) in there.0.iter().enumerate() {
        let other = there.0.iter().rev().nth(number);
        let asked = asked.0.get(number).and_then(|it| it.filter);
        for (name, (origin, pods)) in own {
            let wanted = |(id, pod): &(PodId, &Pod)| {
                asked.is_some_and(|filter| {
                    let it = Wanted::of(filter, *id, pod);
                    it.from || it.to
                })
            };
            if other.is_none_or(|it| !it.contains_key(name)) && pods.iter().any(wanted) {
                all.push(Came {
                    name: name.clone(),
                    added: number == 1,
                    origin: *origin,
                });
            }
        }
    }
    all.sort_by(|a, b| (&a.name, a.added).cmp(&(&b.name, b.added)));
    all
}

type Named<'a> = BTreeMap<String, (Origin, Vec<(PodId, &'a Pod)>)>;

fn workloads(cluster: &Cluster) -> Named<'_> {
    let mut all: Named<'_> = BTreeMap::new();
    for (id, pod) in cluster.pods.iter() {
        let origin = pod
            .workload
            .map_or(pod.origin, |it| cluster.workloads.at(it).origin);
        let origin = if origin.span.is_some() {
            origin
        } else {
            pod.origin
        };
        let name = cluster.endpoint_name(pod);
        all.entry(name)
            .or_insert_with(|| (origin, Vec::new()))
            .1
            .push((id, pod));
    }
    all
}
