//! `diff`: what two sets of manifests allow otherwise, and what causes it.

use super::{Ran, command, finish};
use std::fs;
use std::path::PathBuf;

/// A directory with both sides; gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, old: &str, new: &str) -> Self {
        let name = format!("netpolc-diff-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a directory for this test");
        fs::write(path.join("old.yaml"), old).expect("it is writable");
        fs::write(path.join("new.yaml"), new).expect("it is writable");
        fs::write(path.join("pods.yaml"), PODS).expect("it is writable");
        Self(path)
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.current_dir(&self.0).args(arguments);
        finish(command, stdin)
    }

    /// Both sides with the same pods, and what is asked beside.
    fn diff(&self, more: &[&str]) -> Ran {
        let sides = ["diff", "old.yaml", "new.yaml", "-f", "pods.yaml"];
        self.run(&[&sides, more].concat(), "")
    }

    /// What the lines of both sides differ in.
    fn txt(&self) -> Ran {
        self.diff(&["-o", "txt"])
    }

    fn text(&self) -> String {
        self.diff(&[]).out
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const PODS: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, image: a}]}
status: {podIP: 10.1.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: a, image: a}]}
status: {podIP: 10.1.0.2}
";

/// Only `web` reaches `db`, on one port.
const WEB: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
";

fn with(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old}");
    text.replace(old, new)
}

#[test]
fn a_rule_that_changed_is_told_by_both_lines() {
    let new = with(WEB, "port: 5432", "port: 5433");
    let here = Scratch::new("changed", WEB, &new);
    let ran = here.txt();
    assert_eq!(
        (ran.code, &*ran.out),
        (
            Some(1),
            "~ shop/web[Pod] => shop/db[Pod] : TCP 5432 -> TCP 5433\n"
        )
    );
    let told = here.text();
    let expected = "1 changed\n\nrule 1 of shop/db was changed (old.yaml:7, new.yaml:7)\n  ~ shop/web[Pod] => shop/db[Pod] : TCP 5432 -> TCP 5433\n";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn what_opens_to_addresses_outside_is_counted() {
    let new = format!("{WEB}  - from: [{{ipBlock: {{cidr: 0.0.0.0/1}}}}]\n");
    let here = Scratch::new("internet", WEB, &new);
    let told = here.text();
    let expected = "\
1 opened, 1 changed
opened to the internet: 1

rule 2 of shop/db was added (new.yaml:9)
  + 0.0.0.0-127.255.255.255[External] => shop/db[Pod] : All Connections
  ~ shop/web[Pod] => shop/db[Pod] : TCP 5432 -> All Connections
";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn a_selector_that_selects_no_more_is_the_cause() {
    let new = with(
        WEB,
        "podSelector: {matchLabels: {app: db}}",
        "podSelector: {matchLabels: {app: d}}",
    );
    let here = Scratch::new("selects", WEB, &new);
    let told = here.text();
    let cause = "\nshop/db no longer selects shop/db[Pod] for ingress (old.yaml:5, new.yaml:5)\n";
    assert!(told.contains(cause), "{told}");
}

#[test]
fn only_what_is_asked_fails_a_run() {
    let new = format!("{WEB}---\n{}", with(WEB, "name: db,", "name: more,"));
    let here = Scratch::new("fail-on", &new, &with(WEB, "port: 5432", "port: 5433"));
    for (what, code) in [("any", 1), ("opened", 1), ("closed", 1), ("changed", 1)] {
        let ran = here.diff(&["--fail-on", what]);
        assert_eq!(ran.code, Some(code), "{what}");
    }
    let here = Scratch::new("fail-on-closed", "", WEB);
    fs::write(here.0.join("old.yaml"), PODS).expect("it is writable");
    for (what, code) in [("any", 1), ("opened", 0), ("closed", 1)] {
        let ran = here.diff(&["--fail-on", what]);
        assert_eq!(ran.code, Some(code), "{what}");
    }
}

#[test]
fn the_same_in_other_words_is_no_change() {
    let new = with(
        WEB,
        "[{port: 5432}]",
        "[{port: 5432, protocol: TCP}, {port: 5432}]",
    );
    let here = Scratch::new("same", WEB, &new);
    let ran = here.txt();
    assert_eq!((ran.code, &*ran.out), (Some(0), "no connectivity change\n"));
}

#[test]
fn one_side_may_be_the_standard_input() {
    let here = Scratch::new("stdin", WEB, WEB);
    let ran = here.run(
        &["diff", "-", "new.yaml", "-f", "pods.yaml", "-o", "txt"],
        WEB,
    );
    assert_eq!((ran.code, &*ran.out), (Some(0), "no connectivity change\n"));
    let ran = here.run(&["diff", "-", "-", "-f", "pods.yaml"], WEB);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("standard input can be read only once"),
        "{}",
        ran.err
    );
}

#[test]
fn a_side_without_objects_is_named() {
    let here = Scratch::new("empty", WEB, WEB);
    fs::create_dir_all(here.0.join("none")).expect("a directory");
    let ran = here.run(&["diff", "old.yaml", "none", "-f", "pods.yaml"], "");
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("no Kubernetes object is in NEW (none)"),
        "{}",
        ran.err
    );
    let ran = here.run(&["diff", "old.yaml"], "");
    assert_eq!(ran.code, Some(2));
}

#[test]
fn names_of_manifests_stay_text_in_a_comment() {
    let new = with(WEB, "name: db,", "name: \"</details>`x`\",");
    let here = Scratch::new("hostile", WEB, &new);
    let ran = here.diff(&["-o", "md", "--keep-going"]);
    assert!(
        ran.out
            .starts_with("<!-- netpolc-diff -->\n**Network policies: "),
        "{}",
        ran.out
    );
    let ends = ran.out.matches("</details>").count();
    assert_eq!(ends, ran.out.matches("<details>").count(), "{}", ran.out);
}
