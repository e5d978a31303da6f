//! When a misspelt field is renamed in the text: the name must not come to stand twice in its object,
//! and nothing misspelt may be left in its value. A field begins to count with its right name, and
//! what is dropped in it would leave a selector that selects more than was meant.

use super::check::Check;
use super::node::{Entry, Node};
use super::report::{Path, Report};
use super::schema::{self, Fields, Shape};
use crate::diag::{Edit, Finding};

impl Check<'_, '_> {
    /// With the change of an entry's key to `name`, and those of all that is misspelt in its value:
    /// all of them or none.
    pub(super) fn renamed(
        &self,
        finding: Finding,
        entry: &Entry,
        (name, fields): (&str, &'static Fields),
        path: &Path<'_>,
    ) -> Finding {
        let within = schema::field(fields, name).and_then(|shape| {
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
    fn within(&self, value: &Node, shape: &'static Shape, path: &Path<'_>) -> Option<Vec<Edit>> {
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
