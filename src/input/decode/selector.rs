//! Label selectors of policies. Source: `metav1.LabelSelector` and its validation.

use super::policy::{PolicyReader, misspells};
use crate::diag::{Finding, Severity};
use crate::input::node::{Entry, Node};
use crate::input::report::{Path, shown};
use crate::input::validate;
use crate::selector::{Operator, Requirement, Selector};
use crate::source::Span;
use std::sync::Arc;

impl PolicyReader<'_, '_> {
    /// The selector at `node`; everything where there is none.
    pub(in crate::input) fn selector(&mut self, node: Option<&Node>, path: &Path<'_>) -> Selector {
        let Some(node) = node else {
            return Selector::everything();
        };
        let mut requirements = Vec::new();
        if let Some(labels) = node.get("matchLabels") {
            let path = path.field("matchLabels");
            for entry in labels.entries() {
                requirements.extend(self.label(entry, &path));
            }
        }
        if let Some(expressions) = node.get("matchExpressions") {
            let path = path.field("matchExpressions");
            for (index, expression) in expressions.items().iter().enumerate() {
                requirements.extend(self.expression(expression, &path.index(index)));
            }
        }
        Selector::new(requirements)
    }

    fn label(&mut self, entry: &Entry, path: &Path<'_>) -> Option<Requirement> {
        // The check against the schema has reported `{app:web}`.
        if self.report.spaced_key(entry).is_some() {
            return None;
        }
        let path = path.field(&entry.key);
        if let Err(what) = validate::label_key(&entry.key) {
            let message = format!(
                "`{path}`: invalid label key `{}`: {what}",
                shown(&entry.key)
            );
            let finding = Finding::error(self.meaningless(), message);
            self.report
                .add(finding.at(self.report.place.key(entry), ""));
            return None;
        }
        let value = if entry.value.is_null() {
            // The check against the schema has reported it. To Go it is the empty text.
            if self.is_custom {
                return None;
            }
            self.pool.text("")
        } else {
            self.label_value(&entry.value, &path)?
        };
        Some(Requirement {
            key: self.pool.text(&entry.key),
            operator: Operator::In,
            values: vec![value],
        })
    }

    fn label_value(&mut self, node: &Node, path: &Path<'_>) -> Option<Arc<str>> {
        if node.is_null() {
            if self.is_custom {
                self.null_item(node, path, "text");
                return None;
            }
            return Some(self.null_label(self.report.place.of(node), path));
        }
        let value = node.text()?;
        if let Err(what) = validate::label_value(value) {
            let what = format!("invalid label value `{}`: {what}", shown(value));
            self.report.error(self.meaningless(), path, node, &what);
        }
        Some(self.pool.text(value))
    }

    /// Go reads null as the empty text.
    fn null_label(&mut self, place: Span, path: &Path<'_>) -> Arc<str> {
        let message = format!("`{path}` has no value: it is read as an empty string");
        let finding = Finding::warning("null-label", message)
            .at(place, "matches only labels with an empty value")
            .help("write the value, or `\"\"` for an empty string");
        self.report.add(finding);
        self.pool.text("")
    }

    fn expression(&mut self, node: &Node, path: &Path<'_>) -> Option<Requirement> {
        let key = self.required_text(node, "key", path)?;
        if let Err(what) = validate::label_key(key.1) {
            let what = format!("invalid label key `{}`: {what}", shown(key.1));
            self.report
                .error(self.meaningless(), &path.field("key"), key.0, &what);
        }
        let operator = self.operator(node, path)?;
        let values = self.values(node, operator, path)?;
        Some(Requirement {
            key: self.pool.text(key.1),
            operator,
            values,
        })
    }

    fn operator(&mut self, node: &Node, path: &Path<'_>) -> Option<Operator> {
        let (node, name) = self.required_text(node, "operator", path)?;
        let operator = Operator::from_name(name);
        if operator.is_none() {
            let names = Operator::ALL.map(Operator::name);
            let what = format!("unknown operator `{}`", shown(name));
            let rule = self.meaningless();
            self.unknown_word((rule, &path.field("operator"), node), &what, name, &names);
        }
        operator
    }

    /// The values that an operator takes, or must not take.
    fn values(
        &mut self,
        node: &Node,
        operator: Operator,
        path: &Path<'_>,
    ) -> Option<Vec<Arc<str>>> {
        let field = path.field("values");
        let listed = node.get("values");
        let items = listed.map_or(&[][..], Node::items);
        match (operator, listed) {
            (Operator::In | Operator::NotIn, None) if misspells(node, "values") => return None,
            (Operator::In | Operator::NotIn, _) if items.is_empty() => {
                let what = format!("`{}` needs at least one value", operator.name());
                let rule = if self.is_custom {
                    "meaningless-value"
                } else {
                    "required"
                };
                let help = "write them, such as `values: [web]`";
                self.report
                    .error_help(rule, &field, listed.unwrap_or(node), &what, help);
                return None;
            }
            (Operator::Exists | Operator::DoesNotExist, Some(listed)) if !items.is_empty() => {
                let what = format!("`{}` takes no values", operator.name());
                let finding =
                    self.report
                        .about(Severity::Error, self.meaningless(), &field, listed, &what);
                let help = "remove `values`, or write `In` or `NotIn`";
                self.report.add(finding.help(help));
                return None;
            }
            _ => {}
        }
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            values.extend(self.label_value(item, &field.index(index)));
        }
        Some(values)
    }
}
