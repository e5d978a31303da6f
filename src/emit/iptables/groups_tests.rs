//! The rules of groups: tiers, peers and ports.

use super::tests::{files, group_rules};
use super::world_of_tests::{
    World, allow, block, cluster_wide, egress, ingress, local, named, range, rule, tcp,
};
use crate::model::{Action, Policy, Rule, Tier};
use crate::net::Protocol;

/// The rules for one pod with an address of each family.
fn of<const N: usize>(policies: [Policy; N]) -> [Vec<String>; 2] {
    let world = World::default().pod("x/a", "", &["10.0.0.1", "fd00::1"]);
    let world = policies.into_iter().fold(world, World::policy);
    let files = files(world);
    [group_rules(&files.v4), group_rules(&files.v6)]
}

/// The tests of a rule that allows what everyone sends, for IPv4.
fn ports<const N: usize>(rules: [Rule; N]) -> Vec<String> {
    let [mut lines, _] = of([ingress("x/p", "", rules)]);
    let drop = lines.pop().expect("a last rule");
    assert!(drop.ends_with("-j DROP"), "{drop}");
    let comment = "-m comment --comment \"x/p ingress[0]\" -j RETURN";
    let test = |line: String| {
        let test = line.strip_suffix(comment).expect("a rule that allows");
        test.trim_start_matches("-A NP-G-1 ").trim_end().to_owned()
    };
    lines.into_iter().map(test).collect()
}

#[test]
fn isolation_drops_and_names_policies() {
    let [lines, _] = of([ingress("x/one", "", [])]);
    assert_eq!(
        lines,
        ["-A NP-G-1 -m comment --comment \"ingress-isolated by x/one\" -j DROP"]
    );
    let [lines, _] = of([
        egress("x/two", "", []),
        egress("x/one", "", []),
        egress("x/three", "", []),
    ]);
    assert_eq!(
        lines,
        ["-A NP-G-1 -m comment --comment \"egress-isolated by x/one and 2 more\" -j DROP"]
    );
}

#[test]
fn rules_of_policies_add_up() {
    let [lines, _] = of([
        egress("x/one", "", [allow([], [tcp(80)]), allow([], [tcp(81)])]),
        egress("x/two", "", [allow([local("x", "")], [])]),
    ]);
    assert_eq!(
        lines,
        [
            "-A NP-G-1 -p tcp -m tcp --dport 80 -m comment --comment \"x/one egress[0]\" -j RETURN",
            "-A NP-G-1 -p tcp -m tcp --dport 81 -m comment --comment \"x/one egress[1]\" -j RETURN",
            "-A NP-G-1 -m set --match-set NP-P-2-4 dst -m comment --comment \"x/two egress[0]\" -j RETURN",
            "-A NP-G-1 -m comment --comment \"egress-isolated by x/one and 1 more\" -j DROP",
        ]
    );
}

#[test]
fn admin_comes_first_and_pass_leads_to_the_rest() {
    let admin = |rules: [Rule; 3]| cluster_wide(Tier::Admin, "guard", rules);
    let each = [Action::Deny, Action::Pass, Action::Accept];
    let rules = || [0_u16, 1, 2].map(|n| rule(each[usize::from(n)], [], [tcp(21 + n)]));
    let start = |rules: [&str; 3]| {
        let ends = [0, 1, 2].map(|n| {
            format!(
                "-A NP-G-1 -p tcp -m tcp --dport {} -m comment --comment \"ClusterNetworkPolicy guard ingress[{n}], Admin 0\" {}",
                21 + n,
                rules[n]
            )
        });
        ends.to_vec()
    };
    // Nothing is left to pass to.
    let [lines, _] = of([admin(rules())]);
    assert_eq!(lines, start(["-j DROP", "-j RETURN", "-j RETURN"]));
    // A NetworkPolicy is; Baseline does not count below it.
    let baseline = || cluster_wide(Tier::Baseline, "base", [rule(Action::Deny, [], [tcp(25)])]);
    let [lines, six] = of([admin(rules()), ingress("x/p", "", []), baseline()]);
    let mut expected = start(["-j DROP", "-g NP-R-1", "-j RETURN"]);
    expected.push("-A NP-G-1 -g NP-R-1".into());
    expected.push("-A NP-R-1 -m comment --comment \"ingress-isolated by x/p\" -j DROP".into());
    assert_eq!(lines, expected);
    assert_eq!(six, expected);
    // Baseline is.
    let [lines, _] = of([admin(rules()), baseline()]);
    let last = "-A NP-R-1 -p tcp -m tcp --dport 25 -m comment --comment \"ClusterNetworkPolicy base ingress[0], Baseline 0\" -j DROP";
    assert_eq!(lines.last().map(String::as_str), Some(last));
    assert_eq!(lines.len(), 5);
}

#[test]
fn baseline_ends_in_passing() {
    let each = [Action::Accept, Action::Pass, Action::Deny];
    let rules = [0_u16, 1, 2].map(|n| rule(each[usize::from(n)], [], [tcp(21 + n)]));
    let [lines, _] = of([cluster_wide(Tier::Baseline, "base", rules)]);
    let line = |n: u16, target: &str| {
        let port = 21 + n;
        format!(
            "-A NP-G-1 -p tcp -m tcp --dport {port} -m comment --comment \"ClusterNetworkPolicy base ingress[{n}], Baseline 0\" {target}"
        )
    };
    let expected = [
        line(0, "-j RETURN"),
        line(1, "-j RETURN"),
        line(2, "-j DROP"),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn admin_without_pass_needs_no_second_chain() {
    let deny = rule(Action::Deny, [], [tcp(22)]);
    let [lines, _] = of([
        cluster_wide(Tier::Admin, "guard", [deny]),
        ingress("x/p", "", []),
    ]);
    assert_eq!(
        lines,
        [
            "-A NP-G-1 -p tcp -m tcp --dport 22 -m comment --comment \"ClusterNetworkPolicy guard ingress[0], Admin 0\" -j DROP",
            "-A NP-G-1 -m comment --comment \"ingress-isolated by x/p\" -j DROP",
        ]
    );
}

#[test]
fn a_family_without_blocks_has_neither_set_nor_rule() {
    let world = World::default()
        .pod("x/a", "", &["10.0.0.1", "fd00::1"])
        .policy(ingress("x/p", "", [allow([block("10.0.0.0/8", &[])], [])]));
    let files = files(world);
    assert_eq!(group_rules(&files.v4).len(), 2);
    assert_eq!(
        group_rules(&files.v6),
        ["-A NP-G-1 -m comment --comment \"ingress-isolated by x/p\" -j DROP"]
    );
    assert!(!files.ipset.contains("inet6"), "{}", files.ipset);
}

#[test]
fn a_rule_for_everyone_and_everything_is_bare() {
    assert_eq!(ports([allow([], [])]), [""]);
}

#[test]
fn up_to_three_tests_of_a_protocol_have_a_rule_each() {
    let three = [tcp(80), range(Protocol::Tcp, 8000, 8100), tcp(443)];
    assert_eq!(
        ports([allow([], three)]),
        [
            "-p tcp -m tcp --dport 80",
            "-p tcp -m tcp --dport 443",
            "-p tcp -m tcp --dport 8000:8100",
        ]
    );
}

#[test]
fn more_tests_are_joined_fifteen_at_a_time() {
    let odd = |n: u16| tcp(2 * n + 1);
    let four = [odd(1), range(Protocol::Tcp, 100, 65535), odd(3), odd(4)];
    assert_eq!(
        ports([allow([], four)]),
        ["-p tcp -m multiport --dports 3,7,9,100:65535"]
    );
    // Fourteen ports leave room for a port and not for a range.
    let ports_then = |last| {
        let mut all: [_; 16] = std::array::from_fn(|n| odd(u16::try_from(n).expect("a port")));
        all[14] = last;
        all[15] = range(Protocol::Udp, 53, 53);
        ports([allow([], all)])
    };
    let fourteen = "1,3,5,7,9,11,13,15,17,19,21,23,25,27";
    assert_eq!(
        ports_then(tcp(99)),
        [
            format!("-p tcp -m multiport --dports {fourteen},99"),
            "-p udp -m udp --dport 53".into()
        ]
    );
    assert_eq!(
        ports_then(range(Protocol::Tcp, 99, 100)),
        [
            format!("-p tcp -m multiport --dports {fourteen}"),
            "-p tcp -m multiport --dports 99:100".into(),
            "-p udp -m udp --dport 53".into()
        ]
    );
}

#[test]
fn all_ports_of_a_protocol_are_the_protocol() {
    let all = |protocol| range(protocol, 1, 65535);
    assert_eq!(
        ports([allow([], [all(Protocol::Udp), all(Protocol::Sctp)])]),
        ["-p sctp", "-p udp"]
    );
}

#[test]
fn named_ports_are_those_of_the_destination() {
    let world = World::default()
        .pod_http("x/a", &["10.0.0.1", "fd00::1"], Protocol::Tcp, 8080)
        .policy(ingress(
            "x/in",
            "",
            [allow([local("x", "")], [named("http"), tcp(80)])],
        ));
    let files = files(world);
    let rest = "-m set --match-set NP-P-2-6 src -m comment --comment \"x/in ingress[0]\" -j RETURN";
    assert_eq!(
        group_rules(&files.v6)[..2],
        [
            format!("-A NP-G-1 -p tcp -m tcp --dport 80 {rest}"),
            format!("-A NP-G-1 -m set --match-set NP-N-3-6 dst,dst {rest}"),
        ]
    );
}

#[test]
fn a_comment_never_begins_like_an_option() {
    let deny = rule(Action::Deny, [], []);
    let [lines, _] = of([cluster_wide(Tier::Admin, "-table", [deny])]);
    assert_eq!(
        lines,
        [
            "-A NP-G-1 -m comment --comment \"ClusterNetworkPolicy -table ingress[0], Admin 0\" -j DROP"
        ]
    );
}

#[test]
fn a_long_comment_is_cut() {
    let name = format!("x/{}", "p".repeat(253));
    let [lines, _] = of([ingress(&name, "", [])]);
    let comment = lines[0].split('"').nth(1).expect("a comment");
    assert_eq!(comment.len(), 250);
}
