//! Reads a selector as kubectl takes it after `-l`: `app=web,tier in (front,edge),!canary`.

use super::Problem;
use super::label_list::{label_key, label_value};
use crate::selector::{Operator, Requirement, Selector};

/// Reads a comma-separated list of conditions, all of which must hold.
///
/// # Errors
/// Says which condition is none.
pub fn parse_selector(text: &str) -> Result<Selector, Problem> {
    let conditions = conditions(text);
    let all = conditions.into_iter().map(|it| condition(it.trim()));
    let all = all.collect::<Result<Vec<Requirement>, Problem>>()?;
    Ok(Selector::new(all))
}

/// The parts between commas that are in no parentheses.
fn conditions(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    text.split(|c: char| {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

/// Source: `labels.Parse` of apimachinery.
fn condition(text: &str) -> Result<Requirement, Problem> {
    if let Some(key) = text.strip_prefix('!') {
        return requirement(key, Operator::DoesNotExist, &[]);
    }
    if let Some((before, values)) = text.split_once('(') {
        return listed(text, before.trim(), values.trim());
    }
    if let Some((key, value)) = text.split_once("!=") {
        return requirement(key, Operator::NotIn, &[value]);
    }
    if let Some((key, value)) = text.split_once('=') {
        let value = value.strip_prefix('=').unwrap_or(value);
        return requirement(key, Operator::In, &[value]);
    }
    if text.contains(char::is_whitespace) {
        return Err(no_condition(text));
    }
    requirement(text, Operator::Exists, &[])
}

fn no_condition(text: &str) -> Problem {
    Problem::new(format!("`{text}` is not a condition on a label"))
        .help("write `key in (a,b)`, `key notin (a,b)`, `key=value`, `key!=value`, `key` or `!key`")
}

/// `tier in (a,b)`, `tier notin (a,b)`.
fn listed(text: &str, before: &str, values: &str) -> Result<Requirement, Problem> {
    let wrong = || no_condition(text);
    let values = values.strip_suffix(')').ok_or_else(wrong)?;
    let (key, word) = before.split_once(char::is_whitespace).ok_or_else(wrong)?;
    let operator = match word.trim() {
        "in" => Operator::In,
        "notin" => Operator::NotIn,
        _ => return Err(wrong()),
    };
    requirement(key, operator, &values.split(',').collect::<Vec<_>>())
}

fn requirement(key: &str, operator: Operator, values: &[&str]) -> Result<Requirement, Problem> {
    let values = values
        .iter()
        .map(|value| label_value(value).map(Into::into));
    Ok(Requirement {
        key: label_key(key)?.into(),
        operator,
        values: values.collect::<Result<_, Problem>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_as_kubectl_has_them() {
        let read = |text: &str| parse_selector(text).map(|it| it.to_string()).ok();
        for text in [
            "app=web",
            "app=web,tier!=db",
            "tier in (a,b),!canary",
            "tier notin (a,b),app",
            "a.b/c=",
        ] {
            assert_eq!(read(text), Some(text.to_owned()));
        }
        assert_eq!(read("app==web, !x"), Some("app=web,!x".to_owned()));
        assert_eq!(read("tier in (a, b)"), Some("tier in (a,b)".to_owned()));
        for text in [
            "",
            "app=web,",
            "tier in a",
            "tier within (a)",
            "=web",
            "a=b=c",
            "(a)",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
