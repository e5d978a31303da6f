//! Every pair of endpoints of a cluster, every boundary packet: what Z3 proves is what `trace` and
//! `compile` say.

use super::random::{self, Choices};
use super::{MIX, choices, config};
use netpolc::compile::{self, connections};
use netpolc::model::Cluster;
use netpolc::net::{ConnSet, Family, PortSet, Protocol};
use netpolc::prove::decide::{Answer, Engine as _};
use netpolc::prove::encode::{AsDocumented, Encoder, End, Meaning, Side, Who, protocol_of};
use netpolc::prove::formula::{Assignment, Formula};
use netpolc::prove::query::Question;
use netpolc::prove::solver::Z3;
use netpolc::prove::vocabulary::Collector;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use std::collections::BTreeMap;

/// The connections on both sides of every boundary of a port range, and in the middle.
fn probes() -> Vec<(Protocol, u16)> {
    let ports = random::PORTS
        .into_iter()
        .chain([3, 78, 82, 442, 444, 30_000, 65_533]);
    let each = |port| Protocol::ALL.map(|protocol| (protocol, port));
    ports.flat_map(each).collect()
}

fn connection((protocol, port): (Protocol, u16)) -> ConnSet {
    ConnSet::of(protocol, PortSet::single(port))
}

/// Endpoints that a case may list together: those with addresses of the same families.
fn groups<'a>(cluster: &'a Cluster, places: usize) -> Vec<Vec<Endpoint<'a>>> {
    let pods = cluster.pods.rows().iter().map(Endpoint::Pod);
    let outside = random::OUTSIDE.iter().enumerate();
    let outside = outside
        .filter(|(place, _)| (place + places).is_multiple_of(6))
        .map(|(_, text)| Endpoint::Address(text.parse().expect("an address")));
    let mut groups: BTreeMap<Vec<Family>, Vec<Endpoint<'a>>> = BTreeMap::new();
    let nodes = cluster.nodes.ids().map(Endpoint::Node);
    for endpoint in pods.chain(outside).chain(nodes) {
        let of = |ips: &[std::net::IpAddr]| ips.iter().copied().map(Family::of).collect();
        let mut families: Vec<Family> = match endpoint {
            Endpoint::Pod(pod) => of(&pod.ips),
            Endpoint::Address(address) => vec![Family::of(address)],
            Endpoint::Node(node) => of(&cluster.nodes.at(node).ips),
        };
        families.sort_unstable();
        groups.entry(families).or_default().push(endpoint);
    }
    groups.into_values().collect()
}

/// What `trace` says of every pair and probe, as connections that surely and possibly pass.
type Expected = Vec<(usize, usize, ConnSet, ConnSet)>;

fn expected(
    cluster: &Cluster,
    from: &[Endpoint<'_>],
    to: &[Endpoint<'_>],
) -> Result<Expected, TestCaseError> {
    let mut all = Vec::new();
    for (i, &source) in from.iter().enumerate() {
        for (j, &destination) in to.iter().enumerate() {
            let (mut sure, mut may) = (ConnSet::none(), ConnSet::none());
            for (protocol, port) in probes() {
                let flow = Flow {
                    source,
                    destination,
                    protocol,
                    port,
                };
                let traced = trace(cluster, &flow);
                if traced.verdict == Verdict::Allow {
                    sure = sure.union(&connection((protocol, port)));
                }
                if traced.verdict != Verdict::Deny {
                    may = may.union(&connection((protocol, port)));
                }
                if let (Some(a), Some(b), None) =
                    (end_of(source), end_of(destination), traced.exemption)
                {
                    let compiled = connections(cluster, a, b).contains(protocol, port);
                    prop_assert_eq!(compiled, traced.verdict == Verdict::Allow, "{:?}", flow);
                }
            }
            all.push((i, j, sure, may));
        }
    }
    Ok(all)
}

fn end_of(endpoint: Endpoint<'_>) -> Option<compile::End<'_>> {
    match endpoint {
        Endpoint::Pod(pod) => Some(compile::End::Pod(pod)),
        Endpoint::Address(address) => Some(compile::End::Address(address)),
        Endpoint::Node(_) => None,
    }
}

/// Whether all judges agree on a cluster, where conditions mean `meaning` to the solver.
pub(super) fn agrees(
    cluster: &Cluster,
    places: usize,
    meaning: &dyn Meaning,
) -> Result<(), TestCaseError> {
    let mut collector = Collector::new();
    collector.policies(cluster);
    let vocabulary = collector.finish(cluster);
    let groups = groups(cluster, places);
    for from in &groups {
        for to in &groups {
            let expected = expected(cluster, from, to)?;
            let mut encoder = Encoder::new(&vocabulary, meaning, &[]);
            let side = |end, list: &Vec<_>| Side {
                end,
                who: Who::Listed(list.clone()),
            };
            let (source, destination) = (side(End::Source, from), side(End::Destination, to));
            let flow = encoder.flow(cluster, &source, &destination);
            let mut cells = [Vec::new(), Vec::new()];
            for (i, j, sure, may) in &expected {
                let pair = [
                    encoder.chosen(&source, &[*i]),
                    encoder.chosen(&destination, &[*j]),
                ];
                for (cell, set) in cells.iter_mut().zip([sure, may]) {
                    let packet = encoder.packet_in(set);
                    cell.push(encoder.formulas.all([pair[0], pair[1], packet]));
                }
            }
            for (cell, found) in cells.into_iter().zip([flow.sure, flow.may]) {
                let traced = encoder.formulas.any(cell);
                differ(&mut encoder, (&source, &destination), found, traced)?;
            }
        }
    }
    Ok(())
}

/// Asks for a probe on which two formulas differ.
fn differ(
    encoder: &mut Encoder<'_>,
    ends: (&Side<'_>, &Side<'_>),
    found: Formula,
    traced: Formula,
) -> Result<(), TestCaseError> {
    let all = probes().into_iter().map(connection);
    let all = all.fold(ConnSet::none(), |all, probe| all.union(&probe));
    let packet = encoder.packet_in(&all);
    let same = encoder.formulas.same(found, traced);
    let differs = encoder.formulas.not(same);
    let domains = encoder.domains(&[packet, differs]);
    let (protocol, port) = (encoder.protocol(), encoder.port());
    let mut solver = Z3 { units: 0 }.start();
    let parts = [packet, differs, domains].map(|part| (String::new(), part));
    let question = Question {
        name: "flow".to_owned(),
        parts: parts.into(),
    };
    match solver.check(&encoder.formulas, &question) {
        Answer::Unsat => Ok(()),
        Answer::Unknown(why) => Err(TestCaseError::fail(why)),
        Answer::Sat(values) => Err(TestCaseError::fail(format!(
            "{:?} to {:?}, {} {}: the solver says {}",
            chosen(encoder, ends.0, &values),
            chosen(encoder, ends.1, &values),
            protocol_of(values.value(protocol)),
            values.value(port),
            encoder.formulas.evaluate(found, &values),
        ))),
    }
}

/// Who stands at an end.
fn chosen<'a>(
    encoder: &mut Encoder<'_>,
    side: &Side<'a>,
    values: &Assignment,
) -> Option<Endpoint<'a>> {
    let Who::Listed(list) = &side.who else {
        return None;
    };
    let mut all = list.iter().enumerate();
    let found = all.find(|(index, _)| {
        let here = encoder.chosen(side, &[*index]);
        encoder.formulas.evaluate(here, values)
    });
    found.map(|(_, endpoint)| *endpoint)
}

fn agree_on(clusters: u32) {
    TestRunner::new(config(clusters))
        .run(&choices(), |list| {
            let cluster = random::cluster(&mut Choices::new(&list), MIX);
            agrees(&cluster, list.len(), &AsDocumented)
        })
        .expect("the judges agree");
}

#[test]
fn z3_agrees_with_trace_and_with_the_compiler() {
    agree_on(1_000);
}

/// As many again, for the other core.
#[test]
fn z3_agrees_with_trace_and_with_the_compiler_elsewhere() {
    agree_on(1_000);
}
