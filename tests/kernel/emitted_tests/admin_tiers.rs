//! Manifests of the cluster-wide tiers, from their text to packets. What passes is written here from
//! what the manifests say.

use super::super::available::available;
use super::super::emitted::Emitted;
use super::super::lab::Lab;
use super::super::packet::Kind;
use super::super::probe::Probe;
use super::BACKENDS;
use netpolc::input::{self, Options};
use netpolc::model::Cluster;

const PODS: &str = include_str!("admin_tiers/pods.yaml");
const POLICIES: [&str; 2] = [
    include_str!("admin_tiers/v1alpha1.yaml"),
    include_str!("admin_tiers/v1alpha2.yaml"),
];

const WEB: [&str; 2] = ["10.1.0.1", "fd01::1"];
const DB: [&str; 2] = ["10.1.0.2", "fd01::2"];
const MON: [&str; 2] = ["10.1.0.5", "fd01::5"];
const FREE: [&str; 2] = ["10.1.0.8", "fd01::8"];
/// Two nodes; the second one has an address outside, too.
const N1: [&str; 2] = ["10.0.1.1", "fd00::101"];
const N2: [&str; 2] = ["10.0.1.2", "fd00::102"];
const N2_OUTSIDE: &str = "192.0.2.2";

use Kind::{Icmp, Sctp, Tcp, Udp};

/// Packets, and whether each passes.
type Packets = &'static [(Kind, bool)];

/// Ends in either family, and what passes.
type Both = ([&'static str; 2], [&'static str; 2], Packets);

/// What passes alike in both families.
const ALIKE: [Both; 11] = [
    // Deny of Admin over what the NetworkPolicy lets in; what no rule of Admin speaks of is its own.
    (
        MON,
        WEB,
        &[
            (Tcp(80), false),
            (Udp(53), false),
            (Tcp(22), true),
            (Tcp(79), false),
        ],
    ),
    (
        FREE,
        WEB,
        &[
            (Tcp(80), true),
            (Udp(53), true),
            (Tcp(22), true),
            (Tcp(79), false),
        ],
    ),
    // Pass leaves to the NetworkPolicy what the rule below would deny, and that lets in 443 only.
    (
        MON,
        WEB,
        &[
            (Tcp(439), false),
            (Tcp(440), false),
            (Tcp(443), true),
            (Tcp(446), false),
        ],
    ),
    // Passed on to a NetworkPolicy that lets nobody of that team in.
    (MON, DB, &[(Tcp(443), false), (Tcp(5432), false)]),
    (
        WEB,
        DB,
        &[(Tcp(5432), true), (Tcp(22), false), (Udp(5432), false)],
    ),
    // Accept by a name over a NetworkPolicy without that port, before a later policy's Deny: each
    // pod by its own number.
    (
        MON,
        WEB,
        &[(Tcp(8080), true), (Udp(8080), false), (Tcp(9090), false)],
    ),
    (MON, DB, &[(Tcp(9090), true), (Tcp(8080), false)]),
    (FREE, WEB, &[(Tcp(8080), false)]),
    // Baseline where no NetworkPolicy isolates: its Accept before its Deny, and nothing said of the rest.
    (
        MON,
        FREE,
        &[
            (Tcp(22), true),
            (Sctp(7), false),
            (Sctp(8), true),
            (Tcp(8080), false),
            (Tcp(80), true),
        ],
    ),
    (
        WEB,
        FREE,
        &[
            (Tcp(22), false),
            (Sctp(7), false),
            (Tcp(8080), true),
            (Icmp, true),
        ],
    ),
    // Nodes by their labels; the own node is denied like another.
    (
        WEB,
        N1,
        &[(Tcp(22), true), (Tcp(6443), false), (Tcp(80), true)],
    ),
];

/// The same of one address and another.
const SINGLE: [(&str, &str, Packets); 13] = [
    (
        WEB[0],
        N2[0],
        &[
            (Tcp(22), false),
            (Udp(22), true),
            (Tcp(6443), false),
            (Tcp(80), true),
        ],
    ),
    (WEB[1], N2[1], &[(Tcp(22), false), (Tcp(80), true)]),
    (
        WEB[0],
        N2_OUTSIDE,
        &[(Tcp(22), false), (Tcp(6443), false), (Tcp(80), true)],
    ),
    (
        DB[0],
        N2[0],
        &[(Tcp(22), false), (Tcp(6443), false), (Tcp(80), true)],
    ),
    (DB[1], N2[1], &[(Tcp(22), false), (Tcp(80), true)]),
    (FREE[0], N2_OUTSIDE, &[(Tcp(22), false)]),
    // Next to a node's address is nobody's.
    (WEB[0], "10.0.1.3", &[(Tcp(22), true), (Tcp(6443), true)]),
    // Networks match pods by address: one before the others, and one of IPv6 by itself.
    (MON[0], FREE[0], &[(Tcp(25), true)]),
    (
        FREE[0],
        MON[0],
        &[(Tcp(25), false), (Udp(25), true), (Tcp(26), true)],
    ),
    (MON[1], FREE[1], &[(Tcp(25), false)]),
    (FREE[1], MON[1], &[(Tcp(25), true)]),
    (WEB[0], "198.51.100.31", &[(Tcp(25), true), (Tcp(80), true)]),
    (
        WEB[0],
        "198.51.100.32",
        &[(Tcp(25), false), (Tcp(80), true)],
    ),
];

/// All packets, with whether they pass.
fn known() -> Vec<(Probe, bool)> {
    let alike = ALIKE.iter().flat_map(|(from, to, packets)| {
        let families = from.iter().zip(to);
        families.map(|(from, to)| (*from, *to, *packets))
    });
    let all = alike.chain(SINGLE);
    let probes = all.flat_map(|(from, to, packets)| {
        let [from, to] = [from, to].map(|ip| ip.parse().expect("an address"));
        let probes = packets.iter();
        probes.map(move |&(packet, passes)| (Probe { from, to, packet }, passes))
    });
    probes.collect()
}

#[test]
fn packets_pass_as_manifests_of_the_cluster_wide_tiers_say() {
    let known = known();
    let probes: Vec<Probe> = known.iter().map(|(probe, _)| *probe).collect();
    for policies in POLICIES {
        let text = format!("{PODS}---\n{policies}");
        let loaded = input::read_text("cluster.yaml", &text, &Options::default());
        assert!(loaded.objects.left_out.is_empty(), "{:?}", loaded.findings);
        assert_eq!(loaded.objects.policies.len(), 5, "{:?}", loaded.findings);
        let emitted = Emitted::of(Cluster::new(loaded.objects));
        let lab = Lab::new(&emitted.pods()).expect("a lab");
        for (backend, tool) in BACKENDS {
            if !available(&[tool]) {
                continue;
            }
            emitted.load(&lab, backend).expect("it loads");
            let passed = lab.probe(&probes).expect("packets");
            let wrong: Vec<_> = known
                .iter()
                .zip(passed)
                .filter(|((_, passes), passed)| passes != passed)
                .map(|((probe, _), _)| probe)
                .collect();
            assert!(wrong.is_empty(), "{backend:?}: {wrong:#?}");
        }
    }
}
