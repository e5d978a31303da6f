//! Findings as a person reads them: the lines that they are about, what these do, and what to
//! write instead.

use super::folded::{Told, told};
use super::{View, details, one_line, title};
use crate::beside;
use crate::diag::Finding;
use crate::lint::Found;
use crate::lint::fixes::is_applicable;
use crate::render::text::paragraph;
use crate::render::{Look, count, diagnostic, visible};

/// So many findings are told in two halves at once.
const MANY: usize = 200;
/// How far what is said below the lines stands in.
const INDENT: usize = 2;
/// How far YAML stands in.
const YAML: usize = 6;

/// Each finding that counts with its source lines, in the order that was asked for.
pub fn human(view: &View<'_>, look: Look) -> String {
    let findings = told(&view.in_told_order(), view.order);
    let text = |findings: &[Told<'_>]| -> String {
        let findings = findings.iter();
        let texts = findings.map(|it| match it {
            Told::InFull(found) => finding(view, found, look),
            Told::InLines(found, more) => lines(view, found, *more),
        });
        texts.collect()
    };
    if findings.len() < MANY {
        return text(&findings);
    }
    let (one, other) = findings.split_at(findings.len() / 2);
    let (one, other) = beside::both(|| text(one), || text(other));
    one + &other
}

/// Findings like the one before in a line each.
fn lines(view: &View<'_>, found: &[&Found], more: usize) -> String {
    let Some(rule) = found.first().map(|it| it.rule) else {
        return String::new();
    };
    let all = count(found.len() + more, "more finding", "more findings");
    let mut out = format!("{all} of {} {}:\n", rule.code, rule.name);
    let indent = " ".repeat(INDENT);
    for found in found {
        out.extend([&indent, &*one_line(view, found), "\n"]);
    }
    if more > 0 {
        out.extend([
            &indent,
            "and ",
            &more.to_string(),
            " more; `-o concise` lists all\n",
        ]);
    }
    out.push('\n');
    out
}

fn finding(view: &View<'_>, found: &Found, look: Look) -> String {
    let fact = &found.fact;
    let mut shown = Finding::new(found.rule.name, found.severity, &*fact.message);
    shown.labels.clone_from(&fact.labels);
    let mut out = diagnostic::titled(view.sources, &shown, &title(found), look);
    let template = found.span().and_then(|span| view.template(span));
    if let Some(path) = template {
        let text = format!("rendered from {path}");
        paragraph(&mut out, look.width, INDENT, INDENT, &text);
    }
    for text in details(found) {
        paragraph(&mut out, look.width, INDENT, INDENT, &text);
    }
    let paste = fact.fix.iter().flat_map(|fix| fix.paste.lines());
    for line in paste {
        let line = format!("{}{}", " ".repeat(YAML), visible(line));
        out.extend([line.trim_end(), "\n"]);
    }
    let how = match &fact.fix {
        Some(fix) if is_applicable(fix) => Some("`--fix` does this"),
        Some(fix) if !fix.edits.is_empty() => Some("`--fix --unsafe-fixes` does this"),
        _ => None,
    };
    if let Some(how) = how {
        paragraph(&mut out, look.width, INDENT, INDENT, how);
    }
    out.push('\n');
    out
}
