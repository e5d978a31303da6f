//! Whatever cluster the bytes are as manifests: trace, the point evaluator and the matrix say the same
//! of its pods and of some addresses outside.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netpolc::compile::{End, Matrix, connections};
use netpolc::input::{Options, read_text};
use netpolc::model::{Cluster, Pod, PodId};
use netpolc::net::Protocol;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::net::IpAddr;

const OUTSIDE: [&str; 4] = ["0.0.0.0", "10.0.0.1", "203.0.113.7", "2001:db8::1"];
const PORTS: [u16; 7] = [1, 53, 80, 443, 8080, 30_000, 65_535];

/// So many pods are asked about: every one would be a question for each pair.
const PODS: usize = 6;

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

    fn class(self, matrix: &Matrix) -> Option<usize> {
        let has = |address: IpAddr| {
            let mut classes = matrix.classes().iter();
            classes.position(|class| class.addresses.contains(address))
        };
        match self {
            Self::Pod(id, _) => Some(matrix.class_of(id)),
            Self::Outside(address) => has(address),
        }
    }

    fn pairs_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Pod(a, pod), Self::Pod(b, _)) => a != b || pod.is_many(),
            (Self::Outside(_), Self::Outside(_)) => false,
            _ => true,
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let loaded = read_text("fuzz.yaml", &text, &Options::default());
    // What was left out may decide otherwise, which a matrix says beside its cells.
    if !loaded.objects.left_out.is_empty() {
        return;
    }
    let cluster = Cluster::new(loaded.objects);
    let mut matrix = Matrix::new(&cluster);
    let pods = cluster.pods.iter().take(PODS);
    let pods = pods.map(|(id, pod)| Which::Pod(id, pod));
    let outside = OUTSIDE.map(|text| Which::Outside(text.parse().expect("an address")));
    let ends: Vec<Which<'_>> = pods.chain(outside).collect();
    for &from in &ends {
        for &to in ends.iter().filter(|to| from.pairs_with(**to)) {
            let (Some(source), Some(destination)) = (from.class(&matrix), to.class(&matrix)) else {
                continue;
            };
            let cell = matrix.connections(source, destination).clone();
            assert_eq!(cell, connections(&cluster, from.end(), to.end()));
            for protocol in Protocol::ALL {
                for port in PORTS {
                    let flow = Flow {
                        source: from.endpoint(),
                        destination: to.endpoint(),
                        protocol,
                        port,
                    };
                    // The matrix shows what is sure.
                    let allowed = trace(&cluster, &flow).verdict == Verdict::Allow;
                    assert_eq!(allowed, cell.contains(protocol, port));
                }
            }
        }
    }
});
