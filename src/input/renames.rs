//! When a misspelt field is renamed in the text: the name must not come to stand twice in its object,
//! and nothing misspelt may be left in its value. A field begins to count with its right name, and
//! what is dropped in it would leave a selector that selects more than was meant.

use super::check::Check;
use super::node::{Entry, Node};
use super::repair::{unspaced, unspaced_entry};
use super::report::{Path, Report};
use super::schema::Shape;
use super::suggest;
use crate::diag::{Edit, Finding};

/// The fields of an object with their shapes.
type Fields = [(Box<str>, Shape)];

/// Whether no other entry of the object is the field that this one is meant to be, or would be
/// taken for it.
pub(super) fn is_alone(entry: &Entry, siblings: &[Entry], fields: &Fields) -> bool {
    let Some(name) = meant(entry, fields) else {
        return false;
    };
    let same = siblings.iter().filter(|it| meant(it, fields) == Some(name));
    same.count() == 1
}

/// The field that an entry is, or is meant to be.
fn meant<'f>(entry: &'f Entry, fields: &'f Fields) -> Option<&'f str> {
    let names = fields.iter().map(|(name, _)| &**name);
    let key = unspaced_entry(entry).unwrap_or(&entry.key);
    if names.clone().any(|name| name == key) {
        return Some(key);
    }
    suggest::nearest(key, names)
}

/// Whether the key before the colon of `{app:web}` is no other key of the object, nor one that
/// another entry becomes.
pub(super) fn is_new(entry: &Entry, siblings: &[Entry]) -> bool {
    let key = |it: &Entry| unspaced_entry(it).unwrap_or(&it.key).to_owned();
    let own = key(entry);
    siblings.iter().filter(|it| key(it) == own).count() == 1
}

/// Whether lines such as `app:web` have different keys.
pub(super) fn are_new(text: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let keys = lines.filter_map(|line| line.get(..unspaced(line)?));
    let mut keys: Vec<&str> = keys.collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    keys.len() == all
}

impl Check<'_, '_> {
    /// With the change of an entry's key to `name`, and those of all that is misspelt in its value:
    /// all of them or none.
    pub(super) fn renamed(
        &self,
        finding: Finding,
        entry: &Entry,
        (name, fields): (&str, &Fields),
        path: &Path<'_>,
    ) -> Finding {
        let shape = fields.iter().find(|(field, _)| **field == *name);
        let within = shape.and_then(|(_, shape)| {
            let path = path.field(name);
            self.within(&entry.value, shape, &path)
        });
        let Some(within) = within else {
            return finding;
        };
        let at = (entry.key_start, entry.key_end);
        let mut finding = self.report.swap(finding, at, &entry.key, name);
        if !finding.edits.is_empty() {
            finding.edits.extend(within);
        }
        finding
    }

    /// The changes for all that is misspelt in a value; none where one is not known. What is refused
    /// anyway is left.
    fn within(&self, value: &Node, shape: &Shape, path: &Path<'_>) -> Option<Vec<Edit>> {
        let report = Report::new(self.report.place, self.report.text);
        let check = Check {
            report: &report,
            ..*self
        };
        check.node(value, shape, path);
        let mut edits: Vec<Edit> = Vec::new();
        for finding in report.finish() {
            if matches!(finding.rule, "wrong-type" | "non-text-label") {
                continue;
            }
            if finding.edits.is_empty() {
                return None;
            }
            for edit in finding.edits {
                // An alias leads to the same text again.
                if !edits.contains(&edit) {
                    edits.push(edit);
                }
            }
        }
        Some(edits)
    }
}
