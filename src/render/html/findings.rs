//! The findings by rule, the worst first.

use super::markup::{Markup, lines};
use super::page::Page;
use crate::diag::Severity;
use crate::lint::{Found, Rule};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Findings of one rule that are told in full, and notes of one.
const TOLD: (usize, usize) = (25, 10);

/// All findings.
pub(super) fn section(page: &Page<'_>, out: &mut Markup) {
    let view = page.findings;
    let counts = crate::render::lint::closing::counts(view.report);
    out.raw("<section class=\"card\" id=\"findings\"><h2>Findings<small>");
    out.text(&counts);
    out.raw("</small></h2>\n");
    let mut by_rule: BTreeMap<(Reverse<Severity>, &str), Vec<&Found>> = BTreeMap::new();
    for found in view.report.counted() {
        let key = (Reverse(found.severity), found.rule.code);
        by_rule.entry(key).or_default().push(found);
    }
    for (place, ((Reverse(severity), _), all)) in by_rule.into_iter().enumerate() {
        let Some(first) = all.first() else {
            continue;
        };
        rule(page, (severity, first.rule), &all, place == 0, out);
    }
    out.raw("</section>\n");
}

fn rule(
    page: &Page<'_>,
    (severity, rule): (Severity, &Rule),
    all: &[&Found],
    is_open: bool,
    out: &mut Markup,
) {
    let level = severity.name();
    let open = if is_open { " open" } else { "" };
    out.raw(&format!(
        "<details{open}><summary><span class=\"level {level}\">{level}</span> <span class=\"m\">{}</span> <b>{}</b> <span class=\"n\">{}</span></summary>\n",
        rule.code,
        rule.name,
        all.len()
    ));
    let told = match severity {
        Severity::Error | Severity::Warning => TOLD.0,
        Severity::Note => TOLD.1,
    };
    for found in all.iter().take(told) {
        finding(page, found, out);
    }
    if let Some(more) = all.len().checked_sub(told).filter(|more| *more > 0) {
        out.raw(&format!(
            "<div class=\"finding dim\">and {more} more: <code>netpolc lint</code> lists all</div>\n"
        ));
    }
    out.raw("</details>\n");
}

fn finding(page: &Page<'_>, found: &Found, out: &mut Markup) {
    let fact = &found.fact;
    out.raw("<div class=\"finding\"><p>");
    out.span("m", &fact.object.to_string());
    if let Some(span) = found.span() {
        out.raw(" ");
        out.span("m dim", &page.findings.shown(span));
    }
    out.raw("</p>\n<p>");
    out.sentence(&fact.message);
    out.raw("</p>\n");
    if let Some(meaning) = &fact.meaning {
        out.raw("<p class=\"dim\">as it stands: ");
        out.sentence(meaning);
        out.raw("</p>\n");
    }
    if let Some(fix) = &fact.fix {
        if !fix.what.is_empty() {
            out.raw("<p>fix: ");
            out.sentence(&fix.what);
            out.raw("</p>\n");
        }
        if !fix.paste.is_empty() {
            out.raw(&format!("<pre>{}</pre>\n", lines(&fix.paste)));
        }
    }
    out.raw("</div>\n");
}
