//! Holds an object against the shape of its kind: every unknown field and every value of a wrong
//! type, all in one pass, as `kubectl apply` with strict validation reports them.

use super::copied::Home;
use super::node::{Entry, Node, Value};
use super::report::{Path, Report, shown};
use super::schema::{self, Fields, Shape};
use super::siblings::{Keys, Siblings, are_new};
use super::{copied, misplaced, repair, suggest};
use crate::diag::{Edit, Finding, Severity};
use crate::model::PolicyKind;
use crate::source::Span;

/// How an object is checked.
pub(super) struct Check<'a, 't> {
    /// The shape of a whole object.
    pub shape: &'static Shape,
    /// Takes the findings.
    pub report: &'a Report<'t>,
    /// Which policy it is, if it is one: of these more is known than their schema.
    pub policy: Option<PolicyKind>,
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
        self.node(root, self.shape, &Path::ROOT);
    }

    /// Checks a value of an object.
    pub(super) fn node(&self, node: &Node, shape: &'static Shape, path: &Path<'_>) {
        match (shape, &node.value) {
            // The API server reads null as absent, everywhere.
            (_, Value::Null)
            | (Shape::Any, _)
            | (
                Shape::Text | Shape::IntOrText | Shape::Quantity | Shape::TextOr(_),
                Value::String(_),
            )
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Int64, Value::Int(_))
            | (Shape::Quantity, Value::Int(_) | Value::Float(_)) => {}
            (shape @ (Shape::Int32 | Shape::IntOrText), Value::Int(number)) => {
                if i32::try_from(*number).is_err() {
                    self.mismatch(node, path, shape, "a 32-bit number");
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
                let keys = Keys::new(entries);
                for entry in entries {
                    if let Some(edit) = self.report.spaced_key(entry) {
                        let place = self.report.place.key(entry);
                        let sure = keys.is_new(entry);
                        self.unspaced(place, &entry.key, vec![edit], sure);
                    } else if entry.value.is_null() && path.holds_labels() {
                        self.null_label(entry, path);
                    } else {
                        self.node(&entry.value, values, &path.field(&entry.key));
                    }
                }
            }
            (Shape::Object(fields), Value::Map(entries)) => {
                let siblings = Siblings::new(entries, fields);
                for entry in entries {
                    self.field(entry, fields, (&siblings, path));
                }
            }
            (shape, _) => self.mismatch(node, path, shape, expected(shape)),
        }
    }

    fn field(
        &self,
        entry: &Entry,
        fields: &'static Fields,
        (siblings, path): (&Siblings<'_>, &Path<'_>),
    ) {
        let at = path.field(&entry.key);
        match schema::field(fields, &entry.key) {
            Some(shape) => self.node(&entry.value, shape, &at),
            None => self.unknown(entry, fields, (siblings, path)),
        }
    }

    fn unknown(
        &self,
        entry: &Entry,
        fields: &'static Fields,
        (siblings, path): (&Siblings<'_>, &Path<'_>),
    ) {
        let names = fields.iter().map(|(name, _)| *name);
        let place = self.report.place.key(entry);
        let alone = || siblings.is_alone(entry);
        let unspaced =
            repair::unspaced_entry(entry).is_some_and(|key| schema::field(fields, key).is_some());
        if let Some(edit) = self.report.spaced_key(entry).filter(|_| unspaced) {
            return self.unspaced(place, &entry.key, vec![edit], alone());
        }
        let near = suggest::nearest(&entry.key, names.clone());
        let near = near.filter(|near| fits(&entry.value, fields, near));
        let home = self.home(entry, near, path);
        let near = near.filter(|_| home.is_none());
        let rule = match home {
            Some(Home::Elsewhere(_)) => "misplaced-field",
            Some(Home::Otherwise(_)) | None => "unknown-field",
        };
        let help = match (near, home) {
            (_, Some(Home::Elsewhere(help) | Home::Otherwise(help))) => help,
            (Some(name), None) => format!("did you mean `{name}`?"),
            (None, None) if fields.len() <= 8 => {
                let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
                format!("the fields here are {}", names.join(", "))
            }
            (None, None) => format!("remove it, or see {} for the fields here", self.described),
        };
        let message = format!("unknown field `{}`", path.field(&entry.key));
        let label = match self.unknown {
            Severity::Error => "",
            Severity::Warning | Severity::Note => "the API server drops this field",
        };
        let finding = Finding::new(rule, self.unknown, message).at(place, label);
        let sure = near.filter(|near| self.policy.is_some() && suggest::is_sure(&entry.key, near));
        let sure = sure.filter(|_| alone());
        let finding = match sure {
            Some(name) => self.renamed(finding, entry, (name, fields), path),
            None => finding,
        };
        self.report.add(finding.help(help));
    }

    /// What is known of a field that is none where it stands, although it is one elsewhere.
    fn home(&self, entry: &Entry, near: Option<&str>, path: &Path<'_>) -> Option<Home> {
        match self.policy? {
            PolicyKind::NetworkPolicy => misplaced::home(entry, path)
                .filter(|_| near.is_none())
                .map(Home::Elsewhere),
            kind => copied::home(kind, entry, path, self.report),
        }
    }

    /// A label without a value. What becomes of it hangs on how the object is applied, and in a
    /// selector the two ways are as far from each other as can be.
    fn null_label(&self, entry: &Entry, path: &Path<'_>) {
        let at = path.field(&entry.key);
        let selects = path.last_field() != Some("labels");
        let is_custom = self
            .policy
            .is_some_and(|it| it != PolicyKind::NetworkPolicy);
        if is_custom && selects {
            let finding = Finding::warning("null-label", format!("`{at}` has no value"));
            let label = "the API server drops this, so more is selected";
            let finding = finding.at(self.report.place.key(entry), label);
            let help = "write the value, or `\"\"` for an empty string";
            return self.report.add(finding.help(help));
        }
        let message = format!(
            "`{at}` has no value, and what that means depends on how the object is applied"
        );
        let label = if selects {
            "`kubectl apply` drops this, so more is selected; other clients send an empty string"
        } else {
            "`kubectl apply` drops this label; other clients send an empty string"
        };
        let finding = Finding::warning("null-label", message);
        let finding = finding.at(self.report.place.key(entry), label);
        let help = "write the value, or `\"\"` for an empty string";
        self.report.add(finding.help(help));
    }

    /// A field without the space after its colon: YAML takes it for text. The changes are made only
    /// where they give no key twice.
    fn unspaced(&self, place: Span, text: &str, edits: Vec<Edit>, sure: bool) {
        let message = format!("no space after the colon of `{}`", shown(text));
        let written = match edits.first() {
            Some(edit) if edit.text != " " => edit.text.clone(),
            _ => text.replacen(':', ": ", 1),
        };
        let finding = Finding::new("no-space-after-colon", self.wrong, message)
            .at(place, "read as text")
            .help(format!("write `{}`", shown(&written)));
        let edits = if sure { edits } else { Vec::new() };
        self.report.add(Finding { edits, ..finding });
    }

    fn mismatch(&self, node: &Node, path: &Path<'_>, shape: &Shape, expected: &str) {
        let found = self.report.described(node);
        let written = self.report.written(node);
        if let (Shape::Map(_) | Shape::Object(_), Some(edits)) = (shape, self.report.spaced(node)) {
            let place = self.report.place.of(node);
            let text = self.report.text_at(place);
            let first = text.split_whitespace().next().unwrap_or_default();
            return self.unspaced(place, first, edits, are_new(text));
        }
        let what = format!("expected {expected}, found {found}");
        let plain = matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_));
        let text = plain && matches!(shape, Shape::Text | Shape::TextOr(_));
        let rule = if text && path.is_label() {
            "non-text-label"
        } else {
            "wrong-type"
        };
        let finding = self.report.about(self.wrong, rule, path, node, &what);
        let finding = match advice(shape, node, &written) {
            Some(help) => finding.help(help),
            None => finding,
        };
        let number =
            matches!(shape, Shape::Int32 | Shape::Int64 | Shape::Boolean) && finding.help.is_some();
        self.report.add(match (text, number) {
            (true, _) => self.report.quote(finding, (node.start, node.end)),
            (false, true) => self.report.unquote(finding, node),
            (false, false) => finding,
        });
    }
}

/// Whether a value could stand in the field `name`.
fn fits(node: &Node, fields: &'static Fields, name: &str) -> bool {
    let is_plain = matches!(node.value, Value::Int(_) | Value::Float(_) | Value::Bool(_));
    let is_map = matches!(node.value, Value::Map(_));
    match schema::field(fields, name) {
        Some(Shape::Seq(_)) => !is_plain && !is_map,
        Some(Shape::Map(_) | Shape::Object(_)) => !is_plain,
        Some(Shape::Text | Shape::IntOrText | Shape::Int32 | Shape::Boolean) => {
            !is_map && !node.is_list()
        }
        _ => true,
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any => "anything",
        Shape::Text => "text",
        Shape::Boolean => "a boolean",
        Shape::Int32 | Shape::Int64 => "a whole number",
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
