//! Files of intents that say what comes of each claim: the first word of the comment above it.

use super::{netpolc, root, shown, trial};
use libtest_mimic::Trial;
use std::fs;
use std::path::Path;

/// The claims of a file, with the lines they are in and the results that are written above them.
fn written_results(file: &Path) -> Vec<(usize, String, String)> {
    let text = fs::read_to_string(file).unwrap();
    let mut results = Vec::new();
    let mut comment = "";
    for (number, line) in (1..).zip(text.lines().map(str::trim_start)) {
        if let Some(name) = line.strip_prefix("- name: ") {
            results.push((number, name.to_owned(), comment.to_owned()));
        }
        let words = line.strip_prefix("# ").unwrap_or_default();
        comment = words.split([' ', ':']).next().unwrap_or_default();
    }
    results
}

fn complaints(file: &Path) -> Vec<String> {
    let place = shown(file);
    let mut command = netpolc();
    command
        .args(["prove", "-o", "json", "-f", "policies/shop"])
        .arg(file);
    let output = command.output().unwrap();
    let proof: serde_json::Value = match serde_json::from_slice(&output.stdout) {
        Ok(proof) => proof,
        Err(error) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            return vec![format!("{place}: no proof: {error}\n{errors}")];
        }
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let results = proof["results"].as_array().unwrap().iter();
    let results: Vec<_> = results
        .map(|it| (text(&it["name"]), text(&it["result"])))
        .collect();
    let written = written_results(file);
    let mut complaints = Vec::new();
    for (line, name, expected) in &written {
        let got = results.iter().find(|(other, _)| other == name);
        let got = got.map_or("nothing", |(_, result)| result);
        if got != expected {
            complaints.push(format!(
                "{place}:{line}: {name}: expected `{expected}`, got `{got}`"
            ));
        }
    }
    if results.len() != written.len() {
        let (found, all) = (results.len(), written.len());
        complaints.push(format!("{place}: {all} claims, and {found} results"));
    }
    let any = |results: &[&str]| {
        let mut written = written.iter();
        written.any(|(_, _, result)| results.contains(&result.as_str()))
    };
    let code = match (any(&["fails", "vacuous"]), any(&["unknown"])) {
        (true, _) => 1,
        (false, true) => 3,
        (false, false) => 0,
    };
    if output.status.code() != Some(code) {
        complaints.push(format!(
            "{place}: exit code {:?}, expected {code}",
            output.status.code()
        ));
    }
    if !complaints.is_empty() {
        complaints.push(format!("  $ netpolc prove -f policies/shop {place}"));
    }
    complaints
}

/// A test for each file.
pub(crate) fn trials() -> Vec<Trial> {
    let files = fs::read_dir(root().join("policies/intents")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    files
        .map(|file| trial(shown(&file), move || complaints(&file)))
        .collect()
}
