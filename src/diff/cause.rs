//! What turned a flow: one part of the old side is put into the new one, and where `trace` then says
//! what the old side says, that part is a cause. Where none alone does it, sets of two are tried.

use super::both::Both;
use super::cells::Cell;
use super::counterfactual::{Asked, End, Field, Pair, Piece, Put, Worlds};
use super::endpoint::{Joint, Stand};
use super::outcome::{Came, Cause};
use super::part::{Object, Part, What};
use super::side::{Sets, Side};
use super::told::Teller;
use crate::model::{Cluster, Direction};
use crate::net::{ConnSet, Protocol};
use crate::selector::Labels;
use crate::trace::{Trace, Verdict};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The most traces that are spent on causes.
const TRACES: usize = 40_000;
/// The most ranges of ports of a cell that are asked about.
const RANGES: usize = 6;
/// The most parts that are tried in pairs.
const PAIRED: usize = 24;

/// One end of a cell, which end that is, whether it opened, and on which port.
type Hint = (usize, usize, bool, Protocol, u16);

/// The causes of cells.
#[derive(Debug)]
pub(super) struct Causes<'a> {
    joints: &'a [Joint],
    clusters: Both<&'a Cluster>,
    worlds: Worlds,
    left: usize,
    /// What turned the flow of another cell to the same destination, or from the same source.
    hints: HashMap<Hint, Vec<Vec<Put>>>,
}

impl<'a> Causes<'a> {
    pub(super) fn new(sides: &Both<Side<'a>>, joints: &'a [Joint]) -> Self {
        let clusters = sides.map(|it| it.cluster);
        Self {
            joints,
            clusters,
            worlds: Worlds::new(&clusters),
            left: TRACES,
            hints: HashMap::new(),
        }
    }

    /// What turned a cell. Of ends that are not there on a side, that is the cause, and told by name.
    pub(super) fn of(&mut self, cell: &Cell, sets: &Sets) -> BTreeSet<Cause> {
        let ends = [cell.from, cell.to].map(|it| self.joints.get(it));
        let mut found = BTreeSet::new();
        let [Some(source), Some(destination)] = ends else {
            return found;
        };
        if source.came_or_went() || destination.came_or_went() {
            return found;
        }
        let [old, new] = cell.sets.0.map(|it| sets.at(it));
        if cell.own && source.stands.old() != source.stands.now() && counts_differ(source) {
            found.insert(Cause {
                parts: vec![replicas(source)],
            });
        } else if let Some(ends) = self.ends(source, destination) {
            for (set, opened) in [(new.difference(old), true), (old.difference(new), false)] {
                for (protocol, port) in points(&set) {
                    let asked = Asked {
                        ends: ends.clone(),
                        protocol,
                        port,
                    };
                    let turned = self.turned(cell, &asked, opened);
                    let teller = Teller {
                        worlds: &self.worlds,
                        ends: [source, destination],
                        asked: &asked,
                        clusters: &self.clusters,
                    };
                    found.extend(turned.iter().map(|puts| teller.cause(puts)));
                }
            }
        }
        found
    }

    /// The ends of a cell as they are on each side.
    fn ends(&self, source: &Joint, destination: &Joint) -> Option<Both<[End; 2]>> {
        let of = |number: usize| {
            let cluster = self.clusters.0.get(number)?;
            let end = |joint: &Joint| match joint.pods.0.get(number).copied().flatten() {
                Some(pod) => Some(End::Pod(Box::new(cluster.pods.at(pod).clone()))),
                None => joint.addresses.first().map(End::Address),
            };
            let (from, mut to) = (end(source)?, end(destination)?);
            if let (End::Pod(from), End::Pod(to)) = (&from, &mut to)
                && from.key() == to.key()
            {
                // Another pod that is alike, and not the same.
                to.name = format!("{}-another", to.name).into();
                to.ips.clear();
            }
            Some([from, to])
        };
        Some(Both([of(0)?, of(1)?]))
    }

    /// The sets of parts that each turn a flow back.
    fn turned(&mut self, cell: &Cell, asked: &Asked, opened: bool) -> Vec<Vec<Put>> {
        let Some(left) = self.left.checked_sub(2) else {
            return Vec::new();
        };
        self.left = left;
        let before = self.worlds.before(asked);
        let after = self.worlds.plain_after(asked);
        // A matrix has what surely passes: the rest may be open.
        let passes = [&before, &after].map(|it| it.verdict == Verdict::Allow);
        if passes != [!opened, opened] {
            return Vec::new();
        }
        let was = before.verdict;
        let keys = [(cell.to, 1), (cell.from, 0)]
            .map(|(place, end)| (place, end, opened, asked.protocol, asked.port));
        for key in keys {
            if let Some(hint) = self.hints.get(&key).cloned()
                && hint.iter().all(|puts| self.turns(asked, puts, was))
            {
                return hint;
            }
        }
        let found = self.search(asked, [&before, &after]);
        if !found.is_empty() {
            self.hints.extend(keys.map(|key| (key, found.clone())));
        }
        found
    }

    /// Whether the new side then says what the old one does.
    fn turns(&mut self, asked: &Asked, puts: &[Put], was: Verdict) -> bool {
        let Some(left) = self.left.checked_sub(1) else {
            return false;
        };
        self.left = left;
        self.worlds.after(asked, puts).verdict == was
    }

    fn search(&mut self, asked: &Asked, [before, after]: [&Trace; 2]) -> Vec<Vec<Put>> {
        let was = before.verdict;
        let turned = Direction::BOTH
            .into_iter()
            .filter(|&it| before.half(it).verdict != after.half(it).verdict);
        let mut puts: BTreeSet<Put> = BTreeSet::new();
        for direction in turned {
            puts.extend(self.candidates(asked, direction));
        }
        let puts: Vec<Put> = puts.into_iter().collect();
        let mut found: Vec<Vec<Put>> = Vec::new();
        for put in &puts {
            if self.turns(asked, std::slice::from_ref(put), was) {
                found.extend(
                    self.finer(asked, put, &[], was)
                        .into_iter()
                        .map(|it| vec![it]),
                );
            }
        }
        if !found.is_empty() {
            return found;
        }
        let few = puts.get(..PAIRED).unwrap_or(&puts);
        for (place, one) in few.iter().enumerate() {
            for other in few.iter().skip(place + 1) {
                if self.turns(asked, &[one.clone(), other.clone()], was) {
                    let first = self.finest(asked, one, other, was);
                    let second = self.finest(asked, other, &first, was);
                    found.push(vec![first, second]);
                }
            }
        }
        found
    }

    /// The finest part that does what `put` does beside another; itself where there is none.
    fn finest(&mut self, asked: &Asked, put: &Put, other: &Put, was: Verdict) -> Put {
        let finer = self.finer(asked, put, std::slice::from_ref(other), was);
        finer.into_iter().next().unwrap_or_else(|| put.clone())
    }

    /// The parts of it that do it alone; itself where there are none.
    fn finer(&mut self, asked: &Asked, put: &Put, beside: &[Put], was: Verdict) -> Vec<Put> {
        let parts: Vec<Put> = match put {
            Put::Policy(place, Piece::Whole) => {
                let pair = self.worlds.pairs.get(*place);
                let pieces = pair.map(Pair::pieces).unwrap_or_default();
                pieces
                    .into_iter()
                    .map(|it| Put::Policy(*place, it))
                    .collect()
            }
            Put::Namespace(name, None) => {
                let keys = self
                    .worlds
                    .labels(name)
                    .map(|it| differing(it.old(), it.now()));
                let keys = keys.unwrap_or_default().into_iter();
                keys.map(|key| Put::Namespace(Arc::clone(name), Some(key)))
                    .collect()
            }
            Put::Pod(end, Field::Labels) => {
                let ends = asked
                    .ends
                    .map(|it| it.get(*end).and_then(End::pod).cloned());
                let keys = match ends.0 {
                    [Some(old), Some(new)] => differing(&old.labels, &new.labels),
                    _ => Vec::new(),
                };
                keys.into_iter()
                    .map(|key| Put::Pod(*end, Field::Label(key)))
                    .collect()
            }
            Put::Policy(..) | Put::Namespace(..) | Put::Pod(..) => Vec::new(),
        };
        let mut found = Vec::new();
        for part in parts {
            let mut puts = beside.to_vec();
            puts.push(part.clone());
            if self.turns(asked, &puts, was) {
                found.push(part);
            }
        }
        if found.is_empty() {
            found.push(put.clone());
        }
        found
    }

    /// The objects that differ and that a direction can see.
    fn candidates(&self, asked: &Asked, direction: Direction) -> Vec<Put> {
        let governed = usize::from(direction == Direction::Ingress);
        let mut puts = Vec::new();
        let name = |end: &End| {
            let pod = end.pod()?;
            let cluster = self.clusters.now();
            Some(Arc::clone(&cluster.namespaces.at(pod.namespace).name))
        };
        let namespace = asked.ends.now().get(governed).and_then(name);
        let Some(namespace) = namespace else {
            return puts;
        };
        let policies = self.worlds.over(&namespace).into_iter();
        puts.extend(policies.map(|it| Put::Policy(it, Piece::Whole)));
        for (place, (old, new)) in asked.ends.old().iter().zip(asked.ends.now()).enumerate() {
            let (Some(old), Some(new), Some(name)) = (old.pod(), new.pod(), name(new)) else {
                continue;
            };
            let labels = self.worlds.labels(&name);
            if labels.is_some_and(|it| it.old() != it.now()) {
                puts.push(Put::Namespace(name, None));
            }
            let fields = [
                (Field::Labels, old.labels != new.labels),
                (Field::Ports, old.ports != new.ports && place == 1),
                (Field::Addresses, old.ips != new.ips),
                (Field::HostNetwork, old.host_network != new.host_network),
            ];
            let fields = fields.into_iter().filter(|(_, differs)| *differs);
            puts.extend(fields.map(|(field, _)| Put::Pod(place, field)));
        }
        puts
    }
}

/// Why what is there on one side only has no connections on the other.
pub(super) fn came(came: &Came) -> Cause {
    let (what, verb) = if came.added {
        (What::WorkloadAdded, "added")
    } else {
        (What::WorkloadRemoved, "removed")
    };
    let origin = Some(came.origin);
    let part = Part {
        what,
        text: format!("workload {} was {verb}", came.name),
        object: Object::workload(&came.name),
        field: None,
        key: None,
        values: Both::default(),
        direction: None,
        origins: if came.added {
            Both([None, origin])
        } else {
            Both([origin, None])
        },
    };
    Cause { parts: vec![part] }
}

/// The keys of labels that differ.
fn differing(old: &Labels, new: &Labels) -> Vec<Arc<str>> {
    let keys: BTreeSet<&Arc<str>> = old.iter().chain(new.iter()).map(|it| it.0).collect();
    let keys = keys.into_iter();
    keys.filter(|key| old.get(key) != new.get(key))
        .cloned()
        .collect()
}

/// A port of each range.
fn points(set: &ConnSet) -> Vec<(Protocol, u16)> {
    let ranges = set.ranges().take(RANGES);
    ranges
        .map(|(protocol, first, _)| (protocol, first))
        .collect()
}

fn counts_differ(joint: &Joint) -> bool {
    let several = joint.stands.map(|it| matches!(it, Stand::Pod(_, true)));
    several.old() != several.now()
}

fn replicas(joint: &Joint) -> Part {
    let name = joint
        .members
        .first()
        .map(|it| it.owner.clone())
        .unwrap_or_default();
    let now = matches!(joint.stands.now(), Stand::Pod(_, true));
    let text = if now {
        format!("{name} has several pods now")
    } else {
        format!("{name} has one pod now")
    };
    Part {
        what: What::Replicas,
        text,
        object: Object::workload(&name),
        field: None,
        key: None,
        values: Both::default(),
        direction: None,
        origins: Both::default(),
    }
}
