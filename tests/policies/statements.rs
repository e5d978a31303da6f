//! The statements of `docs/semantics.md`: each has a case or a reason why not.

use super::{root, trial};
use libtest_mimic::Trial;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The numbers at the start of `lines`, each behind `before`: `19` of `| S19 | …` behind `| S`.
pub(crate) fn numbers_after<'a>(
    lines: impl Iterator<Item = &'a str>,
    before: &str,
) -> BTreeSet<u32> {
    lines
        .filter_map(|line| line.strip_prefix(before))
        .filter_map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            rest[..end].parse().ok()
        })
        .collect()
}

/// The page with the statements.
pub(crate) fn semantics() -> String {
    fs::read_to_string(root().join("docs/semantics.md")).unwrap()
}

/// A line and the beginning of a statement: `docs/semantics.md:76: S17 A NetworkPolicy selects …`.
pub(crate) fn statement(number: u32) -> Option<String> {
    let start = format!("- **S{number}** ");
    let page = semantics();
    let mut lines = (1..).zip(page.lines());
    let (line, text) = lines.find(|(_, line)| line.starts_with(&start))?;
    let text = text.strip_prefix(&start)?;
    Some(format!("docs/semantics.md:{line}: S{number} {text}"))
}

/// The statement that a directory of a case is about, by the directory's name.
pub(crate) fn statement_of(directory: &Path) -> Option<String> {
    let name = directory.file_name()?.to_str()?;
    let numbers = numbers_after([name].into_iter(), "s");
    numbers.into_iter().next().and_then(statement)
}

/// Statements without a case and without a reason, and what is about no statement.
fn complaints() -> Vec<String> {
    let semantics = semantics();
    let statements = numbers_after(semantics.lines(), "- **S");
    let cases = fs::read_dir(root().join("policies/cases")).unwrap();
    let cases: Vec<String> = cases
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let shown = numbers_after(cases.iter().map(String::as_str), "s");
    let readme = fs::read_to_string(root().join("policies/README.md")).unwrap();
    let excused = numbers_after(readme.lines(), "| S");
    let covered: BTreeSet<u32> = shown.union(&excused).copied().collect();

    let mut complaints = Vec::new();
    if statements.is_empty() {
        complaints.push("docs/semantics.md has no statement `- **S1** …`".to_owned());
    }
    for number in statements.difference(&covered) {
        let said = statement(*number).unwrap_or_default();
        complaints.push(format!(
            "{said}\n  has neither a case policies/cases/s{number:02}-… nor a reason in a row \
             `| S{number} | …` of policies/README.md: add one"
        ));
    }
    for number in covered.difference(&statements) {
        complaints.push(format!(
            "policies/ has a case or a reason for S{number}, which docs/semantics.md does not have"
        ));
    }
    for number in shown.intersection(&excused) {
        complaints.push(format!(
            "policies/README.md says why S{number} has no case, and policies/cases has one"
        ));
    }
    complaints
}

/// The one test.
pub(crate) fn trials() -> Vec<Trial> {
    let name = "every statement has a case or a reason why not";
    vec![trial(name, complaints)]
}
