//! What differs between two clusters: one file per format.

mod csv;
mod graph;
mod md;
mod text;
mod txt;

use super::{csv::field, json, visible};
use crate::diff::{Both, Cause, Change, Diff, Part, Possible, Sign};
use crate::source::SourceMap;
use crate::table::listed;
use std::io::{self, Write};

/// The remark of a matrix that did not change.
const SAME: &str = "no connectivity change";

listed! {
    /// A format of a comparison.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum DiffFormat {
        /// For people, by cause.
        Text,
        /// One line per pair, for grep.
        Txt,
        /// A comment on a pull request.
        Md,
        /// For machines.
        Json,
        /// One record per pair.
        Csv,
        /// The changed edges, for Graphviz.
        Dot,
        /// The changed edges, for Mermaid.
        Mermaid,
    }
}

/// What is not known of a side.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// Whether it is the new side.
    pub is_new: bool,
    /// What it hangs on, in one line.
    pub why: String,
}

/// All that is told of a comparison.
#[derive(Debug)]
pub struct Told<'a> {
    /// What differs.
    pub diff: &'a Diff,
    /// The manifests of each side.
    pub sources: Both<&'a SourceMap>,
    /// What each side was read from.
    pub names: Both<Vec<String>>,
    /// What is known of pods that could be created.
    pub possible: &'a Possible,
    /// What is not known.
    pub unknown: &'a [Unknown],
    /// Whether `--scope any` counts what is known of pods that could be created.
    pub counts_possible: bool,
}

impl DiffFormat {
    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
        }
    }

    /// Whether it says something of pods that could be created.
    pub fn tells_possible(self) -> bool {
        match self {
            Self::Text | Self::Md | Self::Json => true,
            Self::Txt | Self::Csv | Self::Dot | Self::Mermaid => false,
        }
    }

    /// Writes a comparison.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write(self, told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => out.write_all(text::text(told).as_bytes()),
            Self::Txt => txt::write(told, out),
            Self::Md => out.write_all(md::text(told).as_bytes()),
            Self::Json => json::write_diff(told, out),
            Self::Csv => csv::write(told, out),
            Self::Dot => out.write_all(graph::dot(told).as_bytes()),
            Self::Mermaid => out.write_all(graph::mermaid(told).as_bytes()),
        }
    }
}

impl Told<'_> {
    /// `old/api.yaml:61, new/api.yaml:61` in brackets with a space before; nothing where neither side
    /// has a place.
    fn places(&self, part: &Part) -> String {
        let places = self.sources.zip(&part.origins, |sources, origin| {
            let span = origin.and_then(|it| it.span)?;
            Some(sources.line(span))
        });
        let mut places: Vec<String> = places.0.into_iter().flatten().collect();
        places.dedup();
        match places.as_slice() {
            [] => String::new(),
            _ => format!(" ({})", places.join(", ")),
        }
    }

    /// A cause in one line.
    fn cause(&self, cause: &Cause) -> String {
        let parts = cause.parts.iter();
        let parts: Vec<String> = parts
            .map(|part| format!("{}{}", part.text, self.places(part)))
            .collect();
        match parts.as_slice() {
            [_, _, ..] => format!("together: {}", parts.join("; ")),
            [] | [_] => parts.concat(),
        }
    }

    /// The causes of a change, in one line; none where none was found.
    fn causes(&self, places: &[usize]) -> Option<String> {
        let causes = places.iter().filter_map(|&it| self.diff.causes.get(it));
        let causes: Vec<String> = causes.map(|it| self.cause(it)).collect();
        match causes.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(format!("any of: {}", causes.join("; "))),
        }
    }

    /// How many changes let more through to or from the internet, and between namespaces.
    pub(super) fn opened(&self) -> [usize; 2] {
        let opened = self.diff.changes.iter();
        let opened: Vec<&Change> = opened.filter(|it| !it.opened().is_empty()).collect();
        let internet = opened.iter().filter(|it| it.internet).count();
        [internet, opened.iter().filter(|it| it.across).count()]
    }
}

/// `- TCP 80 -> TCP 80,UDP 53`: the connections of a change as a line has them.
fn connections(change: &Change) -> String {
    match change.sign() {
        Sign::Opened => change.passes.new().to_string(),
        Sign::Closed => change.passes.old().to_string(),
        Sign::Changed => format!("{} -> {}", change.passes.old(), change.passes.new()),
    }
}

/// `shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432`, without its sign.
fn line(change: &Change) -> String {
    format!(
        "{} => {} : {}",
        visible(&change.from),
        visible(&change.to),
        connections(change)
    )
}

/// `workload shop/a[Deployment] and shop/b[Deployment] added`; none where no workload came or went.
fn came(told: &Told<'_>, change: &Change) -> Option<String> {
    let first = change.workloads.first()?;
    let added = told.diff.workloads.iter();
    let added = added.filter(|it| it.name == *first).any(|it| it.added);
    let verb = if added { "added" } else { "removed" };
    Some(format!(
        "workload {} {verb}",
        visible(&change.workloads.join(" and "))
    ))
}
