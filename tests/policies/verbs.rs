//! What every verb says of the statements that stay open: the `verbs.txt` beside their cases.

use super::{netpolc, numbers_after, root};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

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
    let semantics = fs::read_to_string(root().join("docs/semantics.md")).unwrap();
    let open = semantics.lines().filter(|line| line.contains("** `open` "));
    let open = numbers_after(open, "- **S").into_iter().collect::<Vec<_>>();
    assert!(open.len() >= 6, "only S{open:?} found");
    open
}

#[test]
fn every_open_statement_is_shown_by_every_verb_that_can_meet_it() {
    let cases = root().join("policies/cases");
    for number in open_statements() {
        let mut directories = fs::read_dir(&cases)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let start = format!("s{number}-");
        let named = |path: &PathBuf| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(&start)
        };
        let Some(directory) = directories.find(named) else {
            panic!("no case for S{number}");
        };
        let file = directory.join("verbs.txt");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let lines = verb_lines(&text);
        for verb in VERBS {
            let told: BTreeSet<bool> = lines
                .iter()
                .filter(|(it, _)| *it == verb)
                .map(|(_, command)| command.is_some())
                .collect();
            // Either commands or a reason why there is none.
            assert_eq!(told.len(), 1, "{}: {verb}", file.display());
        }
    }
}

#[test]
fn open_statements_come_out_in_every_verb() {
    let mut wrong = String::new();
    for directory in fs::read_dir(root().join("policies/cases")).unwrap() {
        let directory = directory.unwrap().path();
        let Ok(text) = fs::read_to_string(directory.join("verbs.txt")) else {
            continue;
        };
        for (verb, command) in verb_lines(&text) {
            let Some((arguments, code, words)) = command else {
                continue;
            };
            if verb == "prove" && cfg!(not(feature = "smt")) {
                continue;
            }
            let arguments = arguments.into_iter().map(|argument| {
                let beside = directory.join(argument);
                let is_file = beside.is_file();
                if is_file { beside } else { argument.into() }
            });
            let output = netpolc()
                .arg(verb)
                .args(arguments)
                .arg("-f")
                .arg(directory.join("manifest.yaml"))
                .output()
                .unwrap();
            let streams = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
            let said = streams.concat();
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            if output.status.code() != Some(code) || !said.contains(words) {
                let got = output.status.code();
                writeln!(
                    wrong,
                    "{}: {verb}: {got:?}, wanted {code} {words}",
                    directory.display()
                )
                .unwrap();
                writeln!(wrong, "  | {said}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
