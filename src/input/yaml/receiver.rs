//! Who takes what is read, and which comments are for them.

use crate::input::node::{SyntaxError, Tree};
use std::ops::Range;

/// Who takes what was read, in the order of the text.
pub(in crate::input) trait Receiver {
    /// One element of the root's `items`.
    fn item(&mut self, item: Tree);
    /// A document that is not empty; its `items` are an empty list if they were handed out.
    fn document(&mut self, document: Tree);
    /// Whether comments are looked at, which costs some time.
    fn wants_comments(&self) -> bool {
        false
    }
    /// A comment that somebody may want to know, by its place.
    fn comment(&mut self, _: Range<usize>) {}
    /// Text behind a document that is no other document. Kubernetes passes it over.
    ///
    /// # Errors
    /// What is wrong with the text, where that matters.
    fn rest(&mut self, problem: SyntaxError) -> Result<(), SyntaxError> {
        Err(problem)
    }
}

/// Whether the text after a `#` is one that somebody may want to know.
pub(super) fn is_comment_of_ours(text: &str) -> bool {
    let text = text.trim_start();
    // In other letters it is a mistake that is told.
    let head = text.get(.."netpolc:".len()).unwrap_or_default();
    head.eq_ignore_ascii_case("netpolc:") || text.starts_with("Source:")
}
