//! Holds an object against the shape of its kind: every unknown field and every value of a wrong
//! type, all in one pass, as `kubectl apply` with strict validation reports them.

use super::node::{Entry, Node, Value};
use super::report::{Path, Report, shown};
use super::schema::{Schema, Shape};
use super::suggest;
use crate::diag::{Finding, Severity};

/// How an object is checked.
pub(super) struct Check<'a, 't> {
    /// The shapes.
    pub schema: &'a Schema,
    /// Takes the findings.
    pub report: &'a Report<'t>,
    /// How bad an unknown field is.
    pub unknown: Severity,
    /// How bad a value of a wrong type is.
    pub wrong: Severity,
    /// Where all fields are described.
    pub described: &'static str,
}

impl Check<'_, '_> {
    /// Checks a whole object.
    pub(super) fn object(&self, root: &Node) {
        self.node(root, self.schema.root(), &Path::ROOT);
    }

    fn node(&self, node: &Node, shape: &Shape, path: &Path<'_>) {
        match (self.schema.resolve(shape), &node.value) {
            // The API server reads null as absent, everywhere.
            (_, Value::Null)
            | (Shape::Any | Shape::Shared(_), _)
            | (
                Shape::Text | Shape::IntOrText | Shape::Quantity | Shape::TextOr(_),
                Value::String(_),
            )
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Int64, Value::Int(_))
            | (Shape::Number | Shape::Quantity, Value::Int(_) | Value::Float(_)) => {}
            (shape @ (Shape::Int32 | Shape::IntOrText), Value::Int(number)) => {
                if i32::try_from(*number).is_err() {
                    self.mismatch(node, path, shape, "a number of 32 bits");
                }
            }
            (Shape::Int32 | Shape::Int64 | Shape::IntOrText, Value::Float(number))
                if number.fract() == 0.0 && number.abs() < f64::from(i32::MAX) => {}
            (Shape::Seq(items), Value::Seq(nodes)) => {
                for (index, node) in nodes.iter().enumerate() {
                    self.node(node, items, &path.index(index));
                }
            }
            (Shape::TextOr(other), Value::Map(_)) => self.node(node, other, path),
            (Shape::OneOrMany(one), Value::Seq(nodes)) => {
                for (index, node) in nodes.iter().enumerate() {
                    self.node(node, one, &path.index(index));
                }
            }
            (Shape::OneOrMany(one), _) => self.node(node, one, path),
            (Shape::Map(values), Value::Map(entries)) => {
                for entry in entries {
                    self.node(&entry.value, values, &path.field(&entry.key));
                }
            }
            (Shape::Object(fields), Value::Map(entries)) => {
                for entry in entries {
                    self.field(entry, fields, path);
                }
            }
            (shape, _) => self.mismatch(node, path, shape, expected(shape)),
        }
    }

    fn field(&self, entry: &Entry, fields: &[(Box<str>, Shape)], path: &Path<'_>) {
        let at = path.field(&entry.key);
        match fields.binary_search_by(|(name, _)| name.cmp(&entry.key)) {
            Ok(index) => {
                if let Some((_, shape)) = fields.get(index) {
                    self.node(&entry.value, shape, &at);
                }
            }
            Err(_) => self.unknown(entry, fields, &at),
        }
    }

    fn unknown(&self, entry: &Entry, fields: &[(Box<str>, Shape)], path: &Path<'_>) {
        let names = fields.iter().map(|(name, _)| &**name);
        let near = suggest::nearest(&entry.key, names.clone());
        let help = match near {
            Some(name) => format!("did you mean `{name}`?"),
            None if fields.len() <= 8 => {
                let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
                format!("the fields here are {}", names.join(", "))
            }
            None => format!("remove it, or see {} for the fields here", self.described),
        };
        let message = format!("unknown field `{path}`");
        let label = match self.unknown {
            Severity::Error => "",
            Severity::Warning | Severity::Note => "the API server drops this field",
        };
        let finding = Finding::new("unknown-field", self.unknown, message);
        let finding = finding.at(self.report.place.key(entry), label).help(help);
        self.report.add(finding);
    }

    fn mismatch(&self, node: &Node, path: &Path<'_>, shape: &Shape, expected: &str) {
        let found = self.report.described(node);
        let what = format!("expected {expected}, found {found}");
        let finding = self
            .report
            .about(self.wrong, "wrong-type", path, node, &what);
        let finding = match advice(shape, node, &self.report.written(node)) {
            Some(help) => finding.help(help),
            None => finding,
        };
        self.report.add(finding);
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any | Shape::Shared(_) => "anything",
        Shape::Text => "text",
        Shape::Boolean => "a boolean",
        Shape::Int32 | Shape::Int64 => "a whole number",
        Shape::Number => "a number",
        Shape::IntOrText => "a whole number or text",
        Shape::Quantity => "a quantity",
        Shape::Seq(_) => "a list",
        Shape::Map(_) | Shape::Object(_) => "an object",
        Shape::TextOr(_) => "text or an object",
        Shape::OneOrMany(one) => expected(one),
    }
}

/// What to write instead.
fn advice(shape: &Shape, node: &Node, written: &str) -> Option<String> {
    match (shape, &node.value) {
        (Shape::Text | Shape::TextOr(_), Value::Bool(_) | Value::Int(_) | Value::Float(_)) => {
            Some(format!("write `\"{written}\"`"))
        }
        (Shape::Int32 | Shape::Int64 | Shape::Boolean, Value::String(text))
            if text.parse::<i32>().is_ok() || matches!(&**text, "true" | "false") =>
        {
            Some(format!("write `{}` without quotes", shown(text)))
        }
        (Shape::Seq(_), Value::Map(_) | Value::String(_)) => {
            Some("begin each element with `- `".to_owned())
        }
        _ => None,
    }
}
