//! `emit` as it is run: what it writes, where, and what it refuses.

use super::{Ran, command, finish};
use std::path::{Path, PathBuf};

/// Two pods of one namespace, of which one lets in the other on one port.
pub(super) const CLUSTER: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {nodeName: n1, containers: [{name: c, image: i}]}
status: {podIPs: [{ip: 10.0.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {nodeName: n2, containers: [{name: c, image: i}]}
status: {podIPs: [{ip: 10.0.0.2}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
";

pub(super) fn emit(arguments: &[&str], input: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.arg("emit").args(arguments).args(["-f", "-"]);
    finish(command, input)
}

fn directory(name: &str) -> PathBuf {
    let directory =
        std::env::temp_dir().join(format!("netpolc-emit-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    directory
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
fn an_nft_file_is_written_to_the_standard_output() {
    let ran = emit(&["nftables"], CLUSTER);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for part in [
        "add table inet netpolc\ndelete table inet netpolc\ntable inet netpolc {\n",
        "elements = { 10.0.0.1 }",
        "tcp dport 5432 ip saddr @",
        "accept comment \"shop/db ingress[0]\"",
        "counter drop comment \"ingress-isolated by shop/db\"",
        "ip daddr vmap @in_v4",
        "elements = { 10.0.0.2 . 10.0.0.2 }",
    ] {
        assert!(ran.out.contains(part), "{part}\nin\n{}", ran.out);
    }
    assert!(ran.out.lines().all(|line| line.len() <= 200), "{}", ran.out);
    assert_eq!(ran.out, emit(&["nftables"], CLUSTER).out);
}

#[test]
fn a_node_gets_what_its_own_pods_need() {
    let ran = emit(&["nftables", "--node", "n1", "--table", "mine"], CLUSTER);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains("table inet mine {"), "{}", ran.out);
    assert!(!ran.out.contains("10.0.0"), "{}", ran.out);
    let ran = emit(&["nftables", "--node", "n2"], CLUSTER);
    assert!(ran.out.contains("10.0.0.2"), "{}", ran.out);

    let ran = emit(&["nftables", "--node", "n3"], CLUSTER);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert_eq!(
        ran.err,
        "error: no node `n3` in the input\n  help: did you mean `n2`?\n"
    );
}

#[test]
fn a_new_pod_is_a_few_elements() {
    let directory = directory("delta");
    let ran = emit(&["nftables", "-o", text(&directory)], CLUSTER);
    assert_eq!(
        (ran.code, ran.err.as_str(), ran.out.as_str()),
        (Some(0), "", "")
    );
    let old = directory.join("netpolc.nft");
    let readme = std::fs::read_to_string(directory.join("README.md")).expect("a README");
    assert!(readme.contains("sh install.sh"), "{readme}");
    let script = std::fs::read_to_string(directory.join("install.sh")).expect("a script");
    assert!(script.contains("table='inet netpolc'"), "{script}");

    let same = emit(&["nftables", "--delta", text(&old)], CLUSTER);
    assert_eq!(same.code, Some(0), "{}", same.err);
    assert!(
        same.out.lines().all(|line| line.starts_with('#')),
        "{}",
        same.out
    );

    let more = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web-2, namespace: shop, labels: \
                {app: web}}\nspec: {containers: [{name: c, image: i}]}\nstatus: {podIP: 10.0.0.3}\n";
    let ran = emit(
        &["nftables", "--delta", text(&old)],
        &format!("{CLUSTER}{more}"),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let commands: Vec<_> = ran
        .out
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    // Which ruleset it is, and the address.
    let [
        old_id,
        new_id,
        "\ttype ipv6_addr",
        "\tcomment \"which ruleset this is\"",
        "}",
        command,
        "\t10.0.0.3,",
        "}",
    ] = commands.as_slice()
    else {
        panic!("{commands:?}")
    };
    let old_id = old_id.strip_prefix("create element inet netpolc ruleset_");
    let new_id = new_id.strip_prefix("create set inet netpolc ruleset_");
    let ids = old_id.zip(new_id).expect("two rulesets");
    let ids = ids.0.strip_suffix(" { :: }").zip(ids.1.strip_suffix(" {"));
    let (old_id, new_id) = ids.expect("as they are written");
    assert_eq!((old_id.len(), new_id.len()), (32, 32));
    assert_ne!(old_id, new_id);
    assert!(
        command.starts_with("add element inet netpolc p_"),
        "{command}"
    );

    // With a directory, the new ruleset is there for the next update.
    let again = ["nftables", "--delta", text(&old), "-o", text(&directory)];
    let both = emit(&again, &format!("{CLUSTER}{more}"));
    assert_eq!((both.code, &both.out), (Some(0), &ran.out), "{}", both.err);
    let next = emit(&again, &format!("{CLUSTER}{more}"));
    assert!(next.out.contains("# nothing changes"), "{}", next.out);
    assert_eq!(
        emit(&["nftables", "-o", text(&directory)], CLUSTER).code,
        Some(0)
    );

    let other = CLUSTER.replace("5432", "5433");
    let ran = emit(&["nftables", "--delta", text(&old)], &other);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err.contains("help: load the whole ruleset"),
        "{}",
        ran.err
    );
    let ran = emit(&["nftables", "--delta", "nowhere.nft"], CLUSTER);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("cannot read `nowhere.nft`"), "{}", ran.err);
    std::fs::remove_dir_all(directory).expect("it is there");
}

#[test]
fn the_files_of_iptables_are_written_to_a_directory() {
    let directory = directory("iptables");
    let ran = emit(&["iptables", "-o", text(&directory)], CLUSTER);
    assert_eq!(
        (ran.code, ran.err.as_str(), ran.out.as_str()),
        (Some(0), "", "")
    );
    let entries = std::fs::read_dir(&directory).expect("a directory");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "README.md",
            "install.sh",
            "rules.ipset",
            "rules.v4",
            "rules.v6"
        ]
    );
    let rules = std::fs::read_to_string(directory.join("rules.v4")).expect("rules");
    assert!(
        rules.contains("--comment \"shop/db ingress[0]\" -j RETURN"),
        "{rules}"
    );
    std::fs::remove_dir_all(directory).expect("it is there");

    let ran = emit(&["iptables"], CLUSTER);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
}

#[cfg(feature = "smt")]
#[test]
fn rulesets_are_certified_on_demand_and_where_ci_is_set() {
    let plain = emit(&["nftables"], CLUSTER);
    let certified = "certified: for the first packet of every TCP, UDP and SCTP connection that passes \
                     its hook, between any two addresses, the ruleset gives the verdict of the policies";
    let ran = emit(&["nftables", "--certify", "-v"], CLUSTER);
    assert_eq!((ran.code, &ran.out), (Some(0), &plain.out), "{}", ran.err);
    assert!(ran.err.contains(certified), "{}", ran.err);

    let directory = directory("certified");
    let ran = emit(
        &["iptables", "--certify", "-v", "-o", text(&directory)],
        CLUSTER,
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains(certified), "{}", ran.err);
    std::fs::remove_dir_all(directory).expect("it is there");

    let in_ci = |more: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        let arguments = ["emit", "nftables", "-v", "-f", "-"];
        command.env("CI", "true").args(arguments).args(more);
        finish(command, CLUSTER)
    };
    assert!(in_ci(&[]).err.contains(certified));
    assert!(!in_ci(&["--no-certify"]).err.contains(certified));
    assert!(!emit(&["nftables", "-v"], CLUSTER).err.contains(certified));
}

#[test]
fn a_ruleset_says_what_it_lacks() {
    let broken = CLUSTER.replace("  ingress:\n", "  policyTypes: [Ingres]\n  ingress:\n");
    let ran = emit(&["nftables", "--keep-going", "-q"], &broken);
    assert_eq!(ran.code, Some(3));
    let lacks = "left out because of problems: NetworkPolicy shop/db";
    assert!(ran.err.contains(lacks), "{}", ran.err);
    let second = ran.out.lines().nth(1);
    assert_eq!(second, Some(format!("# {lacks}").as_str()));
}

#[test]
fn files_of_others_are_not_replaced() {
    let directory = directory("others");
    std::fs::create_dir_all(&directory).expect("a directory");
    std::fs::write(directory.join("README.md"), "# My project\n").expect("a file");
    let ran = emit(&["nftables", "-o", text(&directory)], CLUSTER);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err
            .contains("README.md` exists and was not written by netpolc"),
        "{}",
        ran.err
    );
    let readme = std::fs::read_to_string(directory.join("README.md")).expect("a file");
    assert_eq!(readme, "# My project\n");
    std::fs::remove_dir_all(directory).expect("it is there");
}

#[test]
fn the_order_of_the_input_changes_nothing() {
    let mut documents: Vec<&str> = CLUSTER.split("---\n").collect();
    documents.reverse();
    let turned = documents.join("---\n");
    assert_eq!(
        emit(&["nftables"], &turned).out,
        emit(&["nftables"], CLUSTER).out
    );
}

#[test]
fn a_policy_cannot_write_rules_by_its_name() {
    let hostile = CLUSTER.replace(
        "{name: db, namespace: shop}\nspec:\n  podSel",
        "{name: 'x\"; counter accept comment \"pwn', namespace: shop}\nspec:\n  podSel",
    );
    assert_ne!(hostile, CLUSTER);
    let ran = emit(&["nftables"], &hostile);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    let ran = emit(&["nftables", "--keep-going"], &hostile);
    let mut rules = ran.out.lines().filter(|line| !line.starts_with('#'));
    assert!(rules.all(|line| !line.contains("pwn")), "{}", ran.out);
}
