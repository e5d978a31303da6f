//! What anchors stand for in one document, and how much aliases may copy of it.

use crate::input::node::{MAX_DEPTH, Node};
use std::collections::HashMap;

/// How many bytes of trees aliases and merge keys may copy in one document. Kubernetes objects are
/// bound to some megabytes by etcd; what copies more than this is an attack or a mistake.
const MAX_COPIED: usize = 8 << 20;

/// How many bytes the anchors of one document may hold together. An anchor inside another is held
/// twice, so that without a bound 128 of them around each other would hold 128 times the document.
const MAX_HELD: usize = 32 << 20;

/// The anchors of a document.
#[derive(Default)]
pub(super) struct Anchors<'t> {
    /// What they stand for; nothing yet while their node is read.
    named: HashMap<&'t str, Option<Anchored>>,
    /// How many bytes all of them hold, of those that are not too large to be held.
    held: usize,
    /// How many bytes aliases have copied.
    copied: usize,
}

/// What an anchor stands for.
struct Anchored {
    /// The node; none where it is too large to be copied.
    node: Option<Node>,
    /// How many bytes it takes.
    bytes: usize,
    /// How deep it is.
    depth: usize,
}

impl<'t> Anchors<'t> {
    /// Notes that the node of an anchor begins.
    pub(super) fn open(&mut self, anchor: Option<&'t str>) {
        if let Some(anchor) = anchor {
            self.named.insert(anchor, None);
        }
    }

    /// Notes what an anchor stands for.
    pub(super) fn remember(&mut self, anchor: Option<&'t str>, node: &Node) {
        let Some(anchor) = anchor else {
            return;
        };
        let (bytes, depth) = node.size();
        let room = MAX_HELD.saturating_sub(self.held).min(MAX_COPIED);
        let node = (bytes <= room).then(|| node.clone());
        self.held += node.as_ref().map_or(0, |_| bytes);
        let anchored = Anchored { node, bytes, depth };
        self.named.insert(anchor, Some(anchored));
    }

    /// What an alias at `depth` stands for.
    ///
    /// # Errors
    /// Why it stands for nothing.
    pub(super) fn copy(&mut self, anchor: &str, depth: usize) -> Result<Node, &'static str> {
        let anchored = match self.named.get(anchor) {
            Some(Some(anchored)) => anchored,
            Some(None) => return Err("an alias inside its own anchor"),
            None => return Err("this alias has no anchor before it"),
        };
        if depth + anchored.depth > MAX_DEPTH {
            return Err("nested deeper than 128 levels");
        }
        self.copied += anchored.bytes;
        match &anchored.node {
            Some(node) if self.copied <= MAX_COPIED => Ok(node.clone()),
            None if anchored.bytes <= MAX_COPIED => Err("anchors hold more than 32 MiB"),
            Some(_) | None => Err("aliases expand to more than 8 MiB"),
        }
    }
}
