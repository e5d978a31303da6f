//! What becomes of keys that are not text.

use crate::input::node::Value;

/// The JSON text of a value that stands as a key, as sigs.k8s.io/yaml writes it.
pub(super) fn json_text(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float_text(*value),
        Value::String(text) => text.to_string(),
        // These are no keys, which is said where the object is read.
        Value::Null => NULL_KEY.to_owned(),
        Value::Seq(_) => LIST_KEY.to_owned(),
        Value::Map(_) => OBJECT_KEY.to_owned(),
    }
}

/// What stands for keys that can be none.
const NULL_KEY: &str = "null";
const LIST_KEY: &str = "[…]";
const OBJECT_KEY: &str = "{…}";

/// What a key is that can be none; `key` is what stands for one that is not text.
pub(in crate::input) fn no_key(key: &str) -> Option<&'static str> {
    match key {
        NULL_KEY => Some("nothing"),
        LIST_KEY => Some("a list"),
        OBJECT_KEY => Some("an object"),
        _ => None,
    }
}

/// Go's `strconv.FormatFloat(value, 'g', -1, 32)`.
fn float_text(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "so does sigs.k8s.io/yaml")]
    let value = value as f32;
    let scientific = format!("{value:e}");
    match scientific.split_once('e') {
        Some((digits, exponent)) => match exponent.parse::<i32>() {
            Ok(number @ (..-4 | 6..)) => {
                let sign = if number < 0 { '-' } else { '+' };
                format!("{digits}e{sign}{:02}", number.abs())
            }
            _ => value.to_string(),
        },
        None => value.to_string(),
    }
}
