//! Everything that was read so far.

use super::intents::collected::Collected;
use super::limit::Taken;
use super::options::Options;
use super::partial::Partial;
use super::pool::Pool;
use super::shown::shown;
use super::tally::Tally;
use super::type_meta::TypeMeta;
use crate::diag::Finding;
use crate::model::{LeftOut, Objects};
use crate::source::SourceMap;
use crate::written::{Comment, Stranger, Written};
use std::sync::Arc;

/// Everything that was read so far.
pub(super) struct Loader<'o> {
    pub(super) options: &'o Options,
    pub(super) pool: Pool,
    pub(super) sources: SourceMap,
    pub(super) findings: Vec<Finding>,
    pub(super) documents: usize,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) patches: Vec<String>,
    /// What lacks something, until all is read.
    pub(super) partials: Vec<Partial>,
    pub(super) objects: Objects,
    pub(super) unknown_kinds: Tally,
    pub(super) files: usize,
    pub(super) taken: Taken,
    /// Files found in directories that are no manifests.
    pub(super) no_manifests: usize,
    /// Objects as they are written, where somebody asks for that.
    pub(super) written: Vec<Written>,
    /// Comments that matter, likewise.
    pub(super) comments: Vec<Comment>,
    /// What may make pods and is not read, likewise.
    pub(super) strangers: Vec<Stranger>,
    /// Directories of charts that were found on the way.
    pub(super) charts: Vec<Arc<str>>,
    /// Whether the last JSON object was a Pod from an API server: the next is likely one too.
    pub(super) expects_pod: bool,
    /// Whether it was a policy, likewise.
    pub(super) expects_policy: bool,
    /// What was read of intents, where files are to be that and nothing else.
    pub(super) intents: Option<Collected>,
}

/// How a document that is no Kubernetes object is counted.
pub(super) const NOT_AN_OBJECT: &str = "(not an object)";

impl<'o> Loader<'o> {
    /// Nothing read yet.
    pub(super) fn new(options: &'o Options) -> Self {
        Self {
            options,
            pool: Pool::default(),
            sources: SourceMap::new(),
            findings: Vec::new(),
            documents: 0,
            left_out: Vec::new(),
            patches: Vec::new(),
            partials: Vec::new(),
            objects: Objects::default(),
            unknown_kinds: Tally::default(),
            files: 0,
            taken: Taken::default(),
            no_manifests: 0,
            written: Vec::new(),
            comments: Vec::new(),
            strangers: Vec::new(),
            charts: Vec::new(),
            expects_pod: false,
            expects_policy: false,
            intents: None,
        }
    }

    /// Counts a file.
    pub(super) fn begin_file(&mut self) {
        self.files += 1;
    }

    /// Counts what is no Kubernetes object; such a document is no input.
    pub(super) fn not_an_object(&mut self, in_list: bool) {
        self.count_unknown(NOT_AN_OBJECT);
        if !in_list {
            self.documents = self.documents.saturating_sub(1);
        }
    }

    pub(super) fn count_unknown(&mut self, kind: &str) {
        self.unknown_kinds.add(shown(kind));
    }

    /// Counts an object with items that is no list.
    pub(super) fn not_a_list(&mut self, meta: TypeMeta<'_>) {
        match meta.kind {
            "" => self.not_an_object(false),
            _ => self.count_unknown(&meta.full_name()),
        }
    }
}
