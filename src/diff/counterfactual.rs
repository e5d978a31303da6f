//! The new side with parts of the old one put into it, judged by `trace`.

use super::both::Both;
use crate::model::{Cluster, Direction, Pod, Policy, PolicyKind, Rule};
use crate::net::Protocol;
use crate::selector::Labels;
use crate::trace::{Endpoint, Flow, Trace, trace};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

/// The most variants of a cluster that are kept.
const KEPT: usize = 256;

/// A part of the old side that is put into the new one, or a part of the new one that is taken out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Put {
    /// Of the policy at this place among those that differ.
    Policy(usize, Piece),
    /// Labels of a namespace: one, or all.
    Namespace(Arc<str>, Option<Arc<str>>),
    /// Of the pod at an end: 0 the source, 1 the destination.
    Pod(usize, Field),
}

/// A part of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Piece {
    Whole,
    /// Whom it selects.
    Subject,
    /// Whether it governs a direction.
    Types(Direction),
    /// A rule, by its place among the edits of a direction.
    Rule(Direction, usize),
}

/// A part of a pod.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    Labels,
    Label(Arc<str>),
    Ports,
    Addresses,
    HostNetwork,
}

/// A rule that differs: its index on each side that has it.
pub(super) type Edit = Both<Option<usize>>;

/// A policy that differs.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) policies: Both<Option<Policy>>,
    egress: Vec<Edit>,
    ingress: Vec<Edit>,
}

impl Pair {
    pub(super) fn edits(&self, direction: Direction) -> &[Edit] {
        match direction {
            Direction::Egress => &self.egress,
            Direction::Ingress => &self.ingress,
        }
    }

    /// The old policy and the new one, where there are both.
    pub(super) fn both(&self) -> Option<(&Policy, &Policy)> {
        Some((self.policies.old().as_ref()?, self.policies.now().as_ref()?))
    }

    /// The parts that differ and can be put back alone.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let Some((old, new)) = self.both() else {
            return Vec::new();
        };
        let mut pieces = Vec::new();
        if old.subject != new.subject {
            pieces.push(Piece::Subject);
        }
        for direction in Direction::BOTH {
            if old.rules(direction).is_some() != new.rules(direction).is_some() {
                pieces.push(Piece::Types(direction));
            }
            let edits = 0..self.edits(direction).len();
            pieces.extend(edits.map(|number| Piece::Rule(direction, number)));
        }
        pieces
    }

    /// The new policy with a part of the old one.
    fn with(&self, piece: Piece, current: Option<Policy>) -> Option<Policy> {
        let Some((old, new)) = self.both().filter(|_| piece != Piece::Whole) else {
            return self.policies.old().clone();
        };
        let mut policy = current.unwrap_or_else(|| new.clone());
        match piece {
            Piece::Whole => {}
            Piece::Subject => policy.subject = old.subject.clone(),
            Piece::Types(Direction::Egress) => policy.egress.clone_from(&old.egress),
            Piece::Types(Direction::Ingress) => policy.ingress.clone_from(&old.ingress),
            Piece::Rule(direction, number) => {
                let edit = self.edits(direction).get(number).copied();
                let rule = edit.and_then(|it| *it.old());
                let rule = rule.and_then(|it| old.rules(direction)?.get(it).cloned());
                let place = edit.and_then(|it| *it.now());
                if let Some(rules) = policy.rules_mut(direction) {
                    match (place.filter(|&it| it < rules.len()), rule) {
                        (Some(place), Some(rule)) => _ = rules.splice(place..=place, [rule]),
                        (Some(place), None) => _ = rules.remove(place),
                        (None, Some(rule)) => rules.push(rule),
                        (None, None) => {}
                    }
                }
            }
        }
        Some(policy)
    }
}

/// One end of a flow on a side.
#[derive(Debug, Clone)]
pub(super) enum End {
    Pod(Box<Pod>),
    Address(IpAddr),
}

impl End {
    fn endpoint(&self) -> Endpoint<'_> {
        match self {
            Self::Pod(pod) => Endpoint::Pod(pod),
            Self::Address(address) => Endpoint::Address(*address),
        }
    }

    pub(super) fn pod(&self) -> Option<&Pod> {
        match self {
            Self::Pod(pod) => Some(pod),
            Self::Address(_) => None,
        }
    }
}

/// A flow with its ends as they are on each side.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) ends: Both<[End; 2]>,
    pub(super) protocol: Protocol,
    pub(super) port: u16,
}

/// Both sides without their pods, which `trace` is given with the flow.
#[derive(Debug)]
pub(super) struct Worlds {
    bare: Both<Cluster>,
    pub(super) pairs: Vec<Pair>,
    by_namespace: HashMap<Option<Arc<str>>, Vec<usize>>,
    kept: HashMap<Vec<Put>, Cluster>,
}

impl Worlds {
    pub(super) fn new(clusters: &Both<&Cluster>) -> Self {
        let pairs = pairs(clusters);
        let mut by_namespace: HashMap<Option<Arc<str>>, Vec<usize>> = HashMap::new();
        for (place, pair) in pairs.iter().enumerate() {
            let policy = pair.policies.0.iter().flatten().next();
            let namespace = policy.and_then(|it| it.namespace.clone());
            by_namespace.entry(namespace).or_default().push(place);
        }
        Self {
            bare: clusters.map(|it| bare(it)),
            pairs,
            by_namespace,
            kept: HashMap::new(),
        }
    }

    /// The differing policies that may govern pods of a namespace.
    pub(super) fn over(&self, namespace: &Arc<str>) -> Vec<usize> {
        let own = self.by_namespace.get(&Some(Arc::clone(namespace)));
        let wide = self.by_namespace.get(&None);
        let all = own.into_iter().chain(wide).flatten();
        all.copied().collect()
    }

    /// The labels of a namespace on each side, where both have it.
    pub(super) fn labels(&self, namespace: &str) -> Option<Both<&Labels>> {
        let of = |cluster: &'_ Cluster| cluster.namespace(namespace);
        let (old, new) = (self.bare.old(), self.bare.now());
        Some(Both([
            &old.namespaces.at(of(old)?).labels,
            &new.namespaces.at(of(new)?).labels,
        ]))
    }

    /// What the old side says of a flow.
    pub(super) fn before(&self, asked: &Asked) -> Trace {
        judge(self.bare.old(), asked.ends.old(), asked)
    }

    /// What the new side says of it as it is.
    pub(super) fn plain_after(&self, asked: &Asked) -> Trace {
        judge(self.bare.now(), asked.ends.now(), asked)
    }

    /// What the new side says of it with parts of the old one put in.
    pub(super) fn after(&mut self, asked: &Asked, puts: &[Put]) -> Trace {
        let mut ends = asked.ends.now().clone();
        let mut own: Vec<Put> = Vec::new();
        for put in puts {
            match put {
                Put::Pod(place, field) => {
                    let old = asked.ends.old().get(*place);
                    if let (Some(End::Pod(new)), Some(End::Pod(old))) = (ends.get_mut(*place), old)
                    {
                        put_back(new, old, field);
                    }
                }
                Put::Policy(..) | Put::Namespace(..) => own.push(put.clone()),
            }
        }
        if own.is_empty() {
            return judge(self.bare.now(), &ends, asked);
        }
        own.sort();
        if !self.kept.contains_key(&own) {
            if self.kept.len() >= KEPT {
                self.kept.clear();
            }
            let made = self.with(&own);
            self.kept.insert(own.clone(), made);
        }
        let cluster = self.kept.get(&own).unwrap_or(self.bare.now());
        judge(cluster, &ends, asked)
    }

    /// The new side with parts of the old one.
    fn with(&self, puts: &[Put]) -> Cluster {
        let new = self.bare.now();
        let mut policies: BTreeMap<Named, Policy> = BTreeMap::new();
        for policy in new.policies.rows() {
            policies.insert(named(policy), policy.clone());
        }
        let mut labels: Vec<(Arc<str>, Labels)> = Vec::new();
        for put in puts {
            match put {
                Put::Policy(place, piece) => {
                    let Some(pair) = self.pairs.get(*place) else {
                        continue;
                    };
                    let key = pair.policies.0.iter().flatten().next().map(named);
                    let Some(key) = key else { continue };
                    let current = policies.remove(&key);
                    if let Some(policy) = pair.with(*piece, current) {
                        policies.insert(key, policy);
                    }
                }
                Put::Namespace(name, key) => {
                    if let Some(both) = self.labels(name) {
                        labels.push((
                            Arc::clone(name),
                            relabelled(both.now(), both.old(), key.as_deref()),
                        ));
                    }
                }
                Put::Pod(..) => {}
            }
        }
        let mut made = new.with_policies(policies.into_values().collect());
        for (name, labels) in labels {
            if let Some(id) = made.namespace(&name) {
                made.namespaces.at_mut(id).labels = labels;
            }
        }
        made
    }
}

fn judge(cluster: &Cluster, ends: &[End; 2], asked: &Asked) -> Trace {
    let [source, destination] = ends;
    let flow = Flow {
        source: source.endpoint(),
        destination: destination.endpoint(),
        protocol: asked.protocol,
        port: asked.port,
    };
    trace(cluster, &flow)
}

/// What `trace` reads of a cluster.
fn bare(cluster: &Cluster) -> Cluster {
    let mut bare = Cluster::default();
    bare.namespaces = cluster.namespaces.clone();
    bare.nodes = cluster.nodes.clone();
    bare.practice = cluster.practice.clone();
    bare.with_policies(cluster.policies.rows().to_vec())
}

fn put_back(new: &mut Pod, old: &Pod, field: &Field) {
    match field {
        Field::Labels => new.labels = old.labels.clone(),
        Field::Label(key) => new.labels = relabelled(&new.labels, &old.labels, Some(key)),
        Field::Ports => new.ports = Arc::clone(&old.ports),
        Field::Addresses => new.ips.clone_from(&old.ips),
        Field::HostNetwork => new.host_network = old.host_network,
    }
}

/// Labels with one of others, or all of those.
fn relabelled(labels: &Labels, old: &Labels, key: Option<&str>) -> Labels {
    let Some(key) = key else {
        return old.clone();
    };
    let rest = labels.iter().filter(|(other, _)| ***other != *key);
    let rest = rest.map(|(key, value)| (Arc::clone(key), Arc::clone(value)));
    let back = old.get(key).map(|value| (key.into(), Arc::clone(value)));
    let mut made = Labels::new(rest.chain(back));
    for open in labels.open() {
        made = made.with_open(open);
    }
    made
}

/// What tells a policy from others.
type Named = (PolicyKind, Option<Arc<str>>, Arc<str>);

fn named(policy: &Policy) -> Named {
    (
        policy.kind,
        policy.namespace.clone(),
        Arc::clone(&policy.name),
    )
}

fn pairs(clusters: &Both<&Cluster>) -> Vec<Pair> {
    let mut all: BTreeMap<Named, Both<Option<&Policy>>> = BTreeMap::new();
    for (number, cluster) in clusters.0.iter().enumerate() {
        for policy in cluster.policies.rows() {
            let both = all.entry(named(policy)).or_default();
            if let Some(side) = both.0.get_mut(number) {
                side.get_or_insert(policy);
            }
        }
    }
    let mut pairs = Vec::new();
    for both in all.into_values() {
        let plain = both.map(|it| it.map(Policy::without_origins));
        if plain.old() == plain.now() {
            continue;
        }
        let edits = |direction| match &plain.0 {
            [Some(old), Some(new)] => edits(old.rules(direction), new.rules(direction)),
            _ => Vec::new(),
        };
        pairs.push(Pair {
            egress: edits(Direction::Egress),
            ingress: edits(Direction::Ingress),
            policies: both.map(|it| it.cloned()),
        });
    }
    pairs
}

/// The rules that only one side has: those that have something in common are one rule that changed.
fn edits(old: Option<&[Rule]>, new: Option<&[Rule]>) -> Vec<Edit> {
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    let mut fresh: Vec<usize> = (0..new.len()).collect();
    let mut gone: Vec<usize> = Vec::new();
    for (place, rule) in old.iter().enumerate() {
        let same = fresh.iter().position(|&it| new.get(it) == Some(rule));
        match same {
            Some(same) => _ = fresh.remove(same),
            None => gone.push(place),
        }
    }
    let mut edits = Vec::new();
    let alike = |a: &Rule, b: &Rule| a.peers == b.peers || a.ports == b.ports;
    gone.retain(|&place| {
        let Some(rule) = old.get(place) else {
            return false;
        };
        let like = fresh
            .iter()
            .position(|&it| new.get(it).is_some_and(|it| alike(rule, it)));
        let Some(like) = like else { return true };
        edits.push(Both([Some(place), Some(fresh.remove(like))]));
        false
    });
    // As many went as came: they are what they were in the same order.
    if gone.len() == fresh.len() {
        edits.extend(
            gone.iter()
                .zip(&fresh)
                .map(|(&a, &b)| Both([Some(a), Some(b)])),
        );
    } else {
        edits.extend(gone.iter().map(|&it| Both([Some(it), None])));
        edits.extend(fresh.iter().map(|&it| Both([None, Some(it)])));
    }
    edits
}
