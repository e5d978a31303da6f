//! Checks a value against a schema, by the few keywords that ours use.

use serde_json::Value;

/// One schema, and what was found against it.
pub(super) struct Validator<'a> {
    schema: &'a Value,
    faults: Vec<String>,
}

impl Validator<'_> {
    pub(super) fn faults(schema: &Value, value: &Value) -> Vec<String> {
        let mut validator = Validator {
            schema,
            faults: Vec::new(),
        };
        validator.check(schema, value, "$");
        validator.faults
    }

    pub(super) fn expect(&mut self, holds: bool, place: &str, keyword: &str) {
        if !holds {
            self.faults.push(format!("{place}: {keyword}"));
        }
    }

    pub(super) fn check(&mut self, rules: &Value, value: &Value, place: &str) {
        for (keyword, rule) in rules.as_object().expect("a schema is an object") {
            let holds = match keyword.as_str() {
                "$schema" | "$id" | "$defs" | "definitions" | "title" | "description" => true,
                "$ref" => {
                    let pointer = rule.as_str().and_then(|text| text.strip_prefix('#'));
                    let target = self.schema.pointer(pointer.expect("a local reference"));
                    self.check(&target.expect("a definition").clone(), value, place);
                    true
                }
                "const" => value == rule,
                "enum" => items(rule).contains(value),
                "type" => has_type(value, rule.as_str().expect("a type")),
                "required" => strings(rule).all(|name| value.get(name).is_some()),
                "properties" => {
                    for (name, rules) in rule.as_object().expect("properties") {
                        if let Some(value) = value.get(name) {
                            self.check(rules, value, &format!("{place}.{name}"));
                        }
                    }
                    true
                }
                "additionalProperties" if rule == &Value::Bool(true) => true,
                "additionalProperties" => self.additional(rules, value, place),
                "anyOf" => items(rule).iter().any(|rules| self.fits(rules, value)),
                "oneOf" => items(rule).iter().filter(|it| self.fits(it, value)).count() == 1,
                "format" => has_format(value, rule.as_str().expect("a format")),
                "minProperties" => fields(value).count() as u64 >= number(rule),
                "items" => {
                    for (index, item) in items(value).iter().enumerate() {
                        self.check(rule, item, &format!("{place}[{index}]"));
                    }
                    true
                }
                "minItems" => items(value).len() as u64 >= number(rule),
                "uniqueItems" if rule == &Value::Bool(false) => true,
                "uniqueItems" => {
                    let all = items(value);
                    (1..all.len()).all(|end| {
                        let (before, rest) = all.split_at(end);
                        rest.first().is_none_or(|item| !before.contains(item))
                    })
                }
                "minimum" => value
                    .as_f64()
                    .is_none_or(|value| value >= rule.as_f64().expect("a number")),
                "maximum" => value
                    .as_f64()
                    .is_none_or(|value| value <= rule.as_f64().expect("a number")),
                "pattern" => {
                    let (text, pattern) = (value.as_str(), rule.as_str().expect("a pattern"));
                    text.is_some_and(|text| fits(text, pattern))
                }
                other => panic!("the test does not know the keyword `{other}`"),
            };
            self.expect(holds, place, keyword);
        }
    }

    /// Whether a value has no fault by these rules.
    fn fits(&self, rules: &Value, value: &Value) -> bool {
        let mut other = Validator {
            schema: self.schema,
            faults: Vec::new(),
        };
        other.check(rules, value, "");
        other.faults.is_empty()
    }

    /// The fields that no other keyword speaks of: none, or ones of one kind.
    fn additional(&mut self, rules: &Value, value: &Value, place: &str) -> bool {
        let known = |name: &String| rules.pointer(&format!("/properties/{name}")).is_some();
        let rule = &rules["additionalProperties"];
        if rule == &Value::Bool(false) {
            return fields(value).all(known);
        }
        for (name, value) in value.as_object().into_iter().flatten() {
            if !known(name) {
                self.check(rule, value, &format!("{place}.{name}"));
            }
        }
        true
    }
}

pub(super) fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        other => panic!("the test does not know the type `{other}`"),
    }
}

/// Texts of a format, as far as the schemas use them.
fn has_format(value: &Value, name: &str) -> bool {
    let Some(text) = value.as_str() else {
        return true;
    };
    match name {
        "uri" | "uri-reference" => {
            let legal =
                |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
            let mut escapes = text.split('%').skip(1);
            let escape = |rest: &str| {
                rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
            };
            text.chars().all(legal) && escapes.all(escape)
        }
        other => panic!("the test does not know the format `{other}`"),
    }
}

/// The patterns that the schemas use, by hand.
pub(super) fn fits(text: &str, pattern: &str) -> bool {
    let port = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits && (1..=5).contains(&text.len()) && !text.starts_with('0')
    };
    match pattern {
        "^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$" => match text.split_once('-') {
            Some((first, last)) => port(first) && port(last),
            None => port(text),
        },
        r"^[a-z0-9-]+@v?[0-9]+\.[0-9]+" => text.split_once('@').is_some_and(|(_, version)| {
            let (major, minor) = version.split_once('.').unwrap_or_default();
            port(major.trim_start_matches('v')) && minor.starts_with(|c: char| c.is_ascii_digit())
        }),
        "^[^ ]+$" => !text.is_empty() && !text.contains(' '),
        other => panic!("the test does not know the pattern `{other}`"),
    }
}

pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn fields(value: &Value) -> impl Iterator<Item = &String> {
    value
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys)
}

pub(super) fn strings(value: &Value) -> impl Iterator<Item = &str> {
    items(value).iter().filter_map(Value::as_str)
}

pub(super) fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}
