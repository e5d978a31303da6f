//! What passes after a change and did not pass before: the difference of two matrices over the same
//! endpoints.
//!
//! Pods are compared by the pair of classes that they are in before and after, so that the cost grows
//! with classes. Only what the changed policies govern is looked at. Of addresses outside, a matrix may
//! leave out those of IPv6; these are judged one pair at a time.

use crate::compile::{ClassIndex, End, Matrix, connections};
use crate::model::{Cluster, Direction, NamespaceScope, Pod, PodId, PodScope, PolicyId};
use crate::net::{AddressSet, ConnSet};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most cells that are compared.
const CELLS: usize = 2_000_000;
/// The most pods of a cluster that is compiled only to say what else a change does.
const PODS: usize = 20_000;

/// What somebody means to change, so that it is no side effect.
#[derive(Debug, Clone, Default)]
pub struct Meaning {
    /// Pods that open the connections.
    pub sources: BTreeSet<PodId>,
    /// Addresses from which they are opened.
    pub from: AddressSet,
    /// Pods that accept them.
    pub destinations: BTreeSet<PodId>,
    /// Addresses that accept them.
    pub to: AddressSet,
    /// The connections.
    pub connections: ConnSet,
}

/// What more passes between the pods of two workloads, or those of one and addresses outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// Who opens the connections; none for addresses outside.
    pub from: Option<String>,
    /// Who accepts them; none for addresses outside.
    pub to: Option<String>,
    /// The addresses, where one end is outside.
    pub outside: AddressSet,
    /// The connections.
    pub connections: ConnSet,
}

/// What passes in `after` and not in `before`, but for what is meant, sorted by names. `changed` are the
/// policies of `after` that differ, each in its direction. None where the cluster is too large to say it
/// at once.
pub fn gains(
    before: &Cluster,
    after: &Cluster,
    changed: &[(PolicyId, Direction)],
    meant: &[Meaning],
) -> Option<Vec<Gain>> {
    if after.pods.len() > PODS {
        return None;
    }
    let mut compared = Compared {
        before: Side::new(before),
        after: Side::new(after),
        changed,
        meant,
        found: BTreeMap::new(),
    };
    let joints = compared.joints();
    compared.compare(&joints)?;
    let found = compared.found.into_iter();
    let gains = found.map(|((from, to), (connections, outside))| Gain {
        from,
        to,
        outside,
        connections,
    });
    Some(gains.collect())
}

/// A cluster and its matrix.
struct Side<'a> {
    cluster: &'a Cluster,
    matrix: Matrix,
}

/// Endpoints that are alike before, after, and for what is meant.
struct Joint {
    /// Their classes; none where a matrix leaves them out.
    classes: [Option<ClassIndex>; 2],
    likeness: Likeness,
    pods: Vec<PodId>,
    addresses: AddressSet,
}

/// What tells endpoints of the same classes apart here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Likeness {
    /// Whether a changed policy governs them, for ingress and for egress.
    ingress: bool,
    egress: bool,
    /// In which meanings they are sources, and destinations.
    sources: Vec<bool>,
    destinations: Vec<bool>,
}

/// Two ends by name; none for addresses outside.
type Names = (Option<String>, Option<String>);

struct Compared<'a> {
    before: Side<'a>,
    after: Side<'a>,
    changed: &'a [(PolicyId, Direction)],
    meant: &'a [Meaning],
    found: BTreeMap<Names, (ConnSet, AddressSet)>,
}

impl Compared<'_> {
    fn joints(&self) -> Vec<Joint> {
        let mut joints = self.of_pods();
        joints.extend(self.of_addresses());
        joints
    }

    fn of_pods(&self) -> Vec<Joint> {
        let cluster = self.after.cluster;
        let mut by_key: HashMap<(ClassIndex, ClassIndex, Likeness), Vec<PodId>> = HashMap::new();
        for (id, pod) in cluster.pods.iter() {
            let governed = |wanted| {
                let mut policies = self.changed.iter();
                policies.any(|&(policy, direction)| {
                    direction == wanted
                        && selects(cluster, &cluster.policies.at(policy).subject, pod)
                })
            };
            let likeness = Likeness {
                ingress: governed(Direction::Ingress),
                egress: governed(Direction::Egress),
                sources: self
                    .meant
                    .iter()
                    .map(|it| it.sources.contains(&id))
                    .collect(),
                destinations: self
                    .meant
                    .iter()
                    .map(|it| it.destinations.contains(&id))
                    .collect(),
            };
            let key = (
                self.before.matrix.class_of(id),
                self.after.matrix.class_of(id),
                likeness,
            );
            by_key.entry(key).or_default().push(id);
        }
        let mut joints: Vec<Joint> = by_key
            .into_iter()
            .map(|((before, after, likeness), pods)| Joint {
                classes: [Some(before), Some(after)],
                likeness,
                pods,
                addresses: AddressSet::none(),
            })
            .collect();
        joints.sort_by(|a, b| a.pods.cmp(&b.pods));
        joints
    }

    fn of_addresses(&self) -> Vec<Joint> {
        let mut parts = self.before.matrix.outside_of_both(&self.after.matrix);
        for meaning in self.meant {
            for set in [&meaning.from, &meaning.to] {
                parts = parts
                    .into_iter()
                    .flat_map(|(classes, part)| {
                        [
                            (classes, part.intersection(set)),
                            (classes, part.difference(set)),
                        ]
                    })
                    .collect();
            }
        }
        parts.retain(|(_, part)| !part.is_empty());
        let joints = parts.into_iter().map(|(classes, addresses)| {
            let has = |set: &AddressSet| addresses.first().is_some_and(|it| set.contains(it));
            Joint {
                classes,
                likeness: Likeness {
                    sources: self.meant.iter().map(|it| has(&it.from)).collect(),
                    destinations: self.meant.iter().map(|it| has(&it.to)).collect(),
                    ..Likeness::default()
                },
                pods: Vec::new(),
                addresses,
            }
        });
        joints.collect()
    }

    /// Compares the cells that a changed policy has a say in.
    fn compare(&mut self, joints: &[Joint]) -> Option<()> {
        let speaks = |source: &Joint, destination: &Joint| {
            let governed = source.likeness.egress || destination.likeness.ingress;
            governed && !(source.pods.is_empty() && destination.pods.is_empty())
        };
        let senders = joints.iter().filter(|it| it.likeness.egress).count();
        let receivers = joints.iter().filter(|it| it.likeness.ingress).count();
        if (senders + receivers).saturating_mul(joints.len()) > CELLS {
            return None;
        }
        let mut known: HashMap<(ConnSet, ConnSet), ConnSet> = HashMap::new();
        for source in joints {
            for destination in joints.iter().filter(|it| speaks(source, it)) {
                let own = std::ptr::eq(source, destination);
                if own && !self.is_several(source) {
                    continue;
                }
                let before = self.before.passes(source, destination, 0);
                let after = self.after.passes(source, destination, 1);
                if before == after {
                    continue;
                }
                let difference = known.entry((before, after));
                let difference =
                    difference.or_insert_with_key(|(before, after)| after.difference(before));
                let more = self.beside(source, destination, difference);
                if !more.is_empty() {
                    self.note((source, destination), own, &more);
                }
            }
        }
        Some(())
    }

    /// Whether there are two pods that could talk within it.
    fn is_several(&self, joint: &Joint) -> bool {
        let pods = &self.after.cluster.pods;
        joint.pods.len() > 1 || joint.pods.iter().any(|&pod| pods.at(pod).is_many())
    }

    /// What of the connections nobody meant.
    fn beside(&self, source: &Joint, destination: &Joint, more: &ConnSet) -> ConnSet {
        let ends = source.likeness.sources.iter();
        let ends = ends.zip(&destination.likeness.destinations);
        let all = self.meant.iter().zip(ends);
        let meant = all.filter(|(_, (from, to))| **from && **to);
        meant.fold(more.clone(), |rest, (meaning, _)| {
            rest.difference(&meaning.connections)
        })
    }

    fn note(&mut self, (source, destination): (&Joint, &Joint), own: bool, more: &ConnSet) {
        let outside = source.addresses.union(&destination.addresses);
        let (sources, destinations) = (self.names(source), self.names(destination));
        for from in sources.keys() {
            for (to, several) in &destinations {
                // A pod alone under its name has no other to talk to there.
                if own && from == to && !several {
                    continue;
                }
                let found = self.found.entry((from.clone(), to.clone()));
                let (connections, addresses) = found.or_default();
                *connections = connections.union(more);
                *addresses = addresses.union(&outside);
            }
        }
    }

    /// How to call who is in it, and whether several pods are called so.
    fn names(&self, joint: &Joint) -> BTreeMap<Option<String>, bool> {
        let mut names = BTreeMap::new();
        if joint.pods.is_empty() {
            names.insert(None, false);
        }
        for &id in &joint.pods {
            let pod = self.after.cluster.pods.at(id);
            let name = Some(self.after.cluster.endpoint_name(pod));
            let again = names.contains_key(&name);
            let several = names.entry(name).or_insert(false);
            *several |= again || pod.is_many();
        }
        names
    }
}

impl<'a> Side<'a> {
    fn new(cluster: &'a Cluster) -> Self {
        Self {
            cluster,
            matrix: Matrix::new(cluster),
        }
    }

    fn passes(&mut self, source: &Joint, destination: &Joint, side: usize) -> ConnSet {
        let class = |joint: &Joint| joint.classes.get(side).copied().flatten();
        if let (Some(from), Some(to)) = (class(source), class(destination)) {
            return self.matrix.connections(from, to).clone();
        }
        let end = |joint: &Joint| match joint.pods.first() {
            Some(&pod) => Some(End::Pod(self.cluster.pods.at(pod))),
            None => joint.addresses.first().map(End::Address),
        };
        match (end(source), end(destination)) {
            (Some(from), Some(to)) => connections(self.cluster, from, to),
            (None, _) | (_, None) => ConnSet::default(),
        }
    }
}

/// Whether the policies of a scope may be over a pod.
fn selects(cluster: &Cluster, scope: &PodScope, pod: &Pod) -> bool {
    let namespace = cluster.namespaces.at(pod.namespace);
    let here = match &scope.namespaces {
        NamespaceScope::Named(name) => *name == namespace.name,
        NamespaceScope::Matching(selector) => selector.matches(&namespace.labels),
    };
    here && scope.pods.may_match(&pod.labels)
}
