//! What objects that are applied over the input change of an answer.

use super::fold::groups;
use super::{Teller, connections, verdict_word};
use crate::query::{Answer, Without};
use crate::render::applied;
use crate::trace::Verdict;

impl Teller<'_> {
    /// Adds what is answered now, and what was applied.
    pub(super) fn applied(&self, out: &mut String, answer: &Answer) {
        let Some(with) = self.applied else {
            return;
        };
        let with = applied::objects(with, self.sources);
        let now = answer.without.as_ref().map(|it| beside(it, answer));
        let now = now.map_or_else(String::new, |it| format!("and now: {it}; "));
        self.paragraph(out, 0, 2, &format!("{now}{with}"));
    }

    /// Adds why the answer is another one now, where it is.
    pub(super) fn why_now(&self, out: &mut String, answer: &Answer) {
        let (Some(cluster), Some(Without::Answered { answer: now, .. })) =
            (self.before, &answer.without)
        else {
            return;
        };
        if now.verdict == answer.verdict {
            return;
        }
        let teller = Teller { cluster, ..*self };
        if let Some(why) = teller.telling(now) {
            out.push('\n');
            self.paragraph(out, 0, 2, &format!("Now {why}"));
        }
    }

    /// Why an answer is what it is, as far as one connection tells it.
    fn telling(&self, answer: &Answer) -> Option<String> {
        let mut legs = answer.legs.iter();
        let leg = match answer.verdict {
            Verdict::Allow if answer.legs.len() > 1 => None,
            Verdict::Allow | Verdict::Deny | Verdict::Undecided => {
                legs.find(|leg| leg.verdict == answer.verdict)
            }
        }?;
        if let Some(nowhere) = &leg.nowhere {
            return Some(format!("{nowhere}."));
        }
        let groups = groups(&leg.pairs);
        let of_verdict = |group: &&Vec<_>| {
            let first: Option<&&crate::query::Pair> = group.first();
            first.is_some_and(|pair| pair.verdict == leg.verdict)
        };
        groups
            .iter()
            .find(of_verdict)
            .map(|group| self.reason(leg, group))
    }

    /// What was applied, in a paragraph of its own; nothing where nothing was.
    pub fn applied_alone(&self) -> String {
        let mut out = String::new();
        if let Some(with) = self.applied {
            out.push('\n');
            self.paragraph(&mut out, 0, 2, &applied::objects(with, self.sources));
        }
        out
    }
}

/// The answer now beside that which is given.
fn beside(without: &Without, answer: &Answer) -> String {
    let (now, allowed, differs) = match without {
        Without::Answered {
            answer,
            allowed,
            differs,
        } => (answer.verdict, allowed.as_ref(), *differs),
        Without::Unasked(why) => return format!("no answer, {why}"),
    };
    let word = verdict_word(now);
    match allowed {
        Some(allowed) if differs => format!("{word}, on {}", connections(allowed)),
        Some(_) | None if now != answer.verdict => word.to_owned(),
        Some(_) | None if differs => format!("{word}, but not the same connections pass"),
        Some(_) | None => format!("{word} as well"),
    }
}
