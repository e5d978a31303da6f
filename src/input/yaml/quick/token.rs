//! A scalar that was read, and the nodes that it may be.

use crate::input::node::{Node, Value};
use crate::input::scalar;
use std::borrow::Cow;

/// How long a key can be. The full reader counts characters, of which there are no more than bytes.
const LONGEST_KEY: usize = 1024;

/// A scalar and where it stands.
pub(super) struct Scalar<'t> {
    pub(super) text: Cow<'t, str>,
    /// Whether it has no quotes and is no block.
    pub(super) plain: bool,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Scalar<'_> {
    /// The node that it is, if it has a place in an object.
    pub(super) fn into_node(self) -> Option<Node> {
        let value = if self.plain {
            scalar::resolve(&self.text)
        } else {
            Value::String(self.text.into())
        };
        let is_number = !matches!(value, Value::Float(number) if !number.is_finite());
        is_number.then(|| Node::new(self.start..self.end, value))
    }

    /// The node of a key; none for what is long, of several lines, or stands for other fields.
    pub(super) fn into_key(self) -> Option<Node> {
        let is_key = self.end - self.start < LONGEST_KEY && !(self.plain && self.text == "<<");
        self.into_node().filter(|_| is_key)
    }
}
