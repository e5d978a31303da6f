//! JSON is read as strictly as `serde_json` reads it, whole or item by item.

use super::super::loader::Loader;
use super::super::tests::read;
use super::super::window::Window;
use super::super::{Loaded, Options, yaml};
use crate::input::node::{SyntaxError, Tree};
use crate::model::What;
use proptest::prelude::*;
use serde_json::{Deserializer, Value};

/// Whether something was no JSON, nor YAML.
fn is_refused(loaded: &Loaded) -> bool {
    let mut left_out = loaded.objects.left_out.iter();
    left_out.any(|it| it.what == What::Text)
}

/// Whether `serde_json` reads all of a text, and it is objects, as all that kubectl takes.
fn is_json(text: &str) -> bool {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    values.all(|value| value.is_ok_and(|value| value.is_object()))
}

struct Nobody;

impl yaml::Receiver for Nobody {
    fn item(&mut self, _: Tree) {}
    fn document(&mut self, _: Tree) {}

    fn rest(&mut self, _: SyntaxError) -> Result<(), SyntaxError> {
        Ok(())
    }
}

const POD: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","uid":"1","annotations":
  {"note":"\"\\\u00e9\ud83d\ude00"}},"spec":{"containers":[{"name":"c","image":"i","n":[-1.5e3,0,true,null]}]}}"#;
const POLICY: &str = r#"{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",
  "metadata":{"name":"p"},"spec":{"podSelector":{},"ingress":[{},{}]}}"#;
const OTHER: &str = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{}}"#;

/// A List of these, with a field before and one after its items.
fn list(items: &[&str]) -> String {
    let items = items.join(",\n");
    format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{items}],\n\"metadata\": {{\"n\": [1, 2]}}}}\n"
    )
}

#[track_caller]
fn refused_at(text: &str, place: &str, message: &str) {
    let loaded = read(text);
    assert!(!is_json(text), "{text}");
    assert!(is_refused(&loaded), "{text}");
    let mut findings = loaded.findings.iter();
    let finding = findings.find(|it| it.rule == "syntax").expect("a finding");
    let found = loaded.sources.place(finding.span().expect("a place"));
    assert_eq!((&*finding.message, &*found), (message, place), "{text}");
}

#[test]
fn what_stands_between_items_and_fields_is_json_too() {
    let head = r#"{"kind": "List", "apiVersion": "v1", "items": ["#;
    let goes_on = "this does not continue the JSON list";
    for (rest, column, message) in [
        (r"{},, {}]}", 51, goes_on),
        (r"{} {}]}", 51, goes_on),
        (r", {}]}", 48, goes_on),
        (r"{},]}", 51, goes_on),
        (r"{}; {}]}", 50, goes_on),
        (r#"{}]"a": 1}"#, 51, goes_on),
        (r#"{}],, "a": 1}"#, 52, goes_on),
        (r#"{}], "a": 1,}"#, 60, goes_on),
        (r#"{}], "a": 1 "b": 2}"#, 60, goes_on),
        (r#"{}], "a" 1}"#, 57, goes_on),
        (r"{}], a: 1}", 53, goes_on),
        (r#"{}], "a": [01]}"#, 59, goes_on),
        (r#"{}], "a": NaN}"#, 58, goes_on),
        (r#"{}], "a": "\ud800"}"#, 58, goes_on),
        (r#"{}], "a": 1e999}"#, 58, goes_on),
        (r#"{}], "\x": 1}"#, 53, goes_on),
        (r"{}]", 51, "the JSON list has no closing `]`"),
        (r"{}", 50, "the JSON list has no closing `]`"),
        (
            r"{}]} x",
            53,
            "expected a new object or `---` after a JSON list",
        ),
        (
            r"{}]}]",
            52,
            "expected a new object or `---` after a JSON list",
        ),
    ] {
        refused_at(
            &format!("{head}{rest}"),
            &format!("a.yaml:1:{column}"),
            message,
        );
    }
}

#[test]
fn items_are_as_strict_as_values_however_they_are_read() {
    let text = |inner: &str| list(&[POD, &POD.replace("-1.5e3", inner), POLICY]);
    assert!(!is_refused(&read(&text("1e308"))));
    assert!(!is_refused(&read(&text("\"\\ud83d\\ude00\""))));
    let (deep, deeper) = (120, 121);
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(is_json(&text(&nested(deep))) && !is_refused(&read(&text(&nested(deep)))));
    for inner in [
        "1e999",
        "01",
        "1.",
        "+1",
        "NaN",
        ".5",
        "0x1",
        "1,",
        "tru",
        "'a'",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"a\u{1}\"",
        "\"a\tb\"",
        "\"a\nb\"",
        "\u{feff}1",
        "1/**/",
        &nested(deeper),
        &format!("1{}", "0".repeat(400)),
    ] {
        let text = text(inner);
        assert!(!is_json(&text), "{inner}");
        assert!(is_refused(&read(&text)), "{inner}");
    }
}

#[test]
fn an_object_with_items_that_is_no_list_is_json_too() {
    let text = "{\"items\": [{}, {\"a\": x}], \"apiVersion\": \"a/v1\", \"kind\": \"Shop\"}";
    refused_at(text, "a.yaml:1:22", "expected a JSON value");
    let loaded = read(&text.replace('x', "1"));
    assert!(!is_refused(&loaded) && loaded.findings.is_empty());
}

#[test]
fn what_is_not_closed_is_looked_at_no_further_than_its_document() {
    for open in ["{\"a\": [1\n", "{\"a\": \"b\n", "{\"a\": {\n\"b\": 1,\n"] {
        let text = format!("{open}---\n").repeat(100_000);
        let options = Options::default();
        let mut loader = Loader::new(&options);
        let mut window = Window::new(text.as_bytes());
        let read = super::read(&mut loader, &"a.json".into(), &mut window);
        assert!(!read.expect("memory"));
        assert!(window.ahead().len() < 64 * 1024, "{}", window.ahead().len());
    }
}

/// One change of a text at a place.
#[derive(Debug, Clone)]
enum Change {
    Delete,
    Double,
    Insert(&'static str),
    Truncate,
    Splice(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let inserted = [
        ",", ":", "{", "}", "[", "]", "\"", "\\", "0", "-", "e", ".", "null", "NaN", "\n", "\t",
        "\\ud800", "1e999", "\u{feff}", "#", "---", "\n---\n", "//", "'", " ",
    ];
    prop_oneof![
        2 => Just(Change::Delete),
        2 => Just(Change::Double),
        4 => proptest::sample::select(inserted.to_vec()).prop_map(Change::Insert),
        1 => Just(Change::Truncate),
        1 => (0usize..400).prop_map(Change::Splice),
    ]
}

/// The text changed near a place that means something to JSON.
fn changed(text: &str, (at, structural): (usize, bool), change: &Change) -> (usize, String) {
    let all: Vec<(usize, char)> = text.char_indices().collect();
    let marks = all
        .iter()
        .filter(|(_, c)| !structural || "{}[],:\"\\".contains(*c));
    let marks: Vec<&(usize, char)> = marks.collect();
    let &&(start, letter) = &marks[at % marks.len()];
    let (before, after) = text.split_at(start);
    let rest = &after[letter.len_utf8()..];
    let new = match change {
        Change::Delete => format!("{before}{rest}"),
        Change::Double => format!("{before}{letter}{after}"),
        Change::Insert(what) => format!("{before}{what}{after}"),
        Change::Truncate => before.to_owned(),
        Change::Splice(length) => {
            let end = all.iter().map(|it| it.0).find(|&it| it >= start + length);
            format!("{before}{}", &text[end.unwrap_or(text.len())..])
        }
    };
    (start, new)
}

/// The documents of a text, as lines that begin with `---` cut it.
fn documents(text: &str) -> Vec<String> {
    let mut documents = vec![String::new()];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("---").filter(|it| it.trim().is_empty()) {
            Some(_) => documents.push(String::new()),
            None => documents.last_mut().expect("one").push_str(line),
        }
    }
    documents
}

/// What is left of a document from the object on that is no JSON, or is followed by something else.
fn from_fault(text: &str) -> &str {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let (mut before, mut end) = (0, 0);
    while let Some(Ok(Value::Object(_))) = values.next() {
        before = end;
        end = values.byte_offset();
    }
    let rest = &text[end..];
    if rest.trim_start().starts_with('{') {
        rest
    } else {
        &text[before..]
    }
}

/// Whether kubectl may read a document as YAML that is no JSON.
fn is_yaml(text: &str) -> bool {
    yaml::read(text, &mut Nobody).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn lists_are_read_where_serde_json_reads_them(at in 0usize..1000, structural: bool, change in change()) {
        let whole = list(&[POD, POD, POLICY, OTHER]);
        let (start, text) = changed(&whole, (at, structural), &change);
        // Before the items begin it may still be YAML, and so is a comment after the end.
        prop_assume!(start > whole.find("[{").expect("items") && !text.contains(['#']));
        let expected = documents(&text).iter().all(|it| is_json(it));
        prop_assert_eq!(is_refused(&read(&text)), !expected, "{}", text);
    }

    #[test]
    fn objects_are_read_where_serde_json_reads_them(at in 0usize..1000, structural: bool, change in change()) {
        let whole = format!("{POD}\n{POLICY}{OTHER}\n---\n{POLICY}\n");
        let (_, text) = changed(&whole, (at, structural), &change);
        let refused = is_refused(&read(&text));
        // Objects one after the other are read one by one; what is no JSON is read as YAML. A mark of
        // the byte order may begin the stream and each document.
        let plain = text.replace("\n---\n\u{feff}", "\n---\n");
        let plain = plain.strip_prefix('\u{feff}').unwrap_or(&plain);
        let expected = documents(plain).iter().any(|it| !is_json(it) && !is_yaml(from_fault(it)));
        prop_assert_eq!(refused, expected, "{}", text);
    }
}
