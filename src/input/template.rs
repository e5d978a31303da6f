//! Templates that were not rendered: `{{ .Values.name }}`, `${NAME}`, and what a template leaves of
//! a value that is missing, `<no value>`.
//!
//! Text like that may stand in a manifest by right, in an annotation for one. So it is looked for
//! only where something else is wrong.

use super::shown::shown;
use crate::diag::Finding;
use crate::source::Span;
use std::collections::HashMap;
use std::ops::Range;

/// How a mark begins and ends, and what to do about it.
const MARKS: [(&str, &str, &str); 3] = [
    (
        "{{",
        "}}",
        "render the template first, such as with `helm template`",
    ),
    (
        "${",
        "}",
        "fill in the values first, such as with `envsubst`",
    ),
    (
        "<no value>",
        "",
        "the template was rendered without this value: set the value and render it again",
    ),
];

/// How many bytes of a line are looked at on either side: it may be long, and have many findings.
const REACH: usize = 1024;

/// The name of what is found here.
const NAME: &str = "unrendered-template";

/// A piece of a template on the line that byte `at` of `text` is in: the first that ends at `at` or
/// after it, with what to do about it.
pub(super) fn on_line(text: &str, at: usize) -> Option<(Range<usize>, &'static str)> {
    let near = text.floor_char_boundary(at.saturating_sub(REACH));
    let far = text.floor_char_boundary(at.saturating_add(REACH));
    let before = text.get(near..at).unwrap_or_default();
    let start = near + before.rfind('\n').map_or(0, |newline| newline + 1);
    let around = text.get(start..far).unwrap_or_default();
    let line = around.split('\n').next().unwrap_or_default();
    let found = |(begin, end, advice): &(&str, &str, &'static str)| {
        let mut from = 0;
        loop {
            let mark = from + line.get(from..)?.find(begin)?;
            let inside = mark + begin.len();
            let rest = line.get(inside..)?;
            let stop = rest.find(end).map(|stop| inside + stop + end.len());
            let stop = stop.unwrap_or(line.trim_end().len());
            if start + stop >= at {
                return Some((start + mark..start + stop, *advice));
            }
            from = inside;
        }
    };
    MARKS.iter().find_map(found)
}

/// Says of findings in a manifest that are due to templates that they are, and leaves one for each of these.
pub(super) fn explain(manifest: &str, findings: Vec<Finding>) -> Vec<Finding> {
    if findings.is_empty() || !MARKS.iter().any(|(begin, ..)| manifest.contains(begin)) {
        return findings;
    }
    let mut explained: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut told: HashMap<Span, usize> = HashMap::new();
    for finding in findings {
        let Some((span, advice)) = finding.span().and_then(|span| behind(manifest, span)) else {
            explained.push(finding);
            continue;
        };
        let place = *told.entry(span).or_insert(explained.len());
        if let Some(other) = explained.get_mut(place) {
            other.severity = other.severity.max(finding.severity);
            continue;
        }
        let text = span.text_in(manifest);
        explained.push(Finding {
            severity: finding.severity,
            ..of(text).at(span, "").help(advice)
        });
    }
    explained
}

/// The finding that `text` is a piece of a template.
pub(super) fn of(text: &str) -> Finding {
    let message = format!("this template was not rendered: `{}`", shown(text));
    Finding::error(NAME, message)
}

/// The piece of a template that is in what stands at `span`, or around it.
fn behind(manifest: &str, span: Span) -> Option<(Span, &'static str)> {
    let text = span.text_in(manifest);
    if text.is_empty() || text.contains('\n') {
        return None;
    }
    let (start, end) = (span.start as usize, span.end as usize);
    let (mark, advice) = on_line(manifest, start)?;
    let touches = mark.start < end && start < mark.end;
    touches.then(|| (Span::new(span.file, mark.start, mark.end), advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_templates_are_found_on_their_line() {
        let text = "a: {{ .x }} b\nname: ${NAME}-db\nlabel: <no value>\nc: plain\nd: {{ open";
        let piece = |at: usize| on_line(text, at).map(|(range, _)| &text[range]);
        assert_eq!(piece(0), Some("{{ .x }}"));
        assert_eq!(piece(12), None);
        assert_eq!(piece(21), Some("${NAME}"));
        assert_eq!(piece(38), Some("<no value>"));
        assert_eq!(piece(50), None);
        assert_eq!(piece(text.len() - 3), Some("{{ open"));
    }
}
