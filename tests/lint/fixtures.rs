//! The manifests in `policies/lint`, a directory for each rule. A line of `bad….yaml` that a finding
//! of the rule begins in says so: `# expect: NP017 warning`. `good….yaml` gives no finding of the rule,
//! and none of any rule that makes a run fail. Settings stand in `netpolc.yaml` beside them.

use super::{lint, root};
use netpolc::diag::Severity;
use netpolc::input;
use netpolc::lint::{ALL, Report};
use netpolc::render::Look;
use netpolc::render::lint::{View, human};
use netpolc::settings::Settings;
use netpolc::source::SourceMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One rule's manifests whose names begin with `beginning`.
fn manifests(code: &str, beginning: &str) -> Vec<PathBuf> {
    let directory = root().join("policies/lint").join(code);
    let Ok(entries) = fs::read_dir(&directory) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(beginning) && !name.ends_with(".expect")
    });
    paths.sort();
    paths
}

/// What is known of the cluster of a rule's manifests.
fn settings(code: &str) -> Settings {
    let path = root().join("policies/lint").join(code).join("netpolc.yaml");
    if !path.exists() {
        return Settings::default();
    }
    let loaded =
        input::load_settings(&path, input::Limits::default(), &mut SourceMap::new()).unwrap();
    assert_eq!(loaded.findings, [], "{}", path.display());
    loaded.settings.unwrap()
}

/// The findings of one rule: `line code level`, sorted.
fn found(report: &Report, sources: &SourceMap, code: &str) -> Vec<String> {
    let of_rule = report.counted().filter(|it| it.rule.code == code);
    let mut lines: Vec<(usize, String)> = of_rule
        .map(|it| {
            let line = it.span().map_or(0, |span| sources.position(span).line);
            (line, format!("{line}: {code} {}", it.severity.name()))
        })
        .collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// What a manifest says will be found: `# expect: NP017 warning`, once for each finding.
fn expected(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let mut expected = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for expectation in line.split("# expect: ").skip(1) {
            expected.push(format!("{}: {}", index + 1, expectation.trim()));
        }
    }
    expected
}

#[test]
fn every_rule_finds_what_its_bad_manifests_say_and_nothing_else() {
    let mut complaints = String::new();
    for rule in ALL {
        let bad = manifests(rule.code, "bad");
        if bad.is_empty() {
            writeln!(complaints, "{}: no bad manifest", rule.code).unwrap();
        }
        for path in bad {
            let (report, sources) = lint(std::slice::from_ref(&path), &settings(rule.code), true);
            let (found, expected) = (found(&report, &sources, rule.code), expected(&path));
            if found != expected || expected.is_empty() {
                writeln!(
                    complaints,
                    "{}:\n  expected {expected:#?}\n  found {found:#?}",
                    path.display()
                )
                .unwrap();
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn good_manifests_give_no_finding_of_their_rule_and_none_that_makes_a_run_fail() {
    let mut complaints = String::new();
    for rule in ALL {
        let good = manifests(rule.code, "good");
        if good.is_empty() {
            writeln!(complaints, "{}: no good manifest", rule.code).unwrap();
        }
        for path in good {
            let (report, sources) = lint(std::slice::from_ref(&path), &settings(rule.code), true);
            for line in found(&report, &sources, rule.code) {
                writeln!(complaints, "{}:{line}", path.display()).unwrap();
            }
            let (report, sources) = lint(std::slice::from_ref(&path), &settings(rule.code), false);
            for finding in report.counted().filter(|it| it.severity > Severity::Note) {
                let line = finding.span().map_or(0, |span| sources.position(span).line);
                writeln!(
                    complaints,
                    "{}:{line}: {} {}: {}",
                    path.display(),
                    finding.rule.code,
                    finding.severity.name(),
                    finding.fact.message
                )
                .unwrap();
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn findings_look_like_this() {
    let look = Look {
        color: false,
        width: 100,
    };
    for rule in ALL {
        let mut text = String::new();
        for path in manifests(rule.code, "bad") {
            let (mut report, sources) =
                lint(std::slice::from_ref(&path), &settings(rule.code), true);
            report.findings.retain(|it| it.rule.code == rule.code);
            text.push_str(&human(&View::new(&report, &sources), look));
        }
        let text = text.replace(&format!("{}/", root().display()), "");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(root().join("snapshots/lint"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(rule.code.to_lowercase(), text));
    }
}
