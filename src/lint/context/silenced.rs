//! Whether somebody wrote on an object that findings about it are to be ignored.

use super::Context;
use crate::model::Origin;

/// The annotation: `"NP019=shared ingress, and-or-peers"`.
pub(in crate::lint) const ANNOTATION: &str = "netpolc.io/ignore";
/// What a comment begins with.
pub(in crate::lint) const PREFIX: &str = "netpolc:";

impl Context<'_> {
    /// Whether an annotation or a comment on an object ignores some finding: findings about several objects
    /// are not made of those about it.
    pub fn is_silenced(&self, origin: Origin) -> bool {
        let Some(written) = self.written_at(origin) else {
            return false;
        };
        let annotations = written.root.at("metadata.annotations");
        if annotations.is_some_and(|it| it.get(ANNOTATION).is_some()) {
            return true;
        }
        let line = self.sources.position(written.root.span).line;
        let name = self.sources.get(written.root.span.file).name();
        let comments = self.manifests.comments().iter();
        let mut here = comments.filter(|it| it.text.starts_with(PREFIX));
        here.any(|it| {
            let (first, last) = it.document;
            self.sources.get(it.span.file).name() == name && (first..=last).contains(&line)
        })
    }
}
