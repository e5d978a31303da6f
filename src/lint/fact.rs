//! What rules find: facts about objects, with places and what to write instead. Levels, output
//! and files are not their business.

pub use crate::diag::Edit;
use crate::diag::{Label, Severity};
use crate::source::Span;
use std::fmt;
use std::sync::Arc;

/// Which object a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Arc<str>,
    /// Its namespace; none for the cluster-wide kinds.
    pub namespace: Option<Arc<str>>,
    /// Its name.
    pub name: Arc<str>,
}

impl fmt::Display for ObjectRef {
    /// `NetworkPolicy shop/db`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The object that it is about, and that a suppression would stand on.
    pub object: ObjectRef,
    /// The field that it is about, as the API server prints it; empty for the whole object.
    pub path: String,
    /// What is wrong: lower case, one line, no full stop, text of the user in backticks.
    pub message: String,
    /// Where: the offending value first, then what it has to do with.
    pub labels: Vec<Label>,
    /// What the manifest does as it stands, in one sentence: lower case, no full stop.
    pub meaning: Option<String>,
    /// What to write instead.
    pub fix: Option<Fix>,
    /// Whether the input has all that could speak against it, so that it is certain.
    pub shown: bool,
    /// How bad it is at most, whatever the level of the rule.
    pub most: Option<Severity>,
    /// The namespaces whose inventory it depends on; empty: the whole cluster's.
    pub within: Vec<Arc<str>>,
}

/// What to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fix {
    /// What to do: lower case, one line, no full stop.
    pub what: String,
    /// YAML to be pasted, as it would stand at the place; may be empty.
    pub paste: String,
    /// The same as changes of the file. Empty where that is not worked out.
    pub edits: Vec<Edit>,
    /// Whether the change cannot alter an answer that somebody meant, so that it may be made unasked.
    pub safe: bool,
}

impl Fact {
    /// A fact about `path` of an object.
    pub fn new(object: ObjectRef, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            object,
            path: path.into(),
            message: message.into(),
            labels: Vec::new(),
            meaning: None,
            fix: None,
            shown: false,
            most: None,
            within: Vec::new(),
        }
    }

    /// Adds a place; the first is the offending value. Nothing for what stands in no manifest.
    #[must_use]
    pub fn at(mut self, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        if let Some(span) = span.into() {
            self.labels.push(Label {
                span,
                text: text.into(),
            });
        }
        self
    }

    /// Says what the manifest does as it stands.
    #[must_use]
    pub fn means(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = Some(meaning.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn fix(mut self, what: impl Into<String>) -> Self {
        self.fix.get_or_insert_default().what = what.into();
        self
    }

    /// Gives YAML to be pasted.
    #[must_use]
    pub fn paste(mut self, yaml: impl Into<String>) -> Self {
        self.fix.get_or_insert_default().paste = yaml.into();
        self
    }

    /// Adds a change of the text that does what the fix says.
    #[must_use]
    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        let fix = self.fix.get_or_insert_default();
        fix.edits.push(Edit {
            span,
            text: text.into(),
        });
        self
    }

    /// Marks the changes as ones that cannot alter an answer that somebody meant.
    #[must_use]
    pub fn safe(mut self) -> Self {
        self.fix.get_or_insert_default().safe = true;
        self
    }

    /// Marks the fact as certain: the input has all that could speak against it.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.shown = true;
        self
    }

    /// Says how bad it is at most: what may well be meant is a note, whatever the rule's level.
    #[must_use]
    pub fn at_most(mut self, level: Severity) -> Self {
        self.most = Some(level);
        self
    }

    /// Says that only the inventory of this namespace matters.
    #[must_use]
    pub fn within(mut self, namespace: &Arc<str>) -> Self {
        self.within.push(Arc::clone(namespace));
        self
    }
}

/// What one rule found.
#[derive(Debug, Default)]
pub struct Facts {
    found: Vec<Fact>,
}

impl Facts {
    /// Adds a fact.
    pub fn add(&mut self, fact: Fact) {
        self.found.push(fact);
    }

    /// All facts, in the order in which they were found.
    pub fn finish(self) -> Vec<Fact> {
        self.found
    }
}
