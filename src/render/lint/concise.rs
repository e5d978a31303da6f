//! One line for each finding, as compilers write them.

use super::{View, title};
use crate::lint::Found;
use crate::render::visible;

/// `file:line:column: level: message [NP017 and-or-peers]` for each finding that counts.
pub fn concise(view: &View<'_>) -> String {
    let findings = view.report.counted();
    findings.map(|found| line(view, found) + "\n").collect()
}

/// One finding in one line; where nothing of it is written, the object stands for the place.
pub(in crate::render) fn line(view: &View<'_>, found: &Found) -> String {
    let place = match found.span() {
        Some(span) => view.shown(span),
        None => found.fact.object.to_string(),
    };
    let text = format!(
        "{place}: {}: {} [{}]",
        found.severity.name(),
        found.fact.message,
        title(found)
    );
    visible(&text).into_owned()
}
