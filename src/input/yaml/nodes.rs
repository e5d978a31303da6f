//! Nodes and names of fields, as both readers make them.

use super::keys::json_text;
use crate::input::node::{Node, Remark, Value};
use crate::written::ShortText;

/// Block collections end where the next token begins; their text ends before.
pub(super) fn close(text: &str, start: usize, end: usize, value: Value) -> Node {
    let text = text.get(start..end).unwrap_or_default();
    Node::new(start..start + text.trim_end().len(), value)
}

/// The name of a field, and where it stands. A key that is not text is remarked.
pub(super) fn field_name(key: Node, remarks: &mut Vec<Remark>) -> (ShortText, (u32, u32)) {
    let at = (key.start, key.end);
    match key.value {
        Value::String(text) => (text, at),
        other => {
            let key = ShortText::from(json_text(&other));
            let remark = key.clone();
            remarks.push(Remark::KeyNotText { key: remark, at });
            (key, at)
        }
    }
}
