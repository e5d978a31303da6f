//! The judges must agree: on random clusters, every pair of endpoints, every boundary.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "test code outside a test function"
)]

mod formats;
#[path = "order/mod.rs"]
mod order;
mod random;

use netpolc::compile::{End, Matrix, connections};
use netpolc::model::{Cluster, Pod, PodId};
use netpolc::net::{ConnSet, Protocol};
use netpolc::query::filter::Filter;
use netpolc::query::listing::Listing;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use proptest::prelude::*;
use random::{Choices, Mix};
use std::net::IpAddr;

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
};

/// How many clusters a test draws; more with `NETPOLC_CLUSTERS`.
fn config() -> ProptestConfig {
    let clusters = std::env::var("NETPOLC_CLUSTERS")
        .ok()
        .and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: clusters.unwrap_or(2_000),
        failure_persistence: None,
        max_shrink_iters: 100_000,
        ..ProptestConfig::default()
    }
}

fn choices() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..400)
}

/// Every endpoint that a question can be about, with a name for messages.
fn endpoints(cluster: &Cluster) -> Vec<(String, Which<'_>)> {
    let pods = cluster
        .pods
        .iter()
        .map(|(id, pod)| (cluster.pod_name(pod), Which::Pod(id, pod)));
    let outside = random::OUTSIDE.iter().map(|text| {
        (
            (*text).to_owned(),
            Which::Outside(text.parse().expect("an address")),
        )
    });
    pods.chain(outside).collect()
}

#[derive(Clone, Copy)]
enum Which<'a> {
    Pod(PodId, &'a Pod),
    Outside(IpAddr),
}

impl<'a> Which<'a> {
    fn end(self) -> End<'a> {
        match self {
            Self::Pod(_, pod) => End::Pod(pod),
            Self::Outside(address) => End::Address(address),
        }
    }

    fn endpoint(self) -> Endpoint<'a> {
        match self {
            Self::Pod(_, pod) => Endpoint::Pod(pod),
            Self::Outside(address) => Endpoint::Address(address),
        }
    }

    /// Its class; none for an IPv6 address that the matrix leaves out.
    fn class(self, matrix: &Matrix) -> Option<usize> {
        match self {
            Self::Pod(id, _) => Some(matrix.class_of(id)),
            Self::Outside(address) => matrix
                .classes()
                .iter()
                .position(|class| class.addresses.contains(address)),
        }
    }

    /// Whether the pair is one the matrix speaks of: two different endpoints, not both outside.
    fn pairs_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Pod(a, pod), Self::Pod(b, _)) => a != b || pod.is_many(),
            (Self::Outside(_), Self::Outside(_)) => false,
            _ => true,
        }
    }
}

/// Cells by the point evaluator, for every pair; none where there is no such pair.
fn cells(cluster: &Cluster, ends: &[(String, Which<'_>)]) -> Vec<Vec<Option<ConnSet>>> {
    let cell = |a: Which<'_>, b: Which<'_>| {
        a.pairs_with(b)
            .then(|| connections(cluster, a.end(), b.end()))
    };
    ends.iter()
        .map(|(_, a)| ends.iter().map(|(_, b)| cell(*a, *b)).collect())
        .collect()
}

/// Whether nothing tells `a` and `b` apart, by the definition.
fn are_twins(cells: &[Vec<Option<ConnSet>>], a: usize, b: usize) -> bool {
    let others = (0..cells.len()).filter(|&c| c != a && c != b);
    let alike = others
        .into_iter()
        .all(|c| cells[a][c] == cells[b][c] && cells[c][a] == cells[c][b]);
    let between = &cells[a][b];
    let own = [&cells[a][a], &cells[b][b]].into_iter().flatten();
    alike && *between == cells[b][a] && own.into_iter().all(|own| Some(own) == between.as_ref())
}

/// The matrix as JSON.
fn json(objects: netpolc::model::Objects) -> String {
    let cluster = Cluster::new(objects);
    let listing = Listing::new(&cluster, &mut Matrix::new(&cluster), &Filter::default());
    let mut out = Vec::new();
    netpolc::render::json::write_matrix(&listing, &mut out).expect("memory is writable");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// The connections on both sides of every boundary of a port range, and in the middle.
fn probes() -> impl Iterator<Item = (Protocol, u16)> {
    let ports = random::PORTS
        .into_iter()
        .chain([3, 78, 82, 442, 444, 30_000, 65_533]);
    ports.flat_map(|port| {
        Protocol::ALL
            .into_iter()
            .map(move |protocol| (protocol, port))
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_matrix_agrees_with_point_questions(list in choices()) {
        let cluster = random::cluster(&mut Choices::new(&list), MIX);
        let mut matrix = Matrix::new(&cluster);
        let ends = endpoints(&cluster);
        let cells = cells(&cluster, &ends);
        for (a, (from, source)) in ends.iter().enumerate() {
            for (b, (to, destination)) in ends.iter().enumerate() {
                let Some(expected) = &cells[a][b] else { continue };
                let classes = (source.class(&matrix), destination.class(&matrix));
                if let (Some(source), Some(destination)) = classes {
                    let found = matrix.connections(source, destination);
                    prop_assert_eq!(found, expected, "{} -> {}", from, to);
                }
            }
        }
    }

    #[test]
    fn classes_are_the_coarsest(list in choices()) {
        let cluster = random::cluster(&mut Choices::new(&list), MIX);
        let matrix = Matrix::new(&cluster);
        let ends = endpoints(&cluster);
        let cells = cells(&cluster, &ends);
        for (a, (from, x)) in ends.iter().enumerate() {
            for (b, (to, y)) in ends.iter().enumerate().skip(a + 1) {
                let (Some(x), Some(y)) = (x.class(&matrix), y.class(&matrix)) else { continue };
                // Pods and outside addresses are never mixed.
                let mixed = matrix.classes()[x].is_external() != matrix.classes()[y].is_external();
                let twins = !mixed && are_twins(&cells, a, b);
                prop_assert_eq!(x == y, twins, "{} and {}", from, to);
            }
        }
    }

    #[test]
    fn what_means_the_same_gives_the_same_bytes(list in choices(), words in choices()) {
        let objects = random::objects(&mut Choices::new(&list), MIX);
        let rewritten = random::rewrite::rewrite(objects.clone(), &mut Choices::new(&words));
        prop_assert_eq!(json(objects), json(rewritten));
    }

    #[test]
    fn trace_agrees_with_the_matrix(list in choices()) {
        let cluster = random::cluster(&mut Choices::new(&list), MIX);
        let mut matrix = Matrix::new(&cluster);
        let ends = endpoints(&cluster);
        // Trace is slow: every pod, and a few addresses that differ from cluster to cluster.
        let ends: Vec<_> = ends
            .iter()
            .enumerate()
            .filter(|(place, (_, end))| {
                matches!(end, Which::Pod(..)) || (place + list.len()) % 6 == 0
            })
            .map(|(_, end)| end)
            .collect();
        for (from, a) in &ends {
            for (to, b) in ends.iter().filter(|(_, b)| a.pairs_with(*b)) {
                let (Some(x), Some(y)) = (a.class(&matrix), b.class(&matrix)) else { continue };
                let cell = matrix.connections(x, y).clone();
                for (protocol, port) in probes() {
                    let (source, destination) = (a.endpoint(), b.endpoint());
                    let flow = Flow { source, destination, protocol, port };
                    // The matrix shows what is sure: what trace cannot decide is left out (S68).
                    let expected = trace(&cluster, &flow).verdict == Verdict::Allow;
                    let found = cell.contains(protocol, port);
                    prop_assert_eq!(found, expected, "{} -> {} {}/{}", from, to, protocol, port);
                }
            }
        }
    }
}
