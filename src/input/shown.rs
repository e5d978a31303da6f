//! Text of a manifest as it may stand in a message.

use crate::diag::{LONGEST, is_unsafe};
use crate::model::Line;
use crate::source::{SourceMap, Span};

/// Text of a manifest as it may stand in a message: on one line, shortened, and without
/// characters that could steer a terminal.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            shown.push('…');
            break;
        }
        if is_unsafe(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The line at which something begins, for messages; none for what is in no file.
pub(super) fn line(sources: &SourceMap, span: Span) -> Option<Line> {
    let source = sources.get(span.file);
    (!source.is_object()).then(|| Line {
        file: shown(source.name()),
        number: sources.position(span).line,
    })
}
