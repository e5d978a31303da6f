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

/// Whether a text begins with an object, and what follows may be another one.
fn has_object_behind(text: &str) -> bool {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let is_whole = values.next().is_some_and(|first| first.is_ok());
    let behind = text.get(values.byte_offset()..).unwrap_or_default();
    is_whole && behind.trim_start().starts_with('{')
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
        // Behind a list that ends early may stand YAML.
        assert!(is_refused(&list) != is_json(&list) || has_object_behind(&list));
    }
});
