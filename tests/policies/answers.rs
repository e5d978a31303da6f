//! Questions and their answers: an `expect.txt` beside the manifests that it is about.
//!
//! A line of it is a question and its answer, `SRC -> DST:PORT/PROTO yes`, where the answer is `yes`,
//! `no`, `unknown`, or `error` for manifests that the API server refuses; what follows `#` says why. The
//! answers were written from the Kubernetes documents, so a difference is a defect of the command until
//! these say otherwise.

use super::statements::statement_of;
use super::{files, netpolc, quoted, root, shown, trial};
use libtest_mimic::Trial;
use std::fs;
use std::path::Path;
use std::process::Output;

/// One line of an `expect.txt`.
struct Question {
    line: usize,
    source: String,
    destination: String,
    answer: String,
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
                    line: index + 1,
                    source: source.to_owned(),
                    destination: destination.to_owned(),
                    answer: answer.to_owned(),
                });
            }
            _ => panic!(
                "{}:{}: not a question (`SRC -> DST yes`): {full}",
                shown(file),
                index + 1
            ),
        }
    }
    assert!(!questions.is_empty(), "{} asks nothing", shown(file));
    questions
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

/// What is wrong with the answer to a question.
fn complaint(file: &Path, question: &Question) -> Option<String> {
    let Question {
        line,
        source,
        destination,
        answer: expected,
    } = question;
    let directory = shown(file.parent().unwrap());
    let mut command = netpolc();
    command.args(["can", source, destination, "-f", &directory]);
    let output = command.output().unwrap();
    let got = answer(&output);
    if got == *expected {
        return None;
    }
    let said = quoted(&[&output.stdout, &output.stderr]);
    Some(format!(
        "{}:{line}: {source} -> {destination}: expected `{expected}`, got `{got}`\n  \
         $ netpolc can '{source}' '{destination}' -f {directory}\n{said}",
        shown(file)
    ))
}

/// A test for each file.
pub(crate) fn trials() -> Vec<Trial> {
    let files = files(&root().join("policies"), "expect.txt");
    let mut trials: Vec<Trial> = files
        .iter()
        .map(|file| {
            let file = file.clone();
            let name = shown(file.parent().unwrap());
            trial(name, move || {
                let questions = questions(&file);
                let complaints = questions.iter().filter_map(|it| complaint(&file, it));
                let mut complaints: Vec<String> = complaints.collect();
                if !complaints.is_empty() {
                    complaints.extend(statement_of(file.parent().unwrap()));
                }
                complaints
            })
        })
        .collect();
    trials.push(trial("there are enough questions", move || {
        let count = files.iter().map(|it| questions(it).len()).sum::<usize>();
        let few = (count < 390).then(|| format!("only {count} questions under policies/"));
        few.into_iter().collect()
    }));
    trials
}
