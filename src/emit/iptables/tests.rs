//! The files of small clusters, as texts that `iptables-restore` and `ipset` were seen to take.

use super::world_of_tests::{World, allow, ingress, local, tcp, whole};
use super::{Files, Options, Prefix, write};
use crate::emit::plan::{Scope, plan};

/// The files of a cluster.
pub(super) fn files(world: World) -> Files {
    let cluster = world.build();
    let (plan, _) = plan(&cluster, &Scope::Cluster).expect("a plan");
    write(&plan, &cluster, &Options::default())
}

/// Text with names of chains and sets numbered in the order in which they appear: `NP-G-1`,
/// `NP-P-2-4`. What is tested are rules, not the digits of fingerprints.
pub(super) fn numbered(text: &str) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let is_print = |word: &&str| {
        let hex = |c: char| c.is_ascii_digit() || ('A'..='F').contains(&c);
        word.len() == 20 && word.chars().all(hex)
    };
    for word in text.split([' ', '-', '\n']).filter(is_print) {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    let prints = seen.iter().enumerate();
    prints.fold(text.to_owned(), |text, (index, print)| {
        text.replace(print, &(index + 1).to_string())
    })
}

/// The rules of the groups, with numbered names.
pub(super) fn group_rules(text: &str) -> Vec<String> {
    let ours = |line: &&str| line.starts_with("-A NP-G-") || line.starts_with("-A NP-R-");
    let lines: Vec<&str> = text.lines().filter(ours).collect();
    numbered(&lines.join("\n"))
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn an_empty_cluster_lets_everything_pass() {
    let world = World::default().pod("x/a", "", &["10.0.0.1"]);
    let files = files(world);
    assert_eq!(files.ipset, "");
    let v4 = "*filter
:NP-FORWARD - [0:0]
:NP-EG - [0:0]
:NP-IN - [0:0]
-A NP-FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
-A NP-FORWARD -j NP-EG
-A NP-FORWARD -j NP-IN
COMMIT
";
    assert_eq!(files.v4, v4);
    let neighbours = "-A NP-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 133 -j RETURN
-A NP-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN
-A NP-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN
-A NP-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN
-A NP-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 137 -j RETURN
-A NP-FORWARD -j NP-EG\n";
    assert_eq!(files.v6, v4.replace("-A NP-FORWARD -j NP-EG\n", neighbours));
}

#[test]
fn a_small_cluster_as_a_whole() {
    let files = files(whole());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/emit"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, text) in files.named() {
            let name = format!("iptables-{}", name.to_lowercase().replace('.', "-"));
            insta::assert_snapshot!(name, text);
        }
    });
}

#[test]
fn the_same_cluster_gives_the_same_bytes() {
    assert_eq!(files(whole()), files(whole()));
}

#[test]
fn the_order_of_the_input_does_not_count() {
    assert_eq!(files(whole()), files(whole().reversed()));
}

#[test]
fn names_fit_the_tools_with_the_longest_prefix() {
    let cluster = whole().build();
    let (plan, _) = plan(&cluster, &Scope::Cluster).expect("a plan");
    let prefix = Prefix::new("Z-9-").expect("a prefix");
    let files = write(&plan, &cluster, &Options { prefix });
    let chains = [&files.v4, &files.v6].into_iter();
    let chains = chains.flat_map(|text| text.lines().filter_map(|line| line.strip_prefix(':')));
    let chains: Vec<&str> = chains.filter_map(|line| line.split(' ').next()).collect();
    assert!(chains.len() > 6);
    assert!(chains.iter().all(|name| name.len() <= 28), "{chains:?}");
    let sets = files
        .ipset
        .lines()
        .filter(|line| line.starts_with("create"));
    let sets: Vec<&str> = sets.filter_map(|line| line.split(' ').nth(1)).collect();
    assert!(!sets.is_empty());
    assert!(sets.iter().all(|name| name.len() <= 31), "{sets:?}");
    assert!(
        chains
            .iter()
            .chain(&sets)
            .all(|name| name.starts_with("Z-9--"))
    );
    assert!(files.install.contains("'Z-9--[PBN]-[0-9A-F]{20}-[46]'"));
}

#[test]
fn prefixes_are_short_and_plain() {
    for fit in ["N", "NP", "KUB", "A-1-", "CNI-"] {
        assert_eq!(
            Prefix::new(fit).map(|prefix| prefix.to_string()),
            Ok(fit.into())
        );
    }
    for unfit in [
        "", "np", "-NP", "1NP", "NPNPN", "N P", "N.", "N*", "\u{c9}", "N\n",
    ] {
        assert_eq!(
            Prefix::new(unfit),
            Err(format!(
                "`{unfit}` is not an upper-case letter and up to 3 more, digits or `-`"
            ))
        );
    }
    for (taken, words) in [
        ("AWS", "the CNI plugins of AWS"),
        ("CNI", "the plugins of the CNI project"),
        ("KUBE", "kube-proxy and the kubelet"),
        ("OVN", "OVN-Kubernetes and Kube-OVN"),
    ] {
        let words = format!("`{taken}-` is what {words} begin the names of their chains with");
        assert_eq!(Prefix::new(taken), Err(words));
    }
    assert_eq!(Options::default().prefix.to_string(), "NP");
}

#[test]
fn nothing_of_a_manifest_reaches_the_script() {
    let one = files(whole());
    let other = files(World::default().pod("x/a", "", &["10.0.0.1"]));
    assert_eq!(one.install, other.install);
    assert_eq!(one.readme, other.readme);
    assert!(!one.install.contains('@') && !one.readme.contains('@'));
}

#[test]
fn a_name_cannot_end_its_comment() {
    let hostile = "x/web\" -j ACCEPT\n-A NP-FORWARD -j ACCEPT # \\\"";
    let world = World::default()
        .pod("x/a", "", &["10.0.0.1"])
        .policy(ingress(hostile, "", [allow([local("x", "")], [tcp(80)])]));
    let files = files(world);
    assert_eq!(
        group_rules(&files.v4),
        [
            "-A NP-G-1 -p tcp -m tcp --dport 80 -m set --match-set NP-P-2-4 src -m comment --comment \
             \"x/web? -j ACCEPT?-A NP-FORWARD -j ACCEPT ? ?? ingress[0]\" -j RETURN",
            "-A NP-G-1 -m comment --comment \
             \"ingress-isolated by x/web? -j ACCEPT?-A NP-FORWARD -j ACCEPT ? ??\" -j DROP",
        ]
    );
    assert_eq!(files.v4.lines().count(), 13);
}
