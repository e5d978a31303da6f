//! Clusters with known answers, kept outside the project: `NETPOLC_CASES` names their directory.
//! Where it is not set the tests say so and pass; the project's own cases are in `policies/`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code outside a test function"
)]

use netpolc::compile::Matrix;
use netpolc::diag::Severity;
use netpolc::hops::Around;
use netpolc::input::{self, Input, Options};
use netpolc::model::Cluster;
use netpolc::net::{AddressSet, Protocol};
use netpolc::query::filter::Filter;
use netpolc::query::listing::Listing;
use netpolc::query::unlisted::from_controllers;
use netpolc::settings::Settings;
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn cases(kind: &str) -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("NETPOLC_CASES") else {
        eprintln!("NETPOLC_CASES is not set: the {kind} cases are skipped");
        return Vec::new();
    };
    let directory = Path::new(&root).join(kind);
    let entries = std::fs::read_dir(&directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut all: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    all.sort();
    assert!(!all.is_empty(), "{} is empty", directory.display());
    all
}

fn read(path: &Path) -> Cluster {
    let options = Options {
        default_namespace: "default".into(),
        ..Options::default()
    };
    let loaded = input::load(&[Input::Path(path.to_owned())], &options).expect("a readable case");
    assert!(
        loaded.objects.left_out.is_empty(),
        "{}: {:?}",
        path.display(),
        loaded.findings
    );
    Cluster::new(loaded.objects)
}

fn lines(cluster: &Cluster) -> Vec<(String, String, String)> {
    let filter = Filter::default();
    let mut listing = Listing::new(cluster, &mut Matrix::new(cluster), &filter);
    let around = Around {
        cluster,
        settings: &Settings::default(),
        namespace: "default",
    };
    listing.from_controllers = from_controllers(around, &filter);
    let mut lines = Vec::new();
    listing
        .lines(|from, to, connections| {
            lines.push((from.to_owned(), to.to_owned(), connections.to_string()));
            Ok::<(), ()>(())
        })
        .expect("nothing to fail");
    lines
}

/// `"x/a -> y/c TCP/80": true`, for every flow.
fn expected_flows(case: &Path) -> BTreeMap<String, bool> {
    let text = std::fs::read_to_string(case.join("expected.json")).expect("expected.json");
    serde_json::from_str(&text).expect("a map of verdicts")
}

fn parse_flow(key: &str) -> (&str, &str, Protocol, u16) {
    let (from, rest) = key.split_once(" -> ").expect("an arrow");
    let (to, connection) = rest.split_once(' ').expect("a connection");
    let (protocol, port) = connection.split_once('/').expect("a port");
    (
        from,
        to,
        Protocol::from_name(protocol).expect("a protocol"),
        port.parse().expect("a port"),
    )
}

#[test]
fn every_verdict_of_the_truth_cases() {
    let mut judged = 0;
    for case in cases("truth") {
        let cluster = read(&case.join("all.yaml"));
        let mut matrix = Matrix::new(&cluster);
        let pods: BTreeMap<String, _> = cluster
            .pods
            .iter()
            .map(|(id, pod)| (cluster.pod_name(pod), (id, pod)))
            .collect();
        for (key, allowed) in expected_flows(&case) {
            let (from, to, protocol, port) = parse_flow(&key);
            let ((source, from), (destination, to)) = (pods[from], pods[to]);
            let (s, d) = (matrix.class_of(source), matrix.class_of(destination));
            let compiled = matrix.connections(s, d).contains(protocol, port);
            assert_eq!(compiled, allowed, "matrix: {}: {key}", case.display());
            let (source, destination) = (Endpoint::Pod(from), Endpoint::Pod(to));
            let traced = trace(
                &cluster,
                &Flow {
                    source,
                    destination,
                    protocol,
                    port,
                },
            )
            .verdict;
            let expected = if allowed {
                Verdict::Allow
            } else {
                Verdict::Deny
            };
            assert_eq!(traced, expected, "trace: {}: {key}", case.display());
            judged += 1;
        }
    }
    eprintln!("{judged} verdicts judged");
}

/// What a line says of one destination or source, per pair of names, for external ranges cut at
/// every boundary that either side has.
type Refined = BTreeSet<(String, String, String)>;

fn range(name: &str) -> Option<(std::net::Ipv4Addr, std::net::Ipv4Addr)> {
    let (first, last) = name.strip_suffix("[External]")?.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn refine(lines: &[(String, String, String)], starts: &BTreeSet<u32>) -> Refined {
    let pieces = |name: &str| match range(name) {
        None => vec![name.to_owned()],
        Some((first, last)) => {
            let inside = starts.range(first.to_bits()..=last.to_bits());
            inside
                .map(|start| format!("from {}", std::net::Ipv4Addr::from_bits(*start)))
                .collect()
        }
    };
    let mut refined = Refined::new();
    for (from, to, connections) in lines {
        for from in pieces(from) {
            for to in pieces(to) {
                refined.insert((from.clone(), to, connections.clone()));
            }
        }
    }
    refined
}

fn starts<'a>(lines: impl Iterator<Item = &'a (String, String, String)>) -> BTreeSet<u32> {
    let names = lines.flat_map(|(from, to, _)| [from, to]);
    let ranges = names.filter_map(|name| range(name));
    let bounds =
        ranges.flat_map(|(first, last)| [Some(first.to_bits()), last.to_bits().checked_add(1)]);
    bounds.flatten().collect()
}

fn parse_line(line: &str) -> (String, String, String) {
    let (from, rest) = line.split_once(" => ").expect("an arrow");
    let (to, connections) = rest.split_once(" : ").expect("connections");
    (from.into(), to.into(), connections.into())
}

/// Workloads that the conventions treat differently there: `replicas: 0`, finished pods and
/// host-network pods. `docs/semantics.md` says which document decides.
fn other_conventions(cluster: &Cluster) -> BTreeSet<String> {
    let dormant = cluster.dormant.iter().map(|dormant| &dormant.pod);
    let host = cluster.pods.rows().iter().filter(|pod| pod.host_network);
    let pods = dormant.chain(host);
    pods.map(|pod| cluster.endpoint_name(pod)).collect()
}

/// Whether it is open here what passes between a pod and an address outside: `nodes` peers are passed over there,
/// and no case has the Nodes (S97).
fn is_open(cluster: &Cluster, (from, to, _): &(String, String, String)) -> bool {
    let address = |name: &str| Some(Endpoint::Address(name.strip_prefix("from ")?.parse().ok()?));
    let pods = cluster.pods.rows();
    let end = |name: &str| {
        let mut pods = pods.iter().filter(|pod| cluster.endpoint_name(pod) == name);
        pods.next().map(Endpoint::Pod).or(address(name))
    };
    let (Some(source), Some(destination)) = (end(from), end(to)) else {
        return false;
    };
    let flow = Flow {
        source,
        destination,
        protocol: Protocol::Tcp,
        port: 80,
    };
    matches!(trace(cluster, &flow).verdict, Verdict::Undecided)
}

/// Addresses of IPv6, of which nothing is said there.
fn is_ipv6(line: &(String, String, String)) -> bool {
    let starts = |name: &str| name.starts_with("::");
    starts(&line.0) || starts(&line.1)
}

#[test]
fn the_lines_of_the_analyzer_cases() {
    let mut compared = 0;
    let mut differences = Vec::new();
    for case in cases("analyzer") {
        let cluster = read(&case.join("in"));
        let mut found = lines(&cluster);
        // What passes between the pods of one workload is left out there.
        found.retain(|line| line.0 != line.1 && !is_ipv6(line));
        let expected = std::fs::read_to_string(case.join("expected.txt")).expect("expected.txt");
        let expected: Vec<_> = expected
            .lines()
            .filter(|l| !l.is_empty())
            .map(parse_line)
            .collect();
        let starts = starts(found.iter().chain(&expected));
        let (found, expected) = (refine(&found, &starts), refine(&expected, &starts));
        let known = other_conventions(&cluster);
        let known =
            |line: &&(String, String, String)| known.contains(&line.0) || known.contains(&line.1);
        let name = case
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for line in found.difference(&expected).filter(|line| !known(line)) {
            differences.push(format!("{name}: only netpolc: {line:?}"));
        }
        let known = |line: &&_| known(line) || is_open(&cluster, line);
        for line in expected.difference(&found).filter(|line| !known(line)) {
            differences.push(format!("{name}: only expected: {line:?}"));
        }
        compared += 1;
    }
    eprintln!("{compared} cases compared");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What their definitions take, although no network plugin can read it: labels that no object can have,
/// operators and protocols that there are none of.
const TAKEN_AND_UNREADABLE: [&str; 5] = [
    "label-badvalue",
    "op-in-empty",
    "op-lower",
    "port-icmp",
    "port-lower",
];

/// Whether an API server takes a cluster-wide policy: what its custom resource definition said.
#[test]
fn cluster_wide_policies_are_taken_and_refused_as_by_their_definitions() {
    #[derive(serde::Deserialize)]
    struct Verdict {
        crd: String,
    }
    let Some(root) = std::env::var_os("NETPOLC_CASES") else {
        eprintln!("NETPOLC_CASES is not set: the validation-admin cases are skipped");
        return;
    };
    let root = Path::new(&root).join("validation-admin");
    let text = std::fs::read_to_string(root.join("verdicts.json")).expect("verdicts.json");
    let verdicts: BTreeMap<String, Verdict> = serde_json::from_str(&text).expect("verdicts");
    assert!(verdicts.len() > 100);
    let mut differences = Vec::new();
    for (name, verdict) in verdicts {
        let path = root.join("in").join(&name);
        let loaded = input::load(&[Input::Path(path)], &Options::default()).expect("a file");
        let mut errors = loaded
            .findings
            .iter()
            .filter(|it| it.severity == Severity::Error);
        let unreadable = TAKEN_AND_UNREADABLE.iter().any(|it| name.contains(it));
        match verdict.crd.as_str() {
            "accepted" if unreadable => {
                assert!(errors.all(|it| it.rule == "meaningless-value"), "{name}");
                assert_eq!(loaded.objects.left_out.len(), 1, "{name}");
            }
            "accepted" => {
                differences.extend(errors.map(|it| format!("{name}: {}", it.message)));
                assert_eq!(loaded.objects.policies.len(), 1, "{name}");
            }
            "refused" if errors.next().is_none() => differences.push(format!("{name}: taken")),
            "refused" => {}
            other => panic!("{name}: {other}"),
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn external_ranges_cover_every_address_once() {
    for case in cases("truth").into_iter().take(10) {
        let matrix = Matrix::new(&read(&case.join("all.yaml")));
        let mut all = AddressSet::none();
        for class in matrix.classes() {
            assert!(all.intersection(&class.addresses).is_empty());
            all = all.union(&class.addresses);
        }
        assert!(all.v4().is_all());
    }
}
