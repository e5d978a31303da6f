//! Reads the labels of an imagined pod: `app=web,tier!=db,!canary`.
//!
//! A pod has concrete labels, so every label comes as `key=value`; `key!=value` and `!key` are
//! conditions that these labels must meet.

use super::Problem;
use crate::selector::{Labels, Operator, Requirement, Selector};

/// Reads a comma-separated list; the empty list is a pod without labels. Gives the labels, and all
/// that was written as a selector.
///
/// # Errors
/// Says which entry is not a label, or which two contradict each other.
pub(super) fn parse_labels(text: &str) -> Result<(Labels, Selector), Problem> {
    let mut given: Vec<(&str, &str)> = Vec::new();
    let mut conditions: Vec<(&str, Option<&str>)> = Vec::new();
    for entry in text.split(',').map(str::trim) {
        match read_entry(entry)? {
            Entry::Label(key, value) => given.push((key, value)),
            Entry::Not(key, value) => conditions.push((key, value)),
            Entry::Nothing if text.trim().is_empty() => {}
            Entry::Nothing => {
                return Err(Problem::new(format!("`[{text}]` has an empty entry")));
            }
        }
    }
    for (index, (key, value)) in given.iter().enumerate() {
        let earlier = given.iter().take(index).find(|(other, _)| other == key);
        if let Some((_, other)) = earlier
            && other != value
        {
            return Err(Problem::new(format!(
                "a pod cannot have both `{key}={other}` and `{key}={value}`"
            )));
        }
    }
    let requirement = |key: &str, operator, value: Option<&str>| Requirement {
        key: key.into(),
        operator,
        values: value.into_iter().map(Into::into).collect(),
    };
    let wanted = given
        .iter()
        .map(|(key, value)| requirement(key, Operator::In, Some(value)));
    let unwanted = conditions.iter().map(|(key, value)| {
        let operator = value.map_or(Operator::DoesNotExist, |_| Operator::NotIn);
        requirement(key, operator, *value)
    });
    let selector = Selector::new(wanted.chain(unwanted).collect());
    let labels = Labels::from_pairs(given);
    for (key, value) in conditions {
        let broken = match (labels.get(key), value) {
            (Some(actual), Some(value)) => **actual == *value,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if broken {
            let condition = value.map_or(format!("!{key}"), |value| format!("{key}!={value}"));
            let actual = labels.get(key).map_or("", |actual| actual);
            return Err(Problem::new(format!(
                "`{condition}` contradicts `{key}={actual}`"
            )));
        }
    }
    Ok((labels, selector))
}

enum Entry<'a> {
    Label(&'a str, &'a str),
    Not(&'a str, Option<&'a str>),
    Nothing,
}

fn read_entry(entry: &str) -> Result<Entry<'_>, Problem> {
    if entry.is_empty() {
        return Ok(Entry::Nothing);
    }
    if let Some(key) = entry.strip_prefix('!') {
        return Ok(Entry::Not(label_key(key)?, None));
    }
    if let Some((key, value)) = entry.split_once("!=") {
        return Ok(Entry::Not(label_key(key)?, Some(label_value(value)?)));
    }
    if let Some((key, value)) = entry.split_once('=') {
        let value = value.strip_prefix('=').unwrap_or(value);
        return Ok(Entry::Label(label_key(key)?, label_value(value)?));
    }
    let key = entry.split_whitespace().next().unwrap_or(entry);
    Err(
        Problem::new(format!("`{entry}` does not give the value of the label")).help(format!(
            "a pod has one value for each label: write `{key}=value`"
        )),
    )
}

/// Source: label keys are qualified names, `[prefix/]name`, the name at most 63 characters.
pub(super) fn label_key(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    let name = text.rsplit_once('/').map_or(text, |(_, name)| name);
    let fits = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
    };
    if !name.is_empty() && name.len() <= 63 && fits(text) {
        Ok(text)
    } else {
        Err(Problem::new(format!("`{text}` is not a label key")))
    }
}

/// Source: label values are at most 63 letters, digits, `-`, `_` and `.`, and may be empty.
pub(super) fn label_value(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    let fits = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if fits && text.len() <= 63 {
        Ok(text)
    } else {
        Err(Problem::new(format!("`{text}` is not a label value")))
    }
}
