//! Clusters with known answers: every flow, as packets.

use super::super::available::{Tool, available};
use super::super::emitted::{Backend, Emitted, facing};
use super::super::lab::Lab;
use super::super::load::Variant;
use super::super::packet::Kind;
use super::super::probe::Probe;
use netpolc::input::{self, Input, Options};
use netpolc::model::Cluster;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The directories of the cases; none where there are none, which is said.
fn steps() -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("NETPOLC_CASES") else {
        let line = b"NETPOLC_CASES is not set: clusters with known answers are not sent packets\n";
        std::io::stderr()
            .write_all(line)
            .expect("standard error is open");
        return Vec::new();
    };
    let entries = std::fs::read_dir(Path::new(&root).join("truth")).expect("a directory");
    let mut all: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    all.sort();
    assert!(!all.is_empty(), "no cases");
    all
}

fn read(step: &Path) -> Emitted {
    let options = Options {
        default_namespace: "default".into(),
        ..Options::default()
    };
    let loaded = input::load(&[Input::Path(step.join("all.yaml"))], &options);
    let loaded = loaded.expect("a readable case");
    assert!(loaded.objects.left_out.is_empty(), "{:?}", loaded.findings);
    Emitted::of(Cluster::new(loaded.objects))
}

/// `"x/a -> y/c TCP/80": true`, for every flow.
fn flows(step: &Path, emitted: &Emitted) -> Vec<(String, Probe, bool)> {
    let text = std::fs::read_to_string(step.join("expected.json")).expect("expected.json");
    let expected: BTreeMap<String, bool> = serde_json::from_str(&text).expect("verdicts");
    let pods: BTreeMap<String, Vec<IpAddr>> = emitted
        .pods()
        .into_iter()
        .map(|pod| (pod.name, pod.addresses))
        .collect();
    let mut all = Vec::new();
    for (key, allowed) in expected {
        let (from, rest) = key.split_once(" -> ").expect("an arrow");
        let (to, connection) = rest.split_once(' ').expect("a connection");
        let (protocol, port) = connection.split_once('/').expect("a port");
        let port = port.parse().expect("a port");
        let packet = match protocol {
            "TCP" => Kind::Tcp(port),
            "UDP" => Kind::Udp(port),
            "SCTP" => Kind::Sctp(port),
            other => panic!("{other}"),
        };
        for &source in &pods[from] {
            if let Some(destination) = facing(&pods[to], source) {
                let probe = Probe {
                    from: source,
                    to: destination,
                    packet,
                };
                all.push((key.clone(), probe, allowed));
            }
        }
    }
    all
}

/// Every flow of every step, through one backend.
fn agree(backend: Backend, tool: Tool) {
    if !available(&[tool]) {
        return;
    }
    let mut lab: Option<(Vec<Vec<IpAddr>>, Lab)> = None;
    for step in steps() {
        let emitted = read(&step);
        let pods = emitted.pods();
        let addresses: Vec<Vec<IpAddr>> = pods.iter().map(|pod| pod.addresses.clone()).collect();
        let same = lab.as_ref().is_some_and(|(known, _)| *known == addresses);
        if !same {
            lab = Some((addresses, Lab::new(&pods).expect("a lab")));
        }
        let (_, lab) = lab.as_ref().expect("a lab");
        emitted
            .load(lab, backend)
            .unwrap_or_else(|error| panic!("{}: {error}", step.display()));
        let flows = flows(&step, &emitted);
        let probes: Vec<Probe> = flows.iter().map(|(_, probe, _)| *probe).collect();
        let passed = lab.probe(&probes).expect("packets");
        let wrong: Vec<&String> = flows
            .iter()
            .zip(passed)
            .filter(|((_, _, allowed), passed)| allowed != passed)
            .map(|((key, _, _), _)| key)
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", step.display());
        assert!(
            flows.len() >= 400,
            "{}: {} flows",
            step.display(),
            flows.len()
        );
    }
}

#[test]
fn every_flow_passes_nftables_or_does_not_as_is_known() {
    agree(Backend::Nftables, Tool::Nft);
}

#[test]
fn every_flow_passes_iptables_or_does_not_as_is_known() {
    agree(
        Backend::Iptables(Variant::Nft),
        Tool::Iptables(Variant::Nft),
    );
}

#[test]
fn every_flow_passes_legacy_iptables_or_does_not_as_is_known() {
    agree(
        Backend::Iptables(Variant::Legacy),
        Tool::Iptables(Variant::Legacy),
    );
}
