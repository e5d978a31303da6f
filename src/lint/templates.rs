//! From which template of a chart a line was rendered: `helm template` says so in a comment at the
//! head of each document.

use crate::source::{SourceMap, Span};
use crate::written::Manifests;
use std::collections::BTreeSet;
use std::path::Path;

/// What a comment of Helm begins with.
const PREFIX: &str = "Source:";

/// How the names of templates end.
const EXTENSIONS: [&str; 5] = ["yaml", "yml", "tpl", "json", "tmpl"];

/// The templates behind the documents of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Templates {
    /// The name of the stream, the first and last line of a document, and its template. In order.
    documents: Vec<(String, (usize, usize), String)>,
}

impl Templates {
    /// The templates that comments name in the input `name`. Where a file of that path `exists`,
    /// or one without the name of the chart, it is that; else the path as the comment has it.
    pub fn new(
        manifests: &Manifests,
        sources: &SourceMap,
        name: &str,
        exists: &dyn Fn(&str) -> bool,
    ) -> Self {
        let objects = manifests.objects().iter().map(|it| it.root.span);
        let here = objects.filter(|span| sources.get(span.file).name() == name);
        let objects: BTreeSet<usize> = here.map(|it| sources.position(it).line).collect();
        let comments = manifests.comments().iter();
        let documents = comments.filter_map(|comment| {
            let path = comment.text.strip_prefix(PREFIX)?.trim();
            let source = sources.get(comment.span.file).name();
            // Below the first field it is somebody's remark.
            let of_document = objects.range(comment.document.0..).next();
            let heads = of_document.is_none_or(|first| comment.line < *first);
            if source != name || !heads || !is_plain(path) || !is_template(path) {
                return None;
            }
            let inside = path.split_once('/').map_or(path, |(_, inside)| inside);
            let found = [path, inside].into_iter().find(|path| exists(path));
            let path = found.unwrap_or(path).to_owned();
            Some((name.to_owned(), comment.document, path))
        });
        Self {
            documents: documents.collect(),
        }
    }

    /// The template of a place.
    pub fn of(&self, sources: &SourceMap, span: Span) -> Option<&str> {
        if self.documents.is_empty() {
            return None;
        }
        let name = sources.get(span.file).name();
        let line = sources.position(span).line;
        let after = self
            .documents
            .partition_point(|(_, (first, _), _)| *first <= line);
        let (stream, (_, last), path) = self.documents.get(after.checked_sub(1)?)?;
        (stream == name && line <= *last).then_some(path.as_str())
    }
}

/// Whether a path is one of a template: other remarks begin with the same word.
fn is_template(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(|it| it.to_str());
    let known = extension.is_some_and(|it| EXTENSIONS.contains(&it));
    known
        || path
            .split('/')
            .rev()
            .skip(1)
            .any(|part| part == "templates")
}

/// Whether a path stays where it begins.
fn is_plain(path: &str) -> bool {
    let mut parts = path.split('/');
    !path.is_empty()
        && !path.contains(['\\', ':'])
        && parts.all(|part| !part.is_empty() && part != ".." && part != ".")
}
