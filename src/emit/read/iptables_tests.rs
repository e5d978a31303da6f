//! Tests of reading files for ipset and iptables, and of single packets through them. What they expect
//! is from iptables(8), "TARGETS", and was seen with the tools.

use super::nftables_tests::{packet, tcp};
use super::*;

const SETS: &str = "create P4 hash:ip family inet hashsize 64 maxelem 65536 -exist\nadd P4 10.0.0.1\nadd P4 10.0.0.3\n\
                    create B4 hash:net family inet -exist\nadd B4 10.0.0.0/24\nadd B4 10.0.0.128/25\n\
                    create N4 hash:ip,port family inet -exist\nadd N4 10.0.0.9,tcp:80\n\
                    create P6 hash:ip family inet6 -exist\nadd P6 fd00::1\n";

/// A file of an entry with these rules, and more chains, of which each rule is `CHAIN RULE`.
fn filter(rules: &[&str]) -> String {
    let mut names = vec!["N-FORWARD"];
    names.extend(rules.iter().filter_map(|rule| rule.split(' ').next()));
    names.sort_unstable();
    names.dedup();
    let chains: Vec<String> = names
        .iter()
        .map(|name| format!(":{name} - [0:0]\n"))
        .collect();
    let rules: Vec<String> = rules.iter().map(|rule| format!("-A {rule}\n")).collect();
    let (chains, rules) = (chains.concat(), rules.concat());
    format!("*filter\n{chains}{rules}COMMIT\n")
}

fn passes(rules: &[&str], packet: &Packet) -> bool {
    let [v4, _] = iptables(SETS, &filter(rules), &filter(&[])).expect("a ruleset");
    v4.verdict(packet).accepted
}

#[test]
fn a_return_behind_a_goto_leads_behind_the_jump() {
    let rules = [
        "N-FORWARD -j N-EG",
        "N-FORWARD -j N-IN",
        "N-EG -s 10.0.0.1/32 -g N-G",
        "N-EG -j DROP",
        "N-G -p tcp -m tcp --dport 80:81 -j RETURN",
        "N-G -j DROP",
        "N-IN -d 10.0.0.7/32 -j DROP",
    ];
    let from = |source, destination, port| passes(&rules, &tcp(source, destination, port));
    assert!(from("10.0.0.1", "10.0.0.2", 80));
    assert!(from("10.0.0.1", "10.0.0.2", 81));
    assert!(!from("10.0.0.1", "10.0.0.2", 82));
    assert!(!from("10.0.0.1", "10.0.0.7", 80));
    assert!(!from("10.0.0.2", "10.0.0.3", 80));
}

#[test]
fn an_accept_skips_what_is_left_of_the_file() {
    let rules = ["N-FORWARD -j N-EG", "N-FORWARD -j DROP", "N-EG -j ACCEPT"];
    assert!(passes(&rules, &tcp("10.0.0.1", "10.0.0.2", 80)));
    let rules = ["N-FORWARD -j N-EG", "N-FORWARD -j DROP", "N-EG -j RETURN"];
    assert!(!passes(&rules, &tcp("10.0.0.1", "10.0.0.2", 80)));
}

#[test]
fn ipsets_and_ports_are_matched() {
    let rules = [
        "N-FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN",
        "N-FORWARD -p udp -m multiport --dports 1,3:4 -m set --match-set B4 dst -m comment --comment \"a \\\"b\" -j RETURN",
        "N-FORWARD -m set --match-set N4 dst,dst -m set --match-set P4 src -j RETURN",
        "N-FORWARD -p sctp -j RETURN",
        "N-FORWARD -j DROP",
    ];
    let udp = |last: u8, port| {
        passes(
            &rules,
            &packet("10.9.0.1", &format!("10.0.0.{last}"), Protocol::Udp, port),
        )
    };
    let ports: Vec<u16> = (1..6).filter(|&port| udp(200, port)).collect();
    assert_eq!(ports, [1, 3, 4]);
    assert!(!passes(
        &rules,
        &packet("10.9.0.1", "10.0.1.0", Protocol::Udp, 1)
    ));
    assert!(passes(&rules, &tcp("10.0.0.3", "10.0.0.9", 80)));
    assert!(!passes(&rules, &tcp("10.0.0.2", "10.0.0.9", 80)));
    assert!(!passes(&rules, &tcp("10.0.0.3", "10.0.0.9", 81)));
    assert!(passes(
        &rules,
        &packet("10.0.0.2", "10.0.0.9", Protocol::Sctp, 81)
    ));
    let [v4, _] = iptables(SETS, &filter(&rules), &filter(&[])).expect("a ruleset");
    let comment = v4
        .verdict(&packet("10.9.0.1", "10.0.0.7", Protocol::Udp, 1))
        .comment;
    assert_eq!(comment.as_deref(), Some("a \"b"));
}

#[test]
fn rules_that_are_not_ours_are_told_with_their_line() {
    for (rule, what) in [
        ("-s 10.0.0.1/8 -j DROP", "`10.0.0.1/8` is no prefix"),
        ("-s fd00::/8 -j DROP", "`fd00::/8` is of the other family"),
        ("! -s 10.0.0.0/8 -j DROP", "`!` is in no rule"),
        ("-i eth0 -j DROP", "`-i` is in no rule"),
        ("-m tcp --dport 80 -j DROP", "ports that do not fit"),
        ("-p udp -m tcp --dport 80 -j DROP", "ports that do not fit"),
        (
            "-p tcp -m tcp --sport 80 -j DROP",
            "`-m tcp --sport` is in no rule",
        ),
        (
            "-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 -j DROP",
            "more than 15",
        ),
        (
            "-m set --match-set P6 src -j DROP",
            "the set `P6` is not there",
        ),
        (
            "-m set --match-set N4 src -j DROP",
            "the set `N4` is not one of IPv4 addresses",
        ),
        (
            "-m set --match-set N4 src,src -j DROP",
            "`src,src` is no end",
        ),
        (
            "-m conntrack --ctstate NEW -j DROP",
            "`-m conntrack --ctstate` is in no rule",
        ),
        (
            "-s 10.0.0.1/32 -s 10.0.0.2/32 -j DROP",
            "`-s` is there twice",
        ),
        ("-j DROP -j RETURN", "`target` is there twice"),
        ("-j REJECT", "the chain `REJECT` is not there"),
        ("-j N-FORWARD", "a rule leads to a hook"),
        ("-j", "`-j` has nothing behind it"),
        (
            "-m comment --comment \"a\"b -j DROP",
            "a quote that ends within",
        ),
        ("-m comment --comment \"a -j DROP", "a quote is not closed"),
        ("-p ipv6-icmp -j DROP", "ICMPv6 of any type"),
    ] {
        let text = filter(&[&format!("N-FORWARD {rule}")]);
        let found = iptables(SETS, &text, &filter(&[])).expect_err(rule);
        assert!(
            found.what.starts_with(&format!("rules for IPv4: {what}")),
            "{rule}: {found:?}"
        );
        assert_eq!(found.line, 3, "{rule}");
    }
}

#[test]
fn files_that_are_not_whole_are_refused() {
    let whole = filter(&["N-FORWARD -j DROP"]);
    for (from, to) in [
        ("*filter\n", ""),
        ("*filter", "*nat"),
        ("COMMIT\n", ""),
        ("COMMIT\n", "COMMIT\n*filter\nCOMMIT\n"),
        (":N-FORWARD - [0:0]\n", ""),
        (
            ":N-FORWARD - [0:0]\n",
            ":N-FORWARD - [0:0]\n:M-FORWARD - [0:0]\n",
        ),
        (
            ":N-FORWARD - [0:0]\n",
            ":N-FORWARD - [0:0]\n:FORWARD - [0:0]\n",
        ),
        ("-A N-FORWARD", "-I N-FORWARD"),
    ] {
        let text = whole.replacen(from, to, 1);
        assert!(iptables("", &text, &filter(&[])).is_err(), "{text}");
    }
    for sets in [
        "flush P4\n",
        "add P4 10.0.0.1\n",
        "create P4 hash:ip family inet\nadd P4 fd00::1\n",
        "create P4 hash:ip family inet\nadd P4 10.0.0.0/24\n",
        "create P4 hash:ip family inet\ncreate P4 hash:ip family inet\n",
        "create P4 hash:ip family inet maxelem 1\nadd P4 10.0.0.1\nadd P4 10.0.0.2\n",
        "create P4 hash:ip family inet timeout 5\n",
        "create B4 hash:net family inet\nadd B4 0.0.0.0/0\n",
        "create B4 hash:net family inet\nadd B4 10.0.0.0/8 nomatch\n",
        "create N4 hash:ip,port family inet\nadd N4 10.0.0.1,icmp:8/0\n",
    ] {
        assert!(iptables(sets, &whole, &filter(&[])).is_err(), "{sets}");
    }
}
