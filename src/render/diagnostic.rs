//! Findings as a person reads them: message, the lines it is about, help.
//!
//! Only this file and its `snippet` name miette.

mod snippet;

use super::{Look, message, visible};
use crate::diag::{Finding, Label, Severity};
use crate::source::SourceMap;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use snippet::{CONTEXT, Place, Snippet};
use std::fmt;

/// More columns than miette puts before and leaves behind a line of a message or help.
const MARGIN: usize = 16;

/// One finding, ending in a line break.
pub fn finding(sources: &SourceMap, finding: &Finding, look: Look) -> String {
    titled(sources, finding, finding.rule, look)
}

/// One finding under a title, ending in a line break.
pub fn titled(sources: &SourceMap, finding: &Finding, title: &str, look: Look) -> String {
    let theme = if look.color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let report = Report::new(sources, finding, title);
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_wrap_lines(!report.fits(look.width))
        .with_links(false)
        .with_context_lines(CONTEXT);
    let mut out = String::new();
    if handler.render_report(&mut out, &report).is_err() {
        out = format!(
            "{}: {}\n",
            finding.severity.name(),
            visible(&finding.message)
        );
    }
    for elsewhere in &report.elsewhere {
        let mut lines = String::new();
        // Its first line is a title, which the lines do not need.
        if handler.render_report(&mut lines, elsewhere).is_ok()
            && let Some((_, lines)) = lines.split_once('\n')
        {
            out.push_str(lines);
        }
    }
    // miette pads lines that have nothing after the gutter.
    out.lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect()
}

/// A finding in miette's terms: the labels in the primary one's part of a file, and a report for
/// each other part.
#[derive(Debug)]
struct Report {
    severity: miette::Severity,
    rule: Option<String>,
    message: String,
    help: Option<String>,
    snippet: Option<Snippet>,
    elsewhere: Vec<Self>,
}

impl Report {
    fn new(sources: &SourceMap, finding: &Finding, title: &str) -> Self {
        let severity = match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        };
        let mut report = Self {
            severity,
            rule: Some(visible(title).into_owned()),
            message: message(&finding.message).into_owned(),
            help: finding
                .help
                .as_deref()
                .map(|help| message(help).into_owned()),
            snippet: None,
            elsewhere: Vec::new(),
        };
        let mut rest: Vec<&Label> = finding.labels.iter().collect();
        while let Some(first) = rest.first().copied() {
            let (here, elsewhere): (Vec<_>, Vec<_>) = rest
                .iter()
                .partition(|label| label.span.file == first.span.file);
            let (snippet, left) = Snippet::of(sources, &here);
            rest = left.into_iter().chain::<Vec<&Label>>(elsewhere).collect();
            if report.snippet.is_none() {
                report.snippet = Some(snippet);
            } else {
                report.elsewhere.push(Self {
                    severity: miette::Severity::Advice,
                    rule: None,
                    message: String::new(),
                    help: None,
                    snippet: Some(snippet),
                    elsewhere: Vec::new(),
                });
            }
        }
        report
    }

    /// Whether message and help are a line each, as most are. Finding where to break lines costs as
    /// much as all the rest.
    fn fits(&self, width: usize) -> bool {
        let fits = |text: &str| {
            let plain = text.bytes().all(|byte| byte.is_ascii() && byte != b'\n');
            plain && text.len() + MARGIN <= width
        };
        fits(&self.message) && self.help.as_deref().is_none_or(fits)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let rule = self.rule.as_deref();
        rule.map(|rule| Box::new(rule) as Box<dyn fmt::Display>)
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet
            .as_ref()
            .map(|snippet| snippet as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        Some(Box::new(snippet.places.iter().map(Place::labeled)))
    }
}

#[cfg(test)]
mod tests;
