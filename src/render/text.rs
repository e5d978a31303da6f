//! Answers and explanations as a person reads them.
//!
//! Results of `query` in, lines out; every line is safe to print and at most as wide as asked,
//! unless one word is wider.

mod answer;
mod applied;
mod explain;
mod fold;
mod plugins;
mod policies;
mod probe;
mod reach;
mod repair;
mod walk;
mod way;

pub use reach::Reached;

use super::{Look, visible};
use crate::model::{Applied, Cluster, Origin, PolicyId};
use crate::net::ConnSet;
use crate::source::SourceMap;
use crate::trace::{RuleRef, Verdict};

/// What the words are about, and how wide they may be.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Where its manifests are.
    pub sources: &'a SourceMap,
    /// What was applied over the input, if anything was.
    pub applied: Option<&'a Applied>,
    /// The cluster without it, if answers are compared.
    pub before: Option<&'a Cluster>,
    /// How the output looks.
    pub look: Look,
}

impl Teller<'_> {
    /// ` (shop.yaml:12)`, or nothing for what is in no file.
    fn place(&self, origin: Origin) -> String {
        origin.span.map_or_else(String::new, |span| {
            format!(" ({})", self.sources.line(span))
        })
    }

    /// `shop/db (shop.yaml:12)`.
    fn policy(&self, id: PolicyId) -> String {
        let policy = self.cluster.policies.at(id);
        format!("{}{}", policy.called(), self.place(policy.origin))
    }

    /// `rule 1 of shop/db (shop.yaml:20)`.
    fn rule(&self, rule: RuleRef) -> String {
        rule.describe_at(self.cluster, &|origin| self.place(origin))
    }

    /// ` (shop.yaml:20)` of a rule.
    fn rule_place(&self, rule: RuleRef) -> String {
        let rule = rule.rule(self.cluster);
        rule.map_or_else(String::new, |rule| self.place(rule.origin))
    }

    /// Adds a label in a column of its own, and text beside it.
    fn labelled(&self, out: &mut String, indent: usize, column: usize, label: &str, text: &str) {
        let width = self.look.width.saturating_sub(indent + column).max(20);
        for (index, line) in wrap(&visible(text), width, 0).iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let gap = " ".repeat(column.saturating_sub(label.chars().count()));
            out.extend([" ".repeat(indent).as_str(), label, &gap, line, "\n"]);
        }
    }

    /// Adds a paragraph whose lines after the first are indented by `hanging` more.
    fn paragraph(&self, out: &mut String, indent: usize, hanging: usize, text: &str) {
        paragraph(out, self.look.width, indent, hanging, text);
    }
}

/// `yes`, `no` or `unknown`.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "yes",
        Verdict::Deny => "no",
        Verdict::Undecided => "unknown",
    }
}

/// Adds a paragraph of at most `width` columns, made safe to print, whose lines after the first are
/// indented by `hanging` more.
pub(super) fn paragraph(out: &mut String, width: usize, indent: usize, hanging: usize, text: &str) {
    let width = width.saturating_sub(indent).max(20);
    for (index, line) in wrap(&visible(text), width, hanging).iter().enumerate() {
        let margin = if index == 0 { indent } else { indent + hanging };
        out.extend([" ".repeat(margin).as_str(), line, "\n"]);
    }
}

/// `TCP 80`, or `every port`.
pub(super) fn connections(set: &ConnSet) -> String {
    if set.is_all() {
        "every port".into()
    } else {
        set.to_string()
    }
}

/// Breaks at spaces into lines of at most `width` characters, `hanging` fewer after the first.
fn wrap(text: &str, width: usize, hanging: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        let room = if lines.is_empty() {
            width
        } else {
            width.saturating_sub(hanging)
        };
        if used > 0 && used + 1 + length > room {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("aa bb cc dd", 5, 0), ["aa bb", "cc dd"]);
        assert_eq!(wrap("aa bb cc dd", 5, 2), ["aa bb", "cc", "dd"]);
        assert_eq!(wrap("unbreakable x", 3, 0), ["unbreakable", "x"]);
    }
}
