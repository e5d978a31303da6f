//! The manifests of the project itself: the sample application, the snapshot and the recipes. What is
//! found there is listed here, each with the reason why it is right.

use super::{lint, root};
use netpolc::diag::Severity;
use netpolc::settings::{Settings, Told};
use std::fs;
use std::path::{Path, PathBuf};

/// Errors and warnings: the place, the rule, and why an expert would agree.
const RIGHT: [(&str, &str); 5] = [
    // One of the three mistakes that the sample was given on purpose: one dash too many.
    ("shop/payments/ledger.yaml:63", "NP017 warning"),
    // The recipe closes egress but for one port of one application, and so DNS.
    ("recipes/18-both-sides/manifest.yaml:75", "NP050 error"),
    // `reader` has no policy; and the address of a pod is in a policy until the pod is replaced.
    ("snapshot/workloads.yaml:168", "NP062 warning"),
    ("snapshot/cluster.yaml:786", "NP043 warning"),
    // Port 53 over UDP alone.
    ("snapshot/cluster.yaml:730", "NP051 warning"),
];

/// The directories that are one cluster each.
fn clusters() -> Vec<PathBuf> {
    let policies = root().join("policies");
    let mut clusters = vec![policies.join("shop"), policies.join("snapshot")];
    let recipes = fs::read_dir(policies.join("recipes")).unwrap();
    clusters.extend(
        recipes
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir()),
    );
    clusters.sort();
    clusters
}

/// Errors and warnings about one cluster.
fn found(cluster: &Path, settings: &Settings) -> Vec<(String, String)> {
    let (report, sources) = lint(&[cluster.to_owned()], settings, false);
    let counted = report.counted().filter(|it| it.severity > Severity::Note);
    let place = |place: String| {
        let policies = format!("{}/policies/", root().display());
        place.replace(&policies, "")
    };
    counted
        .map(|it| {
            let line = it
                .span()
                .map_or_else(String::new, |span| sources.line(span));
            (
                place(line),
                format!("{} {}", it.rule.code, it.severity.name()),
            )
        })
        .collect()
}

#[test]
fn errors_and_warnings_about_the_manifests_of_the_project_are_right() {
    let all = clusters();
    let all = all.iter().flat_map(|it| found(it, &Settings::default()));
    let right = RIGHT.map(|(place, rule)| (place.to_owned(), rule.to_owned()));
    let mut all: Vec<_> = all.collect();
    all.sort();
    all.dedup();
    let mut right = right.to_vec();
    right.sort();
    assert_eq!(all, right);
}

#[test]
fn whatever_is_read_is_checked_without_a_panic_and_every_place_is_in_a_text() {
    let settings = Settings {
        inventory: Told::Complete,
        ..Settings::default()
    };
    let bad = root().join("tests/bad");
    let policies = root().join("policies");
    let (report, sources) = lint(&[bad, policies], &settings, true);
    assert!(report.findings.len() > 100, "{}", report.findings.len());
    for finding in &report.findings {
        for label in &finding.fact.labels {
            let text = sources.get(label.span.file).text();
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(
                text.is_empty() || text.get(start..end).is_some(),
                "{}",
                finding.fact.message
            );
        }
    }
}
