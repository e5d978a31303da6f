//! What was found while manifests were read: its object, its field, and the change that repairs it.

use super::{lint, root};
use netpolc::diag::Severity;
use netpolc::lint::Found;
use netpolc::settings::Settings;

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
fn what_is_no_policy_is_as_bad_as_its_reader_says() {
    let (findings, _) = found("NP001/bad.yaml");
    let kind = findings
        .iter()
        .find(|it| it.fact.message.contains("NetworkPolcy"));
    assert_eq!(kind.unwrap().severity, Severity::Warning);
}
