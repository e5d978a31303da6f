//! Text of a manifest as it may stand in a message.

use crate::diag::{LONGEST, is_unsafe};

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
