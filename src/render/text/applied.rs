//! What policies that are applied over the input change of an answer.

use super::{Teller, connections, verdict_word};
use crate::query::{Answer, Without};
use crate::render::applied;

impl Teller<'_> {
    /// Adds what was applied, and what the answer is without it.
    pub(super) fn applied(&self, out: &mut String, answer: &Answer) {
        let Some(with) = self.applied else {
            return;
        };
        let with = applied::policies(with, self.sources);
        let without = answer.without.as_ref().map(|it| beside(it, answer));
        let without = without.map_or_else(String::new, |it| format!("; without them: {it}"));
        self.paragraph(out, 0, 2, &format!("{with}{without}"));
    }

    /// What was applied, in a paragraph of its own; nothing where nothing was.
    pub fn applied_alone(&self) -> String {
        let mut out = String::new();
        if let Some(with) = self.applied {
            out.push('\n');
            self.paragraph(&mut out, 0, 2, &applied::policies(with, self.sources));
        }
        out
    }
}

/// An answer beside that which is given.
fn beside(without: &Without, answer: &Answer) -> String {
    let (verdict, allowed, differs) = match without {
        Without::Answered {
            verdict,
            allowed,
            differs,
        } => (*verdict, allowed.as_ref(), *differs),
        Without::Unasked(why) => return format!("no answer, {why}"),
    };
    let word = verdict_word(verdict);
    match allowed {
        Some(allowed) if differs => format!("{word}, on {}", connections(allowed)),
        Some(_) | None if verdict != answer.verdict => word.to_owned(),
        Some(_) | None if differs => format!("{word}, but not the same connections pass"),
        Some(_) | None => format!("{word} as well"),
    }
}
