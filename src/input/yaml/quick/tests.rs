//! Which texts the quick reader reads, and that it reads them as the full one does.

use super::agree::agree;
use proptest::prelude::*;

#[test]
fn what_people_and_serialisers_write_is_read() {
    for text in [
        "a: b\n",
        "",
        "---\n",
        "# nothing\n---\n# here\n",
        "---\n# Source: chart/templates/x.yaml\na: b # netpolc: allow NP001\n",
        "a:\n  b: c\n  d:\n  - e\n  - f: g\n    h: i\n",
        "a:\n  - b\n  -\n    c: d\n  - - e\n    - f\n",
        "a:\nb: ~\nc: null\nd: \"\"\ne: ''\n",
        "a: {}\nb: []\nc: {d: e, \"f\": [g, 80, 'h']}\n",
        "a: |\n  b\n\n   c\nd: >-\n  e\n  f\n",
        "a: b\n  c\n\n  d\ne: f\n",
        "a: \"b\\n\\\"c\\\"\"\nd: 'it''s'\n",
        "a: \"b\n  c\"\nd: e\n",
        "a: http://b:80/c#d\nb: -1\nc: ?d\ne: :f\n",
        "a: ü\nä: ö # ü\n",
        "a: b\t\"c\"\n".replace('\t', " ").as_str(),
        "\"a\": b\n'c': d\n80: e\nyes: f\n",
        "kind: List\nitems:\n- a: b\n  c: d\n- e: f\n",
        "items:\n  - a: b\n\n  - e: f\nkind: List\n",
        "kind: List\nitems: []\n",
        "kind: List\nitems:\n",
        "metadata:\n  managedFields:\n  - fieldsV1:\n      f:metadata:\n        .: {}\n        f:a: {}\n  name: b\n",
        "fieldsV1: {a: {}}\n".replace("{a: {}}", "b").as_str(),
        "a: b\na: c\n",
        "  a: b\n  c: d\n",
    ] {
        assert!(agree(text), "declined: {text}");
    }
}

#[test]
fn what_it_does_not_know_is_left_to_the_full_reader() {
    for text in [
        "a: &b c\nd: *b\n",
        "a: !!str 80\n",
        "<<: {a: b}\n",
        "? a\n: b\n",
        "a: [b,\n  c]\n",
        "a:\tb\n",
        "a: b\tc\n",
        "a: b\r\n",
        "a: b\u{85}c: d\n",
        "%YAML 1.1\n---\na: b\n",
        "a: b\n...\n",
        "--- # c\n- a\n",
        "- a\n",
        "a\n",
        "a: .inf\n",
        "a: b: c\n",
        "a:\n    b: c\n  d: e\n",
        "a: @b\n",
        "a: [b\n",
        "a: \"b\n",
        "items: [{a: b}]\n",
        "items:\n- a: b\n- c: &d e\n- f: g\n",
        "a: [b c : d]\n",
        "a: [::1]\n",
    ] {
        assert!(!agree(text), "read: {text}");
    }
    let long = format!("{}: b\n", "a".repeat(1025));
    assert!(!agree(&long));
}

/// Words that stand for something, or nearly.
const WORDS: [&str; 24] = [
    "web",
    "80",
    "-1",
    "yes",
    "~",
    "''",
    "\"\"",
    "\"a b\"",
    "'a: b'",
    "a b",
    "a#b",
    "a:b",
    "10.0.0.0/8",
    "\"\\u0041\\n\"",
    "'it''s'",
    "fd00::/8",
    "http://a:80",
    "*",
    "[]",
    "{}",
    "[80, a]",
    "{a: b}",
    "ü",
    "|",
];

const KEYS: [&str; 12] = [
    "a",
    "kind",
    "items",
    "fieldsV1",
    "app.kubernetes.io/name",
    "\"b\"",
    "'c'",
    "80",
    "on",
    "ä",
    "<<",
    "f:x",
];

/// Writes random YAML: mostly what the quick reader knows, in all its forms.
struct Writer {
    choices: std::vec::IntoIter<u16>,
    text: String,
}

impl Writer {
    fn below(&mut self, bound: u16) -> usize {
        usize::from(self.choices.next().unwrap_or(0) % bound)
    }

    fn pick(&mut self, words: &[&str]) {
        let index = self.below(u16::try_from(words.len()).unwrap());
        self.text.push_str(words.get(index).unwrap());
    }

    fn line_end(&mut self) {
        let ends = [
            "\n",
            "\n",
            "\n",
            "\n",
            "\n\n",
            " # a comment\n",
            "  \n",
            "\n  # netpolc: x\n",
            "\n# Source: y\n",
            "#z\n",
            "\t\n",
        ];
        self.pick(&ends);
    }

    fn indent(&mut self, column: usize) {
        self.text.push_str(&" ".repeat(column));
    }

    fn document(&mut self) {
        self.pick(&[
            "",
            "",
            "---\n",
            "--- # a\n",
            "# b\n",
            "# netpolc: c\n---\n",
            "\n",
        ]);
        let column = if self.below(8) == 0 { 2 } else { 0 };
        self.object(column, 0, false);
        self.pick(&["", "", "", "...\n", "# end", "\n\n"]);
    }

    fn object(&mut self, column: usize, depth: usize, in_line: bool) {
        for index in 0..=self.below(4) {
            if index > 0 || !in_line {
                self.indent(column);
            }
            self.pick(&KEYS);
            self.text.push(':');
            self.value(column, depth);
        }
    }

    fn value(&mut self, column: usize, depth: usize) {
        let kind = if depth > 4 { 0 } else { self.below(8) };
        match kind {
            0..=3 => self.scalar(column),
            4 => self.line_end(),
            5 => {
                self.line_end();
                let deeper = column + 1 + self.below(4);
                self.object(deeper, depth + 1, false);
            }
            6 => {
                self.line_end();
                let deeper = column + self.below(3);
                self.list(deeper, depth + 1, false);
            }
            _ => self.block(column),
        }
    }

    fn scalar(&mut self, column: usize) {
        self.pick(&[" ", " ", " ", "  ", "\t", ""]);
        self.pick(&WORDS);
        self.line_end();
        if self.below(12) == 0 {
            let deeper = column + 1 + self.below(2);
            self.indent(deeper);
            self.pick(&WORDS);
            self.line_end();
        }
    }

    fn block(&mut self, column: usize) {
        self.pick(&[" |", " >", " |-", " >+", " |2", " | # c"]);
        self.text.push('\n');
        for _ in 0..self.below(3) {
            let deeper = column + 1 + self.below(3);
            self.indent(deeper);
            self.pick(&["a", "# b", "- c: d", "", "\td"]);
            self.text.push('\n');
        }
    }

    fn list(&mut self, column: usize, depth: usize, in_line: bool) {
        for index in 0..=self.below(3) {
            if index > 0 || !in_line {
                self.indent(column);
            }
            self.text.push('-');
            match if depth > 4 { 0 } else { self.below(6) } {
                0 | 1 => self.scalar(column),
                2 => self.line_end(),
                3 => {
                    let blanks = 1 + self.below(2);
                    self.indent(blanks);
                    self.list(column + 1 + blanks, depth + 1, true);
                }
                4 => {
                    self.line_end();
                    self.indent(0);
                    let deeper = column + 1 + self.below(2);
                    self.object(deeper, depth + 1, false);
                }
                _ => {
                    let blanks = 1 + self.below(2);
                    self.indent(blanks);
                    self.object(column + 1 + blanks, depth + 1, true);
                }
            }
        }
    }
}

fn written(choices: Vec<u16>) -> String {
    let mut writer = Writer {
        choices: choices.into_iter(),
        text: String::new(),
    };
    writer.document();
    writer.text
}

fn choices() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..120)
}

/// What is put into a text to break it.
const EDITS: [&str; 22] = [
    "\t", ":", ": ", "- ", "#", " #", "[", "]", "{", "}", "\"", "'", "|", ">", "&", "*", "!", "\n",
    " ", ",", "\r", "---\n",
];

fn edited(mut text: String, edits: &[(u16, u16)]) -> String {
    for &(at, what) in edits {
        let mut at = usize::from(at) % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let what = usize::from(what);
        match EDITS.get(what % (EDITS.len() * 2)) {
            Some(edit) => text.insert_str(at, edit),
            None if at < text.len() => {
                text.remove(at);
            }
            None => {}
        }
    }
    text
}

fn broken() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec(any::<(u16, u16)>(), 1..4);
    (choices(), edits).prop_map(|(choices, edits)| edited(written(choices), &edits))
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_styles_are_read_alike(text in choices().prop_map(written)) {
        agree(&text);
    }

    #[test]
    fn broken_texts_are_read_alike(text in broken()) {
        agree(&text);
    }
}

/// The random texts show what they are for only if the quick reader reads many of them.
#[test]
fn many_random_texts_are_read() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let read = (0..400)
        .filter(|_| {
            let tree = choices().new_tree(&mut runner).unwrap();
            agree(&written(proptest::strategy::ValueTree::current(&tree)))
        })
        .count();
    assert!(read > 80, "{read} of 400");
}

/// All YAML files below a folder of the project.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let within = |path: std::path::PathBuf| match path.extension().and_then(|it| it.to_str()) {
        _ if path.is_dir() => files(&path),
        Some("yaml" | "yml") => vec![path],
        _ => Vec::new(),
    };
    paths.flat_map(within).collect()
}

#[test]
fn the_manifests_of_the_project_are_read_alike() {
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut all, mut read) = (0, 0);
    for path in ["policies", "tests"]
        .map(|folder| files(&project.join(folder)))
        .concat()
    {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        // Parts begin at the same lines there.
        let text = text.replace("\n---", "\u{0}---");
        for part in text.split('\u{0}') {
            all += 1;
            read += usize::from(agree(part));
        }
    }
    assert!(read * 10 > all * 8, "{read} of {all}");
}
