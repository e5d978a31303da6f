//! Values as YAML for people: maps and lists in lines of their own, what is short in one line.

use serde_json::Value;
use std::fmt::Write as _;

/// What fits into one line is written in one.
const SHORT: usize = 72;

/// One document, in lines.
pub(crate) fn document(value: &Value) -> String {
    let mut out = String::new();
    match value.as_object() {
        Some(fields) if !fields.is_empty() => map(&mut out, fields, 0, 0),
        _ => {
            let _ = writeln!(out, "{}", flow(value));
        }
    }
    out
}

/// A value in one line.
pub(crate) fn flow(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = in_order(fields).into_iter();
            let fields = fields.map(|(key, value)| format!("{}: {}", text(key), flow(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(it) => text(it),
        other => other.to_string(),
    }
}

/// Fields of a map; the first line is under way, after `begun` columns.
fn map(out: &mut String, fields: &serde_json::Map<String, Value>, indent: usize, begun: usize) {
    for (index, (key, value)) in in_order(fields).into_iter().enumerate() {
        let margin = if index == 0 { indent - begun } else { indent };
        let _ = write!(out, "{:margin$}{}:", "", text(key));
        let short = flow(value);
        match value {
            // The parts that people look at first stand in lines of their own.
            Value::Object(inner)
                if !inner.is_empty()
                    && (short.len() > SHORT || (indent == 0 && key != "metadata")) =>
            {
                out.push('\n');
                map(out, inner, indent + 2, 0);
            }
            Value::Array(items) if short.len() > SHORT => {
                out.push('\n');
                for item in items {
                    let _ = write!(out, "{:indent$}- ", "");
                    match item.as_object() {
                        Some(inner) if flow(item).len() > SHORT => {
                            map(out, inner, indent + 2, indent + 2);
                        }
                        _ => {
                            let _ = writeln!(out, "{}", flow(item));
                        }
                    }
                }
            }
            _ => {
                let _ = writeln!(out, " {short}");
            }
        }
    }
}

/// Fields in the order in which people write them.
fn in_order(fields: &serde_json::Map<String, Value>) -> Vec<(&String, &Value)> {
    const FIRST: [&str; 12] = [
        "apiVersion",
        "kind",
        "metadata",
        "name",
        "namespace",
        "key",
        "operator",
        "podSelector",
        "policyTypes",
        "namespaceSelector",
        "protocol",
        "port",
    ];
    let place = |key: &str| {
        FIRST
            .iter()
            .position(|it| *it == key)
            .unwrap_or(FIRST.len())
    };
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(key, _)| place(key));
    fields
}

/// Text, in quotes where YAML would take it for something else.
fn text(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-./_".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let word = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let is_word = word.contains(&text.to_ascii_lowercase().as_str());
    if begins && text.chars().all(plain) && !is_word {
        text.to_owned()
    } else {
        // JSON's text is YAML's in double quotes.
        Value::from(text).to_string()
    }
}
