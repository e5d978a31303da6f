//! Causes in words: which part of which object, and where it stands on each side.

use super::both::Both;
use super::counterfactual::{Asked, End, Field, Pair, Piece, Put, Worlds};
use super::endpoint::Joint;
use super::outcome::Cause;
use super::part::{Object, Part, What};
use crate::model::{Cluster, Direction, Origin, Pod, Policy};
use crate::selector::Labels;
use std::sync::Arc;

/// What causes are told of.
pub(super) struct Teller<'a> {
    pub(super) worlds: &'a Worlds,
    pub(super) ends: [&'a Joint; 2],
    pub(super) asked: &'a Asked,
    pub(super) clusters: &'a Both<&'a Cluster>,
}

impl Teller<'_> {
    pub(super) fn cause(&self, puts: &[Put]) -> Cause {
        let mut parts: Vec<Part> = puts.iter().filter_map(|put| self.part(put)).collect();
        parts.sort();
        Cause { parts }
    }

    fn part(&self, put: &Put) -> Option<Part> {
        match put {
            Put::Policy(place, piece) => {
                let pair = self.worlds.pairs.get(*place)?;
                match (pair.policies.old(), pair.policies.now()) {
                    (Some(old), None) => Some(whole(
                        What::PolicyRemoved,
                        "was removed",
                        old,
                        Both([Some(old.origin), None]),
                    )),
                    (None, Some(new)) => Some(whole(
                        What::PolicyAdded,
                        "was added",
                        new,
                        Both([None, Some(new.origin)]),
                    )),
                    (Some(old), Some(new)) => self.piece(*piece, [old, new], pair),
                    (None, None) => None,
                }
            }
            Put::Namespace(name, key) => {
                let labels = self.worlds.labels(name)?;
                let origins = self.clusters.map(|it| {
                    let id = it.namespace(name);
                    id.map(|id| it.namespaces.at(id).origin)
                });
                let object = Object {
                    kind: "Namespace".to_owned(),
                    namespace: None,
                    name: name.to_string(),
                };
                let of = format!("namespace {name}");
                Some(label(
                    What::NamespaceLabel,
                    &of,
                    object,
                    key.as_ref(),
                    &labels,
                    origins,
                ))
            }
            Put::Pod(end, field) => self.pod(*end, field),
        }
    }

    fn piece(&self, piece: Piece, [old, new]: [&Policy; 2], pair: &Pair) -> Option<Part> {
        let origins = Both([Some(old.origin), Some(new.origin)]);
        let called = new.called();
        Some(match piece {
            Piece::Whole => whole(What::PolicyChanged, "was changed", new, origins),
            Piece::Subject => {
                let direction = self.direction();
                let end = usize::from(direction == Direction::Ingress);
                let pod = self.asked.ends.now().get(end).and_then(End::pod);
                let now = pod.is_none_or(|pod| new.subject.pods.may_match(&pod.labels));
                let origins = Both([Some(old.subject_origin), Some(new.subject_origin)]);
                Part {
                    field: Some("spec.podSelector".to_owned()),
                    ..self.selects(now, direction, new, origins)
                }
            }
            Piece::Types(direction) => {
                let now = new.rules(direction).is_some();
                Part {
                    field: Some("spec.policyTypes".to_owned()),
                    ..self.selects(now, direction, new, origins)
                }
            }
            Piece::Rule(direction, number) => {
                let edit = pair.edits(direction).get(number)?;
                let origin = |policy: &Policy, place: Option<usize>| -> Option<Origin> {
                    Some(policy.rules(direction)?.get(place?)?.origin)
                };
                let (what, verb, place) = match edit.0 {
                    [None, Some(new)] => (What::RuleAdded, "added", new),
                    [Some(_), Some(new)] => (What::RuleChanged, "changed", new),
                    [Some(old), None] => (What::RuleRemoved, "removed", old),
                    [None, None] => return None,
                };
                Part {
                    text: format!("rule {} of {called} was {verb}", place + 1),
                    field: Some(Policy::rule_path(direction, place)),
                    direction: Some(direction),
                    origins: Both([origin(old, *edit.old()), origin(new, *edit.now())]),
                    ..whole(what, "", new, origins)
                }
            }
        })
    }

    /// The direction that turned, as far as one end tells: that of an end which is a pod.
    fn direction(&self) -> Direction {
        let before = self.worlds.before(self.asked);
        let ingress = before.ingress.verdict;
        let now = match self.asked.ends.now() {
            [_, End::Address(_)] => return Direction::Egress,
            [End::Address(_), _] => return Direction::Ingress,
            [End::Pod(_), End::Pod(_)] => self.worlds.plain_after(self.asked),
        };
        if ingress == now.ingress.verdict {
            Direction::Egress
        } else {
            Direction::Ingress
        }
    }

    fn selects(
        &self,
        now: bool,
        direction: Direction,
        policy: &Policy,
        origins: Both<Option<Origin>>,
    ) -> Part {
        let [source, destination] = self.ends;
        let joint = match direction {
            Direction::Egress => source,
            Direction::Ingress => destination,
        };
        let (what, verb) = if now {
            (What::Selects, "now selects")
        } else {
            (What::SelectsNoLonger, "no longer selects")
        };
        let pods = names(joint);
        Part {
            text: format!("{} {verb} {pods} for {direction}", policy.called()),
            direction: Some(direction),
            ..whole(what, "", policy, origins)
        }
    }

    fn pod(&self, end: usize, field: &Field) -> Option<Part> {
        let pods = self
            .asked
            .ends
            .map(|it| it.get(end).and_then(End::pod).cloned());
        let [Some(old), Some(new)] = pods.0 else {
            return None;
        };
        let joint = *self.ends.get(end)?;
        let name = joint.members.first().map(|it| it.owner.clone())?;
        let called = names(joint);
        let origins = self.clusters.zip(&Both([&old, &new]), |cluster, pod| {
            let workload = pod.workload.map(|it| cluster.workloads.at(it).origin);
            Some(
                workload
                    .filter(|it| it.span.is_some())
                    .unwrap_or(pod.origin),
            )
        });
        let object = Object::workload(&name);
        let plain = |what, text: String, values| Part {
            what,
            text,
            object: object.clone(),
            field: None,
            key: None,
            values,
            direction: None,
            origins,
        };
        Some(match field {
            Field::Labels | Field::Label(_) => {
                let key = match field {
                    Field::Label(key) => Some(key),
                    Field::Labels | Field::Ports | Field::Addresses | Field::HostNetwork => None,
                };
                let labels = Both([&old.labels, &new.labels]);
                label(What::Label, &called, object, key, &labels, origins)
            }
            Field::Ports => ports(&old, &new, &called, &plain),
            Field::Addresses => {
                let of = |pod: &Pod| {
                    let all: Vec<String> = pod.ips.iter().map(ToString::to_string).collect();
                    (!all.is_empty()).then(|| all.join(", "))
                };
                let values = Both([of(&old), of(&new)]);
                let text = changed(&format!("the address of {called}"), &values);
                plain(What::Address, text, values)
            }
            Field::HostNetwork => {
                let text = if new.host_network {
                    format!("{called} uses the network of its node now")
                } else {
                    format!("{called} no longer uses the network of its node")
                };
                let of = |pod: &Pod| Some(pod.host_network.to_string());
                plain(What::HostNetwork, text, Both([of(&old), of(&new)]))
            }
        })
    }
}

/// Which port differs: the first name that has other numbers.
fn ports(
    old: &Pod,
    new: &Pod,
    called: &str,
    plain: &dyn Fn(What, String, Both<Option<String>>) -> Part,
) -> Part {
    let names = old.ports.iter().chain(new.ports.iter());
    let mut names: Vec<&Arc<str>> = names.filter_map(|it| it.name.as_ref()).collect();
    names.sort();
    names.dedup();
    let of = |pod: &Pod, name: &str| {
        let numbers = pod.named_port(name, None);
        let all: Vec<String> = numbers
            .map(|(protocol, port)| format!("{protocol} {port}"))
            .collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    let mut differing = names
        .into_iter()
        .map(|name| (name, Both([of(old, name), of(new, name)])));
    let found = differing.find(|(_, values)| values.old() != values.now());
    match found {
        Some((name, values)) => {
            let text = changed(&format!("port {name} of {called}"), &values);
            plain(What::PortName, text, values)
        }
        None => plain(
            What::PortName,
            format!("the ports of {called} were changed"),
            Both::default(),
        ),
    }
}

/// `label K of X is A, was B`.
fn changed(what: &str, values: &Both<Option<String>>) -> String {
    match &values.0 {
        [Some(old), Some(new)] => format!("{what} is {new}, was {old}"),
        [None, Some(new)] => format!("{what} is {new}, was missing"),
        [Some(_), None] => format!("{what} is gone"),
        [None, None] => format!("{what} changed"),
    }
}

fn label(
    what: What,
    of: &str,
    object: Object,
    key: Option<&Arc<str>>,
    labels: &Both<&Labels>,
    origins: Both<Option<Origin>>,
) -> Part {
    let values = match key {
        Some(key) => labels.map(|it| it.get(key).map(ToString::to_string)),
        None => Both::default(),
    };
    let text = match key {
        Some(key) => changed(&format!("label {key} of {of}"), &values),
        None => format!("labels of {of} were changed"),
    };
    Part {
        what,
        text,
        object,
        field: Some("metadata.labels".to_owned()),
        key: key.map(ToString::to_string),
        values,
        direction: None,
        origins,
    }
}

fn whole(what: What, verb: &str, policy: &Policy, origins: Both<Option<Origin>>) -> Part {
    Part {
        what,
        text: format!("{} {verb}", policy.called()),
        object: Object {
            kind: policy.kind.name().to_owned(),
            namespace: policy.namespace.as_ref().map(ToString::to_string),
            name: policy.name.to_string(),
        },
        field: None,
        key: None,
        values: Both::default(),
        direction: None,
        origins,
    }
}

/// The first of a joint's workloads, and how many more there are.
fn names(joint: &Joint) -> String {
    let mut owners: Vec<&String> = joint.members.iter().map(|it| &it.owner).collect();
    owners.sort();
    owners.dedup();
    match owners.as_slice() {
        [] => String::new(),
        [one] => (*one).clone(),
        [one, more @ ..] => format!("{one} and {} more", more.len()),
    }
}
