//! How findings look, and that they cannot steer a terminal.

use super::*;
use crate::source::{Position, Span};

const LOOK: Look = Look {
    color: false,
    width: 100,
};

fn show(name: &str, text: &str, start: Position, labels: &[(&str, &str)]) -> String {
    let mut sources = SourceMap::new();
    let file = sources.add(&name.into(), text.into(), start);
    let mut shown = Finding::error("a-rule", "something is wrong").help("write it right");
    for (part, said) in labels {
        let at = text.find(part).expect("the part");
        shown = shown.at(Span::new(file, at, at + part.len()), *said);
    }
    finding(&sources, &shown, LOOK)
}

#[test]
fn the_place_is_that_of_the_file() {
    let text = "kind: Pod\nspec:\n  egres: []\n  x: 1\n";
    let shown = show(
        "a.yaml",
        text,
        Position {
            line: 41,
            column: 1,
        },
        &[("egres", "here")],
    );
    assert_eq!(
        shown,
        "a-rule

  × something is wrong
    ╭─[a.yaml:43:3]
 42 │ spec:
 43 │   egres: []
    ·   ──┬──
    ·     ╰── here
 44 │   x: 1
    ╰────
  help: write it right
"
    );
}

#[test]
fn manifest_text_cannot_steer_the_terminal() {
    let text = "name: \"\u{1b}[2J\"\nbad: 1\r\n\tx: y\n";
    let shown = show(
        "a\u{1b}b.yaml",
        text,
        Position::START,
        &[("bad", "\u{9b}1m")],
    );
    assert!(
        shown.chars().all(|c| c == '\n' || !c.is_control()),
        "{shown:?}"
    );
    assert!(shown.contains("1 │ name: \"\\u{1b}[2J\""), "{shown}");
    assert!(shown.contains("[a\\u{1b}b.yaml:2:1]"), "{shown}");
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("{}bad{}", "x".repeat(5000), "y".repeat(5000));
    let shown = show(
        "a.json",
        &text,
        Position { line: 3, column: 9 },
        &[("bad", "")],
    );
    assert!(shown.contains("[a.json:3:5009]"), "{shown}");
    assert!(
        shown.lines().all(|line| line.chars().count() < 240),
        "{shown}"
    );
    assert!(shown.contains("…xxx") && shown.contains("yyy…"), "{shown}");
}

#[test]
fn far_places_and_other_files_are_shown_apart() {
    let text = format!("first: 1\n{}second: 2\n", "x: y\n".repeat(4000));
    let shown = show(
        "a.yaml",
        &text,
        Position::START,
        &[("first", "one"), ("second", "two")],
    );
    assert!(
        shown.contains("[a.yaml:1:1]") && shown.contains("[a.yaml:4002:1]"),
        "{shown}"
    );
    assert!(shown.lines().count() < 30, "{shown}");
}

#[test]
fn a_place_at_the_end_or_in_forgotten_text_does_not_fail() {
    let shown = show("a.yaml", "a: b", Position::START, &[("", "the end")]);
    assert!(shown.contains("[a.yaml:1:1]"), "{shown}");
    let mut sources = SourceMap::new();
    let file = sources.add(&"a.yaml".into(), "a: b\nc: d".into(), Position::START);
    let end = Finding::error("a-rule", "the end").at(Span::new(file, 9, 9), "here");
    assert!(finding(&sources, &end, LOOK).contains("[a.yaml:2:5]"));
    sources.forget(file);
    assert!(finding(&sources, &end, LOOK).contains("[a.yaml:1:1]"));
}
