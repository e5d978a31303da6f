//! What is told of the cluster beside its manifests, in a settings file and by `--cni`.

use super::manifests::PLAIN;
use super::{MODES, Scratch};
use std::fs;

/// A settings file counts for every verb, where it lies and where it is named.
#[test]
fn a_settings_file_counts_for_every_verb() {
    let head = "apiVersion: netpolc/v1\nkind: Settings\n";
    for (name, verb, asked) in &MODES {
        let scratch = Scratch::new(&format!("told-{}", name.replace(' ', "-")));
        let stream = *name == "lint a stream";
        let input: &[&str] = match (stream, *name) {
            (true, _) => &[],
            (false, "lint") => &["plain.yaml"],
            _ => &["-f", "plain.yaml"],
        };
        let text = if stream { PLAIN } else { "" };
        let run = |more: &[&str]| scratch.run(&[*verb, asked, more, input].concat(), false, text);
        let plain = run(&[]);
        fs::write(
            scratch.0.join("netpolc.yaml"),
            format!("{head}cni: detect\n"),
        )
        .expect("the directory is writable");
        let noted = "note: which network plugin there is, is not known";
        let found = run(&[]);
        assert!(found.err.contains(noted), "{name}: {}", found.err);
        assert!(!plain.err.contains(noted), "{name}: {}", plain.err);
        let none = run(&["--config", "none"]);
        assert_eq!((none.code, none.err), (plain.code, plain.err), "{name}");
        // What is typed comes before what is written.
        let typed = run(&["--cni", "spec"]);
        assert!(!typed.err.contains(noted), "{name}: {}", typed.err);
        fs::write(
            scratch.0.join("netpolc.yaml"),
            format!("{head}cni: calcio\n"),
        )
        .expect("the directory is writable");
        let wrong = run(&[]);
        assert_eq!(wrong.code, Some(2), "{name}");
        assert!(
            wrong.err.contains("did you mean `calico`?"),
            "{name}: {}",
            wrong.err
        );
    }
}

#[test]
fn only_can_takes_several_plugins() {
    for (name, verb, asked) in &MODES {
        let scratch = Scratch::new(&format!("several-{}", name.replace(' ', "-")));
        let input: &[&str] = if verb[0] == "lint" {
            &["plain.yaml"]
        } else {
            &["-f", "plain.yaml"]
        };
        let asked = if *name == "lint a stream" {
            &[][..]
        } else {
            asked
        };
        let ran = scratch.run(
            &[*verb, asked, &["--cni", "calico,cilium"], input].concat(),
            false,
            "",
        );
        if *name == "can" {
            assert!(
                ran.out.contains("\ncalico: ") && ran.out.contains("\ncilium: "),
                "{}",
                ran.out
            );
        } else {
            assert_eq!(ran.code, Some(2), "{name}");
            assert!(
                ran.err.contains("`--cni` takes one plugin here"),
                "{name}: {}",
                ran.err
            );
        }
    }
}

/// Where pods have their addresses, proofs about pods that could be created go by it.
#[test]
fn proofs_go_by_the_ranges_of_pods() {
    let scratch = Scratch::new("ranges");
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db}\nspec:\n  \
                  podSelector: {}\n  ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]\n";
    fs::write(scratch.0.join("only.yaml"), policy).expect("the directory is writable");
    let claim = [
        "prove",
        "--from",
        "pods",
        "--to",
        "ns/default",
        "--expect",
        "denied",
        "-f",
    ];
    let run = || scratch.run(&[&claim[..], &["only.yaml"]].concat(), false, "");
    assert_eq!(run().code, Some(3), "their addresses are not known");
    let settings = "apiVersion: netpolc/v1\nkind: Settings\npodCIDRs: [10.244.0.0/16]\n";
    fs::write(scratch.0.join("netpolc.yaml"), settings).expect("the directory is writable");
    let found = run();
    assert_eq!(found.code, Some(0), "{}{}", found.out, found.err);
}

/// What is not known of a plugin is no reason to call anything refused.
#[test]
fn lint_concludes_nothing_from_what_is_open() {
    let scratch = Scratch::new("open");
    let workload = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: \
             {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: \
             [{{name: c, image: c, ports: [{{containerPort: 3868, protocol: SCTP}}]}}]}}\n---\n"
        )
    };
    let rest = "apiVersion: v1\nkind: Service\nmetadata: {name: hss}\nspec: {selector: {app: hss}, ports: [{port: \
                3868, protocol: SCTP}]}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: \
                {name: hss}\nspec:\n  podSelector: {matchLabels: {app: hss}}\n  policyTypes: [Ingress]\n  ingress: \
                [{from: [{podSelector: {matchLabels: {app: mme}}}], ports: [{port: 3868, protocol: SCTP}]}]\n";
    let text = [workload("hss"), workload("mme"), rest.to_owned()].concat();
    fs::write(scratch.0.join("sctp.yaml"), text).expect("the directory is writable");
    let lint = [
        "lint",
        "--inventory",
        "complete",
        "--strict",
        "-o",
        "concise",
        "sctp.yaml",
    ];
    let run = |more: &[&str]| scratch.run(&[&lint[..], more].concat(), false, "").out;
    let (spec, weave) = (run(&[]), run(&["--cni", "weave"]));
    assert!(
        !spec.contains("NP064") && !weave.contains("NP064"),
        "{weave}"
    );
    assert!(
        !spec.contains("NP082") && weave.contains("NP082"),
        "{weave}"
    );
}
