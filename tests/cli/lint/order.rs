//! In which order findings are told, what is folded, and what is said at the end.

use super::Repository;
use std::fmt::Write as _;

/// Workloads of one namespace, of which no policy isolates any, and an error in a file after them.
fn shop(repository: &Repository) {
    let mut text = String::new();
    for name in ["web", "api"] {
        let _ = write!(
            text,
            "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, image: registry.example/{name}}}]}}
"
        );
    }
    repository.write("a.yaml", &text);
    repository.write(
        "b.yaml",
        "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dead, namespace: shop}
spec:
  podSelector: {matchLabels: {app: gone}}
  policyTypes: [Ingress]
  egress: [{to: [{podSelector: {}}]}]
",
    );
}

/// The rules of human output, in their order.
fn titles(out: &str) -> Vec<&str> {
    let lines = out.lines().filter(|line| line.starts_with("NP"));
    lines.filter_map(|line| line.split(' ').next()).collect()
}

#[test]
fn the_worst_comes_first_unless_the_order_of_files_is_asked_for() {
    let repository = Repository::new("order");
    shop(&repository);
    let usual = repository.lint(&["."]);
    assert_eq!(titles(&usual.out), ["NP011", "NP062", "NP062", "NP020"]);
    let told = repository.lint(&["--sort", "severity", "."]);
    assert_eq!(told.out, usual.out);
    let of_files = repository.lint(&["--sort", "file", "."]);
    assert_eq!(titles(&of_files.out), ["NP062", "NP062", "NP020", "NP011"]);
    let concise = repository.lint(&["--sort", "file", "-o", "concise", "."]);
    assert_eq!(concise.code, Some(2), "{}", concise.err);
    assert!(
        concise.err.contains("`--sort` orders human output"),
        "{}",
        concise.err
    );
}

#[test]
fn what_a_complete_inventory_would_add_is_said_at_the_end() {
    let repository = Repository::new("added");
    shop(&repository);
    let ran = repository.lint(&["."]);
    let line = "if the input is all there is, say so: `--inventory complete` would add 1 error and 2 warnings";
    assert!(ran.err.contains(line), "{}", ran.err);
    let complete = repository.lint(&["--inventory", "complete", "."]);
    assert!(
        complete.err.starts_with("2 errors, 2 warnings"),
        "{}",
        complete.err
    );
    for arguments in [&["--inventory", "partial", "."][..], &["-q", "."]] {
        let ran = repository.lint(arguments);
        assert!(!ran.err.contains("would add"), "{}", ran.err);
    }
}

#[test]
fn what_is_said_of_an_absence_holds_for_what_was_read() {
    let repository = Repository::new("read");
    shop(&repository);
    let ran = repository.lint(&["--only", "NP020", "-o", "concise", "."]);
    let partial = "no pod of namespace `shop` in the input has `app=gone`";
    assert!(ran.out.contains(partial), "{}", ran.out);
    let ran = repository.lint(&[
        "--only",
        "NP020",
        "-o",
        "concise",
        "--inventory",
        "complete",
        ".",
    ]);
    assert!(
        ran.out
            .contains("no pod of namespace `shop` has `app=gone`"),
        "{}",
        ran.out
    );
}

#[test]
fn many_findings_of_a_rule_are_told_in_full_a_few_times() {
    let repository = Repository::new("folded");
    let mut text = String::new();
    for number in 0..40 {
        let _ = write!(
            text,
            "---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p{number}, namespace: shop}}
spec: {{podSelector: {{}}, policyTypes: [Ingress], ingress: [{{from: []}}]}}
"
        );
    }
    repository.write("a.yaml", &text);
    let lint =
        |arguments: &[&str]| repository.lint(&[arguments, &["--only", "NP014", "a.yaml"]].concat());
    let ran = lint(&[]);
    assert_eq!(titles(&ran.out).len(), 3);
    let lines = ran.out.lines().filter(|line| line.starts_with("  a.yaml:"));
    assert_eq!(lines.count(), 30);
    assert!(
        ran.out
            .contains("\n37 more findings of NP014 empty-peer-list:\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\n  and 7 more; `-o concise` lists all\n"),
        "{}",
        ran.out
    );
    assert_eq!(titles(&lint(&["--sort", "file"]).out).len(), 40);
    assert_eq!(lint(&["-o", "concise"]).out.lines().count(), 40);
}

/// What Helm makes manifests of.
const TEMPLATE: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include \"tool.labels\" . | nindent 4 }}
spec: {podSelector: {}}
";

#[test]
fn a_chart_beside_manifests_is_one_note() {
    let repository = Repository::new("chart");
    for chart in ["charts/tool", "charts/tool/charts/inner"] {
        repository.write(
            &format!("{chart}/Chart.yaml"),
            "apiVersion: v2\nname: tool\n",
        );
        for name in ["a", "b"] {
            repository.write(&format!("{chart}/templates/{name}.yaml"), TEMPLATE);
        }
    }
    let alone = repository.lint(&["-o", "concise", "."]);
    assert_eq!(
        alone.code,
        Some(1),
        "there is nothing else to check: {}",
        alone.out
    );
    assert!(
        alone.out.lines().all(|line| line.contains(": error: ")),
        "{}",
        alone.out
    );

    shop(&repository);
    let ran = repository.lint(&["--only", "NP009", "-o", "concise", "."]);
    assert_eq!(
        ran.out,
        "./charts/tool/charts/inner/templates/a.yaml:6:5: note: the chart `./charts/tool` is not rendered: \
         4 of its templates are not read [NP009 unrendered-template]\n"
    );
    let told = repository.lint(&["--level", "NP009=error", "-o", "concise", "."]);
    assert!(
        told.out
            .contains("a.yaml:6:5: error: the chart `./charts/tool`"),
        "{}",
        told.out
    );
    // A template that is named is what is to be checked.
    let named = repository.lint(&["-o", "concise", "a.yaml", "charts/tool/templates/a.yaml"]);
    assert!(
        named.out.contains("error: this template was not rendered"),
        "{}",
        named.out
    );
    // What stands outside of templates is a manifest like others.
    repository.write("charts/tool/crds/x.yaml", TEMPLATE);
    let ran = repository.lint(&["-o", "concise", "."]);
    assert!(
        ran.out.contains("crds/x.yaml:6:5: error: this template"),
        "{}",
        ran.out
    );
}

#[test]
fn bases_of_their_own_may_be_for_a_namespace_each() {
    let repository = Repository::new("bases");
    let policy = |port: u16, namespace: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: web{namespace}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress], ingress: [{{ports: [{{protocol: TCP, port: {port}}}]}}]}}
"
        )
    };
    repository.write("one/policy.yaml", &policy(80, ""));
    repository.write("other/policy.yaml", &policy(443, ""));
    let ran = repository.lint(&["--only", "NP008", "-o", "concise", "."]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(
        ran.out
            .contains(": note: `NetworkPolicy default/web` is defined twice"),
        "{}",
        ran.out
    );
    // Of one directory, or of one namespace, they are one object.
    for (path, namespace) in [
        ("one/again.yaml", ""),
        ("other/policy.yaml", ", namespace: shop"),
    ] {
        let repository = Repository::new("twice");
        repository.write("one/policy.yaml", &policy(80, namespace));
        repository.write(path, &policy(443, namespace));
        let ran = repository.lint(&["--only", "NP008", "-o", "concise", "."]);
        assert_eq!(ran.code, Some(1), "{}", ran.out);
    }
}
