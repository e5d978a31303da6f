//! Rulesets into the kernel and out again.

use super::super::available::{Tool, available};
use super::super::load::{Counted, Iptables, Variant};
use super::super::packet::Kind;
use super::{SIX, all_pairs, lab, pods, probe};

#[test]
fn what_is_counted_is_what_was_sent() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(4);
    lab.load_nft(
        "table inet t {\n chain c {\n type filter hook forward priority filter; policy drop;\n\
         tcp dport 80 counter accept comment \"web\"\n\
         meta l4proto sctp counter accept comment \"sctp\"\n counter\n}\n}\n",
    )
    .expect("it loads");
    let probes = all_pairs(&pods(4), &SIX);
    let passed = lab.probe(&probes).expect("none goes astray");
    let counted = |comment: &str, packets| Counted {
        table: "t".to_owned(),
        chain: "c".to_owned(),
        comment: comment.to_owned(),
        packets,
    };
    // 32 pairs: one TCP port, two SCTP ports, three of six left.
    let expected = [counted("web", 32), counted("sctp", 64), counted("", 96)];
    let counters = lab.counted().expect("a listing");
    assert_eq!(counters, expected);
    let sum: u64 = counters.iter().map(|counted| counted.packets).sum();
    assert_eq!(sum, u64::try_from(probes.len()).expect("a count"));
    assert_eq!(passed.iter().filter(|passed| **passed).count(), 96);
}

#[test]
fn wrong_text_gives_the_error_of_nft() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(1);
    let error = lab.load_nft("table inet t {\n chain c {\n tcp dport eighty drop\n}\n}\n");
    let error = error.expect_err("there is no such port");
    assert!(error.contains("eighty"), "{error}");
    // What only the kernel finds: chains that jump in a circle.
    let circle = "table inet t {\n chain a {\n}\n chain b {\n jump a\n}\n}\n\
                  add rule inet t a jump b\n\
                  add chain inet t h { type filter hook forward priority filter; }\n\
                  add rule inet t h jump a\n";
    lab.load_nft(circle).expect_err("it goes round in a circle");
    assert!(
        lab.listed()
            .expect("a listing")
            .iter()
            .all(|entry| entry.get("table").is_none())
    );
}

#[test]
fn sets_are_read_back_whole() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(1);
    let elements: Vec<String> = (0..3000)
        .map(|n| format!("10.{}.{}.1", n / 250, n % 250))
        .collect();
    lab.load_nft(&format!(
        "table inet t {{\n set s {{\n type ipv4_addr\n elements = {{ {} }}\n}}\n}}\n",
        elements.join(", ")
    ))
    .expect("it loads");
    let listed = lab.listed().expect("a listing");
    let set = listed
        .iter()
        .find_map(|entry| entry.get("set"))
        .expect("the set");
    let mut read: Vec<&str> = set["elem"]
        .as_array()
        .expect("elements")
        .iter()
        .filter_map(|e| e.as_str())
        .collect();
    let mut written: Vec<&str> = elements.iter().map(String::as_str).collect();
    read.sort_unstable();
    written.sort_unstable();
    assert_eq!(read, written);
}

/// `accept` ends its own base chain only.
#[test]
fn a_later_base_chain_may_still_drop() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    lab.load_nft(
        "table inet t {\n\
         chain first {\n type filter hook forward priority filter - 2;\n accept\n}\n\
         chain second {\n type filter hook forward priority filter - 1;\n udp dport 53 drop\n}\n}\n",
    )
    .expect("it loads");
    let dns = probe("10.9.0.10", "10.9.0.11", Kind::Udp(53));
    let web = probe("10.9.0.10", "10.9.0.11", Kind::Tcp(80));
    assert_eq!(lab.probe(&[dns, web]), Ok(vec![false, true]));
}

#[test]
fn one_lab_takes_ruleset_after_ruleset() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let lab = lab(2);
    let web = probe("10.9.0.10", "10.9.0.11", Kind::Tcp(80));
    for round in 0..10 {
        let verdict = ["accept", "drop"][round % 2];
        lab.load_nft(&format!(
            "table inet t {{\n chain c {{\n type filter hook forward priority filter;\n\
             tcp dport 80 {verdict}\n}}\n}}\n"
        ))
        .expect("it loads");
        assert_eq!(lab.probe(&[web]), Ok(vec![round % 2 == 0]));
        lab.flush().expect("it can be emptied");
        assert_eq!(lab.probe(&[web]), Ok(vec![true]));
    }
}

fn loads_iptables(variant: Variant) {
    if !available(&[Tool::Iptables(variant)]) {
        return;
    }
    let lab = lab(3);
    let ruleset = Iptables {
        variant,
        ipset: "create PEERS-4 hash:ip family inet\nadd PEERS-4 10.9.0.10\n\
                create PEERS-6 hash:net family inet6\nadd PEERS-6 fd09::10/127\n",
        v4: "*filter\n:FORWARD ACCEPT [0:0]\n:IN - [0:0]\n-A FORWARD -d 10.9.0.12/32 -g IN\n\
             -A IN -p tcp -m tcp --dport 80:81 -m set --match-set PEERS-4 src -j RETURN\n\
             -A IN -j DROP\nCOMMIT\n",
        v6: "*filter\n:FORWARD ACCEPT [0:0]\n:IN - [0:0]\n-A FORWARD -d fd09::12/128 -g IN\n\
             -A IN -p sctp -m sctp --dport 80 -m set --match-set PEERS-6 src -j RETURN\n\
             -A IN -j DROP\nCOMMIT\n",
    };
    // Twice: the second time over the first.
    for _ in 0..2 {
        lab.load_iptables(&ruleset).expect("it loads");
        for probe in all_pairs(&pods(3), &SIX) {
            let (from, to) = (probe.from.to_string(), probe.to.to_string());
            let expected = match (from.as_str(), to.as_str()) {
                ("10.9.0.10", "10.9.0.12") => matches!(probe.packet, Kind::Tcp(_)),
                ("fd09::10" | "fd09::11", "fd09::12") => probe.packet == Kind::Sctp(80),
                (_, to) => to != "10.9.0.12" && to != "fd09::12",
            };
            assert_eq!(lab.probe(&[probe]), Ok(vec![expected]), "{probe:?}");
        }
        lab.flush().expect("it can be emptied");
        let closed = probe("10.9.0.11", "10.9.0.12", Kind::Udp(80));
        assert_eq!(lab.probe(&[closed]), Ok(vec![true]));
    }
    let wrong = Iptables {
        v4: "*filter\n-A FORWARD -j NOWHERE\nCOMMIT\n",
        ipset: "",
        ..ruleset
    };
    let error = lab
        .load_iptables(&wrong)
        .expect_err("there is no such chain");
    assert!(error.contains("ine"), "{error}");
    let wrong = Iptables {
        ipset: "create X hash:nothing\n",
        ..ruleset
    };
    let error = lab.load_iptables(&wrong).expect_err("there is no such set");
    assert!(error.contains("hash:nothing"), "{error}");
}

#[test]
fn iptables_on_nf_tables_loads() {
    loads_iptables(Variant::Nft);
}

#[test]
fn iptables_of_its_own_loads() {
    loads_iptables(Variant::Legacy);
}
