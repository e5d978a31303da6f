//! The quick reader against the full one.

use super::super::{Receiver, read_fully};
use crate::input::node::{SyntaxError, Tree};
use std::ops::Range;

/// Everything that a reader hands out.
#[derive(Debug, Default, PartialEq)]
struct Heard {
    items: Vec<Tree>,
    documents: Vec<Tree>,
    comments: Vec<Range<usize>>,
}

impl Receiver for Heard {
    fn item(&mut self, item: Tree) {
        self.items.push(item);
    }

    fn document(&mut self, document: Tree) {
        self.documents.push(document);
    }

    fn wants_comments(&self) -> bool {
        true
    }

    fn comment(&mut self, at: Range<usize>) {
        self.comments.push(at);
    }
}

fn fully(text: &str) -> (Heard, Option<SyntaxError>) {
    let mut heard = Heard::default();
    let failed = read_fully(text, &mut heard).err();
    (heard, failed)
}

/// Fails where the two readers differ; says whether the quick one read the text.
pub(in crate::input) fn agree(text: &str) -> bool {
    let mut quick = Heard::default();
    let read = super::read(text, &mut quick);
    let (full, failed) = fully(text);
    match read {
        Ok(()) => {
            assert_eq!(failed, None, "{text}");
            assert_eq!(quick, full, "{text}");
        }
        Err(handed) => {
            assert_eq!(quick.items.len(), handed, "{text}");
            assert_eq!(full.items.get(..handed), Some(&*quick.items), "{text}");
            assert_eq!(
                (quick.documents, quick.comments),
                (vec![], vec![]),
                "{text}"
            );
        }
    }
    read.is_ok()
}
