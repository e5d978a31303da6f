//! Findings about one object: field paths as the API server prints them, places, and the text of
//! values in messages.

use super::node::{Node, Place, Value};
pub(super) use super::shown::shown;

use super::template;
use crate::diag::{Finding, Severity};
use crate::source::Span;
use std::cell::RefCell;
use std::fmt;

/// A field path, as a list that grows on the stack while an object is walked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The object itself.
    pub(super) const ROOT: Path<'static> = Path {
        parent: None,
        step: Step::Root,
    };

    /// A field of what is here.
    pub(super) fn field(&'a self, name: &'a str) -> Path<'a> {
        Path {
            parent: Some(self),
            step: Step::Field(name),
        }
    }

    /// An element of the list that is here.
    pub(super) fn index(&'a self, index: usize) -> Path<'a> {
        Path {
            parent: Some(self),
            step: Step::Index(index),
        }
    }
}

impl<'a> Path<'a> {
    /// The field that this is; none for an element of a list and for the object itself.
    pub(super) fn last_field(&self) -> Option<&'a str> {
        match self.step {
            Step::Field(name) => Some(name),
            Step::Root | Step::Index(_) => None,
        }
    }

    /// The list of which this is an element.
    pub(super) fn list(&self) -> Option<&'a str> {
        match self.step {
            Step::Index(_) => self.parent.and_then(Path::last_field),
            Step::Root | Step::Field(_) => None,
        }
    }

    /// Whether labels stand here, or the values that some must have.
    pub(super) fn holds_labels(&self) -> bool {
        matches!(
            self.last_field(),
            Some("labels" | "matchLabels" | "selector")
        )
    }

    /// Whether this is the value of a label, or of a requirement on one.
    pub(super) fn is_label(&self) -> bool {
        let above = self.parent.and_then(Path::last_field);
        let maps = [
            "labels",
            "matchLabels",
            "annotations",
            "nodeSelector",
            "selector",
        ];
        match self.step {
            Step::Field(_) => above.is_some_and(|above| maps.contains(&above)),
            Step::Index(_) => above == Some("values"),
            Step::Root => false,
        }
    }
}

impl fmt::Display for Path<'_> {
    /// `spec.ingress[0].from`; keys that are no field names stand in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parent = self
            .parent
            .filter(|parent| !matches!(parent.step, Step::Root));
        if let Some(parent) = parent {
            parent.fmt(f)?;
        }
        let dot = if parent.is_some() { "." } else { "" };
        match self.step {
            Step::Root => Ok(()),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Field(name) if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                write!(f, "{dot}{name}")
            }
            Step::Field(name) => write!(f, "[{}]", shown(name)),
        }
    }
}

/// The names of findings about values of a wrong type.
const OF_TYPES: [&str; 3] = ["wrong-type", "non-text-label", "no-space-after-colon"];

/// The findings about one object, while it is read.
pub(super) struct Report<'t> {
    /// Where the object's text is.
    pub place: Place,
    /// The text of the part that the object is in.
    pub text: &'t str,
    findings: RefCell<Vec<Finding>>,
}

impl<'t> Report<'t> {
    /// No finding yet.
    pub(super) fn new(place: Place, text: &'t str) -> Self {
        Self {
            place,
            text,
            findings: RefCell::default(),
        }
    }

    /// Adds a finding.
    pub(super) fn add(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// An error about the value at `path`: the API server would refuse it.
    pub(super) fn error(&self, rule: &'static str, path: &Path<'_>, node: &Node, what: &str) {
        self.add(self.about(Severity::Error, rule, path, node, what));
    }

    /// An error with what to write instead.
    pub(super) fn error_help(
        &self,
        rule: &'static str,
        path: &Path<'_>,
        node: &Node,
        what: &str,
        help: impl Into<String>,
    ) {
        let finding = self.about(Severity::Error, rule, path, node, what);
        self.add(finding.help(help));
    }

    /// A finding about the value at `path`, not added yet.
    pub(super) fn about(
        &self,
        severity: Severity,
        rule: &'static str,
        path: &Path<'_>,
        node: &Node,
        what: &str,
    ) -> Finding {
        Finding::new(rule, severity, format!("`{path}`: {what}")).at(self.place.of(node), "")
    }

    /// Whether an error was found.
    pub(super) fn has_errors(&self) -> bool {
        let findings = self.findings.borrow();
        findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// Makes errors of the findings about the value at `span`; says whether there was one.
    pub(super) fn raise(&self, span: Span) -> bool {
        let mut raised = false;
        for finding in self.findings.borrow_mut().iter_mut() {
            if finding.span() == Some(span) && OF_TYPES.contains(&finding.rule) {
                finding.severity = Severity::Error;
                raised = true;
            }
        }
        raised
    }

    /// All findings, in the order of the text.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings.take();
        findings.sort_by_key(Finding::span);
        template::explain(self.text, findings)
    }

    /// The text at a place of this object's part.
    pub(super) fn text_at(&self, span: Span) -> &'t str {
        span.text_in(self.text)
    }

    /// What stands in the text for a node, shortened and made safe to print.
    pub(super) fn written(&self, node: &Node) -> String {
        let (start, end) = (node.start as usize, node.end as usize);
        let base = self.place.base;
        let text = start.checked_sub(base).zip(end.checked_sub(base));
        let text = text.and_then(|(start, end)| self.text.get(start..end));
        shown(text.unwrap_or_default())
    }

    /// What a node is, in words: "the number `80`".
    pub(super) fn described(&self, node: &Node) -> String {
        match &node.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => {
                let written = self.written(node);
                if written == value.to_string() {
                    format!("the boolean `{value}`")
                } else {
                    format!("`{written}`, which YAML reads as the boolean {value}")
                }
            }
            Value::Int(value) => {
                let written = self.written(node);
                if written == value.to_string() {
                    format!("the number `{value}`")
                } else {
                    format!("`{written}`, which YAML reads as the number {value}")
                }
            }
            Value::Float(_) => format!("the number `{}`", self.written(node)),
            Value::String(text) => format!("the text `{}`", shown(text)),
            Value::Seq(_) => "a list".to_owned(),
            Value::Map(_) => "an object".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_print_as_the_api_server_prints_them() {
        let spec = Path::ROOT.field("spec");
        let rules = spec.field("ingress");
        let rule = rules.index(0);
        let ports = rule.field("ports");
        assert_eq!(ports.index(1).to_string(), "spec.ingress[0].ports[1]");
        let labels = spec.field("matchLabels");
        assert_eq!(labels.field("app").to_string(), "spec.matchLabels.app");
        assert_eq!(
            labels.field("app.kubernetes.io/name").to_string(),
            "spec.matchLabels[app.kubernetes.io/name]"
        );
    }

    #[test]
    fn shown_text_cannot_steer_a_terminal() {
        assert_eq!(
            shown("a\u{1b}[31mb\nc\u{202e}d"),
            "a\\u{1b}[31mb\\u{a}c\\u{202e}d"
        );
        assert_eq!(shown(&"x".repeat(100)), format!("{}…", "x".repeat(80)));
    }
}
