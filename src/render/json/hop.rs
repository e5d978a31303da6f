//! The hops of a way as data: the flows of each, and what decided them.

use super::decision::{Open, Side, Teller};
use super::{Aside, allow, aside, place, verdict};
use crate::hops::HopKind;
use crate::model::{Direction, Habit};
use crate::query::{Leg, Mode, Pair, Side as Ending};
use crate::trace::{EndNames, Exemption};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One connection of the way.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hop {
    kind: &'static str,
    verdict: &'static str,
    from: String,
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ports: Vec<Translated>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<Said>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<String>,
    flows: Vec<Flow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<AsideOwned>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// [`Aside`], kept.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct AsideOwned(Value);

impl AsideOwned {
    fn of(aside: &Aside<'_>) -> Self {
        // Texts and nothing else: this cannot fail.
        Self(serde_json::to_value(aside).unwrap_or_default())
    }
}

/// Where a port of a Service leads.
#[derive(Debug, Serialize)]
struct Translated {
    port: u16,
    protocol: &'static str,
    targets: Vec<Target>,
}

#[derive(Debug, Serialize)]
struct Target {
    port: u16,
    of: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Said {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Flow {
    from: End,
    to: End,
    verdict: &'static str,
    allowed: BTreeMap<&'static str, Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    unknown_on: BTreeMap<&'static str, Vec<String>>,
    decided_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exempt: Option<&'static str>,
    egress: Side,
    ingress: Side,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<Open>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    habits: Vec<HabitTold>,
}

#[derive(Debug, Serialize)]
struct HabitTold {
    statements: Vec<String>,
    text: String,
}

#[derive(Debug, Serialize)]
struct End {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pods: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dormant: Option<String>,
}

impl Teller<'_> {
    /// One connection of the way.
    pub(super) fn hop(&self, leg: &Leg) -> Hop {
        let ports = leg.translations.iter().map(|it| Translated {
            port: it.port,
            protocol: it.protocol.name(),
            targets: it
                .targets
                .iter()
                .map(|(port, of)| Target {
                    port: *port,
                    of: of.clone(),
                })
                .collect(),
        });
        let because = leg.because.iter().map(|it| Said {
            text: it.text.clone(),
            place: place(self.sources, it.origin),
        });
        let left_out = leg.left_out.iter();
        Hop {
            kind: match leg.kind {
                HopKind::Lookup => "lookup",
                HopKind::Connection => "connection",
                HopKind::Backend => "backend",
                HopKind::Copy => "copy",
            },
            verdict: verdict(leg.verdict),
            from: leg.source.clone(),
            to: leg.destination.clone(),
            any: (leg.mode == Mode::Any).then_some(true),
            name: leg.asked_name.clone(),
            url: leg.asked_url.clone(),
            ports: ports.collect(),
            stopped: leg.nowhere.clone(),
            one_of: leg.one_of.clone(),
            because: because.collect(),
            needs: leg.needs.clone(),
            flows: leg.pairs.iter().map(|pair| self.flow(pair)).collect(),
            left_out: left_out.map(|it| AsideOwned::of(&aside(it))).collect(),
            notes: leg.notes.clone(),
        }
    }

    fn flow(&self, pair: &Pair) -> Flow {
        let names = EndNames {
            source: pair.source.one(),
            destination: pair.destination.one(),
        };
        let (protocol, port) = pair.example;
        let seen = |direction| match direction {
            Direction::Egress => EndNames {
                destination: pair
                    .looks
                    .destination
                    .as_deref()
                    .unwrap_or(names.destination),
                ..names
            },
            Direction::Ingress => EndNames {
                source: pair.looks.source.as_deref().unwrap_or(names.source),
                ..names
            },
        };
        let half = |direction| self.side(pair.reason.half(direction), seen(direction));
        let habits = pair.reason.habits.iter();
        Flow {
            from: end(&pair.source),
            to: end(&pair.destination),
            verdict: verdict(pair.verdict),
            allowed: allow(&pair.allowed),
            unknown_on: allow(&pair.undecided),
            decided_on: format!("{port}/{protocol}"),
            seen_from: pair.looks.source.clone(),
            seen_to: pair.looks.destination.clone(),
            stopped: pair.stopped.clone(),
            exempt: pair.reason.exemption.map(exempt),
            egress: half(Direction::Egress),
            ingress: half(Direction::Ingress),
            unknown: self.unknowns(&pair.reason.unknowns, names),
            habits: habits.map(|habit| self.habit(*habit)).collect(),
        }
    }

    fn habit(&self, habit: Habit) -> HabitTold {
        let statements = habit.statements().iter();
        HabitTold {
            statements: statements.map(|number| format!("S{number}")).collect(),
            text: self.cluster.practice.describe(habit),
        }
    }
}

fn end(side: &Ending) -> End {
    let addresses = side.addresses.as_ref();
    let addresses = addresses.map(|set| set.cidrs().map(|it| it.to_string()).collect());
    End {
        name: side.name.clone(),
        pods: side.names.to_vec(),
        namespace: side.namespace.as_ref().map(ToString::to_string),
        addresses: addresses.unwrap_or_default(),
        dormant: side.dormant.map(|why| why.to_string()),
    }
}

fn exempt(exemption: Exemption) -> &'static str {
    match exemption {
        Exemption::SamePod => "same-pod",
        Exemption::NodeToItsPod => "node-to-its-pod",
        Exemption::Loopback => "loopback",
        Exemption::PodToItsNode => "pod-to-its-node",
        Exemption::SharedNode => "shared-node",
    }
}
