//! The same policies elsewhere: in another hook, another table, for one node only.

use super::super::available::{Tool, available};
use super::super::emitted::Emitted;
use super::super::lab::{Lab, PodNet};
use super::super::load::Node;
use super::super::probe::Probe;
use super::super::topology;
use super::clusters;
use super::table::{Known, flows, table};
use netpolc::emit::nftables::{Hook, Options, TableName, write};
use netpolc::emit::plan::Scope;
use netpolc::model::{Cluster, Direction, Objects};
use netpolc::trace::{Endpoint, Verdict, trace};
use std::io::Write as _;
use std::net::UdpSocket;
use std::process::Command;
use std::time::Duration;

pub(super) fn text(emitted: &Emitted, table: &str, hook: Hook) -> String {
    let table = TableName::new(table).expect("a name");
    write(
        &emitted.plan,
        &emitted.cluster,
        &Options {
            table,
            hook,
            ..Options::default()
        },
    )
}

/// Every tenth packet of a cluster.
fn some(objects: &Objects) -> Vec<Known> {
    let all = table(objects);
    let judged = all.into_iter().filter(|(_, allowed)| allowed.is_some());
    judged.step_by(10).collect()
}

fn hold(lab: &Lab, known: &[Known]) {
    let probes: Vec<Probe> = known.iter().map(|(probe, _)| *probe).collect();
    let passed = lab.probe(&probes).expect("packets");
    assert!(probes.len() > 1000, "{}", probes.len());
    for ((probe, allowed), passed) in known.iter().zip(passed) {
        assert_eq!(Some(passed), *allowed, "{probe:?}");
    }
}

#[test]
fn behind_routing_packets_have_the_same_verdicts() {
    if !available(&[Tool::Nft]) {
        return;
    }
    for objects in [clusters::plain(), clusters::tiers()] {
        let emitted = Emitted::of(Cluster::new(objects.clone()));
        let lab = Lab::new(&emitted.pods()).expect("a lab");
        lab.load_nft(&text(&emitted, "behind_routing", Hook::Postrouting))
            .expect("it loads");
        hold(&lab, &some(&objects));
    }
}

/// Two tables of different names judge one after the other, and neither takes the other away.
#[test]
fn tables_of_other_names_judge_alike() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let (one, other) = (clusters::plain(), clusters::tiers());
    let emitted = [&one, &other].map(|objects| Emitted::of(Cluster::new(objects.clone())));
    let lab = Lab::new(&emitted[0].pods()).expect("a lab");
    lab.load_nft(&text(&emitted[0], "one", Hook::Forward))
        .expect("it loads");
    hold(&lab, &some(&one));
    lab.load_nft(&text(&emitted[1], "other", Hook::Forward))
        .expect("it loads");
    let both: Vec<Known> = some(&one)
        .into_iter()
        .filter(|(_, allowed)| *allowed == Some(false))
        .collect();
    hold(&lab, &both);
    lab.load_nft("delete table inet one").expect("it is there");
    hold(&lab, &some(&other));
}

/// Whether what the node itself sends gets to a pod that lets nobody in.
fn is_reached(ruleset: &str) -> bool {
    let pod = PodNet::new("locked", &["10.1.0.3"]);
    let (node, ends) = topology::sockets(&[pod]).expect("namespaces");
    let near = node.inside(|| {
        let added = Command::new("ip")
            .args(["address", "add", "10.0.1.77/32", "dev", "lo"])
            .status();
        assert!(added.expect("`ip` is there").success());
        UdpSocket::bind("10.0.1.77:0").expect("a socket")
    });
    let far = ends[0]
        .inside(|| UdpSocket::bind("10.1.0.3:53"))
        .expect("a socket");
    far.set_read_timeout(Some(Duration::from_millis(200)))
        .expect("a patient socket");
    let node = Node::new(node).expect("a node");
    node.load_nft(ruleset).expect("it loads");
    near.send_to(b"alive?", "10.1.0.3:53").ok();
    far.recv(&mut [0; 16]).is_ok()
}

#[test]
fn a_node_reaches_its_pods_wherever_packets_are_judged() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let emitted = Emitted::of(Cluster::new(clusters::plain()));
    assert!(is_reached(&text(&emitted, "forward_only", Hook::Forward)));
    let behind = text(&emitted, "behind_routing", Hook::Postrouting);
    assert!(is_reached(&behind));
    // It is that line that lets it.
    assert_eq!(
        behind.matches("\t\tfib saddr type local accept\n").count(),
        2
    );
    assert!(!is_reached(
        &behind.replace("\t\tfib saddr type local accept\n", "")
    ));
}

#[test]
fn tables_of_bridges_load_where_the_kernel_has_them() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let emitted = Emitted::of(Cluster::new(clusters::plain()));
    let lab = Lab::new(&[]).expect("a lab");
    let bridge = text(&emitted, "on_bridges", Hook::Bridge);
    let trial = "table bridge t {\n chain c {\n type filter hook forward priority filter; policy accept;\n\
                 ct state established accept\n}\n}\n";
    match lab.load_nft(trial) {
        Ok(()) => lab.load_nft(&bridge).expect("it loads"),
        Err(error) => {
            let reason = error.lines().nth(1).unwrap_or_default();
            let line =
                format!("SKIPPED rulesets for bridges: the kernel refuses any such: {reason}\n");
            std::io::stderr()
                .write_all(line.as_bytes())
                .expect("standard error is open");
            // Without what the kernel lacks, it takes all the rest.
            let plain = bridge.replace("\t\tct state established,related accept\n", "");
            assert_ne!(plain, bridge);
            lab.load_nft(&plain).expect("it loads");
        }
    }
}

/// Pods of the node are governed as in the whole ruleset, and those of others by nothing.
#[test]
fn a_node_governs_its_own_pods_only() {
    if !available(&[Tool::Nft]) {
        return;
    }
    for objects in [clusters::plain(), clusters::tiers()] {
        let mut known = Vec::new();
        flows(&objects, |cluster, flow, probe| {
            let told = trace(cluster, flow);
            let ends = [flow.source, flow.destination];
            let free = ends.map(|end| match end {
                Endpoint::Pod(pod) => pod.node.as_deref() != Some("n1"),
                Endpoint::Node(_) | Endpoint::Address(_) => true,
            });
            let halves = Direction::BOTH.map(|direction| told.half(direction).verdict);
            if halves.contains(&Verdict::Undecided) || told.verdict == Verdict::Undecided {
                return;
            }
            let lets = |at: usize| free[at] || halves[at] == Verdict::Allow;
            let allowed = told.exemption.is_some() || (lets(0) && lets(1));
            known.push((probe, Some(allowed)));
        });
        let emitted = Emitted::within(Cluster::new(objects), &Scope::Node("n1".into()));
        let lab = Lab::new(&emitted.pods()).expect("a lab");
        lab.load_nft(&emitted.nft()).expect("it loads");
        let known: Vec<Known> = known.into_iter().step_by(7).collect();
        hold(&lab, &known);
    }
}
