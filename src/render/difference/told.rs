//! What is told of a comparison, and the words that formats have in common.

use crate::diff::{Both, Cause, Change, Diff, Part, Possible, Sign};
use crate::render::visible;
use crate::source::SourceMap;

/// The remark of a matrix that did not change.
pub(super) const SAME: &str = "no connectivity change";

/// What is not known of a side.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// Whether it is the new side.
    pub is_new: bool,
    /// What it hangs on, in one line.
    pub why: String,
}

impl Unknown {
    /// `old` or `new`.
    pub(in crate::render) fn side(&self) -> &'static str {
        if self.is_new { "new" } else { "old" }
    }
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
    pub(super) fn causes(&self, places: &[usize]) -> Option<String> {
        let causes = places.iter().filter_map(|&it| self.diff.causes.get(it));
        let causes: Vec<String> = causes.map(|it| self.cause(it)).collect();
        match causes.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(format!("any of: {}", causes.join("; "))),
        }
    }

    /// How many changes let more through to or from the internet, and between namespaces.
    pub(in crate::render) fn opened(&self) -> [usize; 2] {
        let opened = self.diff.changes.iter();
        let opened: Vec<&Change> = opened.filter(|it| !it.opened().is_empty()).collect();
        let internet = opened.iter().filter(|it| it.internet).count();
        [internet, opened.iter().filter(|it| it.across).count()]
    }
}

/// `- TCP 80 -> TCP 80,UDP 53`: the connections of a change as a line has them.
pub(super) fn connections(change: &Change) -> String {
    match change.sign() {
        Sign::Opened => change.passes.now().to_string(),
        Sign::Closed => change.passes.old().to_string(),
        Sign::Changed => format!("{} -> {}", change.passes.old(), change.passes.now()),
    }
}

/// `shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432`, without its sign.
pub(super) fn line(change: &Change) -> String {
    format!(
        "{} => {} : {}",
        visible(&change.from),
        visible(&change.to),
        connections(change)
    )
}

/// `workload shop/a[Deployment] and shop/b[Deployment] added`; none where no workload came or went.
pub(super) fn came(told: &Told<'_>, change: &Change) -> Option<String> {
    let first = change.workloads.first()?;
    let is_new = told.diff.came(first).is_some_and(|it| it.added);
    let verb = if is_new { "added" } else { "removed" };
    Some(format!(
        "workload {} {verb}",
        visible(&change.workloads.join(" and "))
    ))
}
