//! What each direction alone lets through, for those who want to know at which end a flow is
//! stopped. The matrix has only what both let through.

use super::groups::GroupId;
use super::normal::Compiled;
use super::values::{Cases, ConnId, Nature};
use crate::model::{Cluster, Direction, PodId};
use crate::net::{AddressSet, ConnSet};
use crate::table::{Id as _, Table};

/// Endpoints that no policy tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alike(GroupId);

/// Both directions of a compiled cluster, each to be asked alone.
#[derive(Debug)]
pub struct Directions {
    compiled: Compiled,
    of_pod: Table<PodId, GroupId>,
}

impl Directions {
    /// Compiles the policies of `cluster`. Costs as much as a matrix without its classes.
    pub fn new(cluster: &Cluster) -> Self {
        let compiled = super::compile(cluster);
        let mut of_pod = Table::filled(cluster.pods.len(), GroupId::from_index(0));
        for (id, group) in compiled.groups.table.iter() {
            for &pod in &group.pods {
                *of_pod.at_mut(pod) = id;
            }
        }
        Self { compiled, of_pod }
    }

    /// Those that are like a pod.
    pub fn pod(&self, pod: PodId) -> Alike {
        Alike(*self.of_pod.at(pod))
    }

    /// All kinds of pods, each with its pods in the order of the cluster.
    pub fn pods(&self) -> impl Iterator<Item = (Alike, &[PodId])> {
        let groups = self.compiled.groups.table.iter();
        groups
            .filter(|(_, group)| group.kind.nature != Nature::External)
            .map(|(id, group)| (Alike(id), &*group.pods))
    }

    /// All kinds of addresses outside the cluster. The sets do not overlap, and each is of one family.
    pub fn outside(&self) -> Vec<(Alike, AddressSet)> {
        let groups = &self.compiled.groups;
        let outside = groups.table.iter();
        let outside = outside.filter(|(_, group)| group.kind.nature == Nature::External);
        let addresses = |atoms: &[_]| {
            let sets = atoms.iter().map(|&atom| groups.addresses(atom));
            AddressSet::union_of(sets)
        };
        outside
            .map(|(id, group)| (Alike(id), addresses(&group.atoms)))
            .collect()
    }

    /// What one direction surely lets through between two different endpoints: the egress policies
    /// of the source, or the ingress policies of the destination.
    pub fn passes(&mut self, direction: Direction, from: Alike, to: Alike) -> &ConnSet {
        let id = self.passing(direction, from, to);
        self.compiled.values.set(id)
    }

    /// The same as an id: equal ids are equal sets.
    pub fn passing(&mut self, direction: Direction, from: Alike, to: Alike) -> ConnId {
        let (from, to) = (from.0, to.0);
        let compiled = &mut self.compiled;
        let kind = |group| compiled.groups.table.at(group).kind;
        let (source, destination) = (kind(from), kind(to));
        let (functions, subject, other, other_kind) = match direction {
            Direction::Egress => (&compiled.egress, from, to, destination),
            Direction::Ingress => (&compiled.ingress, to, from, source),
        };
        let function = *functions.of_group.at(subject);
        let value = functions.value(function, other, other_kind, &mut compiled.values);
        let everything = compiled.values.everything();
        let cases = Cases::of(source, destination);
        compiled.values.meet(value, everything, cases)
    }

    /// What both directions surely let through between two different endpoints.
    pub fn connections(&mut self, from: Alike, to: Alike) -> &ConnSet {
        let id = self.compiled.cell(from.0, to.0);
        self.compiled.values.set(id)
    }
}
