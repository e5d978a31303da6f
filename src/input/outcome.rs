//! What came of an object.

use super::inventory::Object;
use crate::diag::Finding;
use crate::model::LeftOut;

/// What came of an object.
#[derive(Default)]
pub(super) struct Outcome {
    /// The object, if it is valid.
    pub object: Option<Object>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What it is, if it is left out.
    pub left_out: Option<LeftOut>,
    /// Whether its text may be asked for again, even without a finding.
    pub needs_text: bool,
}
