//! Known wrong answers of other tools, as small manifests in `policies/lint/others`: each says which
//! tool is wrong and how. All errors and warnings that netpolc gives are compared with what the file
//! expects (`# expect: NP020 warning`), under the inventory that it states (`# inventory: complete`);
//! and what it must never say of some line (`# never: NP062`) is not said there at any level.

use super::{lint, root};
use netpolc::diag::Severity;
use netpolc::settings::{Settings, Told};
use std::collections::BTreeSet;
use std::fs;

/// What follows `mark` in the lines of a text, with the number of the line.
fn marked(text: &str, mark: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate();
    let of_line = lines.flat_map(|(index, line)| {
        let marks = line.split(mark).skip(1);
        marks.map(move |rest| {
            let rest = rest.split(" # ").next().unwrap_or_default();
            (index + 1, rest.trim().to_owned())
        })
    });
    of_line.collect()
}

#[test]
fn what_other_tools_get_wrong_is_right_here() {
    let directory = root().join("policies/lint/others");
    let entries = fs::read_dir(&directory).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 10);
    let mut complaints = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let settings = Settings {
            inventory: if text.contains("# inventory: complete\n") {
                Told::Complete
            } else {
                Told::Nothing
            },
            ..Settings::default()
        };
        let (report, sources) = lint(std::slice::from_ref(&path), &settings, false);
        let line = |found: &netpolc::lint::Found| {
            found.span().map_or(0, |span| sources.position(span).line)
        };
        let grave = report.counted().filter(|it| it.severity > Severity::Note);
        let found: BTreeSet<(usize, String)> = grave
            .map(|it| (line(it), format!("{} {}", it.rule.code, it.severity.name())))
            .collect();
        let expected: BTreeSet<_> = marked(&text, "# expect: ").into_iter().collect();
        if found != expected {
            complaints.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
        let never = marked(&text, "# never: ");
        for (at, code) in &never {
            let (report, _) = lint(std::slice::from_ref(&path), &settings, true);
            let mut said = report.counted();
            if said.any(|it| it.rule.code == code && line(it) == *at) {
                complaints.push(format!("{name}:{at}: {code} is wrong here"));
            }
        }
        assert!(
            !(expected.is_empty() && never.is_empty()),
            "{name}: nothing is expected"
        );
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
