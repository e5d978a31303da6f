//! A change of a policy as a change of its manifest's text.
//!
//! What is written in blocks gets lines, what is written in brackets gets a value on the same line.
//! Text that is shared by anchors, or made by templates, is left alone.

use super::change::{Add, Change};
use super::yaml::{Style, Tree};
use crate::diag::Edit;
use crate::model::{Cluster, Policy};
use crate::source::Span;
use crate::written::{Part, Value};

/// The change of `text` in which the policy stands as `root`; none where it cannot be made there.
pub fn edit(change: &Change, cluster: &Cluster, root: &Part, text: &str) -> Option<Edit> {
    let writer = Writer {
        text,
        tree: change.tree(cluster),
        depth: change.depth(),
        root,
    };
    let rule = |index| Policy::rule_path(change.direction, index);
    match &change.add {
        Add::Port(index, _) => writer.append(root.at(&format!("{}.ports", rule(*index)))?),
        Add::Peer(index, _) => {
            let field = change.direction.peers_field();
            writer.append(root.at(&format!("{}.{field}", rule(*index)))?)
        }
        Add::Rule(..) => {
            let field = change.direction.name();
            let spec = root.get("spec")?;
            match spec.field(field) {
                Some(list) if !list.items().is_empty() => writer.append(list),
                Some(empty) => writer.fill(empty),
                None => writer.field(spec, field),
            }
        }
        Add::Policy { .. } => writer.document(),
    }
}

struct Writer<'a> {
    text: &'a str,
    tree: Tree,
    depth: usize,
    root: &'a Part,
}

impl Writer<'_> {
    /// Adds an item to a list that has some.
    fn append(&self, items: &Part) -> Option<Edit> {
        let last = items.items().last()?;
        match self.opens(items)? {
            '[' => self.insert(last, end_of(last, self.text)?, format!(", {}", self.flow())),
            '-' => {
                let indent = self.column(items.span.start as usize)?;
                self.lines_after(items, indent, None)
            }
            _ => None,
        }
    }

    /// Fills an empty list, or one that is null.
    fn fill(&self, empty: &Part) -> Option<Edit> {
        let span = empty.span;
        if !span.text_in(self.text).is_empty() {
            let plain = ["[]", "[ ]", "null", "~"].contains(&span.text_in(self.text));
            let text = format!("[{}]", self.flow());
            return plain.then_some(Edit { span, text });
        }
        let key = empty.key?;
        let indent = self.column(key.start as usize)?;
        self.lines_at(key, key.end as usize + 1, indent, None)
    }

    /// Adds a field with a list of the one item.
    fn field(&self, of: &Part, name: &str) -> Option<Edit> {
        let (_, last) = of.fields().last()?;
        if self.opens(of)? == '{' {
            let key = match self.style() {
                Style::Yaml => name.to_owned(),
                Style::Json => format!("\"{name}\""),
            };
            let text = format!(", {key}: [{}]", self.flow());
            return self.insert(last, end_of(last, self.text)?, text);
        }
        let (_, first) = of.fields().first()?;
        let indent = self.column(first.key?.start as usize)?;
        self.lines_after(of, indent, Some(name))
    }

    /// Adds a document behind this one.
    fn document(&self) -> Option<Edit> {
        if self.style() == Style::Json || self.column(self.root.span.start as usize)? != 0 {
            return None;
        }
        let lines = self.tree.lines(self.depth);
        let lines: String = lines
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect();
        let end = self.text.trim_end().len();
        let rest = self.text.get(end..)?;
        let at = end + rest.find('\n').map_or(rest.len(), |it| it + 1);
        let broken = self.text.get(..at)?.ends_with('\n');
        let feed = if broken { "" } else { "\n" };
        let text = format!("{feed}---\n{lines}");
        Some(Edit {
            span: Span::new(self.root.span.file, at, at),
            text,
        })
    }

    fn lines_after(&self, part: &Part, indent: usize, field: Option<&str>) -> Option<Edit> {
        self.lines_at(part.span, end_of(part, self.text)?, indent, field)
    }

    /// Adds lines behind the one in which a place is, if nothing but a comment follows there.
    fn lines_at(&self, of: Span, end: usize, indent: usize, field: Option<&str>) -> Option<Edit> {
        let rest = self.text.get(end..)?;
        let line = rest.split('\n').next().unwrap_or_default();
        let after = line.trim_start();
        if !after.is_empty() && !after.starts_with('#') {
            return None;
        }
        let margin = " ".repeat(indent);
        let head = field.map(|name| format!("{margin}{name}:\n"));
        let items = Tree::Items(vec![self.tree.clone()]).lines(self.depth);
        let items = items.iter().map(|line| format!("{margin}{line}\n"));
        let lines: String = head.into_iter().chain(items).collect();
        let at = end + line.len();
        let (at, text) = if rest.len() > line.len() {
            (at + 1, lines)
        } else {
            (at, format!("\n{lines}"))
        };
        Some(Edit {
            span: Span::new(of.file, at, at),
            text,
        })
    }

    fn insert(&self, beside: &Part, at: usize, text: String) -> Option<Edit> {
        self.text.get(at..)?;
        Some(Edit {
            span: Span::new(beside.span.file, at, at),
            text,
        })
    }

    fn flow(&self) -> String {
        self.tree.flow(self.style())
    }

    /// JSON keeps its quotes.
    fn style(&self) -> Style {
        let root = self.root.span.text_in(self.text);
        let inside = root.strip_prefix('{').map(str::trim_start);
        if inside.is_some_and(|it| it.starts_with('"')) {
            Style::Json
        } else {
            Style::Yaml
        }
    }

    /// What a value begins with.
    fn opens(&self, part: &Part) -> Option<char> {
        self.text.get(part.span.start as usize..)?.chars().next()
    }

    /// How many characters of a line stand before a place.
    fn column(&self, at: usize) -> Option<usize> {
        let line = self.text.get(..at)?.rsplit('\n').next()?;
        Some(line.chars().count())
    }
}

/// Where the last that belongs to a value ends.
fn end_of(part: &Part, text: &str) -> Option<usize> {
    let key = part.key.map_or(0, |key| key.end as usize + 1);
    let own = part.span.end as usize;
    let first = text.get(part.span.start as usize..)?.chars().next();
    if matches!(first, Some('[' | '{')) {
        return Some(own);
    }
    match &part.value {
        Value::List(items) => items.last().map_or(Some(own), |last| end_of(last, text)),
        Value::Object(fields) => fields
            .last()
            .map_or(Some(own), |(_, last)| end_of(last, text)),
        Value::Null => Some(own.max(key)),
        Value::Bool(_) | Value::Int(_) | Value::Float | Value::Text(_) => Some(own),
    }
}
