//! The texts of suppressions.

use crate::lint::levels::find;
use crate::lint::rule::Rule;

/// What an entry suppresses.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selected {
    /// Every rule.
    All,
    /// One rule.
    Rule(&'static Rule),
    /// No rule has this name.
    Nothing,
}

impl PartialEq for Selected {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rule(one), Self::Rule(other)) => one.code == other.code,
            (Self::All, Self::All) | (Self::Nothing, Self::Nothing) => true,
            _ => false,
        }
    }
}

/// One rule of an annotation or a comment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The rule.
    pub(super) selected: Selected,
    /// As it is written.
    pub(super) written: String,
    /// Why; may be empty.
    pub(super) reason: String,
}

impl Entry {
    fn new(rule: &str, reason: &str) -> Self {
        let rule = rule.trim();
        let selected = match find(rule) {
            _ if rule.eq_ignore_ascii_case("all") => Selected::All,
            Some(rule) => Selected::Rule(rule),
            None => Selected::Nothing,
        };
        Self {
            selected,
            written: rule.to_owned(),
            reason: reason.trim().to_owned(),
        }
    }
}

/// The entries of an annotation: `NP019=shared ingress, and-or-peers`. A reason may have commas:
/// what is more than a word and has no `=` goes on with it.
pub(super) fn annotation(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for piece in text.split([',', '\n']) {
        let (rule, reason) = piece.split_once('=').unwrap_or((piece, ""));
        let goes_on = rule.trim().contains(char::is_whitespace);
        match entries.last_mut() {
            Some(last) if goes_on && !last.reason.is_empty() => {
                last.reason.push_str(", ");
                last.reason.push_str(piece.trim());
            }
            _ if rule.trim().is_empty() => {}
            _ => entries.push(Entry::new(rule, reason)),
        }
    }
    entries
}

/// The entries of what stands after `netpolc:` in a comment: `ignore[NP017, NP020] both are meant`;
/// none where that is something else.
pub(super) fn comment(text: &str) -> Option<Vec<Entry>> {
    let rest = text.trim().strip_prefix("ignore")?.trim_start();
    let (rules, reason) = rest.strip_prefix('[')?.split_once(']')?;
    let rules = rules.split(',').map(str::trim);
    let entries: Vec<Entry> = rules
        .filter(|rule| !rule.is_empty())
        .map(|rule| Entry::new(rule, reason))
        .collect();
    (!entries.is_empty()).then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(entries: Vec<Entry>) -> Vec<(String, String, bool)> {
        let known = |entry: &Entry| entry.selected != Selected::Nothing;
        let plain = entries.into_iter().map(|it| {
            let known = known(&it);
            (it.written, it.reason, known)
        });
        plain.collect()
    }

    #[test]
    fn annotations_have_reasons_with_commas() {
        let read = annotation("NP017=meant, see the wiki, NP020, half-open=x,");
        let expected = [
            ("NP017", "meant, see the wiki", true),
            ("NP020", "", true),
            ("half-open", "x", false),
        ];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c));
        assert_eq!(plain(read), expected);
        assert_eq!(annotation("all")[0].selected, Selected::All);
        assert_eq!(annotation(" , "), []);
    }

    #[test]
    fn comments_name_rules_in_brackets() {
        let read = comment(" ignore[np017, and-or-peers] both are meant ").unwrap();
        let expected = [("np017", true), ("and-or-peers", true)];
        let expected = expected.map(|(a, c)| (a.to_owned(), "both are meant".to_owned(), c));
        assert_eq!(plain(read), expected);
        for text in [
            "ignore NP017",
            "ingore[NP017]",
            "ignore[]",
            "ignore[NP017",
            "",
        ] {
            assert_eq!(comment(text), None, "{text}");
        }
    }
}
