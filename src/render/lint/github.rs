//! Workflow commands, which GitHub shows beside the lines of a change. GitHub shows ten of a step,
//! so the worst come first.

use super::{View, details, level_word, title};
use crate::lint::Found;
use crate::render::visible;

/// A command for each finding that counts.
pub fn github(view: &View<'_>) -> String {
    let findings = view.worst_first().into_iter();
    findings.map(|found| command(view, found)).collect()
}

fn command(view: &View<'_>, found: &Found) -> String {
    let place = view.place_of(found);
    let mut message = data(&found.fact.message);
    for text in details(found) {
        message.push_str("%0A");
        message.push_str(&data(&text));
    }
    let paste = found.fact.fix.iter().flat_map(|fix| fix.paste.lines());
    for line in paste {
        message.push_str("%0A    ");
        message.push_str(&data(line));
    }
    format!(
        "::{} file={},line={},endLine={},col={},endColumn={},title={}::{message}\n",
        level_word(found.severity),
        property(&place.path),
        place.start.line,
        place.end.line,
        place.start.column,
        place.end.column,
        property(&title(found)),
    )
}

/// Text of a command: one line, in which `%` begins nothing.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

/// A property of a command, which `:` and `,` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
