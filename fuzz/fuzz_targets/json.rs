//! JSON is refused exactly where `serde_json` refuses it: as items of a list, and one object after the
//! other.

#![no_main]

use libfuzzer_sys::fuzz_target;
use netpolc::input::{Loaded, Options, read_text};
use serde_json::{Deserializer, Value};

fn is_json(text: &str) -> bool {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    values.all(|value| value.is_ok_and(|value| value.is_object()))
}

fn is_refused(text: &str) -> bool {
    let Loaded { objects, .. } = read_text("fuzz.json", text, &Options::default());
    objects.left_out.iter().any(|it| it.kind == "document")
}

fn has_finding(text: &str, rule: &str) -> bool {
    let loaded = read_text("fuzz.json", text, &Options::default());
    loaded.findings.iter().any(|it| it.rule == rule)
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    // What is no JSON may be YAML, where it is not in a list; lines of dashes cut documents, comments
    // are for YAML, and of two lists of items in one object neither is read.
    if text
        .trim_start_matches([' ', '\t', '\r', '\n'])
        .starts_with('{')
        && is_json(&text)
    {
        let is_twice = text.matches("items").count() > 1 || text.contains("\\u00");
        assert!(is_twice || !is_refused(&text));
    }
    if !["---", "#", "items", "\\u00"]
        .iter()
        .any(|it| text.contains(it))
    {
        let head = r#"{"apiVersion":"v1","kind":"List","items":["#;
        let list = format!("{head}{text}],\"metadata\":{{}}}}");
        // A list that ends early may have YAML behind it, of which kubectl passes over the rest.
        let passed_over = || has_finding(&list, "text-after-document");
        assert!(is_refused(&list) != is_json(&list) || !is_json(&list) && passed_over());
    }
});
