//! Reports of lint are as their schemas say: ours, that of SARIF, and that of GitLab.

use super::validator::{Validator, items, number};
use super::{closed, root, schema};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn foreign(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("tests/schema").join(name)).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

/// The directories of all rules, and a stream that is rendered from a chart.
fn inputs() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("policies/lint")).expect("rules");
    let mut inputs: Vec<PathBuf> = entries.map(|it| it.expect("a rule").path()).collect();
    inputs.push(root().join("policies/shop"));
    inputs.push("-".into());
    inputs.sort();
    inputs
}

fn report(format: &str, input: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netpolc"));
    command
        .current_dir(root())
        .args([
            "lint",
            "--strict",
            "--config",
            "none",
            "--inventory",
            "complete",
        ])
        .args(["-q", "-o", format])
        .arg(input)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let chart = std::fs::read(root().join("tests/fixtures/lint/rendered.yaml")).expect("a chart");
    // Only one of the inputs is this one.
    let _ = child.stdin.take().expect("a pipe").write_all(&chart);
    let output = child.wait_with_output().expect("the command ends");
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "{}", input.display());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn sarif_is_as_its_schema_and_github_demand() {
    let schema = foreign("sarif-2.1.0.json");
    let mut results = 0;
    for input in inputs() {
        let report = report("sarif", &input);
        assert_eq!(Validator::faults(&schema, &report), [""; 0], "{input:?}");
        let run = &report["runs"][0];
        let rules = items(&run["tool"]["driver"]["rules"]);
        for rule in rules {
            let description = rule["fullDescription"]["text"].as_str().expect("text");
            assert!((1..=1024).contains(&description.len()), "{rule}");
            assert!(rule["help"]["markdown"].is_string(), "{rule}");
        }
        for result in items(&run["results"]) {
            results += 1;
            let index = usize::try_from(number(&result["ruleIndex"])).expect("an index");
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(!uri.starts_with("file:") && !uri.is_empty(), "{uri}");
            let region = &place["region"];
            let at = |line: &str, column: &str| (number(&region[line]), number(&region[column]));
            assert!(
                at("startLine", "startColumn") <= at("endLine", "endColumn"),
                "{result}"
            );
        }
    }
    assert!(results > 100, "{results}");
}

#[test]
fn gitlab_reports_are_as_gitlab_says() {
    let schema = foreign("gitlab.json");
    for input in inputs() {
        let report = report("gitlab", &input);
        assert_eq!(Validator::faults(&schema, &report), [""; 0], "{input:?}");
        let mut all: Vec<&str> = items(&report)
            .iter()
            .filter_map(|it| it["fingerprint"].as_str())
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        // GitLab shows one of those that are alike.
        assert_eq!(all.len(), count);
    }
}

#[test]
fn our_reports_are_as_our_schema_says() {
    let schema = schema("lint.json");
    let mut with = [0; 4];
    for input in inputs() {
        let report = report("json", &input);
        assert_eq!(Validator::faults(&schema, &report), [""; 0], "{input:?}");
        closed(&schema, &schema, &report);
        for finding in items(&report["findings"]) {
            let has = [
                finding["fix"]["edits"][0].is_object(),
                finding["dismissed"].is_object(),
                finding["meaning"].is_string(),
                finding["places"][0]["template"].is_string(),
            ];
            with.iter_mut()
                .zip(has)
                .for_each(|(all, has)| *all += usize::from(has));
        }
    }
    assert!(with.iter().all(|&number| number > 0), "{with:?}");
}

#[test]
fn the_schemas_refuse_what_are_no_reports() {
    let good = report("sarif", &root().join("policies/lint/NP017"));
    let schema = foreign("sarif-2.1.0.json");
    for (place, value, fault) in [
        ("/version", json!("2.0.0"), "$.version: enum"),
        (
            "/runs/0/results/0/level",
            json!("fatal"),
            "$.runs[0].results[0].level: enum",
        ),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
            "$.runs[0].results[0].locations[0].physicalLocation.region.startLine: minimum",
        ),
        (
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
            json!("a b"),
            "$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri: format",
        ),
        ("/runs/0/tool", json!({}), "$.runs[0].tool: required"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect("a place") = value;
        assert_eq!(Validator::faults(&schema, &bad), [fault], "{place}");
    }
}
