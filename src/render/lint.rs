//! What lint found, in every format.

use super::{Look, count, diagnostic};
use crate::diag::{Finding, Severity};
use crate::lint::{Found, Report};
use crate::source::SourceMap;
use std::fmt::Write as _;

/// For people: each finding with its source lines, then how many there are.
pub fn human(report: &Report, sources: &SourceMap, look: Look) -> String {
    let mut out = String::new();
    for found in report.counted() {
        out.push_str(&diagnostic::finding(sources, &finding(found), look));
        out.push('\n');
    }
    let counts = [
        count(report.count(Severity::Error), "error", "errors"),
        count(report.count(Severity::Warning), "warning", "warnings"),
        count(report.count(Severity::Note), "note", "notes"),
    ];
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", counts.join(", "));
    out
}

fn finding(found: &Found) -> Finding {
    let fact = &found.fact;
    let mut finding = Finding::new(found.rule.name, found.severity, &*fact.message);
    finding.labels.clone_from(&fact.labels);
    finding.help = fact.fix.as_ref().map(|fix| fix.what.clone());
    finding
}
