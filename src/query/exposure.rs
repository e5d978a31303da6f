//! Exposure: what each workload would let through, in each direction, to and from pods that nobody has
//! created yet, by what policies say of them.
//!
//! One-sided: the policies that would govern the imagined pod are not asked. Whether both ends let a
//! connection through is for `prove`. Cost: the distinct ways to be governed, times the scopes that rules
//! name, times the rules (times the scopes
//! again where a cluster-wide rule refuses); then one cell of the matrix for each pod that fits a scope.

use super::filter::Filter;
use super::listing::{self, Listing};
pub use super::sure::Among;
use super::sure::{Decider, governing};
pub use super::traffic::Traffic;
use crate::compile::Matrix;
use crate::model::{
    Action, Cluster, Direction, Habit, PeerMatch, Pod, PodId, Policy, PolicyId, Rule,
};
use crate::net::ConnSet;
use crate::selector::{Operator, Selector};
use crate::trace::RuleRef;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What every workload would let through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exposure {
    /// Egress of all workloads, then ingress; each sorted by name.
    pub workloads: Vec<Exposed>,
    /// What it does not count, to be told: one sentence each, lower case, no full stop.
    pub notes: Vec<String>,
}

/// One workload in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// As the matrix calls it.
    pub workload: String,
    /// Whether the others are its destinations or its sources.
    pub direction: Direction,
    /// Whether some policy governs it there.
    pub governed: bool,
    /// Whom it would let through.
    pub peers: Vec<ExposedPeer>,
}

/// Others that a workload would let through, or an exception to these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposedPeer {
    /// Who.
    pub who: Who,
    /// On what. None is an exception to what every pod gets.
    pub connections: Traffic,
    /// The rules that have a say in it.
    pub rules: Vec<RuleRef>,
    /// Whether some get less than this: every pod, but for those of other lines.
    pub less: bool,
    /// Whether a pod of the input fits and gets as much, so that the matrix shows it.
    pub shown: bool,
}

/// Who is let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Every pod of the cluster, also one that could be created.
    Everyone,
    /// Every pod of some namespaces with some labels.
    Pods(Among),
    /// Addresses outside: `10.0.0.0-10.255.255.255[External]`.
    Outside(String),
}

impl Exposed {
    /// Whether a line takes away from what every pod gets.
    pub fn is_exception(&self, line: &ExposedPeer) -> bool {
        let mut lines = self.peers.iter();
        let everyone = lines.find(|it| it.who == Who::Everyone);
        let takes = |all: &ExposedPeer| !all.connections.difference(&line.connections).is_empty();
        matches!(line.who, Who::Pods(_)) && everyone.is_some_and(takes)
    }
}

/// A way to be governed, and what it lets through: the same for all who share it.
type Known =
    HashMap<(Direction, Vec<PolicyId>, Vec<crate::model::ContainerPort>), Vec<ExposedPeer>>;

impl Exposure {
    /// The exposure of the workloads in a listing, which was made with this filter.
    pub fn new(cluster: &Cluster, matrix: &mut Matrix, filter: &Filter, listing: &Listing) -> Self {
        let candidates = candidates(cluster);
        let members = listing::members(cluster, matrix, filter);
        let outside = outside(listing);
        let mut known = Known::new();
        let mut workloads = Vec::new();
        for direction in Direction::BOTH {
            for (name, pods) in &members {
                let Some(&first) = pods.first() else { continue };
                let own = cluster.pods.at(first);
                let governing = governing_of(cluster, direction, own);
                let mut peers = outside
                    .get(&(direction, name.as_str()))
                    .cloned()
                    .unwrap_or_default();
                let ports = match direction {
                    Direction::Ingress => own.ports.to_vec(),
                    Direction::Egress => Vec::new(),
                };
                let key = (direction, governing.clone(), ports);
                let lines = known
                    .entry(key)
                    .or_insert_with(|| lines((cluster, direction), (&governing, own), &candidates));
                let mut lines = lines.clone();
                for line in &mut lines {
                    line.shown = is_shown((cluster, matrix), (direction, first), line);
                }
                peers.append(&mut lines);
                workloads.push(Exposed {
                    workload: name.clone(),
                    direction,
                    governed: !governing.is_empty(),
                    peers,
                });
            }
        }
        Self {
            workloads,
            notes: notes(cluster),
        }
    }
}

/// The policies that govern a pod; none where nothing does (S57).
fn governing_of(cluster: &Cluster, direction: Direction, pod: &Pod) -> Vec<PolicyId> {
    if pod.host_network || !cluster.practice.does(Habit::Enforces) {
        return Vec::new();
    }
    governing(cluster, direction, pod)
}

/// The scopes that peers of rules name, each once, in reading order.
fn candidates(cluster: &Cluster) -> Vec<Among> {
    let rules = cluster.policies.rows().iter().flat_map(Policy::all_rules);
    let mut met = HashSet::new();
    let all = rules.flat_map(Rule::scopes).map(Among::of);
    let named = all.filter(|it| it.is_satisfiable() && !it.is_everyone());
    named.filter(|it| met.insert(it.clone())).collect()
}

/// What a way to be governed lets through: for everyone, and for each scope where that differs.
fn lines(
    (cluster, direction): (&Cluster, Direction),
    (governing, own): (&[PolicyId], &Pod),
    candidates: &[Among],
) -> Vec<ExposedPeer> {
    let decider = Decider {
        cluster,
        direction,
        governing,
        own,
    };
    let line = |who, connections, rules| ExposedPeer {
        who,
        connections,
        rules,
        less: false,
        shown: false,
    };
    let (everyone, rules) = decider.passes(&Among::default());
    let refusing = decider.may_refuse();
    // Whether a pod that another scope fits too gets less: only a rule that refuses can take away.
    let is_less = |scope: &Among, passes: &Traffic| {
        let mut others = candidates.iter().map(|other| scope.and(other));
        let loses = |both: Among| {
            let (rest, _) = decider.passes(&both);
            both.is_satisfiable() && !passes.difference(&rest).is_empty()
        };
        refusing && others.any(loses)
    };
    let mut lines = Vec::new();
    if !everyone.is_empty() {
        let less = is_less(&Among::default(), &everyone);
        let everyone = line(Who::Everyone, everyone.clone(), rules);
        lines.push(ExposedPeer { less, ..everyone });
    }
    for scope in candidates {
        let (passes, rules) = decider.passes(scope);
        if passes != everyone {
            let less = is_less(scope, &passes);
            let one = line(Who::Pods(scope.clone()), passes, rules);
            lines.push(ExposedPeer { less, ..one });
        }
    }
    lines
}

/// Whether a pod of the input fits a line whose selectors name values alone, and gets as much.
fn is_shown(
    (cluster, matrix): (&Cluster, &mut Matrix),
    (direction, own): (Direction, PodId),
    line: &ExposedPeer,
) -> bool {
    let Who::Pods(scope) = &line.who else {
        return false;
    };
    if !is_plain(&scope.namespaces) || !is_plain(&scope.pods) {
        return false;
    }
    let own = matrix.class_of(own);
    let mut fitting = cluster
        .pods
        .iter()
        .filter(|(_, pod)| scope.has(cluster, pod));
    fitting.any(|(id, pod)| {
        let other = matrix.class_of(id);
        let (from, to) = match direction {
            Direction::Egress => (own, other),
            Direction::Ingress => (other, own),
        };
        if !matrix.has_pairs(from, to) {
            return false;
        }
        let got = matrix.connections(from, to);
        let resolved = |(protocol, name): &(_, std::sync::Arc<str>)| {
            let mut numbers = pod.named_port(name, *protocol).peekable();
            numbers.peek().is_some() && numbers.all(|(protocol, port)| got.contains(protocol, port))
        };
        let by_name = line.connections.names.iter().all(resolved);
        by_name && line.connections.numbered.is_subset(got)
    })
}

/// Whether a selector asks for something, and only for labels with one value each.
fn is_plain(selector: &Selector) -> bool {
    let mut all = selector.requirements().iter();
    !selector.is_everything() && all.all(|it| it.operator == Operator::In && it.values.len() == 1)
}

/// The addresses outside that each member reaches, or that reach it, as a listing has them.
fn outside(listing: &Listing) -> BTreeMap<(Direction, &str), Vec<ExposedPeer>> {
    let inside = listing.classes.iter().filter(|it| it.addresses.is_empty());
    let names: BTreeMap<&str, &str> = inside
        .flat_map(|it| it.members.iter().map(|name| (name.as_str(), name.as_str())))
        .collect();
    let mut all: BTreeMap<(Direction, &str), Vec<ExposedPeer>> = BTreeMap::new();
    let mut add = |direction, name: &str, range: &str, connections: &ConnSet| {
        let Some(name) = names.get(name).filter(|_| range.ends_with("[External]")) else {
            return;
        };
        all.entry((direction, name)).or_default().push(ExposedPeer {
            who: Who::Outside(range.to_owned()),
            connections: Traffic::of(connections.clone()),
            rules: Vec::new(),
            less: false,
            shown: false,
        });
    };
    let walked: Result<(), std::convert::Infallible> = listing.lines(|from, to, connections| {
        add(Direction::Egress, from, to, connections);
        add(Direction::Ingress, to, from, connections);
        Ok(())
    });
    match walked {
        Ok(()) => all,
    }
}

/// What no line counts.
fn notes(cluster: &Cluster) -> Vec<String> {
    let mut notes = Vec::new();
    let policies = cluster.policies.rows().iter();
    let rules = policies.flat_map(Policy::all_rules);
    let denying: Vec<_> = rules.filter(|it| it.action != Action::Accept).collect();
    let by_address = |peer: &crate::model::Peer| {
        matches!(
            peer.matches,
            PeerMatch::IpBlock(_) | PeerMatch::DomainName(_)
        )
    };
    let mut peers = denying.iter().flat_map(|it| it.peers.listed());
    if peers.any(by_address) {
        notes.push(
            "rules of cluster-wide policies that deny addresses are not counted for pods that could be \
             created: what addresses these have is not known"
                .into(),
        );
    }
    if denying.iter().any(|it| it.ports.named().next().is_some()) {
        notes.push(
            "rules of cluster-wide policies that deny egress to ports by their names are not counted for pods \
             that could be created: what numbers these give them is not known"
                .into(),
        );
    }
    if cluster.pods.rows().iter().any(|pod| pod.host_network) {
        notes.push(
            "pods in the network of their node are let through like the node itself, and a pod always \
             reaches itself; neither has a line"
                .into(),
        );
    }
    notes
}
