//! No statement that `trace` decides goes without a citation and a test.

use std::fs;
use std::path::Path;

fn sources(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).expect("the folder is there");
    let texts = files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"));
    texts.collect()
}

/// What marks a statement that is settled outside `trace`.
const MARKS: [&str; 4] = ["`input`", "`question`", "`matrix`", "`open`"];

/// Who settles a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Trace,
    /// `trace` may say that it is open.
    Nobody,
    Others,
}

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/semantics.md");
    fs::read_to_string(page).expect("the page is there")
}

/// A line and a statement: `docs/semantics.md:76: S17 A NetworkPolicy selects …`.
fn shown(number: usize) -> String {
    let start = format!("- **S{number}** ");
    let page = page();
    let mut lines = (1..).zip(page.lines());
    let found = lines.find_map(|(line, text)| Some((line, text.strip_prefix(&start)?)));
    let (line, text) = found.unwrap_or_default();
    format!("docs/semantics.md:{line}: S{number} {text}")
}

/// The statements in order: number, and who settles it.
fn statements() -> Vec<(usize, By)> {
    let page = page();
    let lines = page.lines().filter_map(|line| line.strip_prefix("- **S"));
    lines
        .map(|line| {
            let (number, rest) = line.split_once("** ").expect("a number in bold");
            let number = number.parse().expect("a number");
            let by = match MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
                None => By::Trace,
                Some("`open`") => By::Nobody,
                Some(_) => By::Others,
            };
            (number, by)
        })
        .collect()
}

fn decided() -> impl Iterator<Item = usize> {
    let all = statements().into_iter();
    all.filter(|&(_, by)| by == By::Trace)
        .map(|(number, _)| number)
}

/// Whether `text` has `word` where no digit follows.
fn cites(text: &str, word: &str) -> bool {
    let rests = text.split(word).skip(1);
    rests
        .into_iter()
        .any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

#[test]
fn statements_are_numbered_in_order() {
    let numbers: Vec<usize> = statements().iter().map(|&(number, _)| number).collect();
    let in_order: Vec<usize> = (1..=numbers.len()).collect();
    let odd = numbers.iter().zip(&in_order).find(|(a, b)| a != b);
    if let Some((found, expected)) = odd {
        let shown = shown(*found);
        panic!("{shown}\n  stands where S{expected} should: number the statements in their order");
    }
    assert!(decided().count() > 40);
}

#[test]
fn trace_cites_what_it_decides_and_nothing_else() {
    let text = sources("src/trace");
    for (number, by) in statements() {
        if by != By::Nobody {
            let cited = cites(&text, &format!("S{number}"));
            let (decides, must) = (by == By::Trace, "cite it where src/trace decides it");
            assert!(
                cited || !decides,
                "{}\n  is cited nowhere in src/trace: {must}",
                shown(number)
            );
            assert!(
                decides || !cited,
                "{}\n  is settled elsewhere, and cited in src/trace: take the mark (one of {MARKS:?}) \
                 or the citation away",
                shown(number)
            );
        }
    }
    assert!(!cites(&text, &format!("S{}", statements().len() + 1)));
}

#[test]
fn every_decided_statement_has_a_test() {
    let text = sources("tests/semantics");
    for number in decided() {
        assert!(
            text.contains(&format!("\nfn s{number}_")),
            "{}\n  has no test: write one in tests/semantics whose name begins with `s{number}_`",
            shown(number)
        );
    }
}
