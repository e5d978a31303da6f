//! Long texts of each shape that something must be looked up in, for each of many parts: read in a
//! moment, where time that grows with the square of their length would be minutes.

use netpolc::input::{Loaded, Options, read_text};
use std::time::{Duration, Instant};

/// Reads a text and asks for the places of all findings.
fn read(text: &str) -> Loaded {
    let begun = Instant::now();
    let loaded = read_text("long.json", text, &Options::default());
    for label in loaded.findings.iter().flat_map(|finding| &finding.labels) {
        let _ = loaded.sources.place(label.span);
    }
    // Generous: builds without optimisation on a busy machine.
    let took = begun.elapsed();
    let start: String = text.chars().take(80).collect();
    assert!(took < Duration::from_secs(20), "{took:?} for {start}");
    loaded
}

fn policy(spec: &str) -> String {
    format!(
        r#"{{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{{"name":"p"}},"spec":{spec}}}"#
    )
}

/// The parts of this many numbers, with commas between.
fn joined(count: usize, part: impl Fn(usize) -> String) -> String {
    let parts: Vec<String> = (0..count).map(part).collect();
    parts.join(",")
}

fn findings(loaded: &Loaded, rule: &str) -> usize {
    let found = loaded.findings.iter().filter(|it| it.rule == rule);
    found.count()
}

#[test]
fn brackets_that_nobody_closes() {
    let text = "---\n{\"kind\": \"ConfigMap\", \"data\": [1, 2\n".repeat(40_000);
    assert_eq!(findings(&read(&text), "syntax"), 40_000);
    for text in [
        "{\"a\":",
        "[",
        "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[",
    ] {
        read(&text.repeat(200_000));
    }
}

#[test]
fn lists_on_one_line() {
    let items = joined(60_000, |number| {
        format!("{{\"metadata\":{{\"name\":\"n{number}\"}}}}")
    });
    let list = format!("\"apiVersion\":\"v1\",\"kind\":\"NamespaceList\",\"items\":[{items}]}}");
    // With a blank after the bracket it is JSON, and with a key in no quotes YAML.
    for head in ["{ ", "{x: y, "] {
        let loaded = read(&format!("{head}{list}"));
        assert_eq!(loaded.objects.namespaces.len(), 60_000, "{head}");
    }
    let items = joined(60_000, |_| "{\"a\":x}".to_owned());
    let list = format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{items}]}}");
    assert_eq!(findings(&read(&list), "syntax"), 60_000);
}

#[test]
fn unknown_kinds_between_lists() {
    let pair = |number| {
        format!(
            "{{\"apiVersion\":\"a.b/v1\",\"kind\":\"K{number}\",\"metadata\":{{\"name\":\"a\"}}}}\n\
             {{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[]}}\n"
        )
    };
    let loaded = read(&(0..40_000).map(pair).collect::<String>());
    assert_eq!(loaded.unknown_kinds.len(), 40_000);
}

#[test]
fn unknown_fields_of_one_object() {
    for name in ["podSelctor", "x"] {
        let fields = joined(40_000, |number| format!("\"{name}{number}\":1"));
        let loaded = read(&policy(&format!("{{\"podSelector\":{{}},{fields}}}")));
        assert_eq!(findings(&loaded, "unknown-field"), 40_000, "{name}");
    }
}

#[test]
fn values_of_a_wrong_type_on_one_line() {
    let labels = joined(60_000, |number| format!("\"a{number}\":{number}"));
    let loaded = read(&policy(&format!(
        "{{\"podSelector\":{{\"matchLabels\":{{{labels}}}}}}}"
    )));
    assert_eq!(findings(&loaded, "non-text-label"), 60_000);
    let values = joined(60_000, |number| number.to_string());
    let expression = format!("{{\"key\":\"a\",\"operator\":\"In\",\"values\":[{values}]}}");
    let loaded = read(&policy(&format!(
        "{{\"podSelector\":{{\"matchExpressions\":[{expression}]}}}}"
    )));
    assert_eq!(findings(&loaded, "non-text-label"), 60_000);
    let keys = joined(30_000, |number| format!("a{number}:b"));
    let loaded = read(&format!(
        "{}\nspec: {{podSelector: {{matchLabels: {{{keys}}}}}}}\n",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}"
    ));
    assert_eq!(findings(&loaded, "no-space-after-colon"), 30_000);
}

#[test]
fn keys_that_stand_twice() {
    let labels = joined(120_000, |number| format!("\"a{}\":\"x\"", number / 2));
    let loaded = read(&policy(&format!(
        "{{\"podSelector\":{{\"matchLabels\":{{{labels}}}}}}}"
    )));
    assert_eq!(findings(&loaded, "duplicate-key"), 60_000);
}
