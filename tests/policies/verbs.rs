//! What every verb says of the statements that stay open: the `verbs.txt` beside their cases.

use super::statements::{numbers_after, semantics, statement, statement_of};
use super::{files, netpolc, quoted, root, shown, trial};
use libtest_mimic::Trial;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The verbs that answer from policies.
const VERBS: [&str; 6] = ["can", "explain", "matrix", "prove", "emit", "lint"];

/// The arguments of a command, its exit code, and words that it prints.
type Told<'a> = (Vec<&'a str>, i32, &'a str);

/// What is said of a statement that is open: for each line of a `verbs.txt` the verb, and for a command
/// its arguments, exit code and words.
fn verb_lines(text: &str) -> Vec<(&str, Option<Told<'_>>)> {
    let line = |line| match str::split_once(line, " => ") {
        Some((command, told)) => {
            let (code, words) = told.split_once(' ').unwrap_or((told, ""));
            let mut arguments = command.split_whitespace();
            let verb = arguments.next().unwrap();
            (
                verb,
                Some((arguments.collect(), code.parse().unwrap(), words)),
            )
        }
        None => match line.split_once(" never: ") {
            Some((verb, why)) if !why.is_empty() => (verb, None),
            _ => panic!("neither a command nor a reason: {line}"),
        },
    };
    text.lines().filter(|it| !it.is_empty()).map(line).collect()
}

/// The numbers of the statements that stay open.
fn open_statements() -> Vec<u32> {
    let semantics = semantics();
    let open = semantics.lines().filter(|line| line.contains("** `open` "));
    let open = numbers_after(open, "- **S").into_iter().collect::<Vec<_>>();
    assert!(open.len() >= 6, "only S{open:?} found");
    open
}

/// The directory of the case that a statement has.
fn case_of(number: u32) -> Option<PathBuf> {
    let cases = fs::read_dir(root().join("policies/cases")).unwrap();
    let mut cases = cases.map(|entry| entry.unwrap().path());
    let start = format!("s{number}-");
    cases.find(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(&start)
    })
}

/// What an open statement lacks: for every verb either commands or a reason why there is none.
fn lacks(number: u32) -> Vec<String> {
    let said = statement(number).unwrap_or_default();
    let Some(directory) = case_of(number) else {
        return vec![format!(
            "{said}\n  has no case policies/cases/s{number}-…: add one"
        )];
    };
    let file = directory.join("verbs.txt");
    let text = fs::read_to_string(&file).unwrap_or_default();
    let lines = verb_lines(&text);
    let mut complaints = Vec::new();
    for verb in VERBS {
        let told: BTreeSet<bool> = lines
            .iter()
            .filter(|(it, _)| *it == verb)
            .map(|(_, command)| command.is_some())
            .collect();
        if told.len() != 1 {
            complaints.push(format!(
                "{said}\n  {}: needs either `{verb} ARGUMENTS => CODE WORDS` or `{verb} never: WHY`",
                shown(&file)
            ));
        }
    }
    complaints
}

/// What is wrong with what a line of a `verbs.txt` prints.
fn complaint(directory: &Path, verb: &str, command: &Told<'_>) -> Option<String> {
    let (arguments, code, words) = command;
    let arguments = arguments.iter().map(|argument| {
        let beside = directory.join(argument);
        if beside.is_file() {
            shown(&beside)
        } else {
            (*argument).to_owned()
        }
    });
    let manifest = shown(&directory.join("manifest.yaml"));
    let arguments: Vec<String> = [verb.to_owned()].into_iter().chain(arguments).collect();
    let mut command = netpolc();
    let output = command
        .args(&arguments)
        .args(["-f", &manifest])
        .output()
        .unwrap();
    let streams = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    let said = streams.concat();
    let joined = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let got = output.status.code();
    if got == Some(*code) && joined.contains(words) {
        return None;
    }
    let said = quoted(&[&output.stdout, &output.stderr]);
    Some(format!(
        "{}: expected exit code {code} and `{words}`, got exit code {got:?} and\n{said}  \
         $ netpolc {} -f {manifest}",
        shown(&directory.join("verbs.txt")),
        arguments.join(" ")
    ))
}

/// A test for each open statement, and for each `verbs.txt`.
pub(crate) fn trials() -> Vec<Trial> {
    let open = open_statements().into_iter().map(|number| {
        trial(
            format!("S{number} is shown by every verb that can meet it"),
            move || lacks(number),
        )
    });
    let all = files(&root().join("policies/cases"), "verbs.txt")
        .into_iter()
        .map(|file| {
            trial(shown(&file), move || {
                let text = fs::read_to_string(&file).unwrap();
                let directory = file.parent().unwrap();
                let lines = verb_lines(&text).into_iter();
                let run = lines.filter(|(verb, _)| cfg!(feature = "smt") || *verb != "prove");
                let complaints =
                    run.filter_map(|(verb, command)| complaint(directory, verb, &command?));
                let mut complaints: Vec<String> = complaints.collect();
                if !complaints.is_empty() {
                    complaints.extend(statement_of(directory));
                }
                complaints
            })
        });
    open.chain(all).collect()
}
