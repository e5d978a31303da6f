//! Going back: what a list that turns out to be none held, and a file that is no manifest, is forgotten.

use super::inventory;
use super::loader::{Loader, NOT_AN_OBJECT};
use crate::model::Say;

/// How a report of `lint` is counted.
const REPORT: &str = "LintReport.netpolc";

/// How much had been read at some time.
pub(super) struct Mark {
    lengths: inventory::Lengths,
    findings: usize,
    left_out: usize,
    written: usize,
    strangers: usize,
    partials: usize,
    patches: usize,
    documents: usize,
    comments: usize,
    unknown_kinds: usize,
}

impl Loader<'_> {
    /// What there is to go back to.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            lengths: inventory::lengths(&self.objects),
            findings: self.findings.len(),
            left_out: self.left_out.len(),
            written: self.written.len(),
            strangers: self.strangers.len(),
            partials: self.partials.len(),
            patches: self.patches.len(),
            documents: self.documents,
            comments: self.comments.len(),
            unknown_kinds: self.unknown_kinds.len(),
        }
    }

    /// Forgets what was read since `mark`.
    pub(super) fn go_back(&mut self, mark: &Mark) {
        inventory::truncate(&mut self.objects, mark.lengths);
        self.findings.truncate(mark.findings);
        self.left_out.truncate(mark.left_out);
        self.written.truncate(mark.written);
        self.strangers.truncate(mark.strangers);
        self.partials.truncate(mark.partials);
        self.patches.truncate(mark.patches);
        self.unknown_kinds.truncate(mark.unknown_kinds);
    }

    /// Forgets a file that is no manifest, of which was read what was since `mark`.
    pub(super) fn forget_file(&mut self, mark: &Mark) {
        self.documents = mark.documents;
        self.comments.truncate(mark.comments);
        self.go_back(mark);
        self.no_manifests += 1;
    }

    /// Whether a text that is neither YAML nor JSON was met since `mark`.
    pub(super) fn has_met_noise(&self, mark: &Mark) -> bool {
        let since = self.left_out.get(mark.left_out..).unwrap_or_default();
        since
            .iter()
            .any(|it| it.name.is_none() && it.say == Say::Anything)
    }

    /// Whether nothing but reports of an earlier run was read since `mark`: nobody misses one.
    pub(super) fn has_met_only_reports(&self, mark: &Mark) -> bool {
        let reports = self.unknown_kinds.since(mark.unknown_kinds, REPORT);
        reports > 0 && self.documents == mark.documents + reports
    }

    /// Whether documents were read since `mark`, and none of them is an object.
    pub(super) fn has_met_no_object(&self, mark: &Mark) -> bool {
        self.documents == mark.documents
            && self.unknown_kinds.since(mark.unknown_kinds, NOT_AN_OBJECT) > 0
    }
}
