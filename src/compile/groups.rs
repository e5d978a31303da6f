//! Groups: endpoints that look alike in the policies' vocabulary. Every later stage works on
//! groups; a replica costs its lookup here and nothing more.
//!
//! A pod is reduced to the facts that a rule could ask for: namespace, kind, mentioned labels, what
//! mentioned port names lead to, and the atoms of its addresses. Pods with equal facts are one
//! group, found by hashing the facts, not by comparing pods. A label that no selector mentions,
//! `pod-template-hash` for example, tells no pods apart, and neither do two addresses of the same
//! atom. Pods in the network of their node have no labels here, because no selector matches them.
//! Each atom is also a group of its own, for the addresses outside.
//!
//! Cost: pods × their labels.

use super::values::{Kind, Nature};
use super::vocabulary::{AtomId, LabelFacts, LabelValueId, NodeFacts, PortNameId, Vocabulary};
use crate::model::{Cluster, ContainerPort, NamespaceId, Pod, PodId};
use crate::net::{AddressSet, ConnSet, PortSet};
use crate::table::{Table, define_id};
use rustc_hash::FxHashMap;
use std::sync::Arc;

define_id! {
    /// Names a [`Group`].
    pub(super) GroupId;
    /// Names a way to resolve the port names that rules mention.
    pub(super) ResolutionId;
}

/// What each mentioned port name leads to on a pod, sorted by name; absent where it leads nowhere.
pub(super) type Resolution = Box<[(PortNameId, ConnSet)]>;

/// Endpoints with equal facts.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) kind: Kind,
    /// The namespace; none for what is outside.
    pub(super) namespace: Option<NamespaceId>,
    pub(super) labels: LabelFacts,
    pub(super) resolution: ResolutionId,
    /// Which selectors of nodes have it: of pods in the network of their node.
    pub(super) nodes: NodeFacts,
    /// The atoms of its addresses; for what is outside, the one atom that it is.
    pub(super) atoms: Box<[AtomId]>,
    /// Its pods; empty for what is outside.
    pub(super) pods: Vec<PodId>,
    /// Whether it has two endpoints or more, so that one can talk to another.
    pub(super) many: bool,
}

/// All groups: those of pods first, then one per atom of outside addresses.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) table: Table<GroupId, Group>,
    pub(super) resolutions: Table<ResolutionId, Resolution>,
    /// Groups by namespace.
    by_namespace: FxHashMap<NamespaceId, Vec<GroupId>>,
    /// Selectable groups by label value, and by namespace and label value; also by what stands for
    /// every value of a key.
    by_value: FxHashMap<LabelValueId, Vec<GroupId>>,
    by_namespace_value: FxHashMap<(NamespaceId, LabelValueId), Vec<GroupId>>,
    by_atom: FxHashMap<AtomId, Vec<GroupId>>,
    addresses: Table<AtomId, AddressSet>,
}

type Facts = (
    NamespaceId,
    Kind,
    LabelFacts,
    ResolutionId,
    NodeFacts,
    Box<[AtomId]>,
);

impl Groups {
    pub(super) fn new(cluster: &Cluster, vocabulary: &Vocabulary) -> Self {
        let mut resolver = Resolver::new(vocabulary);
        let mut ids: FxHashMap<Facts, GroupId> = FxHashMap::default();
        let mut table: Table<GroupId, Group> = Table::new();
        for (id, pod) in cluster.pods.iter() {
            let facts = facts(cluster, pod, vocabulary, &mut resolver);
            let group = *ids
                .entry(facts)
                .or_insert_with_key(|facts| table.push(group(facts)));
            let group = table.at_mut(group);
            group.many |= pod.is_many() || !group.pods.is_empty();
            group.pods.push(id);
        }
        for (atom, row) in vocabulary.atoms().iter() {
            table.push(Group {
                kind: Kind::external(row.family),
                namespace: None,
                labels: Box::default(),
                resolution: resolver.none,
                nodes: NodeFacts::default(),
                atoms: Box::new([atom]),
                pods: Vec::new(),
                many: false,
            });
        }
        let resolutions = resolver.table;
        let mut groups = Self {
            table,
            resolutions,
            by_namespace: FxHashMap::default(),
            by_value: FxHashMap::default(),
            by_namespace_value: FxHashMap::default(),
            by_atom: FxHashMap::default(),
            addresses: vocabulary
                .atoms()
                .rows()
                .iter()
                .map(|atom| atom.addresses.clone())
                .collect(),
        };
        groups.index(vocabulary);
        groups
    }

    fn index(&mut self, vocabulary: &Vocabulary) {
        for (id, group) in self.table.iter() {
            for &atom in &group.atoms {
                self.by_atom.entry(atom).or_default().push(id);
            }
            // Selectors never match host-network pods, nor what is outside.
            if let (Nature::Pod, Some(namespace)) = (group.kind.nature, group.namespace) {
                self.by_namespace.entry(namespace).or_default().push(id);
                for &(key, value) in &group.labels {
                    for value in [value, vocabulary.any_of(key)] {
                        self.by_value.entry(value).or_default().push(id);
                        self.by_namespace_value
                            .entry((namespace, value))
                            .or_default()
                            .push(id);
                    }
                }
            }
        }
    }

    /// The selectable groups of a namespace.
    pub(super) fn in_namespace(&self, namespace: NamespaceId) -> &[GroupId] {
        self.by_namespace
            .get(&namespace)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The selectable groups with a label value.
    pub(super) fn with_value(&self, value: LabelValueId) -> &[GroupId] {
        self.by_value
            .get(&value)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The selectable groups of a namespace with a label value.
    pub(super) fn in_namespace_with(
        &self,
        namespace: NamespaceId,
        value: LabelValueId,
    ) -> &[GroupId] {
        self.by_namespace_value
            .get(&(namespace, value))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The addresses of an atom.
    pub(super) fn addresses(&self, atom: AtomId) -> &AddressSet {
        self.addresses.at(atom)
    }

    /// The groups that an address of the atom belongs to.
    pub(super) fn with_atom(&self, atom: AtomId) -> &[GroupId] {
        self.by_atom
            .get(&atom)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

fn facts(
    cluster: &Cluster,
    pod: &Pod,
    vocabulary: &Vocabulary,
    resolver: &mut Resolver<'_>,
) -> Facts {
    let kind = Kind {
        nature: if pod.host_network {
            Nature::HostPod
        } else {
            Nature::Pod
        },
        v4: pod.ips.iter().any(std::net::IpAddr::is_ipv4),
        v6: pod.ips.iter().any(std::net::IpAddr::is_ipv6),
    };
    let mut atoms: Vec<_> = pod
        .ips
        .iter()
        .map(|&address| vocabulary.atom(address))
        .collect();
    atoms.sort_unstable();
    atoms.dedup();
    let (labels, resolution, nodes) = if pod.host_network {
        let nodes = vocabulary.node_facts(cluster, pod);
        (Box::default(), resolver.none, nodes)
    } else {
        let labels = vocabulary.label_facts(&pod.labels);
        (labels, resolver.resolve(pod), NodeFacts::default())
    };
    let atoms = atoms.into();
    (pod.namespace, kind, labels, resolution, nodes, atoms)
}

fn group((namespace, kind, labels, resolution, nodes, atoms): &Facts) -> Group {
    Group {
        kind: *kind,
        namespace: Some(*namespace),
        labels: labels.clone(),
        resolution: *resolution,
        nodes: nodes.clone(),
        atoms: atoms.clone(),
        pods: Vec::new(),
        many: false,
    }
}

/// Resolves the mentioned port names, once per distinct list of container ports.
struct Resolver<'a> {
    vocabulary: &'a Vocabulary,
    table: Table<ResolutionId, Resolution>,
    ids: FxHashMap<Resolution, ResolutionId>,
    known: FxHashMap<Arc<[ContainerPort]>, ResolutionId>,
    none: ResolutionId,
}

impl<'a> Resolver<'a> {
    fn new(vocabulary: &'a Vocabulary) -> Self {
        let mut table = Table::new();
        let none = table.push(Resolution::default());
        let ids = std::iter::once((Resolution::default(), none)).collect();
        Self {
            vocabulary,
            table,
            ids,
            known: FxHashMap::default(),
            none,
        }
    }

    fn resolve(&mut self, pod: &Pod) -> ResolutionId {
        if self.vocabulary.port_names().is_empty() {
            return self.none;
        }
        if let Some(&id) = self.known.get(&pod.ports) {
            return id;
        }
        let resolution = resolution(self.vocabulary, pod);
        let table = &mut self.table;
        let id = *self
            .ids
            .entry(resolution)
            .or_insert_with_key(|new| table.push(new.clone()));
        self.known.insert(Arc::clone(&pod.ports), id);
        id
    }
}

/// What the mentioned port names lead to on `pod`.
pub(super) fn resolution(vocabulary: &Vocabulary, pod: &Pod) -> Resolution {
    let mut found = Vec::new();
    for port in pod.ports.iter() {
        let Some(name) = &port.name else { continue };
        for protocol in [None, Some(port.protocol)] {
            if let Some(id) = vocabulary.port_name(&(Arc::clone(name), protocol)) {
                found.push((id, ConnSet::of(port.protocol, PortSet::single(port.port))));
            }
        }
    }
    found.sort_unstable();
    // Several containers may declare the same name: it leads to all of them.
    let mut merged: Vec<(PortNameId, ConnSet)> = Vec::new();
    for (id, set) in found {
        match merged.last_mut() {
            Some((last, ports)) if *last == id => *ports = ports.union(&set),
            _ => merged.push((id, set)),
        }
    }
    merged.into()
}
