//! What lint found, for people and for the systems that show it; the documents in JSON are in `json`.

pub mod catalog;
pub mod closing;
mod concise;
mod folded;
mod github;
mod human;
mod markdown;
mod place;

pub use concise::concise;
pub(super) use concise::line as one_line;
pub use github::github;
pub use human::human;
pub use markdown::markdown;
pub use place::{Base, Place};

use super::fingerprint;
use crate::diag::Severity;
use crate::lint::{Found, Report, Templates};
use crate::source::{SourceMap, Span};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// A report with all that is needed to show it.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// What was found.
    pub report: &'a Report,
    /// The texts.
    pub sources: &'a SourceMap,
    templates: Templates,
    base: Base,
    order: Order,
}

/// In which order texts for people have findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By their places.
    #[default]
    File,
    /// Errors, then warnings, then notes; what repeats itself is told in full a few times.
    Severity,
}

impl<'a> View<'a> {
    /// A report over some texts.
    pub fn new(report: &'a Report, sources: &'a SourceMap) -> Self {
        Self {
            report,
            sources,
            templates: Templates::default(),
            base: Base::default(),
            order: Order::default(),
        }
    }

    /// Says from which templates documents were rendered.
    #[must_use]
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    /// Says where the repository is.
    #[must_use]
    pub fn with_base(mut self, base: Base) -> Self {
        self.base = base;
        self
    }

    /// Says in which order texts for people have findings.
    #[must_use]
    pub fn in_order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// The same for another report over these texts.
    #[must_use]
    pub fn of<'b>(&self, report: &'b Report) -> View<'b>
    where
        'a: 'b,
    {
        View {
            report,
            ..self.clone()
        }
    }

    /// The findings that count, the worst first, otherwise in their order.
    fn worst_first(&self) -> Vec<&'a Found> {
        let mut findings: Vec<&Found> = self.report.counted().collect();
        findings.sort_by_key(|found| Reverse(found.severity));
        findings
    }

    /// The findings that count, in the order that was asked for.
    fn in_told_order(&self) -> Vec<&'a Found> {
        match self.order {
            Order::File => self.report.counted().collect(),
            Order::Severity => self.worst_first(),
        }
    }

    /// A place by its path from the root of the repository.
    pub(super) fn place(&self, span: Span) -> Place {
        match self.template(span) {
            Some(path) => Place::line_one(self.base.path(path)),
            None => self.place_in_file(span),
        }
    }

    /// The same in the text that was read, also where that was rendered.
    pub(super) fn place_in_file(&self, span: Span) -> Place {
        let end = Span {
            start: span.end,
            ..span
        };
        Place {
            path: self.base.path(self.sources.get(span.file).name()),
            start: self.sources.position(span),
            end: self.sources.position(end),
        }
    }

    /// The place of a finding; where nothing of it is written, the first line that was read, for
    /// the formats that cannot do without.
    pub(super) fn place_of(&self, found: &Found) -> Place {
        match found.span() {
            Some(span) => self.place(span),
            None => Place::line_one(self.base.path(self.sources.first().unwrap_or("."))),
        }
    }

    /// `file:line:column` of a place, by the name that the user gave to the file.
    pub(super) fn shown(&self, span: Span) -> String {
        match self.template(span) {
            Some(path) => format!("{path}:1:1"),
            None => self.sources.place(span),
        }
    }

    /// The files that were read, by their paths from the root of the repository.
    pub(super) fn paths(&self) -> BTreeSet<String> {
        let names = self.sources.names().into_iter();
        names.map(|name| self.base.path(name)).collect()
    }

    /// The template that a place was rendered from.
    pub(super) fn template(&self, span: Span) -> Option<&str> {
        self.templates.of(self.sources, span)
    }

    /// A name for each finding that stays the same when lines move, each another.
    pub(super) fn fingerprints(&self) -> Vec<String> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let findings = self.report.findings.iter();
        findings
            .map(|found| {
                let key = found.key();
                let number = seen.entry(key.clone()).or_default();
                *number += 1;
                fingerprint::of(&format!("{key}\n{number}"))
            })
            .collect()
    }
}

/// `NP017 and-or-peers`.
pub(super) fn title(found: &Found) -> String {
    format!("{} {}", found.rule.code, found.rule.name)
}

/// All that is said of a finding beside its message, in lines.
pub(super) fn details(found: &Found) -> Vec<String> {
    let fact = &found.fact;
    // Of what cannot be read nobody knows which object it is.
    let known = (&*fact.object.kind, &*fact.object.name) != ("manifest", "?");
    let place = known.then(|| match fact.path.as_str() {
        "" => format!("in {}", fact.object),
        path => format!("in {}, {path}", fact.object),
    });
    let meaning = fact.meaning.iter();
    let meaning = meaning.map(|meaning| format!("as it stands: {meaning}"));
    let fix = fact.fix.iter().filter(|fix| !fix.what.is_empty());
    let fix = fix.map(|fix| format!("fix: {}", fix.what));
    place.into_iter().chain(meaning).chain(fix).collect()
}

/// The word of GitHub, and of those who took it over.
fn level_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}
