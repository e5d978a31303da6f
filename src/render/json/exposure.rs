//! `matrix --exposure -o json`: what each workload would let through.

use super::{API_VERSION, Aside, allow, aside, place, print};
use crate::model::Direction;
use crate::net::Protocol;
use crate::query::exposure::{ExposedPeer, Exposure, Who};
use crate::query::listing::Listing;
use crate::render::exposure::Shown;
use crate::selector::Selector;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'a str,
    kind: &'a str,
    workloads: Vec<OneWay<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Aside<'a>>,
}

#[derive(Serialize)]
struct OneWay<'a> {
    workload: &'a str,
    direction: &'static str,
    governed: bool,
    peers: Vec<Peer<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Peer<'a> {
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespaces: Option<Vec<Asks<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pods: Option<Vec<Asks<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<&'a str>,
    allow: BTreeMap<&'static str, Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    names: BTreeMap<&'static str, Vec<&'a str>>,
    rules: Vec<By>,
    less: bool,
    shown: bool,
}

#[derive(Serialize)]
struct Asks<'a> {
    key: &'a str,
    operator: &'static str,
    values: Vec<&'a str>,
}

#[derive(Serialize)]
struct By {
    kind: &'static str,
    policy: String,
    rule: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

/// Writes the exposure of the workloads in a listing.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(
    exposure: &Exposure,
    listing: &Listing,
    shown: Shown<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let workloads = exposure.workloads.iter().map(|it| OneWay {
        workload: &it.workload,
        direction: match it.direction {
            Direction::Egress => "egress",
            Direction::Ingress => "ingress",
        },
        governed: it.governed,
        peers: it.peers.iter().map(|it| peer(it, shown)).collect(),
    });
    let document = Document {
        api_version: API_VERSION,
        kind: "Exposure",
        workloads: workloads.collect(),
        left_out: listing.left_out.iter().map(aside).collect(),
    };
    print(&document, out)
}

fn peer<'a>(peer: &'a ExposedPeer, shown: Shown<'_>) -> Peer<'a> {
    let (scope, namespaces, pods, range) = match &peer.who {
        Who::Everyone => ("any", None, None, None),
        Who::Outside(range) => ("external", None, None, range.strip_suffix("[External]")),
        Who::Pods(among) => (
            "selector",
            Some(asks(&among.namespaces)),
            Some(asks(&among.pods)),
            None,
        ),
    };
    let mut names: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for (protocol, name) in &peer.connections.names {
        let protocol = protocol.map_or("any", Protocol::name);
        names.entry(protocol).or_default().push(name);
    }
    let rules = peer.rules.iter().map(|rule| {
        let policy = shown.cluster.policies.at(rule.policy);
        let written = rule.rule(shown.cluster);
        By {
            kind: policy.kind.name(),
            policy: policy.full_name(),
            rule: rule.number(),
            place: written.and_then(|it| place(shown.sources, it.origin)),
        }
    });
    Peer {
        scope,
        namespaces,
        pods,
        range,
        allow: allow(&peer.connections.numbered),
        names,
        rules: rules.collect(),
        less: peer.less,
        shown: peer.shown,
    }
}

fn asks(selector: &Selector) -> Vec<Asks<'_>> {
    let all = selector.requirements().iter();
    all.map(|it| Asks {
        key: &it.key,
        operator: it.operator.name(),
        values: it.values.iter().map(|value| &**value).collect(),
    })
    .collect()
}
