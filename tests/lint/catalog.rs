//! The catalog: codes, names, pages.

use super::root;
use netpolc::lint::{ALL, Check, Rule, UnknownRule, find};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<_> = ALL.iter().map(|rule| rule.code).collect();
    let sorted: BTreeSet<_> = codes.iter().copied().collect();
    assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
    let names: BTreeSet<_> = ALL.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), ALL.len());
    for rule in ALL {
        assert_eq!(find(&rule.code.to_lowercase()).unwrap().name, rule.name);
        assert_eq!(find(rule.name).unwrap().code, rule.code);
    }
}

/// The page of a rule has all its headings in their order, and a summary that fits into a line.
pub(crate) fn has_its_parts(rule: &Rule) {
    let parts = [
        "What it does",
        "Why it matters",
        "Example",
        "Use instead",
        "Limits",
    ];
    let place = format!("src/lint/rules/{}.rs", rule.name.replace('-', "_"));
    let page = rule.page();
    let mut rest = page.as_str();
    for part in parts {
        let heading = format!("\n## {part}\n");
        let Some(at) = rest.find(&heading) else {
            panic!(
                "{place}: the page of {} has no `## {part}` where it should be",
                rule.code
            );
        };
        rest = rest.split_at(at).1;
    }
    let summary = rule.summary();
    assert!(
        summary.len() <= 100,
        "{place}: the summary has {} characters, and 100 fit: {summary}",
        summary.len()
    );
}

/// Names of findings that are no words with hyphens.
const WORDS: [&str; 3] = ["incomplete", "required", "syntax"];

/// Words with hyphens in the reader that are no names of findings.
const OTHERS: [&str; 5] = [
    "controller-revision-hash",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "virt-launcher",
    "x-kubernetes-int-or-string",
];

/// What reads manifests: not files of intents and settings, of which nothing is linted.
fn readers(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_other = ["intents", "settings", "certificate", "tests"].contains(&name.as_str());
        if path.is_dir() && !is_other {
            readers(&path, found);
        } else if !path.is_dir() && !is_other {
            found.push(path);
        }
    }
}

/// The names that findings about manifests have, with a file that each is in.
fn names_while_reading() -> BTreeMap<String, PathBuf> {
    let mut paths = Vec::new();
    readers(&root().join("src/input"), &mut paths);
    let mut names = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for line in code.lines().filter(|line| !line.trim().starts_with("//")) {
            for literal in line.split('"').skip(1).step_by(2) {
                let letters = |c: char| c == '-' || c.is_ascii_lowercase();
                let hyphens = literal.contains('-') && literal.starts_with(|c| c != '-');
                let is_name = hyphens && literal.chars().all(letters) && !literal.ends_with('-');
                if (is_name || WORDS.contains(&literal)) && !OTHERS.contains(&literal) {
                    names.insert(literal.to_owned(), path.clone());
                }
            }
        }
    }
    names
}

#[test]
fn every_finding_while_reading_belongs_to_one_rule() {
    let names = names_while_reading();
    assert!(names.len() > 15, "{names:?}");
    let mut rules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in ALL {
        if let Check::Reading(read) = rule.check {
            for name in read {
                rules.entry(name).or_default().push(rule.code);
                assert!(
                    names.contains_key(*name),
                    "{}: `{name}` is never found",
                    rule.code
                );
            }
        }
    }
    for (name, path) in &names {
        let of = rules.get(name.as_str()).map_or(0, Vec::len);
        let file = path.display();
        assert_eq!(of, 1, "{file}: `{name}` must be a name of one rule");
    }
}

#[test]
fn a_code_with_another_number_of_zeros_is_that_rule() {
    for written in ["NP0017", "np17", "NP00017"] {
        assert_eq!(UnknownRule::near(written), Some("NP017"), "{written}");
    }
    assert_eq!(UnknownRule::near("NP0999"), UnknownRule::near("np0999"));
}
