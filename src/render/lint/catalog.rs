//! The catalog of rules: as a list, and the page of each.

use crate::lint::{ALL, Rule};
use std::fmt::Write as _;

/// All rules, one in a line: code, name, level, what must be in the input, and what it is about.
pub fn list() -> String {
    let width = |of: fn(&Rule) -> usize| ALL.iter().map(of).max().unwrap_or_default();
    let names = width(|rule| rule.name.len());
    let levels = width(|rule| level(rule).len());
    let lines = ALL.iter().map(|rule| {
        let needs = match rule.needs {
            [] => String::new(),
            _ => format!(" (needs {})", needs(rule)),
        };
        format!(
            "{}  {:names$}  {:levels$}  {}{needs}\n",
            rule.code,
            rule.name,
            level(rule),
            rule.summary()
        )
    });
    lines.collect()
}

/// The page of a rule in Markdown, the same as in `docs/rules`.
pub fn page(rule: &Rule) -> String {
    let mut out = format!("# {} {}\n\n", rule.code, rule.name);
    let mut facts = vec![format!("level: {}", level(rule))];
    if !rule.needs.is_empty() {
        facts.push(format!("needs: {}", needs(rule)));
    }
    facts.push(format!("precision: {}", rule.precision.name()));
    if let Some(security) = rule.security {
        facts.push(format!("security severity: {security}"));
    }
    // Writing to a string cannot fail.
    let _ = writeln!(out, "*{}*\n", facts.join(" · "));
    out.push_str(&rule.page());
    out
}

/// The index of all pages in Markdown.
pub fn index() -> String {
    let mut out = String::from(
        "# Rules\n\nEach page says what a rule does, why it matters, and what it cannot see. \
         `netpolc lint --explain RULE` shows the same. How rules are chosen and silenced is in \
         [lint.md](../lint.md).\n\n| code | name | level | needs | about |\n| --- | --- | --- | --- | --- |\n",
    );
    for rule in ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| [{code}]({code}.md) | {} | {} | {} | {} |",
            rule.name,
            level(rule),
            needs(rule),
            rule.summary().replace('|', "\\|"),
            code = rule.code,
        );
    }
    out
}

fn level(rule: &Rule) -> String {
    let mut text = rule.level.name().to_owned();
    if let Some(shown) = rule.shown {
        let _ = write!(text, "; {} where shown", shown.name());
    }
    if rule.strict {
        text.push_str("; with `--strict`");
    }
    text
}

fn needs(rule: &Rule) -> String {
    let needs: Vec<&str> = rule.needs.iter().map(|need| need.name()).collect();
    needs.join(", ")
}
