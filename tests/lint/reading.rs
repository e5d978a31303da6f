//! What was found while manifests were read: its object, its field, and the change that repairs it.

use super::{lint, lint_text, load, root};
use netpolc::diag::Severity;
use netpolc::lint::{Found, Report};
use netpolc::settings::Settings;
use std::fs;
use std::path::PathBuf;

/// A directory with these files.
fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("netpolc-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    for (name, text) in files {
        let file = path.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    path
}

/// The findings about a text, and what of it would be changed unasked.
fn of_text(text: &str) -> (Report, Vec<String>) {
    let (report, _) = lint_text(text);
    let fixes = report.findings.iter().filter_map(|it| it.fact.fix.as_ref());
    let edits = fixes.filter(|fix| fix.safe).flat_map(|fix| &fix.edits);
    let edits = edits.map(|edit| edit.text.clone()).collect();
    (report, edits)
}

/// A policy that is refused for a label, with one peer.
fn refused(peer: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: db, namespace: shop, labels: {{version: 1.10}}}}
spec:
  podSelector: {{matchLabels: {{app: db}}}}
  policyTypes: [Ingress]
  ingress: [{{from: [{peer}]}}]
"
    )
}

/// The findings about one of the bad manifests, with texts of what is changed and by what.
fn found(path: &str) -> (Vec<Found>, Vec<(String, String)>) {
    let path = root().join("policies/lint").join(path);
    let (report, sources) = lint(&[path], &Settings::default(), false);
    let fixes = report.findings.iter().filter_map(|it| it.fact.fix.as_ref());
    let edits = fixes.filter(|fix| fix.safe).flat_map(|fix| &fix.edits);
    let edits = edits
        .map(|edit| (sources.text(edit.span).to_owned(), edit.text.clone()))
        .collect();
    (report.findings, edits)
}

fn pairs(edits: &[(String, String)]) -> Vec<(&str, &str)> {
    edits
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect()
}

#[test]
fn labels_and_versions_can_be_repaired_unasked() {
    let (findings, edits) = found("NP004/bad.yaml");
    assert_eq!(
        pairs(&edits),
        [
            ("1.10", "\"1.10\""),
            ("yes", "\"yes\""),
            ("010", "\"010\""),
            ("1e3", "\"1e3\""),
            ("on", "\"on\""),
            ("no", "\"no\""),
            ("true", "\"true\""),
        ]
    );
    let first = &findings[0].fact;
    assert_eq!(first.object.to_string(), "NetworkPolicy shop/db");
    assert_eq!(first.path, "metadata.labels.version");
    assert_eq!(
        first.meaning.as_deref(),
        Some("the API server refuses the object")
    );
    let (_, edits) = found("NP006/bad.yaml");
    assert_eq!(
        pairs(&edits),
        [("extensions/v1beta1", "networking.k8s.io/v1")]
    );
}

#[test]
fn a_field_that_begins_to_count_is_not_repaired_unasked() {
    let (findings, edits) = found("NP002/bad.yaml");
    assert_eq!(pairs(&edits), []);
    let fixes = findings.iter().filter_map(|it| it.fact.fix.as_ref());
    assert_eq!(fixes.flat_map(|fix| &fix.edits).count(), 2);
}

#[test]
fn a_refused_policy_does_not_come_into_force_without_what_it_says() {
    let (_, edits) = of_text(&refused("{namespaceselector: {matchlabels: {team: a}}}"));
    assert_eq!(edits, ["\"1.10\"", "namespaceSelector", "matchLabels"]);
    for peer in [
        "{namespaceselector: {matchlabels: {team: a}, team: b}}",
        "{namespaceSelector: {matchlabels: {team: a}, team: b}}",
        "{podselector: {matchLabels: {a: b}}, podSelctor: {matchLabels: {a: c}}}",
        "{podSelector: {matchLabels: {a: b}, matchLabels: {a: c}}}",
    ] {
        let (_, edits) = of_text(&refused(peer));
        assert_eq!(edits, [""; 0], "{peer}");
    }
}

/// The codes of what is found in a policy.
fn codes(spec: &str) -> Vec<&'static str> {
    let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db}\n";
    let (report, _) = of_text(&format!("{head}spec: {{podSelector: {{}}, {spec}}}\n"));
    report.findings.iter().map(|it| it.rule.code).collect()
}

#[test]
fn one_mistake_is_told_once() {
    for (spec, expected) in [
        ("policyTypes: [ingress], ingress: [{}]", "NP001"),
        ("ingress: [{from: [{ipBlock: 10.0.0.0/8}]}]", "NP001"),
        ("ingress: [{from: [{cidr: 10.0.0.0/8}]}]", "NP002"),
        (
            "ingress: [{from: [{ipBlock: {cird: 10.0.0.0/8}}]}]",
            "NP002",
        ),
        ("ingress: [{from: [{namespaceselector: {}}]}]", "NP002"),
        ("ingress: [{ports: [{prot: 80, endPort: 90}]}]", "NP002"),
        (
            "ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: In, value: [b]}]}}]}]",
            "NP002",
        ),
    ] {
        assert_eq!(codes(spec), [expected], "{spec}");
    }
    let empty = codes("policyTypes: [], egress: []");
    assert!(empty.contains(&"NP012"), "{empty:?}");
    assert!(!empty.contains(&"NP010"), "{empty:?}");
}

#[test]
fn what_an_anchor_holds_is_told_once() {
    let codes = codes(
        "policyTypes: [Ingress, Egress], ingress: [{from: &peers [{ipBlock: {cidr: 10.0.0.5/8}}]}], egress: [{to: *peers }]",
    );
    let found = codes.iter().filter(|code| **code == "NP040");
    assert_eq!(found.count(), 1, "{codes:?}");
}

#[test]
fn what_was_meant_is_not_guessed() {
    for path in [
        "NP003/bad.yaml",
        "NP008/bad.yaml",
        "NP009/bad.yaml",
        "NP011/bad.yaml",
    ] {
        assert_eq!(found(path).1, [], "{path}");
    }
}

#[test]
fn a_policy_whose_kind_is_misspelt_is_none() {
    let (findings, _) = found("NP001/bad.yaml");
    let kind = findings
        .iter()
        .find(|it| it.fact.message.contains("NetworkPolcy"));
    assert_eq!(kind.unwrap().severity, Severity::Error);
}

/// A whole policy, and a part of it.
const WHOLE: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]}
";
const PART: &str = "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec: {ingress: [{from: [{podSelector: {}}]}]}
";

#[test]
fn patches_of_kustomizations_are_not_read_from_directories() {
    let files = [
        ("base/kustomization.yaml", "resources: [db.yaml]\n"),
        ("base/db.yaml", WHOLE),
        (
            "prod/kustomization.yml",
            "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        ),
        ("prod/patch.yaml", PART),
        ("test/Kustomization", "patchesStrategicMerge: [p/db.yaml]\n"),
        ("test/p/db.yaml", PART),
    ];
    let path = directory("kustomize", &files);
    let read = load(std::slice::from_ref(&path));
    assert_eq!(read.findings, []);
    assert_eq!(read.objects.policies.len(), 1);
    let note = read.patches_note().unwrap();
    let shown = format!("{}/prod/patch.yaml and 1 more: patches", path.display());
    assert!(note.starts_with(&shown), "{note}");
    let read = load(&[path.join("prod/patch.yaml")]);
    assert_eq!(read.objects.policies.len(), 1);
    assert_eq!(read.patches_note(), None);
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn one_name_in_two_directories_may_be_two_environments() {
    let path = directory(
        "overlays",
        &[("prod/db.yaml", WHOLE), ("test/db.yaml", PART)],
    );
    let read = load(std::slice::from_ref(&path));
    fs::remove_dir_all(path).unwrap();
    let duplicate = read
        .findings
        .iter()
        .find(|it| it.rule == "duplicate-object");
    let help = duplicate.and_then(|it| it.help.as_deref()).unwrap();
    assert!(help.ends_with("the output of `kustomize build`"), "{help}");
    let alone = load(&[root().join("policies/lint/NP008/bad.yaml")]);
    assert_eq!(
        alone.findings[0].help.as_deref(),
        Some("remove one of them")
    );
}
