//! The matrix as others see it: classes of endpoints, and what passes from class to class.
//!
//! Cells are not stored. All members of a class have the same row and column, so a cell is that of
//! any two members, and it is computed when somebody asks for it. A question about one class thus
//! never pays for classes². Each class keeps two of its groups, because what passes *within* a
//! class of single pods is what passes between two different ones.
//!
//! Cost: making it, the groups and rules; a cell, two binary searches and one remembered
//! intersection; in a row that is read as a whole, one search less.

use super::groups::GroupId;
use super::normal::{ClassId, Compiled};
use super::values::{ConnId, Nature};
use super::vocabulary::AtomId;
use crate::model::{Cluster, PodId};
use crate::net::{AddressSet, ConnSet, Family};
use crate::table::{Id as _, Table};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Endpoints that nothing in the matrix tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its pods, in the order of the cluster; empty for addresses outside.
    pub pods: Vec<PodId>,
    /// Its addresses outside the cluster; empty for pods.
    pub addresses: AddressSet,
    /// Whether it has two endpoints or more, so that the cell from it to itself has a meaning.
    pub many: bool,
}

impl Class {
    /// Whether it is addresses outside the cluster.
    pub fn is_external(&self) -> bool {
        self.pods.is_empty()
    }
}

/// The allow-matrix in normal form: the coarsest classes, pods first, in the order of their first
/// endpoint.
///
/// Cells are computed when asked for; [`Matrix::new`] costs groups and rules, not cells.
#[derive(Debug)]
pub struct Matrix {
    classes: Table<ClassId, Class>,
    of_pod: Table<PodId, ClassId>,
    /// Two groups of each class: the first, and another one where there is another.
    groups: Table<ClassId, (GroupId, GroupId)>,
    compiled: Compiled,
}

/// Addresses by class; none for those that are left out.
type Outside = [(Option<ClassIndex>, AddressSet)];

/// The ranges of all, sorted, with the place of the set that each is in.
fn ranges(outside: &Outside) -> Vec<(IpAddr, IpAddr, usize)> {
    let sets = outside.iter().enumerate();
    let mut all: Vec<_> = sets
        .flat_map(|(place, (_, set))| set.ranges().map(move |(first, last)| (first, last, place)))
        .collect();
    all.sort_unstable();
    all
}

/// Names a class of a [`Matrix`] by its place.
pub type ClassIndex = usize;

impl Matrix {
    /// Compiles the policies of `cluster` over its endpoints.
    pub fn new(cluster: &Cluster) -> Self {
        let mut compiled = super::compile(cluster);
        let class_of = compiled.classes();
        let hidden = super::outside::hides_v6(cluster, &mut compiled, &class_of);
        Self::gather(cluster, compiled, &class_of, hidden)
    }

    fn gather(
        cluster: &Cluster,
        compiled: Compiled,
        class_of: &Table<GroupId, ClassId>,
        hidden: bool,
    ) -> Self {
        let mut order: Vec<ClassId> = Vec::new();
        let mut ends: FxHashMap<ClassId, (GroupId, GroupId)> = FxHashMap::default();
        let mut rows: FxHashMap<ClassId, Class> = FxHashMap::default();
        let mut outside: FxHashMap<ClassId, Vec<AtomId>> = FxHashMap::default();
        let mut of_pod = Table::filled(cluster.pods.len(), ClassId::from_index(0));
        for (id, group) in compiled.groups.table.iter() {
            let external = group.kind.nature == Nature::External;
            if external && group.kind.v6 && hidden {
                continue;
            }
            let class = *class_of.at(id);
            let row = rows.entry(class).or_insert_with(|| {
                order.push(class);
                Class {
                    pods: Vec::new(),
                    addresses: AddressSet::none(),
                    many: false,
                }
            });
            ends.entry(class).or_insert((id, id)).1 = id;
            row.many |= group.many || !row.pods.is_empty();
            row.pods.extend(&group.pods);
            let atoms = group.atoms.iter().filter(|_| external);
            outside.entry(class).or_default().extend(atoms);
        }
        let mut classes = Table::new();
        let mut groups = Table::new();
        for old in order {
            let Some(mut class) = rows.remove(&old) else {
                continue;
            };
            class.pods.sort_unstable();
            let atoms = outside.remove(&old).unwrap_or_default().into_iter();
            class.addresses = AddressSet::union_of(atoms.map(|it| compiled.groups.addresses(it)));
            groups.extend(ends.get(&old).copied());
            let pods = class.pods.clone();
            let new = classes.push(class);
            for pod in pods {
                *of_pod.at_mut(pod) = new;
            }
        }
        Self {
            classes,
            of_pod,
            groups,
            compiled,
        }
    }

    /// The classes; a [`ClassIndex`] is a place in this list.
    pub fn classes(&self) -> &[Class] {
        self.classes.rows()
    }

    /// The addresses outside by class, and those of IPv6 where the matrix leaves them out, which it does
    /// where they are all alike.
    fn outside(&self) -> Vec<(Option<ClassIndex>, AddressSet)> {
        let classes = self.classes().iter().enumerate();
        let listed = classes.filter(|(_, class)| class.is_external());
        let mut all: Vec<_> = listed
            .map(|(index, class)| (Some(index), class.addresses.clone()))
            .collect();
        let listed = AddressSet::union_of(all.iter().map(|(_, set)| set));
        if listed.only(Family::V6).is_empty() {
            let all_of_v6 = AddressSet::all().only(Family::V6);
            all.push((None, all_of_v6.difference(&AddressSet::loopback())));
        }
        all
    }

    /// The addresses outside as this matrix and another one cut them, with the class of each: none where
    /// it leaves them out.
    ///
    /// Cost: the ranges of both, and sorting them.
    pub fn outside_of_both(&self, other: &Self) -> Vec<([Option<ClassIndex>; 2], AddressSet)> {
        let sides = [self.outside(), other.outside()];
        let [ours, theirs] = sides.each_ref().map(|side| ranges(side));
        let mut common: BTreeMap<(usize, usize), Vec<AddressSet>> = BTreeMap::new();
        let (mut one, mut two) = (ours.iter().peekable(), theirs.iter().peekable());
        while let (Some(&&(first, last, a)), Some(&&(begin, end, b))) = (one.peek(), two.peek()) {
            let (from, to) = (first.max(begin), last.min(end));
            if from <= to {
                let part = AddressSet::range(from, to);
                common.entry((a, b)).or_default().push(part);
            }
            if last <= end {
                one.next();
            } else {
                two.next();
            }
        }
        let class = |side: &Outside, place: usize| side.get(place).and_then(|(class, _)| *class);
        let [ours, theirs] = &sides;
        let parts = common.into_iter();
        parts
            .map(|((a, b), parts)| {
                (
                    [class(ours, a), class(theirs, b)],
                    AddressSet::union_of(parts),
                )
            })
            .collect()
    }

    /// The class of a pod.
    pub fn class_of(&self, pod: PodId) -> ClassIndex {
        self.of_pod.at(pod).index()
    }

    /// The pods of each kind that policies can tell apart. A class may have several kinds, which can do
    /// the same by different rules.
    pub fn kinds(&self) -> impl Iterator<Item = &[PodId]> {
        let groups = self.compiled.groups.table.rows().iter();
        groups.map(|group| group.pods.as_slice())
    }

    /// Whether there are two different endpoints, one in each class, that could talk.
    pub fn has_pairs(&self, source: ClassIndex, destination: ClassIndex) -> bool {
        match (self.classes().get(source), self.classes().get(destination)) {
            (Some(a), Some(b)) if a.is_external() => !b.is_external(),
            (Some(a), Some(_)) => source != destination || a.many,
            _ => false,
        }
    }

    /// What passes from one class to another, or within one. Nothing passes between addresses
    /// outside as far as the cluster is concerned.
    pub fn connections(&mut self, source: ClassIndex, destination: ClassIndex) -> &ConnSet {
        let id = self.cell(source, destination);
        self.compiled.values.set(id)
    }

    /// The id of a cell's content: equal ids are equal sets, and 0 is the empty one.
    pub fn cell(&mut self, source: ClassIndex, destination: ClassIndex) -> ConnId {
        let (from, _) = *self.groups.at(ClassId::from_index(source));
        // Within a class of single endpoints the two ends are two groups.
        let (first, other) = *self.groups.at(ClassId::from_index(destination));
        let to = if source == destination { other } else { first };
        self.compiled.cell(from, to)
    }

    /// Makes ready for many cells of a source, which then cost less.
    pub fn read_row(&mut self, source: ClassIndex) {
        let (from, _) = *self.groups.at(ClassId::from_index(source));
        self.compiled.read_row(from);
    }

    /// The set that a cell's id stands for.
    pub fn set(&self, cell: ConnId) -> &ConnSet {
        self.compiled.values.set(cell)
    }
}
