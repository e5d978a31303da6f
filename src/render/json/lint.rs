//! What lint found, as JSON: findings in the order of the files, also those that do not count.

use super::{API_VERSION, print};
use crate::diag::Severity;
use crate::lint::{Dismissed, Edit, Fix, Found, Need, ObjectRef};
use crate::render::lint::View;
use crate::source::Span;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'a str,
    kind: &'a str,
    inventory: Inventory,
    skipped: Vec<Skipped<'a>>,
    counts: BTreeMap<&'static str, usize>,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Inventory {
    told: bool,
    #[serde(flatten)]
    extents: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct Skipped<'a> {
    need: &'static str,
    rules: &'a [&'static str],
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    name: &'a str,
    level: &'static str,
    object: Object<'a>,
    field: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'a str>,
    places: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixEntry<'a>>,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dismissed: Option<DismissedEntry<'a>>,
}

#[derive(Serialize)]
struct Object<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
}

#[derive(Serialize)]
struct FixEntry<'a> {
    what: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    paste: &'a str,
    edits: Vec<EditEntry<'a>>,
    safe: bool,
}

#[derive(Serialize)]
struct EditEntry<'a> {
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct DismissedEntry<'a> {
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
}

/// Writes a report.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let needs = [
        Need::Policies,
        Need::Workloads,
        Need::Namespaces,
        Need::Services,
    ];
    let extent = |need: Need| (need.name(), report.inventory.of(need).name());
    let mut counts: BTreeMap<&str, usize> = Severity::ALL
        .map(|severity| (severity.name(), report.count(severity)))
        .into();
    let dismissed = |baseline: bool| {
        let findings = report
            .findings
            .iter()
            .filter_map(|it| it.dismissed.as_ref());
        let ours = findings.filter(|it| (**it == Dismissed::Baseline) == baseline);
        ours.count()
    };
    counts.insert("baseline", dismissed(true));
    counts.insert("suppressed", dismissed(false));
    let findings = report.findings.iter().zip(view.fingerprints());
    let document = Document {
        api_version: API_VERSION,
        kind: "LintReport",
        inventory: Inventory {
            told: report.inventory.told,
            extents: needs.map(extent).into(),
        },
        skipped: report
            .skipped
            .iter()
            .map(|it| Skipped {
                need: it.need.name(),
                rules: &it.rules,
            })
            .collect(),
        counts,
        findings: findings
            .map(|(found, fingerprint)| entry(view, found, fingerprint))
            .collect(),
    };
    print(&document, out)
}

fn entry<'a>(view: &View<'a>, found: &'a Found, fingerprint: String) -> Entry<'a> {
    let fact = &found.fact;
    let places = fact.labels.iter();
    Entry {
        rule: found.rule.code,
        name: found.rule.name,
        level: found.severity.name(),
        object: object(&fact.object),
        field: &fact.path,
        message: &fact.message,
        meaning: fact.meaning.as_deref(),
        places: places
            .map(|label| place(view, label.span, &label.text))
            .collect(),
        fix: fact.fix.as_ref().map(|it| fix(view, it)),
        fingerprint,
        dismissed: found.dismissed.as_ref().map(|it| dismissed(view, it)),
    }
}

fn object(object: &ObjectRef) -> Object<'_> {
    Object {
        kind: &object.kind,
        namespace: object.namespace.as_deref(),
        name: &object.name,
    }
}

fn place<'a>(view: &View<'a>, span: Span, text: &'a str) -> Place<'a> {
    let place = view.place_in_file(span);
    Place {
        file: view.sources.get(span.file).name(),
        line: place.start.line,
        column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
        template: view.template(span).map(str::to_owned),
        text,
    }
}

fn fix<'a>(view: &View<'a>, fix: &'a Fix) -> FixEntry<'a> {
    let edit = |edit: &'a Edit| EditEntry {
        place: place(view, edit.span, ""),
        text: &edit.text,
    };
    FixEntry {
        what: &fix.what,
        paste: &fix.paste,
        edits: fix.edits.iter().map(edit).collect(),
        safe: fix.safe,
    }
}

fn dismissed<'a>(view: &View<'_>, dismissed: &'a Dismissed) -> DismissedEntry<'a> {
    match dismissed {
        Dismissed::Suppressed { span, reason } => DismissedEntry {
            by: "suppression",
            place: Some(view.sources.place(*span)),
            reason,
        },
        Dismissed::Baseline => DismissedEntry {
            by: "baseline",
            place: None,
            reason: "",
        },
    }
}
