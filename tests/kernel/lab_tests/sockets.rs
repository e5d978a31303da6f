//! Sockets on both ends.

use super::super::available::{Tool, available};
use super::super::packet::Kind;
use super::super::sockets::Pods;
use super::{all_pairs, pods, probe};

const OPEN: &str = "add table inet t\ndelete table inet t\ntable inet t {\n chain c {\n\
                    type filter hook forward priority filter;\n\
                    ct state established,related accept\n}\n}\n";
const CLOSED: &str = "add table inet t\ndelete table inet t\ntable inet t {\n chain c {\n\
                      type filter hook forward priority filter; policy drop;\n\
                      ct state established,related accept\n}\n}\n";

#[test]
fn without_rules_everybody_talks() {
    if !available(&[]) {
        return;
    }
    let pods = pods(4);
    let lab = Pods::new(&pods).expect("namespaces are available");
    let probes = all_pairs(&pods, &[Kind::Tcp(80), Kind::Udp(80)]);
    let opened = lab.open(&probes).expect("sockets can be had");
    for (probe, conversation) in probes.iter().zip(opened) {
        let mut conversation = conversation.unwrap_or_else(|| panic!("{probe:?} did not open"));
        assert!(conversation.echoes("hello"), "{probe:?}");
        assert!(conversation.echoes("again"), "{probe:?}");
    }
}

/// What is open goes on after the rule that allowed it is gone; what is new does not begin.
#[test]
fn open_connections_survive_a_reload() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = Pods::new(&pods(2)).expect("namespaces are available");
    lab.load_nft(OPEN).expect("it loads");
    let probes = [
        probe("10.9.0.10", "10.9.0.11", Kind::Tcp(80)),
        probe("fd09::10", "fd09::11", Kind::Udp(53)),
    ];
    let mut before: Vec<_> = lab.open(&probes).expect("sockets can be had");
    // Both ways, so that UDP is established too.
    assert!(before.iter_mut().flatten().all(|open| open.echoes("hello")));
    lab.load_nft(CLOSED).expect("it loads");
    let after: Vec<bool> = before
        .iter_mut()
        .map(|open| open.as_mut().is_some_and(|open| open.echoes("still here")))
        .collect();
    assert_eq!(after, [true, true]);
    let new = lab.open(&probes).expect("sockets can be had");
    assert!(new.iter().all(Option::is_none));
    // Once they are forgotten, what was open is new to the ruleset.
    lab.forget_connections().expect("they can be");
    let cut: Vec<bool> = before
        .iter_mut()
        .map(|open| open.as_mut().is_some_and(|open| open.echoes("gone")))
        .collect();
    assert_eq!(cut, [false, false]);
}

/// A ruleset that drops answers lets first packets through, and no connection.
#[test]
fn answers_are_needed() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = Pods::new(&pods(2)).expect("namespaces are available");
    lab.load_nft(
        "table inet t {\n chain c {\n type filter hook forward priority filter;\n\
         ip saddr 10.9.0.11 drop\n}\n}\n",
    )
    .expect("it loads");
    let tcp = probe("10.9.0.10", "10.9.0.11", Kind::Tcp(80));
    let udp = probe("10.9.0.10", "10.9.0.11", Kind::Udp(53));
    let mut opened = lab.open(&[tcp, udp]).expect("sockets can be had");
    assert!(opened[0].is_none());
    let udp = opened[1].as_mut().expect("the datagram arrives");
    assert!(!udp.echoes("hello"));
}
