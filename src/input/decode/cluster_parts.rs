//! What the definitions of cluster-wide policies ask of lists, of words, and of objects with one field of
//! several.

use super::policy::{PolicyReader, misspells};
use crate::diag::Severity;
use crate::input::node::{Node, Value};
use crate::input::report::{Path, shown};

/// One field of several: which, and what stands there.
pub(super) type One<'n> = (&'static str, &'n Node);

impl PolicyReader<'_, '_> {
    /// A field that must be there. `others` are fields that are none here, and in its place.
    pub(super) fn required<'n>(
        &mut self,
        parent: &'n Node,
        (field, others): (&str, &[&str]),
        path: &Path<'_>,
        help: &str,
    ) -> Option<&'n Node> {
        let found = parent.get(field);
        let stands_in = || others.iter().any(|other| parent.entry(other).is_some());
        if found.is_none() && !misspells(parent, field) && !stands_in() {
            let place = parent.entry(field).map_or(parent, |entry| &entry.value);
            self.report.error_help(
                "required",
                &path.field(field),
                place,
                "a value is required",
                help,
            );
        }
        found
    }

    /// An element that is nothing.
    pub(super) fn null_item(&mut self, node: &Node, path: &Path<'_>, expected: &str) {
        let what = format!("expected {expected}, found nothing");
        let help = "write what is meant, or remove the `-`";
        self.report
            .error_help("wrong-type", path, node, &what, help);
    }

    /// The elements of a list that must not be empty.
    pub(super) fn some<'n>(
        &mut self,
        node: &'n Node,
        most: usize,
        path: &Path<'_>,
        help: &str,
    ) -> &'n [Node] {
        if node.is_list() && node.items().is_empty() {
            let what = "must not be empty";
            self.report.error_help("required", path, node, what, help);
        }
        self.at_most(node, most, path)
    }

    /// The elements of a list, of which there may be so many.
    pub(super) fn at_most<'n>(
        &mut self,
        node: &'n Node,
        most: usize,
        path: &Path<'_>,
    ) -> &'n [Node] {
        let items = node.items();
        if let Some(first) = items.get(most) {
            let what = format!(
                "has {} entries, and at most {most} may be there",
                items.len()
            );
            let help = if matches!(path.last_field(), Some("ingress" | "egress")) {
                "move the rest to another policy, with a priority behind this one"
            } else {
                "move the rest to another rule behind this one, with the same action"
            };
            let place = self.report.place.of(first);
            let finding = self
                .report
                .about(Severity::Error, "invalid-value", path, node, &what);
            self.report
                .add(finding.at(place, "one more than may be there").help(help));
        }
        items
    }

    /// The one field that an object must have. `missing` is what to write if there is none, `several` if there
    /// are more.
    pub(super) fn one_of<'n>(
        &mut self,
        node: &'n Node,
        fields: &[&'static str],
        path: &Path<'_>,
        (missing, several): (&str, &str),
    ) -> Option<One<'n>> {
        if node.is_null() {
            self.null_item(node, path, "an object");
        }
        if !matches!(node.value, Value::Map(_)) {
            return None;
        }
        let mut set = fields
            .iter()
            .filter_map(|field| Some((*field, node.get(field)?)));
        match (set.next(), set.next()) {
            (Some(one), None) => Some(one),
            (Some((first, _)), Some((second, _))) => {
                let what = format!("must have one field, and has `{first}` and `{second}`");
                self.report
                    .error_help("invalid-value", path, node, &what, several);
                None
            }
            (None, _) => {
                // What is unknown here is reported, and is what was meant.
                let mut entries = node.entries().iter();
                if entries.all(|entry| fields.contains(&&*entry.key)) {
                    let what = format!("must have {}", listed(fields));
                    self.report
                        .error_help("required", path, node, &what, missing);
                }
                None
            }
        }
    }

    /// A word that must be one of a few. `instead` knows words of other versions: the right one, if there is
    /// one, and what to say.
    pub(super) fn word<T: Copy>(
        &mut self,
        parent: &Node,
        field: &str,
        words: &[(&'static str, T)],
        path: &Path<'_>,
        instead: impl Fn(&str) -> Option<(&'static str, &'static str)>,
    ) -> Option<T> {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let help = format!("write {}", listed(&names));
        let node = self.required(parent, (field, &[]), path, &help)?;
        let text = node.text()?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let path = path.field(field);
        let what = format!("unknown {field} `{}`", shown(text));
        match instead(text) {
            Some((right, help)) => {
                let finding =
                    self.report
                        .about(Severity::Error, "invalid-value", &path, node, &what);
                let finding = finding.help(help);
                self.report.add(if right.is_empty() {
                    finding
                } else {
                    let at = (node.start, node.end);
                    self.report.swap(finding, at, text, right)
                });
            }
            None => self.unknown_word(("invalid-value", &path, node), &what, text, &names),
        }
        None
    }
}

/// `` `a`, `b` or `c` ``.
pub(super) fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [others @ .., last] => {
            let others: Vec<String> = others.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", others.join(", "))
        }
    }
}
