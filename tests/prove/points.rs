//! Every pair of endpoints of a cluster, every boundary packet: what Z3 proves is what `trace` and
//! `compile` say.

use super::draw;
use super::random::failing::{Checked, Failure, clusters, on_clusters};
use super::random::{self, told};
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
    let nodes = cluster.nodes.ids();
    let nodes = nodes
        .flat_map(|id| cluster.node_ends(id))
        .map(Endpoint::Node);
    for endpoint in pods.chain(outside).chain(nodes) {
        let of = |ips: &[std::net::IpAddr]| ips.iter().copied().map(Family::of).collect();
        let mut families: Vec<Family> = match endpoint {
            Endpoint::Pod(pod) => of(&pod.ips),
            Endpoint::Address(address) => vec![Family::of(address)],
            Endpoint::Node(node) => of(&node.ips()),
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
) -> Result<Expected, Failure> {
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
                if let (Some(a), Some(b)) = (end_of(source), end_of(destination)) {
                    let compiled = connections(cluster, a, b);
                    if compiled.contains(protocol, port) != (traced.verdict == Verdict::Allow) {
                        let judge = "the point evaluator (src/compile/point.rs)";
                        let says = format!("that `{compiled}` passes for sure");
                        return Err(told::flow(cluster, &flow, judge, &says));
                    }
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
pub(super) fn agrees(cluster: &Cluster, places: usize, meaning: &dyn Meaning) -> Checked {
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
            let asked = [("surely", flow.sure), ("possibly", flow.may)];
            for (cell, (how, found)) in cells.into_iter().zip(asked) {
                let traced = encoder.formulas.any(cell);
                let ends = (&source, &destination);
                differ(cluster, &mut encoder, ends, (how, found), traced)?;
            }
        }
    }
    Ok(())
}

/// Asks for a probe on which two formulas differ.
fn differ(
    cluster: &Cluster,
    encoder: &mut Encoder<'_>,
    ends: (&Side<'_>, &Side<'_>),
    (how, found): (&str, Formula),
    traced: Formula,
) -> Checked {
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
    let values = match solver.check(&encoder.formulas, &question) {
        Answer::Unsat => return Ok(()),
        Answer::Unknown(why) => return Err(Failure::new(format!("the solver gave up: {why}"))),
        Answer::Sat(values) => values,
    };
    let flow = Flow {
        source: chosen(encoder, ends.0, &values).expect("somebody"),
        destination: chosen(encoder, ends.1, &values).expect("somebody"),
        protocol: protocol_of(values.value(protocol)),
        port: u16::try_from(values.value(port)).expect("a port"),
    };
    let says = if encoder.formulas.evaluate(found, &values) {
        format!("that it {how} passes")
    } else {
        format!("that it does not {how} pass")
    };
    let judge = "the solver (Z3 with the formulas of src/prove/encode)";
    Err(told::flow(cluster, &flow, judge, &says))
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

fn agree_on(usual: u32) {
    on_clusters(clusters(usual, 2_000), draw, |drawn| {
        agrees(&drawn.cluster(), drawn.number, &AsDocumented)
    });
}

#[test]
fn z3_agrees_with_trace_and_with_the_compiler() {
    agree_on(500);
}

/// As many again, for the other core.
#[test]
fn z3_agrees_with_trace_and_with_the_compiler_elsewhere() {
    agree_on(500);
}
