//! The answers written beside the manifests in `policies/`, asked of the built command.
//!
//! Every directory with an `expect.txt` is one input. A line of it is a question and its answer,
//! `SRC -> DST:PORT/PROTO yes`, where the answer is `yes`, `no`, `unknown`, or `error` for
//! manifests that the API server refuses; what follows `#` says why. The answers were written from
//! the Kubernetes documents, so a difference is a defect of the command until these say otherwise.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its own files has failed"
)]

#[path = "policies/verbs.rs"]
mod verbs;

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One line of an `expect.txt`.
struct Question {
    file: PathBuf,
    line: usize,
    source: String,
    destination: String,
    answer: String,
}

/// A question that was answered otherwise.
struct Difference<'a> {
    question: &'a Question,
    got: String,
    output: Output,
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Question { file, line, .. } = self.question;
        let Question {
            source,
            destination,
            answer,
            ..
        } = self.question;
        writeln!(f, "{}:{line}: {source} -> {destination}", file.display())?;
        writeln!(f, "  expected `{answer}`, got `{}`", self.got)?;
        for stream in [&self.output.stdout, &self.output.stderr] {
            for line in String::from_utf8_lossy(stream).lines() {
                writeln!(f, "  | {line}")?;
            }
        }
        Ok(())
    }
}

/// The root of the package.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `expect.txt` under `directory`, sorted.
fn expectation_files(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            found.extend(expectation_files(&entry));
        } else if entry.file_name().is_some_and(|name| name == "expect.txt") {
            found.push(entry);
        }
    }
    found
}

/// The questions of one file; panics on a line that is none.
fn questions(file: &Path) -> Vec<Question> {
    let text = fs::read_to_string(file).unwrap();
    let mut questions = Vec::new();
    for (index, full) in text.lines().enumerate() {
        let line = full.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => {}
            [
                source,
                "->",
                destination,
                answer @ ("yes" | "no" | "unknown" | "error"),
            ] => {
                questions.push(Question {
                    file: file.strip_prefix(root()).unwrap().to_path_buf(),
                    line: index + 1,
                    source: source.to_owned(),
                    destination: destination.to_owned(),
                    answer: answer.to_owned(),
                });
            }
            _ => panic!("{}:{}: not a question: {full}", file.display(), index + 1),
        }
    }
    assert!(!questions.is_empty(), "{} asks nothing", file.display());
    questions
}

/// The command, run from the root of the package as a user of the README would.
fn netpolc() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netpolc"));
    command.current_dir(root()).env_clear().env("NO_COLOR", "1");
    command
}

/// Asks the command.
fn ask(question: &Question) -> Output {
    netpolc()
        .args(["can", &question.source, &question.destination, "-f"])
        .arg(question.file.parent().unwrap())
        .output()
        .unwrap()
}

/// What the command answered: the first line, or `error` where it could not read its input. The
/// exit status must say the same.
fn answer(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let first = stdout.lines().next().unwrap_or_default();
    let status = output.status.code();
    match (first, status) {
        ("yes", Some(0)) | ("no", Some(1)) | ("unknown", Some(3)) => first.to_owned(),
        ("", Some(2)) => "error".to_owned(),
        _ => format!("{first}` with exit status `{status:?}"),
    }
}

/// Asks all questions, as many at a time as there are cores, and keeps the differences in order.
fn differences(questions: &[Question]) -> Vec<Difference<'_>> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, question)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    questions.get(index).map(|question| (index, question))
                } {
                    let output = ask(question);
                    let got = answer(&output);
                    if got != question.answer {
                        let difference = Difference {
                            question,
                            got,
                            output,
                        };
                        found.lock().unwrap().push((index, difference));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|(index, _)| *index);
    found
        .into_iter()
        .map(|(_, difference)| difference)
        .collect()
}

#[test]
fn every_question_has_the_answer_that_is_written_beside_it() {
    let files = expectation_files(&root().join("policies"));
    let questions: Vec<Question> = files.iter().flat_map(|file| questions(file)).collect();
    assert!(
        questions.len() >= 390,
        "only {} questions found",
        questions.len()
    );
    let differences = differences(&questions);
    let listing: String = differences.iter().map(ToString::to_string).collect();
    assert!(
        differences.is_empty(),
        "{} of {} questions are answered otherwise\n{listing}",
        differences.len(),
        questions.len()
    );
}

/// The numbers at the start of `lines`, each behind `before`: `19` of `| S19 | …` behind `| S`.
fn numbers_after<'a>(lines: impl Iterator<Item = &'a str>, before: &str) -> BTreeSet<u32> {
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

/// What a file of intents says that comes of each of its claims: the first word of the comment
/// above it.
#[cfg(feature = "smt")]
fn written_results(file: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(file).unwrap();
    let mut results = Vec::new();
    let mut comment = "";
    for line in text.lines().map(str::trim_start) {
        if let Some(name) = line.strip_prefix("- name: ") {
            results.push((name.to_owned(), comment.to_owned()));
        }
        let words = line.strip_prefix("# ").unwrap_or_default();
        comment = words.split([' ', ':']).next().unwrap_or_default();
    }
    results
}

#[test]
#[cfg(feature = "smt")]
fn every_claim_has_the_result_that_is_written_above_it() {
    for (file, code) in [("shop-holds.yaml", 0), ("shop-fails.yaml", 1)] {
        let file = root().join("policies/intents").join(file);
        let output = netpolc()
            .args(["prove", "-o", "json", "-f", "policies/shop"])
            .arg(&file)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let proof: serde_json::Value = match serde_json::from_slice(&output.stdout) {
            Ok(proof) => proof,
            Err(error) => panic!("{error}: {errors}"),
        };
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let results = proof["results"].as_array().unwrap().iter();
        let found: Vec<_> = results
            .map(|one| (text(&one["name"]), text(&one["result"])))
            .collect();
        assert_eq!(found, written_results(&file), "{}", file.display());
        assert_eq!(output.status.code(), Some(code), "{}", file.display());
    }
    let files = fs::read_dir(root().join("policies/intents")).unwrap();
    assert_eq!(files.count(), 2, "a file of intents that nobody asks");
}

#[test]
fn every_statement_has_a_case_or_a_reason_why_not() {
    let semantics = fs::read_to_string(root().join("docs/semantics.md")).unwrap();
    let statements = numbers_after(semantics.lines(), "- **S");
    assert!(!statements.is_empty(), "no statement found");

    let directories: Vec<String> = fs::read_dir(root().join("policies/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let shown = numbers_after(directories.iter().map(String::as_str), "s");
    let readme = fs::read_to_string(root().join("policies/README.md")).unwrap();
    let excused = numbers_after(readme.lines(), "| S");

    let covered: BTreeSet<u32> = shown.union(&excused).copied().collect();
    let missing: Vec<_> = statements.difference(&covered).collect();
    let unknown: Vec<_> = covered.difference(&statements).collect();
    let both: Vec<_> = shown.intersection(&excused).collect();
    assert!(missing.is_empty(), "without case or reason: S{missing:?}");
    assert!(unknown.is_empty(), "not in docs/semantics.md: S{unknown:?}");
    assert!(both.is_empty(), "with a case and a reason: S{both:?}");
}

/// The commands in the `console` blocks of a page, each with the lines that stand below it.
fn sessions(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut sessions: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            inside = language == "console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            sessions.push((command, Vec::new()));
        } else if let Some((_, printed)) = sessions.last_mut().filter(|_| inside) {
            printed.push(line);
        }
    }
    sessions
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let sessions = sessions(&readme);
    assert!(sessions.len() >= 12, "only {} commands", sessions.len());
    let mut differences = String::new();
    for (command, shown) in sessions {
        if cfg!(not(feature = "smt")) && command.starts_with("netpolc prove ") {
            continue;
        }
        let arguments = command.strip_prefix("netpolc ").unwrap();
        let words = arguments
            .split_whitespace()
            .map(|word| word.trim_matches('\''));
        let output = netpolc().args(words).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        // The page may show less of an answer than there is, and never anything else.
        let same = printed
            .lines()
            .take(shown.len())
            .eq(shown.iter().copied().map(str::trim_end));
        if shown.is_empty() || !same {
            writeln!(differences, "$ {command}\n{printed}").unwrap();
        }
    }
    assert!(
        differences.is_empty(),
        "the README shows something else than\n{differences}"
    );
}
