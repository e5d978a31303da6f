//! Z3 must agree with `trace` and with `compile`: on random clusters, every pair of endpoints, every
//! boundary; and wrong readings of the documents must be found out.

#![cfg(feature = "smt")]
#![expect(clippy::expect_used, reason = "test code outside a test function")]

mod random;

use netpolc::compile::{self, connections};
use netpolc::model::Cluster;
use netpolc::net::Protocol;
use netpolc::prove::decide::{Answer, Decider as _};
use netpolc::prove::encode::{AsDocumented, Encoder, End, Meaning, Side, Who, protocol_number};
use netpolc::prove::solver::Solver;
use netpolc::prove::vocabulary::Collector;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use random::{Choices, Mix};

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
};

fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("NETPOLC_CLUSTERS").ok();
    let asked = asked.and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

fn choices() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..400)
}

/// The connections on both sides of every boundary of a port range, and in the middle.
fn probes() -> Vec<(Protocol, u16)> {
    let ports = random::PORTS
        .into_iter()
        .chain([3, 78, 82, 442, 444, 30_000, 65_533]);
    let each = |port| Protocol::ALL.map(|protocol| (protocol, port));
    ports.flat_map(each).collect()
}

/// Every pair of endpoints and every boundary packet: what Z3 proves is what `trace` and `compile`
/// say.
fn agrees(cluster: &Cluster, places: usize, meaning: &dyn Meaning) -> Result<(), TestCaseError> {
    let mut collector = Collector::new();
    collector.policies(cluster);
    let vocabulary = collector.finish(cluster);
    let mut encoder = Encoder::new(&vocabulary, meaning, &[]);
    let mut solver = Solver::new(0);
    let pods = cluster.pods.rows().iter().map(Endpoint::Pod);
    let outside = random::OUTSIDE.iter().enumerate();
    let outside = outside
        .filter(|(place, _)| (place + places) % 6 == 0)
        .map(|(_, text)| Endpoint::Address(text.parse().expect("an address")));
    let ends: Vec<Endpoint<'_>> = pods.chain(outside).collect();
    for &from in &ends {
        for &to in &ends {
            pair(cluster, &mut encoder, &mut solver, from, to)?;
        }
    }
    Ok(())
}

fn pair(
    cluster: &Cluster,
    encoder: &mut Encoder<'_>,
    solver: &mut Solver,
    from: Endpoint<'_>,
    to: Endpoint<'_>,
) -> Result<(), TestCaseError> {
    let side = |end, endpoint| Side {
        end,
        who: Who::Listed(vec![endpoint]),
    };
    let (source, destination) = (side(End::Source, from), side(End::Destination, to));
    let flow = encoder.flow(cluster, &source, &destination);
    let (protocol_of, port_of) = (encoder.protocol(), encoder.port());
    for (protocol, port) in probes() {
        let asked = Flow {
            source: from,
            destination: to,
            protocol,
            port,
        };
        let f = &mut encoder.formulas;
        let packet = [
            f.equals(protocol_of, protocol_number(protocol)),
            f.equals(port_of, port.into()),
        ];
        let packet = f.all(packet);
        let mut sat = |part| match solver.check(&encoder.formulas, &[packet, part]) {
            Answer::Sat(_) => true,
            Answer::Unsat => false,
            Answer::Unknown(why) => unreachable!("{why}"),
        };
        let found = match (sat(flow.sure), sat(flow.may)) {
            (true, _) => Verdict::Allow,
            (false, true) => Verdict::Undecided,
            (false, false) => Verdict::Deny,
        };
        let expected = trace(cluster, &asked);
        prop_assert_eq!(found, expected.verdict, "{:?}", asked);
        if let (Some(a), Some(b), None) = (end_of(from), end_of(to), expected.exemption) {
            let compiled = connections(cluster, a, b).contains(protocol, port);
            prop_assert_eq!(found == Verdict::Allow, compiled, "{:?}", asked);
        }
    }
    Ok(())
}

fn end_of(endpoint: Endpoint<'_>) -> Option<compile::End<'_>> {
    match endpoint {
        Endpoint::Pod(pod) => Some(compile::End::Pod(pod)),
        Endpoint::Address(address) => Some(compile::End::Address(address)),
        Endpoint::Node(_) => None,
    }
}

#[test]
fn z3_agrees_with_trace_and_with_the_compiler() {
    TestRunner::new(config(200))
        .run(&choices(), |list| {
            let cluster = random::cluster(&mut Choices::new(&list), MIX);
            agrees(&cluster, list.len(), &AsDocumented)
        })
        .expect("the judges agree");
}
