//! Values of a manifest as YAML on one line, for what is to be written instead.

use super::super::node::{Node, Value};
use super::super::report::shown;

/// How long what is to be written may be in a message.
pub(super) const LONGEST: usize = 160;

/// A label's value, which must be text.
pub(super) fn quoted(node: &Node) -> String {
    match &node.value {
        Value::Int(number) => format!("\"{number}\""),
        Value::Bool(value) => format!("\"{value}\""),
        _ => written(node),
    }
}

/// A value as YAML on one line; `…` where it is too long for a message.
pub(super) fn written(node: &Node) -> String {
    let mut text = String::new();
    if write(node, &mut text).is_some() {
        text
    } else {
        "…".to_owned()
    }
}

fn write(node: &Node, text: &mut String) -> Option<()> {
    match &node.value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(&value.to_string()),
        Value::Int(number) => text.push_str(&number.to_string()),
        Value::Float(number) => text.push_str(&number.to_string()),
        Value::String(value) => text.push_str(&plain(value)),
        Value::Seq(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                write(item, text)?;
            }
            text.push(']');
        }
        Value::Map(entries) => {
            text.push('{');
            for (index, entry) in entries.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                text.push_str(&plain(&entry.key));
                text.push_str(": ");
                write(&entry.value, text)?;
            }
            text.push('}');
        }
    }
    (text.len() <= LONGEST).then_some(())
}

/// Text as it may stand in YAML: in quotes, unless it is a plain word.
fn plain(text: &str) -> String {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let begins = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_word = words.contains(&&*text.to_lowercase());
    if begins && !is_word && text.bytes().all(known) {
        text.to_owned()
    } else {
        format!(
            "\"{}\"",
            shown(text).replace('\\', "\\\\").replace('"', "\\\"")
        )
    }
}
