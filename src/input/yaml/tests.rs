//! What YAML is read as, and what is refused.

use super::*;
use crate::input::node::Entry;

struct Nobody;

impl Receiver for Nobody {
    fn item(&mut self, _: Tree) {}
    fn document(&mut self, _: Tree) {}
}

/// What the first document of a text says, as JSON would; or why it cannot be read.
fn said(text: &str) -> Result<String, String> {
    let (documents, failed) = documents(text);
    match (documents.first(), failed) {
        (_, Some(failed)) => Err(failed.message),
        (Some(document), None) => Ok(json(&document.root)),
        (None, None) => Ok("nothing".to_owned()),
    }
}

fn json(node: &Node) -> String {
    let all = |parts: Vec<String>| parts.join(",");
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Seq(items) => format!("[{}]", all(items.iter().map(json).collect())),
        Value::Map(entries) => {
            let entry = |it: &Entry| format!("{:?}:{}", it.key, json(&it.value));
            format!("{{{}}}", all(entries.iter().map(entry).collect()))
        }
    }
}

/// Expected values: what sigs.k8s.io/yaml, with which kubectl reads, makes of the same text.
#[test]
fn texts_are_taken_that_yaml_1_2_refuses() {
    for (text, expected) in [
        ("a: 'x\n}'\n", r#"{"a":"x }"}"#),
        ("a: \"x\n\ty\"\n", r#"{"a":"x y"}"#),
        ("a: [\n\tb,\n\tc\n]\n", r#"{"a":["b","c"]}"#),
        ("a: b\t# c\nd: e\n", r#"{"a":"b","d":"e"}"#),
        ("a: \"b\"# c\n", r#"{"a":"b"}"#),
        ("a: [b, c,#d\n]\n", r#"{"a":["b","c"]}"#),
        ("a: ># c\n  b\n", r#"{"a":"b\n"}"#),
        ("a: [-, -]\n", r#"{"a":["-","-"]}"#),
        ("a: 'it''s'\nb: \"\\'\"\n", r#"{"a":"it's","b":"'"}"#),
        ("{a:, b: c}\n", r#"{"a:":null,"b":"c"}"#),
        ("a: |\n  x", r#"{"a":"x\n"}"#),
        ("a: |\n  x\n   ", r#"{"a":"x\n \n"}"#),
        ("a: b\n  c\n\n  d\n", r#"{"a":"b c\nd"}"#),
        ("a: \"b\\\n  c\\x41\"\n", r#"{"a":"bcA"}"#),
        ("a: >-\n  b\n  c\n\n   d\n  e\n", r#"{"a":"b c\n\n d\ne"}"#),
        (
            "a:\n- b\n-\n  c: d\n- - e\n",
            r#"{"a":["b",{"c":"d"},["e"]]}"#,
        ),
        ("? a\n: b\n", r#"{"a":"b"}"#),
        (
            "a: !x 80\nb: !!str 80\nc: !!int '80'\n",
            r#"{"a":"80","b":"80","c":80}"#,
        ),
        ("a: !!binary eA==\n", r#"{"a":"x"}"#),
        (
            "1.50: a\n010: b\nyes: c\n1e7: d\n",
            r#"{"1.5":"a","8":"b","true":"c","1e+07":"d"}"#,
        ),
        ("ä: {ö: ü}\n", r#"{"ä":{"ö":"ü"}}"#),
    ] {
        assert_eq!(said(text).as_deref(), Ok(expected), "{text:?}");
    }
}

/// Expected values: sigs.k8s.io/yaml refuses all of them.
#[test]
fn texts_are_refused_that_yaml_1_2_takes() {
    for text in [
        "%YAML 1.1\n---\na: b\n",
        "%TAG !e! tag:e,2000:\n---\na: b\n",
        "--- {a: b}\n",
        "---a: b\n",
        "a: {b: ::/0}\n",
        "a: [::1]\n",
        "a: [b?c]\n",
        " \t\na: b\n",
        "a: b\n\t\nc: d\n",
        "a: |\n \tb\n",
        "a: |\n\t\nb: c\n",
        "a:\n \tb\n",
        "-\ta: b\n",
        "a: \"b\\/c\"\n",
        "{a\n: b}\n",
        "{\"a\nb\": c}\n",
        "a: &é b\n",
        "a: *b\n",
        "a: &b [*b]\n",
        "a: .inf\n",
        "a: !!int b\n",
        "<<: a\n",
        "<<: [[a]]\n",
        "a: \u{1}\n",
        "a: @b\n",
        "a: b: c\n",
        "a\nb: c\n",
    ] {
        assert!(said(text).is_err(), "{text:?}: {:?}", said(text));
    }
}

/// Expected values: sigs.k8s.io/yaml, whose merge keys count more than what stands before.
#[test]
fn merge_keys_count_more_than_what_stands_before_them() {
    let base = "x: &x {a: 1, b: 2}\nw: &w {b: 3, c: 4}\n";
    for (text, expected) in [
        ("z: {a: 9, <<: *x}\n", r#"{"a":1,"b":2}"#),
        ("z: {<<: *x, a: 9}\n", r#"{"a":9,"b":2}"#),
        ("z: {<<: [*x, *w]}\n", r#"{"b":2,"c":4,"a":1}"#),
        ("z: {'<<': 1}\n", r#"{"<<":1}"#),
    ] {
        let (documents, failed) = documents(&format!("{base}{text}"));
        assert_eq!(failed, None, "{text}");
        let [document] = documents.as_slice() else {
            panic!("{text}: one document")
        };
        assert_eq!(json(document.root.find("z")), expected, "{text}");
        assert_eq!(document.remarks, [], "{text}");
    }
}

#[test]
fn places_are_those_of_the_text() {
    let text = "ä: 'b'\nc: [d,\n  {e: \"f\"}]\ng: |\n  h\n\n";
    let (documents, _) = documents(text);
    let root = &documents.first().expect("a document").root;
    let place = |path: &str| {
        let node = root.find(path);
        text.get(node.start as usize..node.end as usize)
    };
    assert_eq!(place("ä"), Some("'b'"));
    assert_eq!(place("c[0]"), Some("d"));
    assert_eq!(place("c[1].e"), Some("\"f\""));
    assert_eq!(place("c[1]"), Some("{e: \"f\"}"));
    assert_eq!(place("c"), Some("[d,\n  {e: \"f\"}]"));
    assert_eq!(place("g"), Some("|\n  h"));
}

/// A list of 50 000 numbers within 100 anchored lists, and an alias of one of those.
fn nested(alias: &str) -> String {
    let anchors: Vec<String> = (0..100).map(|depth| format!("&a{depth} [")).collect();
    let anchors = anchors.concat();
    let numbers = "0,".repeat(50_000);
    format!("a: {anchors}{numbers}{}\nb: *{alias}\n", "]".repeat(100))
}

#[test]
fn anchors_within_anchors_hold_no_more_than_their_bound() {
    assert!(read(&nested("a99"), &mut Nobody).is_ok());
    let error = read(&nested("a0"), &mut Nobody).unwrap_err();
    assert_eq!(error.message, "anchors hold more than 32 MiB");
}

/// Both sides of the bound: a text of 64 KiB, 127 and 128 times.
#[test]
fn aliases_of_long_texts_copy_no_more_than_their_bound() {
    let text = |aliases: usize| {
        let long = "x".repeat(1 << 16);
        format!("a: &a {long}\nb:\n{}", "- *a\n".repeat(aliases))
    };
    assert!(read(&text(127), &mut Nobody).is_ok());
    let error = read(&text(128), &mut Nobody).unwrap_err();
    assert_eq!(error.message, "aliases expand to more than 8 MiB");
}
