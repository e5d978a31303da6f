//! Rules, their sets and their chains, held against lines written by hand.

use super::world_of_tests::{
    accept, block, blocks, egress, in_tier, ingress, numbered, objects, pods, rule, two,
};
use crate::model::{Action, Rule, Tier};

/// The rules of the only policy, over `app=web`, for ingress.
fn rules_of(rules: Vec<Rule>) -> Vec<String> {
    let text = numbered(objects(two(), vec![ingress("p", "app=web", rules)]));
    rules_in(&text).into_iter().map(str::to_owned).collect()
}

/// The rules in the groups, without what isolates.
fn rules_in(text: &str) -> Vec<&str> {
    let mut lines = blocks(text, "chain g_");
    lines.retain(|line| !line.starts_with("chain") && !line.contains("-isolated by"));
    lines
}

#[test]
fn a_rule_is_a_line_for_each_family_and_protocol() {
    assert_eq!(
        rules_of(vec![accept(&[pods("app=api")], &["TCP 80", "SCTP 7-9"])]),
        [
            "sctp dport 7-9 ip saddr @p_1_v4 accept comment \"shop/p ingress[0]\"",
            "sctp dport 7-9 ip6 saddr @p_1_v6 accept comment \"shop/p ingress[0]\"",
            "tcp dport 80 ip saddr @p_1_v4 accept comment \"shop/p ingress[0]\"",
            "tcp dport 80 ip6 saddr @p_1_v6 accept comment \"shop/p ingress[0]\"",
        ]
    );
}

#[test]
fn what_a_rule_does_not_say_is_not_tested() {
    assert_eq!(
        rules_of(vec![
            accept(&[], &[]),
            accept(&[], &["UDP 1-65535"]),
            accept(&[], &["TCP 443"]),
            accept(&[pods("")], &[]),
        ]),
        [
            "accept comment \"shop/p ingress[0]\"",
            "meta l4proto udp accept comment \"shop/p ingress[1]\"",
            "tcp dport 443 accept comment \"shop/p ingress[2]\"",
            "ip saddr @p_1_v4 accept comment \"shop/p ingress[3]\"",
            "ip6 saddr @p_1_v6 accept comment \"shop/p ingress[3]\"",
        ]
    );
}

#[test]
fn three_ports_are_rules_and_four_are_a_set() {
    assert_eq!(
        rules_of(vec![accept(
            &[],
            &["TCP 1", "TCP 3", "UDP 5", "SCTP 1-65535"]
        )]),
        [
            "meta l4proto sctp accept comment \"shop/p ingress[0]\"",
            "tcp dport 1 accept comment \"shop/p ingress[0]\"",
            "tcp dport 3 accept comment \"shop/p ingress[0]\"",
            "udp dport 5 accept comment \"shop/p ingress[0]\"",
        ]
    );
    let ports = [
        "TCP 80",
        "TCP 443",
        "TCP 81-90",
        "UDP 53",
        "SCTP 1-65535",
        "TCP 7",
    ];
    let plain = ["TCP 1", "TCP 3", "TCP 5", "UDP 65535"];
    let policies = vec![ingress(
        "p",
        "app=web",
        vec![
            accept(&[], &ports),
            accept(&[], &plain),
            accept(&[pods("a=b")], &ports),
        ],
    )];
    let text = numbered(objects(two(), policies));
    assert_eq!(
        blocks(&text, "set t_"),
        [
            "set t_1 {",
            "type inet_proto . inet_service",
            "elements = { tcp . 1, tcp . 3, tcp . 5, udp . 65535 }",
            "set t_2 {",
            "type inet_proto . inet_service",
            "flags interval",
            // Ports 80 to 90 touch: overlaps would depend on their order.
            "elements = { tcp . 7, tcp . 80-90, tcp . 443, udp . 53 }",
        ]
    );
    assert_eq!(
        rules_in(&text),
        [
            "meta l4proto sctp accept comment \"shop/p ingress[0]\"",
            "meta l4proto . th dport @t_2 accept comment \"shop/p ingress[0]\"",
            "meta l4proto . th dport @t_1 accept comment \"shop/p ingress[1]\"",
            "meta l4proto sctp ip saddr @p_3_v4 accept comment \"shop/p ingress[2]\"",
            "meta l4proto sctp ip6 saddr @p_3_v6 accept comment \"shop/p ingress[2]\"",
            "meta l4proto . th dport @t_2 ip saddr @p_3_v4 accept comment \"shop/p ingress[2]\"",
            "meta l4proto . th dport @t_2 ip6 saddr @p_3_v6 accept comment \"shop/p ingress[2]\"",
        ]
    );
}

#[test]
fn a_named_port_is_that_of_the_destination() {
    let web = vec![accept(&[pods("app=api")], &["http", "TCP 80"])];
    let api = vec![
        accept(&[], &["http"]),
        accept(&[block("10.0.0.0/8", &[])], &["http"]),
    ];
    let policies = vec![ingress("p", "app=web", web), egress("q", "app=api", api)];
    let text = numbered(objects(two(), policies));
    assert_eq!(
        blocks(&text, "set n_"),
        [
            "set n_1_v4 {",
            "type ipv4_addr . inet_proto . inet_service",
            "comment \"http TCP\"",
            "elements = { 10.0.0.1 . tcp . 8080, 10.0.0.2 . tcp . 8080 }",
            "set n_1_v6 {",
            "type ipv6_addr . inet_proto . inet_service",
            "comment \"http TCP\"",
            "elements = { fd00::1 . tcp . 8080, fd00::2 . tcp . 8080 }",
        ]
    );
    let v4 = "ip daddr . meta l4proto . th dport @n_1_v4";
    let v6 = "ip6 daddr . meta l4proto . th dport @n_1_v6";
    assert_eq!(
        rules_in(&text),
        [
            &format!("{v4} accept comment \"shop/q egress[0]\""),
            &format!("{v6} accept comment \"shop/q egress[0]\""),
            &format!("{v4} ip daddr 10.0.0.0/8 accept comment \"shop/q egress[1]\""),
            "tcp dport 80 ip saddr @p_2_v4 accept comment \"shop/p ingress[0]\"",
            "tcp dport 80 ip6 saddr @p_2_v6 accept comment \"shop/p ingress[0]\"",
            &format!("{v4} ip saddr @p_2_v4 accept comment \"shop/p ingress[0]\""),
            &format!("{v6} ip6 saddr @p_2_v6 accept comment \"shop/p ingress[0]\""),
        ]
    );
}

#[test]
fn blocks_are_disjoint_ranges_and_of_the_families_they_have() {
    let v4 = [
        block("10.0.0.0/8", &["10.1.0.0/16", "10.255.255.255/32"]),
        block("10.1.2.3/32", &[]),
    ];
    let v6 = [block("fd00::/16", &["fd00::/17"])];
    let rules = vec![
        accept(&v4, &["TCP 80"]),
        accept(&v6, &[]),
        accept(&[&v4[1..], &v6].concat(), &[]),
        accept(&[block("0.0.0.0/0", &[])], &[]),
    ];
    let text = numbered(objects(two(), vec![ingress("p", "app=web", rules)]));
    assert_eq!(blocks(&text, "set b_"), Vec::<&str>::new());
    assert_eq!(
        rules_in(&text),
        [
            "tcp dport 80 ip saddr 10.0.0.0/16 accept comment \"shop/p ingress[0]\"",
            "tcp dport 80 ip saddr 10.1.2.3 accept comment \"shop/p ingress[0]\"",
            "tcp dport 80 ip saddr 10.2.0.0-10.255.255.254 accept comment \"shop/p ingress[0]\"",
            "ip6 saddr fd00:8000::/17 accept comment \"shop/p ingress[1]\"",
            "ip saddr 10.1.2.3 accept comment \"shop/p ingress[2]\"",
            "ip6 saddr fd00:8000::/17 accept comment \"shop/p ingress[2]\"",
            "ip saddr 0.0.0.0/0 accept comment \"shop/p ingress[3]\"",
        ]
    );
}

#[test]
fn more_than_three_ranges_are_a_set_in_their_family() {
    let v4 = block("10.0.0.0/8", &["10.1.0.0/16", "10.3.0.0/16", "10.5.0.0/16"]);
    let v6 = block("fd00::/16", &[]);
    let rules = vec![accept(&[v4, v6], &[])];
    let text = numbered(objects(two(), vec![ingress("p", "app=web", rules)]));
    assert_eq!(
        blocks(&text, "set b_"),
        [
            "set b_1_v4 {",
            "type ipv4_addr",
            "flags interval",
            "comment \"10.0.0.0/8 except 10.1.0.0/16 10.3.0.0/16 10.5.0.0/16, fd00::/16\"",
            "elements = { 10.0.0.0/16, 10.2.0.0/16, 10.4.0.0/16, 10.6.0.0-10.255.255.255 }",
        ]
    );
    assert_eq!(
        rules_in(&text),
        [
            "ip saddr @b_1_v4 accept comment \"shop/p ingress[0]\"",
            "ip6 saddr fd00::/16 accept comment \"shop/p ingress[0]\"",
        ]
    );
}

#[test]
fn rules_of_one_group_stand_in_it_and_those_of_many_beside_them() {
    let three = || vec![accept(&[], &["TCP 1", "TCP 3", "TCP 5"])];
    let policies = vec![
        ingress("both", "", three()),
        ingress("one", "app=web", three()),
        ingress("short", "", vec![accept(&[], &["UDP 53"])]),
    ];
    let text = numbered(objects(two(), policies));
    // Three rules in two groups would be six rules, and are five so; one rule is no more than a jump.
    let both = "accept comment \"shop/both ingress[0]\"";
    assert_eq!(
        blocks(&text, "chain r_")[1..],
        [1, 3, 5].map(|port| format!("tcp dport {port} {both}"))
    );
    let rules = rules_in(&text);
    let count = |what: &str| rules.iter().filter(|line| line.contains(what)).count();
    assert_eq!(count("jump r_"), 2, "{rules:?}");
    assert_eq!(count("shop/one ingress[0]"), 3, "{rules:?}");
    assert_eq!(count("udp dport 53 accept"), 2, "{rules:?}");
}

#[test]
fn tiers_are_tried_in_their_order() {
    let api = [pods("app=api")];
    let admin = vec![
        rule(Action::Deny, &[], &["TCP 22"]),
        rule(Action::Pass, &api, &[]),
        rule(Action::Accept, &[], &["UDP 53"]),
    ];
    let last = vec![
        rule(Action::Pass, &[], &["TCP 80"]),
        rule(Action::Deny, &[], &[]),
    ];
    let policies = vec![
        in_tier(
            Tier::Admin,
            5,
            ingress("second", "", vec![rule(Action::Deny, &[], &[])]),
        ),
        in_tier(Tier::Admin, 1, ingress("first", "", admin)),
        in_tier(Tier::Baseline, 0, ingress("last", "", last)),
        ingress("p", "app=web", vec![accept(&api, &[])]),
    ];
    let text = numbered(objects(two(), policies));
    let by = "comment \"ClusterNetworkPolicy";
    assert_eq!(
        blocks(&text, "chain a_"),
        [
            "chain a_2 {",
            &format!("tcp dport 22 counter drop {by} first ingress[0], Admin 1\""),
            &format!("ip saddr @p_1_v4 return {by} first ingress[1], Admin 1\""),
            &format!("ip6 saddr @p_1_v6 return {by} first ingress[1], Admin 1\""),
            &format!("udp dport 53 accept {by} first ingress[2], Admin 1\""),
            &format!("counter drop {by} second ingress[0], Admin 5\""),
        ]
    );
    assert_eq!(
        blocks(&text, "chain d_"),
        [
            "chain d_3 {",
            &format!("tcp dport 80 return {by} last ingress[0], Baseline 0\""),
            &format!("counter drop {by} last ingress[1], Baseline 0\""),
        ]
    );
    let mut groups = blocks(&text, "chain g_");
    groups.retain(|line| !line.starts_with("chain"));
    // A pod that a NetworkPolicy isolates never comes to the Baseline tier.
    assert_eq!(
        groups,
        [
            "jump a_2",
            "jump d_3",
            "jump a_2",
            "ip saddr @p_1_v4 accept comment \"shop/p ingress[0]\"",
            "ip6 saddr @p_1_v6 accept comment \"shop/p ingress[0]\"",
            "counter drop comment \"ingress-isolated by shop/p\"",
        ]
    );
}

#[test]
fn a_group_says_who_isolates_it() {
    let policies = vec![
        egress("c", "", vec![]),
        egress("a", "app=web", vec![accept(&[], &[])]),
        egress("b", "app=web", vec![]),
    ];
    let text = numbered(objects(two(), policies));
    assert_eq!(
        blocks(&text, "chain g_"),
        [
            "chain g_1 {",
            "counter drop comment \"egress-isolated by shop/c\"",
            "chain g_2 {",
            "accept comment \"shop/a egress[0]\"",
            "counter drop comment \"egress-isolated by shop/a and 2 more\"",
        ]
    );
    assert_eq!(
        blocks(&text, "map "),
        [
            "map eg_v4 {",
            "type ipv4_addr : verdict",
            "elements = { 10.0.0.1 : goto g_2,",
            "10.0.0.2 : goto g_1 }",
            "map eg_v6 {",
            "type ipv6_addr : verdict",
            "elements = { fd00::1 : goto g_2,",
            "fd00::2 : goto g_1 }",
        ]
    );
}
