//! What a page is made from.

use crate::model::Cluster;
use crate::query::overview::Overview;
use crate::render::lint::View;
use crate::source::SourceMap;

/// What a page shows.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// What was read, as it is called.
    pub title: &'a str,
    /// When, as the caller says; none where nobody said.
    pub time: Option<&'a str>,
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The matrix.
    pub overview: &'a Overview,
    /// The findings.
    pub findings: &'a View<'a>,
    /// The texts of the input.
    pub sources: &'a SourceMap,
    /// What there is to know about the whole: one sentence each.
    pub notes: &'a [String],
}
