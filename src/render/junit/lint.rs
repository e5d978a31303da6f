//! What lint found: a suite per file that was read, a test case per finding. A file without a
//! finding is a test that passes.

use super::{FAILURE, Writer, begin, legal, line};
use crate::diag::Severity;
use crate::lint::{Dismissed, Found};
use crate::render::lint::{View, details, one_line, title};
use crate::render::visible;
use quick_xml::events::BytesText;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The suites' name.
const SUITE: &str = "netpolc lint";

/// Writes a report. A finding of which `fails` says so is a failure, any other one passes with its
/// text as output; one that is suppressed or in the baseline is skipped.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write_lint(
    view: &View<'_>,
    fails: &dyn Fn(Severity) -> bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut files: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
    for path in view.paths() {
        files.entry(path).or_default();
    }
    for found in &view.report.findings {
        let path = view.place_of(found).path;
        files.entry(path).or_default().push(found);
    }
    let all: Vec<&Found> = view.report.findings.iter().collect();
    let empty = files.values().filter(|it| it.is_empty()).count();
    let [tests, failures, _] = counts(&all, empty, fails);
    let mut xml = begin(&mut *out)?;
    let suites = xml.create_element("testsuites").with_attributes([
        ("name", SUITE),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
    ]);
    suites.write_inner_content(|xml| {
        let mut files = files.iter();
        files.try_for_each(|(path, findings)| suite(view, path, findings, fails, xml))
    })?;
    writeln!(out)
}

/// How many tests there are, with `empty` ones that pass, how many fail, and how many are skipped.
fn counts(findings: &[&Found], empty: usize, fails: &dyn Fn(Severity) -> bool) -> [String; 3] {
    let skipped = findings.iter().filter(|it| it.dismissed.is_some());
    let failed = findings
        .iter()
        .filter(|it| it.dismissed.is_none() && fails(it.severity));
    [findings.len() + empty, failed.count(), skipped.count()].map(|number| number.to_string())
}

fn suite<W: Write>(
    view: &View<'_>,
    path: &str,
    findings: &[&Found],
    fails: &dyn Fn(Severity) -> bool,
    xml: &mut Writer<W>,
) -> io::Result<()> {
    let [tests, failures, skipped] = counts(findings, usize::from(findings.is_empty()), fails);
    let path = line(path);
    let suite = xml.create_element("testsuite").with_attributes([
        ("name", &*path),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
        ("skipped", &skipped),
    ]);
    suite.write_inner_content(|xml| {
        if findings.is_empty() {
            let names = [("name", SUITE), ("classname", &path), ("time", "0")];
            xml.create_element("testcase")
                .with_attributes(names)
                .write_empty()?;
        }
        let mut findings = findings.iter();
        findings.try_for_each(|found| case(view, found, &path, fails, xml))
    })?;
    Ok(())
}

fn case<W: Write>(
    view: &View<'_>,
    found: &Found,
    path: &str,
    fails: &dyn Fn(Severity) -> bool,
    xml: &mut Writer<W>,
) -> io::Result<()> {
    let fact = &found.fact;
    let name = line(&format!("{}: {} {}", title(found), fact.object, fact.path));
    let names = [
        ("name", name.trim_end()),
        ("classname", path),
        ("time", "0"),
    ];
    let case = xml.create_element("testcase").with_attributes(names);
    let text = text(view, found);
    case.write_inner_content(|xml| {
        let inside = match &found.dismissed {
            Some(dismissed) => {
                let why = match dismissed {
                    Dismissed::Suppressed { reason, .. } => format!("suppressed: {reason}"),
                    Dismissed::Baseline => "in the baseline".to_owned(),
                };
                let why = line(&why);
                let skipped = xml.create_element("skipped");
                skipped.with_attribute(("message", &*why)).write_empty()
            }
            None if fails(found.severity) => xml
                .create_element(FAILURE)
                .with_attributes([
                    ("message", &*line(&fact.message)),
                    ("type", found.severity.name()),
                ])
                .write_text_content(BytesText::new(&text)),
            None => xml
                .create_element("system-out")
                .write_text_content(BytesText::new(&text)),
        };
        inside.map(drop)
    })?;
    Ok(())
}

/// All that is said of a finding.
fn text(view: &View<'_>, found: &Found) -> String {
    let fact = &found.fact;
    let mut lines = vec![one_line(view, found)];
    lines.extend(details(found));
    let related = fact.labels.iter().skip(1);
    lines.extend(related.map(|label| format!("see {}: {}", view.shown(label.span), label.text)));
    let paste = fact.fix.iter().flat_map(|fix| fix.paste.lines());
    lines.extend(paste.map(|line| format!("    {line}")));
    let lines = lines.iter().map(|line| visible(line));
    let lines: Vec<_> = lines.collect();
    legal(&lines.join("\n"))
}
