//! The matrix written out for people and machines: classes with their members, rows from classes
//! to classes, and the same as one line per pair.
//!
//! Canonical: members, classes and rows are sorted by what is printed, so that inputs that mean
//! the same give the same bytes. Cost: listed classes squared, for the cells that are printed.

use super::filter::{By, Filter};
use super::parts::{Part, parts};
use crate::compile::{ConnId, Matrix};
use crate::model::{Cluster, LeftOut, NamespaceId, Pod, PodId, PodNature, Say};
use crate::net::{AddressSet, ConnSet};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Endpoints that are listed together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ListedClass {
    /// What is printed for each: `shop/web[Deployment]`, `10.0.0.0-10.255.255.255[External]`;
    /// sorted.
    pub members: Vec<String>,
    /// The addresses, where they are outside the cluster.
    pub addresses: AddressSet,
    /// Those members that stand for several pods: what passes within the class passes among the
    /// pods of each of them, too. A member that is one pod has no connection to itself.
    pub several: BTreeSet<String>,
}

impl ListedClass {
    /// Whether it has two endpoints or more, and so connections within.
    fn is_many(&self) -> bool {
        self.members.len() > 1 || !self.several.is_empty()
    }
}

/// What every class of `from` can do to every class of `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRow {
    /// Places in [`Listing::classes`], ascending.
    pub from: Vec<usize>,
    /// Places in [`Listing::classes`], ascending.
    pub to: Vec<usize>,
    /// The connections that are let through; never none.
    pub connections: ConnSet,
}

/// A listed matrix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The classes, sorted by members.
    pub classes: Vec<ListedClass>,
    /// The rows: those of equal sources folded, sorted by source, connections, destination.
    pub rows: Vec<ListedRow>,
    /// What was left out of the input and could change what is listed.
    pub left_out: Vec<LeftOut>,
    /// What controllers of Ingresses reach of which no pod is in the input, by name.
    pub from_controllers: BTreeMap<String, ConnSet>,
}

/// The cells of one source: for each content the destinations.
type Cells = BTreeMap<ConnSet, Vec<usize>>;

impl Listing {
    /// Lists what `filter` asks for.
    pub fn new(cluster: &Cluster, matrix: &mut Matrix, filter: &Filter) -> Self {
        let parts = parts(cluster, matrix, filter);
        let namer = Namer::new(cluster, &parts, filter.by);
        let mut listed: Vec<(ListedClass, Part)> = parts
            .into_iter()
            .map(|part| (namer.class(&part), part))
            .collect();
        listed.sort_by(|a, b| a.0.cmp(&b.0));
        let mut cutter = Cutter {
            only: filter.connections.as_ref(),
            known: HashMap::new(),
        };
        let mut cells: Vec<Cells> = Vec::with_capacity(listed.len());
        for source in 0..listed.len() {
            cells.push(row(matrix, source, &listed, &mut cutter));
        }
        let classes: Vec<_> = listed.into_iter().map(|(class, _)| class).collect();
        let listing = match filter.by {
            By::Namespace => by_namespace(&classes, &cells),
            By::Pod | By::Workload => Self {
                rows: fold(cells),
                classes,
                ..Self::default()
            },
        };
        Self {
            left_out: left_out(cluster, filter),
            ..listing
        }
    }

    /// Whether a connection that is listed, or one that is not, may be otherwise (S5).
    pub fn is_open(&self) -> bool {
        let mut left_out = self.left_out.iter();
        left_out.any(|it| it.may_decide(Say::Connections))
    }
}

/// What a filter leaves of the pods, by what a listing calls them: those of one name are alike to the
/// policies where the filter is not by namespace.
pub(super) fn members(
    cluster: &Cluster,
    matrix: &Matrix,
    filter: &Filter,
) -> BTreeMap<String, Vec<PodId>> {
    let parts = parts(cluster, matrix, filter);
    let namer = Namer::new(cluster, &parts, filter.by);
    let mut members: BTreeMap<String, Vec<PodId>> = BTreeMap::new();
    for &id in parts.iter().flat_map(|part| &part.pods) {
        let pod = cluster.pods.at(id);
        if filter.is_inside(pod) {
            members.entry(namer.member(pod)).or_default().push(id);
        }
    }
    members
}

/// What was left out and has a say in what a filter leaves.
pub fn left_out(cluster: &Cluster, filter: &Filter) -> Vec<LeftOut> {
    let sides = [&filter.from, &filter.to];
    let every = sides.iter().any(|side| side.is_none());
    let chosen = sides.into_iter().flatten().flat_map(|it| &it.pods).copied();
    let all = cluster.pods.iter().map(|(id, _)| id);
    let pods: BTreeSet<PodId> = if every {
        all.collect()
    } else {
        chosen.collect()
    };
    let pods = pods.iter().map(|&id| cluster.pods.at(id));
    let governed: BTreeSet<NamespaceId> = pods
        .clone()
        .filter(|pod| !pod.host_network)
        .map(|pod| pod.namespace)
        .collect();
    let there: BTreeSet<NamespaceId> = pods.map(|pod| pod.namespace).collect();
    let name = |id: &NamespaceId| &*cluster.namespaces.at(*id).name;
    let has_say = |it: &&LeftOut| {
        governed.iter().any(|id| it.may_govern(name(id)))
            || (every && it.may_decide(Say::Pods))
            || there.iter().any(|id| it.may_be_pods_of(name(id)))
    };
    cluster.left_out.iter().filter(has_say).cloned().collect()
}

/// Cuts cells down to the connections that are asked for.
struct Cutter<'a> {
    only: Option<&'a ConnSet>,
    known: HashMap<ConnId, Option<ConnSet>>,
}

impl Cutter<'_> {
    /// What is left of a cell; none where nothing is.
    fn cut(&mut self, matrix: &Matrix, cell: ConnId) -> Option<&ConnSet> {
        let only = self.only;
        let cut = self.known.entry(cell).or_insert_with(|| {
            let set = matrix.set(cell);
            let set = only.map_or_else(|| set.clone(), |only| set.intersection(only));
            (!set.is_empty()).then_some(set)
        });
        cut.as_ref()
    }
}

fn row(
    matrix: &mut Matrix,
    own: usize,
    all: &[(ListedClass, Part)],
    cutter: &mut Cutter<'_>,
) -> Cells {
    let mut by_cell: HashMap<ConnId, Vec<usize>> = HashMap::new();
    if let Some((class, source)) = all.get(own).filter(|(_, source)| source.from) {
        matrix.read_row(source.class);
        for (place, (_, destination)) in all.iter().enumerate() {
            // Of a class, a part alone may have a single endpoint, which has nobody else there.
            let others = place != own || class.is_many();
            let asked = others && source.reaches(destination);
            if asked && matrix.has_pairs(source.class, destination.class) {
                let cell = matrix.cell(source.class, destination.class);
                by_cell.entry(cell).or_default().push(place);
            }
        }
    }
    let cut = by_cell
        .into_iter()
        .filter_map(|(cell, places)| cutter.cut(matrix, cell).map(|set| (set.clone(), places)));
    let mut cells = Cells::new();
    for (set, places) in cut {
        cells.entry(set).or_default().extend(places);
    }
    for places in cells.values_mut() {
        places.sort_unstable();
    }
    cells
}

/// Folds sources with equal cells into one row per content.
fn fold(cells: Vec<Cells>) -> Vec<ListedRow> {
    let mut sources: BTreeMap<Cells, Vec<usize>> = BTreeMap::new();
    for (source, cells) in cells.into_iter().enumerate() {
        sources.entry(cells).or_default().push(source);
    }
    let mut rows: Vec<ListedRow> = Vec::new();
    for (cells, from) in sources {
        rows.extend(cells.into_iter().map(|(connections, to)| ListedRow {
            from: from.clone(),
            to,
            connections,
        }));
    }
    rows.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    rows
}

/// Joins the classes that share a member: what some pod of a namespace can do.
fn by_namespace(classes: &[ListedClass], cells: &[Cells]) -> Listing {
    let mut joined: BTreeMap<(&str, &str), ConnSet> = BTreeMap::new();
    for (source, cells) in classes.iter().zip(cells) {
        for (connections, places) in cells {
            for destination in places.iter().filter_map(|&place| classes.get(place)) {
                let within = std::ptr::eq(source, destination);
                for from in &source.members {
                    for to in &destination.members {
                        if within && from == to && !source.several.contains(from) {
                            continue;
                        }
                        let cell = joined.entry((from, to)).or_default();
                        *cell = cell.union(connections);
                    }
                }
            }
        }
    }
    let mut members: BTreeMap<&str, AddressSet> = BTreeMap::new();
    let mut several: BTreeSet<&str> = BTreeSet::new();
    for class in classes {
        // An external class has one member per range, each with its own addresses.
        let ranges = ranges(&class.addresses);
        for name in &class.members {
            let addresses = ranges.get(name).cloned().unwrap_or_default();
            let again = members.insert(name, addresses).is_some();
            if again || class.several.contains(name) {
                several.insert(name);
            }
        }
    }
    let places: HashMap<&str, usize> = members
        .keys()
        .enumerate()
        .map(|(place, name)| (*name, place))
        .collect();
    let mut cells: Vec<Cells> = vec![Cells::new(); members.len()];
    for ((from, to), connections) in joined {
        let (Some(&from), Some(&to)) = (places.get(from), places.get(to)) else {
            continue;
        };
        if let Some(row) = cells.get_mut(from) {
            row.entry(connections).or_default().push(to);
        }
    }
    let listed = members.iter().map(|(name, addresses)| ListedClass {
        members: vec![(*name).to_owned()],
        addresses: addresses.clone(),
        several: several
            .get(name)
            .map(|name| (*name).to_owned())
            .into_iter()
            .collect(),
    });
    Listing {
        classes: listed.collect(),
        rows: fold(cells),
        ..Listing::default()
    }
}

/// Names the members of parts.
pub(super) struct Namer<'a> {
    cluster: &'a Cluster,
    by: By,
    /// Whether all pods of a workload are in one part.
    whole: HashMap<crate::model::WorkloadId, bool>,
}

impl<'a> Namer<'a> {
    pub(super) fn new(cluster: &'a Cluster, parts: &[Part], by: By) -> Self {
        let mut part_of: HashMap<PodId, usize> = HashMap::new();
        for (number, part) in parts.iter().enumerate() {
            part_of.extend(part.pods.iter().map(|pod| (*pod, number)));
        }
        let whole = cluster.workloads.iter().map(|(id, workload)| {
            let mut parts = workload.pods.iter().map(|pod| part_of.get(pod));
            let first = parts.next();
            (id, parts.all(|part| Some(part) == first))
        });
        Self {
            cluster,
            by,
            whole: whole.collect(),
        }
    }

    fn class(&self, part: &Part) -> ListedClass {
        let mut members: BTreeSet<String> = BTreeSet::new();
        let mut several: BTreeSet<String> = BTreeSet::new();
        for &pod in &part.pods {
            let pod = self.cluster.pods.at(pod);
            let member = self.member(pod);
            if pod.is_many() || members.contains(&member) {
                several.insert(member.clone());
            }
            members.insert(member);
        }
        members.extend(ranges(&part.addresses).into_keys());
        ListedClass {
            members: members.into_iter().collect(),
            addresses: part.addresses.clone(),
            several,
        }
    }

    /// What a member is called that the pod is, or is one of.
    pub(super) fn member(&self, pod: &Pod) -> String {
        let alone = || format!("{}[Pod]", self.cluster.pod_name(pod));
        match (self.by, pod.workload) {
            (By::Namespace, _) => self.cluster.namespaces.at(pod.namespace).name.to_string(),
            (By::Workload, Some(workload)) if self.whole.get(&workload) == Some(&true) => {
                self.cluster.endpoint_name(pod)
            }
            (By::Pod | By::Workload, _) if pod.nature == PodNature::StandIn => {
                self.cluster.endpoint_name(pod)
            }
            (By::Pod | By::Workload, _) => alone(),
        }
    }
}

/// What each range of a set is called, with the range: `10.0.0.0-10.255.255.255[External]`.
pub(super) fn ranges(addresses: &AddressSet) -> BTreeMap<String, AddressSet> {
    let named = addresses.ranges().map(|(first, last)| {
        (
            format!("{first}-{last}[External]"),
            AddressSet::range(first, last),
        )
    });
    named.collect()
}
