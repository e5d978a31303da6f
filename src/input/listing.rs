//! The items of a List, which may come before it says what it is.

use super::decode::meta::Head;
use super::document::Part;
use super::loader::Loader;
use super::mark::Mark;
use super::node::{SyntaxError, Tree};
use super::syntax;
use super::type_meta::TypeMeta;
use crate::source::Position;
use std::sync::Arc;

/// A list whose items are being read.
pub(super) struct Listing<'t> {
    mark: Mark,
    /// Items that do not say what they are, until the list itself does.
    pending: Vec<Pending<'t>>,
}

enum Pending<'t> {
    /// An item of a YAML list.
    Tree(Part<'t>, usize, Tree),
    /// An item of a JSON list, and whether it is odd.
    Text(String, Position, bool),
}

impl<'t> Listing<'t> {
    /// A list of which no item was read yet.
    pub(super) fn begin(loader: &Loader<'_>) -> Self {
        Self {
            mark: loader.mark(),
            pending: Vec::new(),
        }
    }

    /// Takes an item of a YAML list.
    pub(super) fn tree(
        &mut self,
        loader: &mut Loader<'_>,
        part: Part<'t>,
        base: usize,
        tree: Tree,
    ) {
        if tree.root.get("kind").is_some() {
            loader.tree(part, base, &tree, Some(TypeMeta::UNSAID));
        } else {
            self.pending.push(Pending::Tree(part, base, tree));
        }
    }

    /// Takes an item of a JSON list; `list` is what is known of the list by now. Where `odd`, the
    /// item has something that the readers of plain structs may not refuse.
    ///
    /// # Errors
    /// The first place where the text is not JSON.
    pub(super) fn text(
        &mut self,
        loader: &mut Loader<'_>,
        part: Part<'_>,
        list: Option<TypeMeta<'_>>,
        odd: bool,
    ) -> Result<(), SyntaxError> {
        let inherited = Some(list.map_or(TypeMeta::UNSAID, |list| list.item()));
        if !odd && loader.likely_pod(part, inherited) {
            return Ok(());
        }
        if loader.likely_policy(part, inherited)? {
            return Ok(());
        }
        let head = serde_json::from_str::<Head<'_>>(part.text).ok();
        let lacks_kind = match &head {
            Some(head) => head.kind.is_empty(),
            None => !part.text.starts_with('{'),
        };
        if lacks_kind && list.is_none() {
            let text = part.text.to_owned();
            self.pending.push(Pending::Text(text, part.start, odd));
            return Ok(());
        }
        loader.json_of(part, head.as_ref().filter(|_| !odd), inherited)
    }

    /// Ends the list, of which `meta` is known. Says whether it is one: if not, nothing that its
    /// items were read as is kept.
    pub(super) fn end(
        self,
        loader: &mut Loader<'_>,
        name: &Arc<str>,
        meta: Option<TypeMeta<'_>>,
    ) -> bool {
        let Some(meta) = meta.filter(TypeMeta::is_list) else {
            loader.go_back(&self.mark);
            return false;
        };
        for item in self.pending {
            match item {
                Pending::Tree(part, base, tree) => {
                    loader.tree(part, base, &tree, Some(meta.item()));
                }
                Pending::Text(text, start, odd) => {
                    let part = Part {
                        name,
                        text: &text,
                        start,
                    };
                    let read = loader.json(part, Some(meta.item()), odd);
                    if let Err(problem) = read {
                        syntax::report(loader, name, &text, start, &problem);
                    }
                }
            }
        }
        true
    }
}
