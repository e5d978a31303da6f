//! From addresses to groups: who is reached, in how many steps, and what no policy stops.

use super::tests::files;
use super::trie::{Chain, Host, Trie};
use super::world_of_tests::{World, allow, egress, ingress, local};
use crate::net::Cidr;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The chains for addresses with so many rules each, of which the last leads to the address's own
/// name and the others never match.
fn chains(addresses: &[IpAddr], rules: usize) -> BTreeMap<String, Vec<String>> {
    let host = |&address: &IpAddr| {
        let own = Cidr::host(address);
        let mut rules = vec![format!("-s 192.0.2.1/32 -d {own} -j RETURN"); rules - 1];
        rules.push(format!("-d {own} -g {address}"));
        Host { address, rules }
    };
    let hosts: Vec<Host> = addresses.iter().map(host).collect();
    let name = |prefix: Cidr| prefix.to_string();
    let trie = Trie {
        flag: "-d",
        name: &name,
    };
    let chains = trie.chains("root".into(), &hosts);
    let count = chains.len();
    let all: BTreeMap<_, _> = chains
        .into_iter()
        .map(|Chain { name, rules }| (name, rules))
        .collect();
    assert_eq!(all.len(), count, "no name twice");
    all
}

/// Where a packet to `address` is led, after how many rules, and through how many chains.
fn follow(chains: &BTreeMap<String, Vec<String>>, address: IpAddr) -> (Option<&str>, usize, usize) {
    let (mut at, mut rules, mut depth) = ("root", 0, 0);
    while let Some(chain) = chains.get(at) {
        depth += 1;
        let next = chain.iter().find_map(|rule| {
            rules += 1;
            let (prefix, target) = rule.strip_prefix("-d ")?.split_once(" -g ")?;
            let prefix = Cidr::parse(prefix).expect("a prefix");
            prefix.contains(address).then_some(target)
        });
        match next {
            Some(next) => at = next,
            None => return (None, rules, depth),
        }
    }
    (Some(at), rules, depth)
}

/// The most rules and chains to any address, each of which must be reached.
fn worst(addresses: &[IpAddr], rules: usize) -> (usize, usize) {
    let chains = chains(addresses, rules);
    let ways = addresses.iter().map(|&address| {
        let (target, rules, depth) = follow(&chains, address);
        assert_eq!(target, Some(&*address.to_string()));
        (rules, depth)
    });
    ways.fold((0, 0), |worst, way| {
        (worst.0.max(way.0), worst.1.max(way.1))
    })
}

fn v4(bits: u32) -> IpAddr {
    Ipv4Addr::from_bits(bits).into()
}

fn v6(bits: u128) -> IpAddr {
    Ipv6Addr::from_bits(bits).into()
}

#[test]
fn few_addresses_stand_in_one_chain() {
    let all = chains(&[v4(0x0a00_0001), v4(0x0a00_0002)], 1);
    assert_eq!(
        all["root"],
        ["-d 10.0.0.1/32 -g 10.0.0.1", "-d 10.0.0.2/32 -g 10.0.0.2"]
    );
    assert_eq!(all.len(), 1);
    assert_eq!(chains(&[], 1)["root"], [""; 0]);
}

#[test]
fn chains_are_of_the_longest_common_prefixes() {
    // 10.0.0.0 to 10.0.0.11, and one far away.
    let mut addresses: Vec<IpAddr> = (0..12).map(|low| v4(0x0a00_0000 + low)).collect();
    addresses.push(v4(0xc0a8_0001));
    let all = chains(&addresses, 2);
    assert_eq!(
        all["root"],
        [
            "-d 10.0.0.0/29 -g 10.0.0.0/29",
            "-d 10.0.0.8/30 -g 10.0.0.8/30",
            "-s 192.0.2.1/32 -d 192.168.0.1/32 -j RETURN",
            "-d 192.168.0.1/32 -g 192.168.0.1",
        ]
    );
    assert_eq!(all["10.0.0.0/29"].len(), 16);
    assert_eq!(all["10.0.0.8/30"].len(), 8);
}

#[test]
fn three_hundred_addresses_are_reached_in_few_rules() {
    // Three nodes with a hundred pods each.
    let all: Vec<IpAddr> = (0..300)
        .map(|n| v4(0x0af4_0000 + (n / 100) * 256 + n % 100))
        .collect();
    let (rules, depth) = worst(&all, 3);
    assert!(rules <= 32 && depth <= 4, "{rules} rules, {depth} chains");
    let chains = chains(&all, 3);
    assert!(chains.values().all(|rules| rules.len() <= 24));
    for outside in [v4(0), v4(0x0af4_0064), v4(0x0af4_0300), v4(u32::MAX)] {
        assert_eq!(follow(&chains, outside).0, None, "{outside}");
    }
}

#[test]
fn ten_thousand_addresses_are_reached_in_few_rules() {
    let dense: Vec<IpAddr> = (0..10_000).map(|n| v4(0x0a00_0000 + n)).collect();
    let (rules, depth) = worst(&dense, 3);
    assert!(rules <= 45 && depth <= 6, "{rules} rules, {depth} chains");
    // 110 on each of 91 nodes, one node a /64.
    let nodes: Vec<IpAddr> = (0..10_000)
        .map(|n| v6((0xfd00 << 112) + ((n / 110) << 64) + n % 110))
        .collect();
    let (rules, depth) = worst(&nodes, 3);
    assert!(rules <= 45 && depth <= 6, "{rules} rules, {depth} chains");
}

#[test]
fn every_address_is_reached_where_prefixes_do_not_help() {
    // Each half has one address less than the one before: no address plan, but the kernel allows 16 chains.
    let caterpillar: Vec<IpAddr> = (0..128).map(|bit| v6(1 << bit)).collect();
    let (_, depth) = worst(&caterpillar, 3);
    assert!(depth <= 11, "{depth} chains");
    let ends = [v4(0), v4(1), v4(u32::MAX - 1), v4(u32::MAX)];
    assert_eq!(worst(&ends, 10), (40, 1));
}

#[test]
fn a_pod_reaches_itself_and_its_node() {
    let world = World::default()
        .node("n1", &["192.168.0.1", "192.168.0.9", "fd99::1"])
        .pod_on("n1", "x/a", &["10.0.0.1", "fd00::1"])
        .policy(ingress("x/in", "", []))
        .policy(egress("x/out", "", [allow([local("x", "")], [])]));
    let files = files(world);
    let dispatch = |text: &str| -> Vec<String> {
        let ours = |line: &&str| line.starts_with("-A NP-EG") || line.starts_with("-A NP-IN");
        let lines = text.lines().filter(ours);
        lines
            .map(|line| line.split("NP-G-").next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(
        dispatch(&files.v4),
        [
            "-A NP-EG -s 10.0.0.1/32 -d 10.0.0.1/32 -j RETURN",
            "-A NP-EG -s 10.0.0.1/32 -d 192.168.0.1/32 -j RETURN",
            "-A NP-EG -s 10.0.0.1/32 -d 192.168.0.9/32 -j RETURN",
            "-A NP-EG -s 10.0.0.1/32 -g ",
            "-A NP-IN -s 10.0.0.1/32 -d 10.0.0.1/32 -j RETURN",
            "-A NP-IN -s 192.168.0.1/32 -d 10.0.0.1/32 -j RETURN",
            "-A NP-IN -s 192.168.0.9/32 -d 10.0.0.1/32 -j RETURN",
            "-A NP-IN -d 10.0.0.1/32 -g ",
        ]
    );
    assert_eq!(
        dispatch(&files.v6),
        [
            "-A NP-EG -s fd00::1/128 -d fd00::1/128 -j RETURN",
            "-A NP-EG -s fd00::1/128 -d fd99::1/128 -j RETURN",
            "-A NP-EG -s fd00::1/128 -g ",
            "-A NP-IN -s fd00::1/128 -d fd00::1/128 -j RETURN",
            "-A NP-IN -s fd99::1/128 -d fd00::1/128 -j RETURN",
            "-A NP-IN -d fd00::1/128 -g ",
        ]
    );
}

#[test]
fn a_file_has_only_the_groups_of_its_family() {
    let world = World::default()
        .pod("x/old", "ip=old", &["10.0.0.1"])
        .pod("x/new", "ip=new", &["fd00::1"])
        .policy(ingress(
            "x/four",
            "ip=old",
            [allow([local("x", "ip=old")], [])],
        ))
        .policy(ingress(
            "x/six",
            "ip=new",
            [allow([local("x", "ip=new")], [])],
        ));
    let files = files(world);
    assert!(files.v4.contains("x/four") && !files.v4.contains("x/six"));
    assert!(files.v6.contains("x/six") && !files.v6.contains("x/four"));
    assert_eq!(files.ipset.matches("create").count(), 2);
}
