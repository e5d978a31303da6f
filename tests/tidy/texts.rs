//! What no text of the project may hold, and what it may cite.

use super::sources::{File, check, has_word, page, project};
use std::collections::BTreeSet;

/// Marks of unfinished work, and beginnings of paths that exist on one machine only. In pieces, so
/// that this file does not hold them.
const FORBIDDEN: [(&str, &str); 9] = [
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X"),
    ("HA", "CK"),
    ("/ho", "me/"),
    ("/ro", "ot/"),
    ("/Us", "ers/"),
    ("/wo", "rk/"),
    ("C:", "\\Users"),
];

#[test]
fn nothing_is_unfinished_or_of_one_machine() {
    let mut complaints = Vec::new();
    let all = project();
    for file in all.iter().filter(|file| !file.path.ends_with("Cargo.lock")) {
        for (number, line) in (1..).zip(file.text.lines()) {
            for (a, b) in FORBIDDEN {
                let word = format!("{a}{b}");
                // A word by itself; a path anywhere but inside a longer one.
                let found = if word.contains('/') {
                    line.match_indices(&word).any(|(at, _)| {
                        let before = line.split_at(at).0;
                        !before.ends_with(|c: char| c.is_alphanumeric() || "._-}".contains(c))
                    })
                } else {
                    has_word(line, &word)
                };
                if found {
                    complaints.push(format!("{}:{number}: `{word}`", file.path));
                }
            }
        }
    }
    check(
        &complaints,
        "Finish what is marked, or say under \"What is missing\" in docs/architecture.md. \
         Write paths from the root of the project.",
    );
}

/// The statements that a text cites: `S7`, and both ends of `S7-S9`.
fn cited(file: &File) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(file.text.lines()).flat_map(|(number, line)| {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let numbers = words.filter_map(|word| word.strip_prefix('S'));
        numbers
            .filter(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
            .map(move |rest| (number, rest))
    })
}

#[test]
fn every_statement_that_is_cited_exists() {
    let page = page("semantics.md");
    let statements: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("- **S")?.split_once("**"))
        .map(|(number, _)| number)
        .collect();
    assert!(
        statements.contains("1"),
        "docs/semantics.md has statements `- **S1** …`"
    );
    let mut complaints = Vec::new();
    for file in project() {
        let unknown = cited(&file).filter(|(_, number)| !statements.contains(number));
        complaints.extend(unknown.map(|(line, number)| format!("{}:{line}: S{number}", file.path)));
    }
    check(
        &complaints,
        "docs/semantics.md has no such statement: cite another, or write it with its source.",
    );
}
