//! What was read of intents so far.

use crate::intent::Intents;
use crate::source::Span;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What was read of intents so far.
#[derive(Debug, Default)]
pub(in crate::input) struct Collected {
    pub(super) files: Vec<Intents>,
    /// Where the current file is.
    pub(super) directory: Option<Arc<Path>>,
    /// The names of the current file's intents.
    pub(super) names: BTreeMap<Arc<str>, Span>,
    /// How many findings and intents documents there were before the current file.
    pub(super) before: usize,
}
