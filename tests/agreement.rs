//! The judges must agree: on random clusters, every pair of endpoints, every boundary.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "test code outside a test function"
)]

#[path = "agreement/exposure.rs"]
mod exposure;
mod formats;
#[path = "order/mod.rs"]
mod order;
#[expect(dead_code, reason = "other tests use more of it")]
mod random;
#[path = "agreement/reach.rs"]
mod reach;

use netpolc::compile::{End, Matrix, connections};
use netpolc::model::{Cluster, Habit, Pod, PodId};
use netpolc::net::{ConnSet, Protocol};
use netpolc::query::filter::Filter;
use netpolc::query::listing::Listing;
use netpolc::render::{Look, diff};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use random::failing::{Checked, Drawn, Failure, clusters, on_clusters};
use random::{Choices, Mix, manifests, told};
use std::net::IpAddr;

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
    plugins: true,
    names: true,
};

/// How many clusters a test draws; more with `NETPOLC_CLUSTERS`.
fn config() -> u32 {
    clusters(2_000, 2_000)
}

fn draw(list: &[u16], words: &[u16]) -> Drawn {
    let mut drawn = Drawn::of(MIX, list, words);
    // The matrix tells nobody by the node that he is on (S68).
    drawn.practice = drawn.practice.without(Habit::HostPodIsNode);
    drawn
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

/// What the compiler says of a flow of which `trace` says something else, if it does. The compiler
/// shows what is sure: what `trace` cannot decide is left out (S68).
fn told_apart(cluster: &Cluster, flow: &Flow<'_>, found: &ConnSet, judge: &str) -> Checked {
    let traced = trace(cluster, flow).verdict == Verdict::Allow;
    if traced == found.contains(flow.protocol, flow.port) {
        return Ok(());
    }
    let says = if found.is_empty() {
        "that nothing passes for sure".to_owned()
    } else {
        format!("that {found} passes for sure")
    };
    Err(told::flow(cluster, flow, judge, &says))
}

/// Two cells of the same pair that are not alike, told by a connection in one of them.
fn cells_differ(
    cluster: &Cluster,
    (from, to): (Which<'_>, Which<'_>),
    matrix: &ConnSet,
    point: &ConnSet,
) -> Failure {
    let more = matrix.difference(point).union(&point.difference(matrix));
    let (protocol, port, _) = more.ranges().next().expect("a difference");
    let (source, destination) = (from.endpoint(), to.endpoint());
    let flow = Flow {
        source,
        destination,
        protocol,
        port,
    };
    let judges = "the matrix (src/compile/matrix.rs and what it groups by)";
    let says = format!("`{matrix}`\n  the point evaluator (src/compile/point.rs) says `{point}`");
    told::flow(cluster, &flow, judges, &says)
}

#[test]
fn the_matrix_agrees_with_point_questions() {
    on_clusters(config(), draw, |drawn| {
        let cluster = drawn.cluster();
        let mut matrix = Matrix::new(&cluster);
        let ends = endpoints(&cluster);
        let cells = cells(&cluster, &ends);
        for (a, (_, source)) in ends.iter().enumerate() {
            for (b, (_, destination)) in ends.iter().enumerate() {
                let Some(expected) = &cells[a][b] else {
                    continue;
                };
                let classes = (source.class(&matrix), destination.class(&matrix));
                if let (Some(x), Some(y)) = classes {
                    let found = matrix.connections(x, y);
                    if found != expected {
                        let pair = (*source, *destination);
                        return Err(cells_differ(&cluster, pair, found, expected));
                    }
                }
            }
        }
        Ok(())
    });
}

#[test]
fn classes_are_the_coarsest() {
    on_clusters(config(), draw, |drawn| {
        let cluster = drawn.cluster();
        let matrix = Matrix::new(&cluster);
        let ends = endpoints(&cluster);
        // Policies may name nodes, and then tell others apart by what reaches these.
        let nodes = cluster.nodes.rows().iter().flat_map(|node| &node.ips);
        let nodes = nodes.map(|ip| (ip.to_string(), Which::Outside(*ip)));
        let judged: Vec<_> = ends.iter().cloned().chain(nodes).collect();
        let cells = cells(&cluster, &judged);
        for (a, (from, x)) in ends.iter().enumerate() {
            for (b, (to, y)) in ends.iter().enumerate().skip(a + 1) {
                let (Some(x), Some(y)) = (x.class(&matrix), y.class(&matrix)) else {
                    continue;
                };
                // Pods and outside addresses are never mixed.
                let mixed = matrix.classes()[x].is_external() != matrix.classes()[y].is_external();
                let twins = !mixed && are_twins(&cells, a, b);
                if (x == y) != twins {
                    let (points, classes) = if twins {
                        ("nothing tells them apart", "two classes")
                    } else {
                        ("something tells them apart", "one class")
                    };
                    let said = format!(
                        "{from} and {to}: by the point evaluator (src/compile/point.rs) {points}, \
                         and the matrix (src/compile/matrix.rs, groups.rs) has them in {classes}"
                    );
                    return Err(Failure::new(said).shown_by("matrix -o json"));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn what_means_the_same_gives_the_same_bytes() {
    on_clusters(config(), draw, |drawn| {
        let choices = &mut Choices::new(&drawn.words);
        let rewritten = random::rewrite::rewrite(drawn.objects.clone(), choices);
        let (one, other) = (json(drawn.objects.clone()), json(rewritten.clone()));
        if one == other {
            return Ok(());
        }
        let look = Look {
            color: false,
            width: 100,
        };
        let said = format!(
            "the matrices of a cluster and of the same in other words differ:\n{}",
            diff::unified("matrix.json", &one, &other, look)
        );
        Err(Failure::new(said)
            .shown_by("matrix -o json")
            .with_file("rewritten.yaml", manifests::file(&rewritten)))
    });
}

#[test]
fn trace_agrees_with_the_matrix() {
    on_clusters(config(), draw, |drawn| {
        let cluster = drawn.cluster();
        let mut matrix = Matrix::new(&cluster);
        let ends = endpoints(&cluster);
        // Trace is slow: every pod, and a few addresses that differ from cluster to cluster.
        // Counted from the end, where they are the same with fewer pods.
        let ends: Vec<_> = ends
            .iter()
            .rev()
            .enumerate()
            .filter(|(place, (_, end))| {
                matches!(end, Which::Pod(..)) || (place + drawn.number) % 6 == 0
            })
            .map(|(_, (_, end))| end)
            .collect();
        for a in &ends {
            for b in ends.iter().filter(|b| a.pairs_with(***b)) {
                let (Some(x), Some(y)) = (a.class(&matrix), b.class(&matrix)) else {
                    continue;
                };
                let cell = matrix.connections(x, y).clone();
                for (protocol, port) in probes() {
                    let (source, destination) = (a.endpoint(), b.endpoint());
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    told_apart(&cluster, &flow, &cell, "the matrix (src/compile)")?;
                }
            }
        }
        Ok(())
    });
}
