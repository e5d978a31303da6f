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

/// The line at which something begins, for messages.
pub(super) fn line(sources: &SourceMap, span: Span) -> Line {
    Line {
        file: shown(sources.get(span.file).name()),
        number: sources.position(span).line,
    }
}
