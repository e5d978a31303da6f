//! Pieces of files: their text, and the trees that it is read into.

use super::node::{Place, Tree};
use crate::source::Position;
use std::sync::Arc;

/// A piece of a file's text and where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'t> {
    /// The file.
    pub name: &'t Arc<str>,
    /// The text.
    pub text: &'t str,
    /// Where in the file it begins.
    pub start: Position,
}

/// A tree with its text and place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'t> {
    /// The part that it became.
    pub place: Place,
    /// The part's text.
    pub text: &'t str,
    /// The tree, with its remarks.
    pub tree: &'t Tree,
}
