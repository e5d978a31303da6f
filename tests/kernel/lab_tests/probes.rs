//! First packets, and what becomes of them.

use super::super::available::{Tool, available, skip};
use super::super::lab::Lab;
use super::super::packet::Kind;
use super::super::probe::Probe;
use super::{SIX, all_pairs, lab, pods, probe};
use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

#[test]
fn without_rules_everything_passes() {
    if !available(&[]) {
        return;
    }
    let mut packets = SIX.to_vec();
    packets.extend([Kind::Icmp, Kind::Other(50)]);
    let probes = all_pairs(&pods(3), &packets);
    assert_eq!(probes.len(), 3 * 3 * 2 * 8);
    let passed = lab(3)
        .probe(&probes)
        .expect("all come out where they should");
    assert_eq!(passed, vec![true; probes.len()]);
}

#[test]
fn a_dropped_pair_is_seen_and_no_other() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(3);
    lab.load_nft(
        "table inet t {\n chain c {\n type filter hook forward priority filter;\n\
         ip saddr 10.9.0.10 ip daddr 10.9.0.11 tcp dport 80 drop\n\
         ip6 saddr fd09::12 ip6 daddr fd09::10 meta l4proto sctp drop\n}\n}\n",
    )
    .expect("it loads");
    let probes = all_pairs(&pods(3), &SIX);
    let passed = lab.probe(&probes).expect("none goes astray");
    let dropped: BTreeSet<String> = probes
        .iter()
        .zip(passed)
        .filter(|(_, passed)| !passed)
        .map(|(probe, _)| format!("{} {} {:?}", probe.from, probe.to, probe.packet))
        .collect();
    let expected = [
        "10.9.0.10 10.9.0.11 Tcp(80)",
        "fd09::12 fd09::10 Sctp(80)",
        "fd09::12 fd09::10 Sctp(81)",
    ];
    assert_eq!(dropped, expected.map(str::to_owned).into());
}

#[test]
fn nine_pods_take_less_than_a_second() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let start = Instant::now();
    let lab = lab(9);
    lab.load_nft(
        "table inet t {\n chain c {\n type filter hook forward priority filter;\n\
         ct state established,related accept\n tcp dport 80 drop\n}\n}\n",
    )
    .expect("it loads");
    let probes = all_pairs(&pods(9), &SIX);
    assert_eq!(probes.len(), 972);
    let passed = lab.probe(&probes).expect("none goes astray");
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(passed.iter().filter(|passed| !**passed).count(), 162);
}

/// Connections that a ruleset lets go on are forgotten before the next packets: the other way
/// around, from the port that was asked for, they would be answers.
#[test]
fn every_packet_is_the_first() {
    const RULES: &str = "table inet t {\n chain c {\n type filter hook forward priority filter;\n\
         ct state established,related counter accept\n ip saddr 10.9.0.11 drop\n}\n}\n";
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = super::lab(2);
    lab.load_nft(RULES).expect("it loads");
    let back_and_forth = |packet| {
        let there = probe("10.9.0.10", "10.9.0.11", packet);
        [there, probe("10.9.0.11", "10.9.0.10", packet)]
    };
    let packets = [Kind::Other(50), Kind::Icmp, Kind::Udp(53)];
    let probes: Vec<Probe> = packets.into_iter().flat_map(back_and_forth).collect();
    assert_eq!(lab.probe(&probes), Ok([true, false].repeat(3)));
    // The first two source ports of a lab, were they not asked for: the second would answer.
    let crossed = [
        probe("10.9.0.10", "10.9.0.11", Kind::Udp(20_001)),
        probe("10.9.0.11", "10.9.0.10", Kind::Udp(20_000)),
    ];
    let fresh = super::lab(2);
    fresh.load_nft(RULES).expect("it loads");
    assert_eq!(fresh.probe(&crossed), Ok(vec![true, false]));
    assert_eq!(lab.counted().expect("a listing")[0].packets, 0);
    // Without forgetting, ESP from the other side is an answer.
    let esp = back_and_forth(Kind::Other(50));
    lab.forget_connections().expect("they can be");
    assert_eq!(lab.send(&esp), Ok(vec![true, true]));
    assert_eq!(lab.probe(&esp), Ok(vec![true, false]));
}

/// What the kernel finds wrong with a packet, checksums above all, it calls invalid.
#[test]
fn the_packets_are_in_order() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    lab.load_nft(
        "table inet t {\n chain c {\n type filter hook forward priority filter; policy drop;\n\
         ct state invalid drop\n\
         ip protocol { tcp, udp, sctp, icmp, esp } ct state new accept\n\
         ip6 nexthdr { tcp, udp, sctp, icmpv6, esp } ct state new accept\n}\n}\n",
    )
    .expect("it loads");
    let packets = [
        Kind::Tcp(1),
        Kind::Udp(2),
        Kind::Sctp(3),
        Kind::Icmp,
        Kind::Other(50),
    ];
    let probes = all_pairs(&pods(2), &packets);
    for (probe, passed) in probes
        .iter()
        .zip(lab.probe(&probes).expect("none goes astray"))
    {
        assert!(passed, "{probe:?}");
    }
}

/// Sources and destinations that are no pod's, at the edges of what is forwarded.
#[test]
fn the_outside_is_everything_else() {
    if !available(&[]) {
        return;
    }
    let lab = lab(1);
    let v4 = [
        "1.0.0.0",
        "10.9.0.9",
        "126.255.255.255",
        "128.0.0.0",
        "169.254.0.1",
        "223.255.255.255",
        "240.0.0.0",
        "255.255.255.254",
    ];
    let v6 = [
        "100::",
        "1:2::3",
        "2001:db8::",
        "fd09::11",
        "fdff:ffff::",
        "fec0::1",
        "::1:0:0:1",
        "::2",
        "::102:304",
    ];
    let both = |pod: &str, outside: &str| {
        [
            probe(outside, pod, Kind::Tcp(80)),
            probe(pod, outside, Kind::Tcp(80)),
            probe(outside, outside, Kind::Udp(1)),
        ]
    };
    let probes: Vec<Probe> = (v4.iter().flat_map(|outside| both("10.9.0.10", outside)))
        .chain(v6.iter().flat_map(|outside| both("fd09::10", outside)))
        .collect();
    let passed = lab.probe(&probes).expect("all come out where they should");
    for (probe, passed) in probes.iter().zip(passed) {
        assert!(passed, "{probe:?}");
    }
}

#[test]
fn what_is_never_forwarded_is_no_verdict() {
    if !available(&[]) {
        return;
    }
    let lab = lab(1);
    let v4 = [
        "0.0.0.0",
        "0.1.2.3",
        "127.0.0.1",
        "224.0.0.1",
        "255.255.255.255",
    ];
    let v6 = ["::", "::1", "fe80::1", "ff02::1", "::ffff:1.2.3.4"];
    for address in v4 {
        lab.probe(&[probe(address, "10.9.0.10", Kind::Icmp)])
            .expect_err(address);
    }
    for address in v6 {
        lab.probe(&[probe("fd09::10", address, Kind::Icmp)])
            .expect_err(address);
    }
    lab.probe(&[probe("10.9.0.10", "fd09::10", Kind::Icmp)])
        .expect_err("two families");
}

/// A pod's packet that comes out at another pod is an error, not a verdict.
#[test]
fn a_packet_gone_astray_is_an_error() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(3);
    lab.load_nft(
        "table ip t {\n chain c {\n type nat hook prerouting priority dstnat;\n\
         ip daddr 10.9.0.11 dnat to 10.9.0.12\n}\n}\n",
    )
    .expect("it loads");
    let astray = probe("10.9.0.10", "10.9.0.11", Kind::Tcp(80));
    let error = lab.probe(&[astray]).expect_err("it goes to another pod");
    assert!(error.contains("came out at pod2"), "{error}");
}

/// So is one that comes out twice.
#[test]
fn a_doubled_packet_is_an_error() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    let loaded = lab.load_nft(
        "table ip t {\n chain c {\n type filter hook forward priority filter;\n\
         udp dport 53 dup to 10.9.0.11 device \"pod1\"\n}\n}\n",
    );
    if let Err(error) = loaded {
        return skip(&format!("the kernel cannot double packets: {error}"));
    }
    let doubled = probe("10.9.0.10", "10.9.0.11", Kind::Udp(53));
    let error = lab.probe(&[doubled]).expect_err("two come out");
    assert!(error.contains("came out twice"), "{error}");
}

/// A rejected packet is a dropped one: the node's answer is not taken for it.
#[test]
fn rejected_is_not_passed() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    lab.load_nft(
        "table inet t {\n chain c {\n type filter hook forward priority filter;\n\
         meta l4proto tcp reject with tcp reset\n reject\n}\n}\n",
    )
    .expect("it loads");
    let probes = all_pairs(&pods(2), &SIX);
    assert_eq!(lab.probe(&probes), Ok(vec![false; probes.len()]));
}

#[test]
fn an_address_belongs_to_one_pod() {
    if !available(&[]) {
        return;
    }
    let mut pods = pods(2);
    pods[1].addresses = pods[0].addresses.clone();
    let refused = Lab::new(&pods).map(drop).expect_err("where would it lead?");
    assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn pods_have_any_number_of_addresses() {
    if !available(&[]) {
        return;
    }
    let mut pods = pods(2);
    let v4 = |n: u8| IpAddr::V4(Ipv4Addr::new(10, 10, 0, n));
    let v6 = |n: u8| IpAddr::V6(Ipv6Addr::new(0xfd0a, 0, 0, 0, 0, 0, 0, n.into()));
    let more = |n: u8| [v4(n), v6(n)];
    pods[0].addresses.extend((1..50).flat_map(more));
    pods[1].addresses.clear();
    let lab = Lab::new(&pods).expect("namespaces are available");
    let others: Vec<Probe> = (1..50)
        .flat_map(more)
        .map(|to| Probe {
            from: pods[0].addresses[usize::from(to.is_ipv6())],
            to,
            packet: Kind::Udp(5),
        })
        .collect();
    assert_eq!(lab.probe(&others), Ok(vec![true; 98]));
}
