//! What `ipset restore` reads.

use super::tests::{files, numbered};
use super::world_of_tests::{World, allow, block, ingress, local, named};
use crate::model::{PeerMatch, PortTest};
use crate::net::Protocol;

/// The sets of a rule of one pod with an address of each family.
fn sets<const P: usize, const Q: usize>(peers: [PeerMatch; P], ports: [PortTest; Q]) -> String {
    let world = World::default()
        .pod_http("x/a", &["10.0.0.1", "fd00::1"], Protocol::Sctp, 80)
        .pod_http("x/b", &["10.0.0.9"], Protocol::Tcp, 8080)
        .policy(ingress("x/p", "", [allow(peers, ports)]));
    numbered(&files(world).ipset)
}

#[test]
fn pods_are_single_addresses() {
    assert_eq!(
        sets([local("x", "")], []),
        "create NP-P-1-4 hash:ip family inet hashsize 64 maxelem 65536 -exist
add NP-P-1-4 10.0.0.1
add NP-P-1-4 10.0.0.9
create NP-P-2-6 hash:ip family inet6 hashsize 64 maxelem 65536 -exist
add NP-P-2-6 fd00::1
"
    );
}

#[test]
fn a_peer_that_nobody_is_has_empty_sets() {
    assert_eq!(
        sets([local("x", "app=none")], []),
        "create NP-P-1-4 hash:ip family inet hashsize 64 maxelem 65536 -exist
create NP-P-1-6 hash:ip family inet6 hashsize 64 maxelem 65536 -exist
"
    );
}

#[test]
fn blocks_are_disjoint_prefixes() {
    let peers = [
        block("10.77.0.16/30", &["10.77.0.18/32"]),
        block("fd00::/125", &["fd00::2/127", "fd00::4/128"]),
        block("10.77.0.19/32", &[]),
    ];
    assert_eq!(
        sets(peers, []),
        "create NP-B-1-4 hash:net family inet hashsize 64 maxelem 65536 -exist
add NP-B-1-4 10.77.0.16/31
add NP-B-1-4 10.77.0.19/32
create NP-B-2-6 hash:net family inet6 hashsize 64 maxelem 65536 -exist
add NP-B-2-6 fd00::/127
add NP-B-2-6 fd00::5/128
add NP-B-2-6 fd00::6/127
"
    );
}

#[test]
fn an_exception_counts_for_its_own_block_only() {
    let peers = [
        block("10.0.0.0/8", &["10.1.0.0/16"]),
        block("10.0.0.0/9", &[]),
    ];
    assert_eq!(
        sets(peers, []),
        "create NP-B-1-4 hash:net family inet hashsize 64 maxelem 65536 -exist
add NP-B-1-4 10.0.0.0/8
"
    );
}

#[test]
fn everything_is_two_halves() {
    assert_eq!(
        sets([block("0.0.0.0/0", &[]), block("::/0", &[])], []),
        "create NP-B-1-4 hash:net family inet hashsize 64 maxelem 65536 -exist
add NP-B-1-4 0.0.0.0/1
add NP-B-1-4 128.0.0.0/1
create NP-B-2-6 hash:net family inet6 hashsize 64 maxelem 65536 -exist
add NP-B-2-6 ::/1
add NP-B-2-6 8000::/1
"
    );
}

#[test]
fn the_last_addresses_are_in() {
    let peers = [block("0.0.0.0/0", &["0.0.0.0/1"]), block("::/0", &["::/1"])];
    assert_eq!(
        sets(peers, []),
        "create NP-B-1-4 hash:net family inet hashsize 64 maxelem 65536 -exist
add NP-B-1-4 128.0.0.0/1
create NP-B-2-6 hash:net family inet6 hashsize 64 maxelem 65536 -exist
add NP-B-2-6 8000::/1
"
    );
}

#[test]
fn named_ports_are_addresses_with_protocol_and_port() {
    assert_eq!(
        sets([], [named("http")]),
        "create NP-N-1-4 hash:ip,port family inet hashsize 64 maxelem 65536 -exist
add NP-N-1-4 10.0.0.9,tcp:8080
create NP-N-2-6 hash:ip,port family inet6 hashsize 64 maxelem 65536 -exist
"
    );
    let any = PortTest::Named {
        name: "http".into(),
        protocol: None,
    };
    assert!(sets([], [any]).contains("add NP-N-2-6 fd00::1,sctp:80\n"));
}

#[test]
fn a_set_has_room_for_its_members() {
    let crowd = |count: u32| {
        let world = World::default().policy(ingress("x/p", "", [allow([local("x", "")], [])]));
        let world = (0..count).fold(world, |world, n| {
            let ip = std::net::Ipv4Addr::from_bits(0x0a00_0000 + n).to_string();
            world.pod(&format!("x/p{n}"), "", &[&ip])
        });
        let text = numbered(&files(world).ipset);
        text.lines().next().map(str::to_owned)
    };
    assert_eq!(
        crowd(1_000).as_deref(),
        Some("create NP-P-1-4 hash:ip family inet hashsize 512 maxelem 65536 -exist")
    );
    // The default of 65536 would refuse the last one.
    assert_eq!(
        crowd(65_537).as_deref(),
        Some("create NP-P-1-4 hash:ip family inet hashsize 65536 maxelem 131072 -exist")
    );
}

#[test]
fn another_member_is_another_set() {
    let name = |ips: &[&str]| {
        let world = World::default().pod("x/a", "", ips).policy(ingress(
            "x/p",
            "",
            [allow([local("x", "")], [])],
        ));
        let text = files(world).ipset;
        text.split(' ').nth(1).map(str::to_owned)
    };
    let one = name(&["10.0.0.1"]);
    assert_ne!(one, name(&["10.0.0.2"]));
    assert_eq!(one, name(&["10.0.0.1", "fd00::1"]));
    assert!(one.is_some_and(|name| name.starts_with("NP-P-") && name.ends_with("-4")));
}
