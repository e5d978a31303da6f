//! Objects as they stand in their manifests: every field with the place of its key and value.
//!
//! The model has only what an object means. Who judges how it is written (lint) looks here, by
//! field path: `spec.ingress[0].from`, `spec.podSelector.matchLabels[app.kubernetes.io/name]`.

use crate::source::{FileId, Span};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// A text of a manifest. Up to 23 bytes take no memory of their own, and few are longer.
pub type ShortText = smol_str::SmolStr;

/// One object of a manifest, whether or not it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its kind as the manifest writes it.
    pub kind: Arc<str>,
    /// Whether it is a policy of whatever kind, read or not.
    pub is_policy: bool,
    /// Its namespace; none for the cluster-wide kinds.
    pub namespace: Option<Arc<str>>,
    /// Its name; `?` where it has none.
    pub name: Arc<str>,
    /// The object.
    pub root: Part,
}

/// One value of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The place of its key, if it is a field.
    pub key: Option<Span>,
    /// The place of the value. Blocks begin at their first key or dash.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a value is, typed as the API server types it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`, `~` or nothing at all.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float,
    /// Text.
    Text(ShortText),
    /// A list.
    List(Vec<Part>),
    /// An object, in the order of its text.
    Object(Vec<(ShortText, Part)>),
}

impl Part {
    /// The value of a field; none where it is missing, null, or this is no object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.field(key).filter(|part| part.value != Value::Null)
    }

    /// The field of this name, null or not.
    pub fn field(&self, key: &str) -> Option<&Self> {
        let mut fields = self.fields().iter();
        fields
            .find(|(name, _)| **name == *key)
            .map(|(_, part)| part)
    }

    /// The fields, where this is an object.
    pub fn fields(&self) -> &[(ShortText, Self)] {
        match &self.value {
            Value::Object(fields) => fields,
            _ => &[],
        }
    }

    /// The elements, where this is a list.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text, where this is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a field.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::text)
    }

    /// What stands at a field path; none where it is missing.
    pub fn at(&self, path: &str) -> Option<&Self> {
        let mut steps = steps(path);
        steps.try_fold(self, |part, step| part.step(step))
    }

    /// What stands at a field path, or the deepest part on the way to it.
    pub fn nearest(&self, path: &str) -> &Self {
        let mut part = self;
        for step in steps(path) {
            match part.step(step) {
                Some(next) => part = next,
                None => break,
            }
        }
        part
    }

    fn step(&self, step: &str) -> Option<&Self> {
        match &self.value {
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => self.field(step),
        }
    }

    /// The place of key and value together.
    pub fn whole(&self) -> Span {
        match self.key {
            Some(key) if key.file == self.span.file => Span {
                start: key.start.min(self.span.start),
                end: key.end.max(self.span.end),
                ..key
            },
            _ => self.span,
        }
    }

    /// The path of the deepest part whose key or value covers `span`; empty for the object itself.
    pub fn path_of(&self, span: Span) -> String {
        let mut path = String::new();
        let mut part = self;
        while let Some((step, next)) = part.below(span) {
            match step {
                // Writing to a String cannot fail.
                Step::Index(index) => drop(write!(path, "[{index}]")),
                Step::Field(name) => push_field(&mut path, name),
            }
            part = next;
        }
        path
    }

    fn below(&self, span: Span) -> Option<(Step<'_>, &Self)> {
        let covers = |part: &Self| {
            let whole = part.whole();
            whole.file == span.file && whole.start <= span.start && span.end <= whole.end
        };
        if let Value::List(items) = &self.value {
            let mut items = items.iter().enumerate();
            let found = items.find(|(_, part)| covers(part));
            return found.map(|(index, part)| (Step::Index(index), part));
        }
        let mut fields = self.fields().iter();
        let found = fields.find(|(_, part)| covers(part));
        found.map(|(name, part)| (Step::Field(name), part))
    }
}

enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

/// Adds a field to a path; names that are no plain words stand in brackets.
pub fn push_field(path: &mut String, name: &str) {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let _ = match (plain, path.is_empty()) {
        (true, true) => write!(path, "{name}"),
        (true, false) => write!(path, ".{name}"),
        (false, _) => write!(path, "[{name}]"),
    };
}

/// The steps of a path: `a.b[0][k8s.io/x]` is `a`, `b`, `0`, `k8s.io/x`.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = inside.split_once(']').unwrap_or((inside, ""));
            rest = after;
            return Some(step);
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (step, after) = rest.split_at(end);
        rest = after;
        Some(step)
    })
}

/// A comment of a manifest that is about netpolc (`# netpolc: …`), or says which template the
/// document was rendered from (`# Source: …`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The comment, from its `#` on.
    pub span: Span,
    /// What it says: the text after `#`, without blanks around it.
    pub text: Box<str>,
    /// Its line in the file, from 1.
    pub line: usize,
    /// The line that it is about: its own, or where it stands alone the first one below that is
    /// no comment.
    pub about: usize,
    /// The first and the last line of the document that it stands in.
    pub document: (usize, usize),
}

/// An object of a kind that is not read, which may make pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// Its namespace; none where the manifest names none.
    pub namespace: Option<Arc<str>>,
    /// The labels of each template in it, which its pods may have.
    pub templates: Vec<Vec<(ShortText, ShortText)>>,
}

/// All objects that were read from text that is still at hand.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    objects: Vec<Written>,
    comments: Vec<Comment>,
    strangers: Vec<Stranger>,
    charts: Vec<Arc<str>>,
    of_part: HashMap<FileId, Vec<usize>>,
}

impl Manifests {
    /// The objects, in reading order.
    pub fn new(objects: Vec<Written>) -> Self {
        let mut of_part: HashMap<FileId, Vec<usize>> = HashMap::new();
        for (index, object) in objects.iter().enumerate() {
            of_part
                .entry(object.root.span.file)
                .or_default()
                .push(index);
        }
        Self {
            objects,
            comments: Vec::new(),
            strangers: Vec::new(),
            charts: Vec::new(),
            of_part,
        }
    }

    /// Adds comments.
    #[must_use]
    pub fn with_comments(mut self, comments: Vec<Comment>) -> Self {
        self.comments.extend(comments);
        self
    }

    /// Adds what is known of objects of kinds that are not read.
    #[must_use]
    pub fn with_strangers(mut self, strangers: Vec<Stranger>) -> Self {
        self.strangers.extend(strangers);
        self
    }

    /// Adds the directories of charts among which they were found.
    #[must_use]
    pub fn with_charts(mut self, charts: Vec<Arc<str>>) -> Self {
        self.charts.extend(charts);
        self
    }

    /// The directories of charts that were walked through, none within another, as the names of their
    /// files begin.
    pub fn charts(&self) -> &[Arc<str>] {
        &self.charts
    }

    /// The objects of kinds that are not read and that may make pods.
    pub fn strangers(&self) -> &[Stranger] {
        &self.strangers
    }

    /// The comments that matter here, in reading order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// All objects, in reading order. What was read twice is there twice.
    pub fn objects(&self) -> &[Written] {
        &self.objects
    }

    /// The object that `span` points into.
    pub fn at(&self, span: Span) -> Option<&Written> {
        let inside = |whole: Span| whole.start <= span.start && span.end <= whole.end;
        let mut here = self.of_part.get(&span.file)?.iter();
        here.find_map(|&index| self.objects.get(index).filter(|it| inside(it.root.span)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, file: FileId, at: (usize, usize)) -> Part {
        Part {
            key: None,
            span: Span::new(file, at.0, at.1),
            value: Value::Text(text.into()),
        }
    }

    #[test]
    fn paths_lead_to_parts_and_back() {
        let file = <FileId as crate::table::Id>::from_index(0);
        let mut leaf = text("x", file, (20, 21));
        leaf.key = Some(Span::new(file, 10, 18));
        let list = Part {
            key: Some(Span::new(file, 0, 4)),
            span: Span::new(file, 6, 30),
            value: Value::List(vec![Part {
                key: None,
                span: Span::new(file, 8, 30),
                value: Value::Object(vec![("k8s.io/x".into(), leaf)]),
            }]),
        };
        let root = Part {
            key: None,
            span: Span::new(file, 0, 30),
            value: Value::Object(vec![("from".into(), list)]),
        };
        assert_eq!(root.at("from[0][k8s.io/x]").and_then(Part::text), Some("x"));
        assert_eq!(root.at("from[1]"), None);
        assert_eq!(root.nearest("from[0].nothing").span.start, 8);
        assert_eq!(root.path_of(Span::new(file, 20, 21)), "from[0][k8s.io/x]");
        assert_eq!(root.path_of(Span::new(file, 12, 13)), "from[0][k8s.io/x]");
        assert_eq!(root.path_of(Span::new(file, 40, 41)), "");
    }
}
