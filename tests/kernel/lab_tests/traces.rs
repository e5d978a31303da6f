//! Rules that decided.

use super::super::available::{Tool, available};
use super::super::packet::Kind;
use super::super::trace::Decision;
use super::{SIX, all_pairs, lab, pods, probe};

const RULES: &str = "table inet t {
    map m {
        type ipv4_addr : verdict
        elements = { 10.9.0.11 : goto group }
    }
    chain shared {
        tcp dport { 80, 443 } accept comment \"x/web: ingress[0] (verdict drop)\"
    }
    chain group {
        jump shared
        counter drop comment \"isolated by x/web\"
    }
    chain egress {
        type filter hook forward priority filter - 2; policy accept;
        meta l4proto sctp accept
    }
    chain ingress {
        type filter hook forward priority filter - 1; policy accept;
        ip daddr vmap @m
    }
}
";

fn decision(chain: &str, comment: Option<&str>, by_policy: bool, accepted: bool) -> Decision {
    Decision {
        table: "t".to_owned(),
        chain: chain.to_owned(),
        comment: comment.map(str::to_owned),
        by_policy,
        accepted,
    }
}

#[test]
fn the_rule_that_decided_is_named() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    lab.load_nft(RULES).expect("it loads");
    let probes = [
        probe("10.9.0.10", "10.9.0.11", Kind::Tcp(80)),
        probe("10.9.0.10", "10.9.0.11", Kind::Udp(80)),
        probe("10.9.0.11", "10.9.0.10", Kind::Icmp),
        probe("fd09::10", "fd09::11", Kind::Sctp(80)),
        probe("192.0.2.7", "10.9.0.11", Kind::Other(50)),
    ];
    let traced = lab.trace(&probes).expect("a trace of each");
    let (web, isolated) = (
        Some("x/web: ingress[0] (verdict drop)"),
        Some("isolated by x/web"),
    );
    let open = decision("egress", None, true, true);
    let expected = [
        (
            true,
            vec![open.clone(), decision("shared", web, false, true)],
        ),
        (
            false,
            vec![open.clone(), decision("group", isolated, false, false)],
        ),
        (
            true,
            vec![open.clone(), decision("ingress", None, true, true)],
        ),
        (
            true,
            vec![
                decision("egress", None, false, true),
                decision("ingress", None, true, true),
            ],
        ),
        (false, vec![open, decision("group", isolated, false, false)]),
    ];
    let found = traced
        .into_iter()
        .map(|traced| (traced.passed, traced.decisions));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    // The lab's own table is gone again.
    let tables = lab.listed().expect("a listing");
    assert_eq!(
        tables
            .iter()
            .filter(|entry| entry.get("table").is_some())
            .count(),
        1
    );
}

/// Hundreds of traces come whole, and the last decision of each is what became of the packet.
#[test]
fn traces_and_verdicts_agree() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(5);
    lab.load_nft(RULES).expect("it loads");
    let probes = all_pairs(&pods(5), &SIX);
    let traced = lab.trace(&probes).expect("a trace of each");
    assert_eq!(traced.len(), 300);
    for (probe, traced) in probes.iter().zip(traced) {
        let last = traced.decisions.last().map(|decision| decision.accepted);
        assert_eq!(last, Some(traced.passed), "{probe:?}");
    }
}
