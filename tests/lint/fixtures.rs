//! The manifests in `policies/lint`, a directory for each rule. A line of `bad….yaml` that a finding
//! of the rule begins in says so: `# expect: NP017 warning`. `good….yaml` gives no finding of the rule,
//! and none of any rule that makes a run fail. Settings stand in `netpolc.yaml` beside them.

use super::{lint, root};
use netpolc::diag::Severity;
use netpolc::input;
use netpolc::lint::{Report, Rule};
use netpolc::render::Look;
use netpolc::render::lint::{View, human};
use netpolc::settings::Settings;
use netpolc::source::SourceMap;
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

/// The findings of one rule: line, and `code level`.
fn found(report: &Report, sources: &SourceMap, code: &str) -> Vec<(usize, String)> {
    let of_rule = report.counted().filter(|it| it.rule.code == code);
    let mut lines: Vec<_> = of_rule
        .map(|it| {
            let line = it.span().map_or(0, |span| sources.position(span).line);
            (line, format!("{code} {}", it.severity.name()))
        })
        .collect();
    lines.sort();
    lines
}

/// What a manifest says will be found: `# expect: NP017 warning`, once for each finding.
fn expected(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = (1..).zip(text.lines());
    let expected = lines.flat_map(|(number, line)| {
        let all = line.split("# expect: ").skip(1);
        all.map(move |it| (number, it.trim().to_owned()))
    });
    expected.collect()
}

/// A path from the root of the package.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Fails with all complaints, and where the rule and the command are.
#[track_caller]
fn check(rule: &Rule, complaints: &[String], manifests: &str) {
    let (code, name) = (rule.code, rule.name);
    let file = name.replace('-', "_");
    assert!(
        complaints.is_empty(),
        "{code} {name} (src/lint/rules/{file}.rs) and its {manifests} manifests do not agree:\n{}\n\
         see what it finds: netpolc lint --strict --only {code} policies/lint/{code}",
        complaints.join("\n")
    );
}

/// The rule finds what its bad manifests say and nothing else.
pub(crate) fn bad(rule: &Rule) {
    let mut complaints = Vec::new();
    let bad = manifests(rule.code, "bad");
    if bad.is_empty() {
        complaints.push(format!("policies/lint/{}/bad.yaml is missing", rule.code));
    }
    for path in bad {
        let (report, sources) = lint(std::slice::from_ref(&path), &settings(rule.code), true);
        let (found, expected) = (found(&report, &sources, rule.code), expected(&path));
        let path = shown(&path);
        if expected.is_empty() {
            complaints.push(format!(
                "{path}: no line says `# expect: {} LEVEL`",
                rule.code
            ));
        }
        let more = |a: &[(usize, String)], b: &[(usize, String)], says: &str| {
            let only = a.iter().filter(|it| !b.contains(it));
            let only = only.map(|(line, what)| format!("{path}:{line}: {what}: {says}"));
            only.collect::<Vec<_>>()
        };
        complaints.extend(more(&expected, &found, "expected, and not found"));
        complaints.extend(more(&found, &expected, "found, and not expected"));
        if found.len() != expected.len() && complaints.is_empty() {
            let (found, expected) = (found.len(), expected.len());
            complaints.push(format!(
                "{path}: {expected} expected, {found} found, some twice"
            ));
        }
    }
    check(rule, &complaints, "bad");
}

/// The good manifests give no finding of their rule, and none that makes a run fail.
pub(crate) fn good(rule: &Rule) {
    let mut complaints = Vec::new();
    let good = manifests(rule.code, "good");
    if good.is_empty() {
        complaints.push(format!("policies/lint/{}/good.yaml is missing", rule.code));
    }
    for path in good {
        let paths = std::slice::from_ref(&path);
        let (strict, usual) = (
            lint(paths, &settings(rule.code), true),
            lint(paths, &settings(rule.code), false),
        );
        let own = strict.0.counted().filter(|it| it.rule.code == rule.code);
        let own = own.map(|it| (it, &strict.1));
        let grave = usual.0.counted().filter(|it| it.severity > Severity::Note);
        let grave = grave.map(|it| (it, &usual.1));
        complaints.extend(own.chain(grave).map(|(it, sources)| {
            let line = it.span().map_or(0, |span| sources.position(span).line);
            let (code, level, said) = (it.rule.code, it.severity.name(), &it.fact.message);
            format!(
                "{}:{line}: {code} {level}, in a good manifest: {said}",
                shown(&path)
            )
        }));
    }
    check(rule, &complaints, "good");
}

/// The findings in the bad manifests look as they did.
pub(crate) fn looks(rule: &Rule) {
    let look = Look {
        color: false,
        width: 100,
    };
    let mut text = String::new();
    for path in manifests(rule.code, "bad") {
        let (mut report, sources) = lint(std::slice::from_ref(&path), &settings(rule.code), true);
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
