//! A report of GitLab Code Quality: the findings that count.

use super::print;
use crate::diag::Severity;
use crate::render::lint::{View, title};
use crate::render::visible;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct IssueEntry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes the list of findings.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = view.report.findings.iter().zip(view.fingerprints());
    let counted = findings.filter(|(found, _)| found.dismissed.is_none());
    let entries: Vec<IssueEntry> = counted
        .map(|(found, fingerprint)| {
            let place = view.place_of(found);
            let fact = &found.fact;
            let description = format!("{}: {}", fact.object, fact.message);
            IssueEntry {
                description: visible(&description).into_owned(),
                check_name: title(found),
                fingerprint,
                severity: match found.severity {
                    Severity::Error => "critical",
                    Severity::Warning => "major",
                    Severity::Note => "info",
                },
                location: Location {
                    path: place.path,
                    lines: Lines {
                        begin: place.start.line,
                        end: place.end.line,
                    },
                },
            }
        })
        .collect();
    print(&entries, out)
}
