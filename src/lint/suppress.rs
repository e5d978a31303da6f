//! Findings that somebody does not want: annotations on objects (`netpolc.io/ignore`) and comments
//! in manifests (`# netpolc: ignore[RULE] why`). What suppresses nothing is a finding itself.

mod parse;

use super::context::{ANNOTATION, PREFIX};
use super::fact::{Fact, ObjectRef};
use super::levels::UnknownRule;
use super::report::{Dismissed, Found};
use super::rule::{Check, Rule};
use super::rules::ALL;
use crate::diag::Severity;
use crate::source::{SourceMap, Span};
use crate::spelling::distance;
use crate::written::{Manifests, Part, Value, Written};
use parse::{Entry, Selected};
use std::collections::{BTreeSet, HashMap};

/// How a comment is written.
const HOW: &str = "write `# netpolc: ignore[RULE] why`, on the line of the finding or above it";

/// One rule that is suppressed somewhere.
#[derive(Debug)]
struct Suppression {
    entry: Entry,
    span: Span,
    object: ObjectRef,
    used: bool,
}

/// All suppressions of the input.
#[derive(Debug, Default)]
pub(super) struct Suppressions {
    all: Vec<Suppression>,
    of_object: HashMap<ObjectRef, Vec<usize>>,
    of_line: HashMap<(String, usize), Vec<usize>>,
    wrong: Vec<Fact>,
}

impl Suppressions {
    /// Those of some manifests.
    pub(super) fn new(manifests: &Manifests, sources: &SourceMap) -> Self {
        let mut suppressions = Self::default();
        for written in manifests.objects() {
            suppressions.annotation(written, sources);
        }
        let comments = manifests.comments().iter();
        let comments: Vec<_> = comments.filter(|it| begins(&it.text)).collect();
        if comments.is_empty() {
            return suppressions;
        }
        let lines = Lines::new(manifests, sources);
        for comment in comments {
            let name = sources.get(comment.span.file).name();
            let object = lines.object(name, comment.about);
            let text = comment.text.strip_prefix(PREFIX);
            let Some(entries) = text.and_then(parse::comment) else {
                let message = "this comment is not a valid suppression";
                let fact = Fact::new(object, "", message).at(comment.span, "");
                suppressions.wrong.push(fact.fix(HOW));
                continue;
            };
            for entry in entries {
                let span = within(sources, comment.span, &entry.written);
                if let Some(index) = suppressions.add(entry, span, &object) {
                    let line = (name.to_owned(), comment.about);
                    suppressions.of_line.entry(line).or_default().push(index);
                }
            }
        }
        suppressions
    }

    fn annotation(&mut self, written: &Written, sources: &SourceMap) {
        let annotations = written.root.at("metadata.annotations");
        let names = annotations.map_or(&[][..], Part::fields).iter();
        for (name, part) in names.filter(|(name, _)| is_nearly(name)) {
            let message = format!("`{name}` suppresses nothing: there is no such annotation");
            let fact = Fact::new(reference(written), "", message);
            let fact = fact.at(part.key.unwrap_or(part.span), "");
            self.wrong
                .push(fact.fix(format!("did you mean `{ANNOTATION}`?")));
        }
        let Some(part) = annotations.and_then(|it| it.get(ANNOTATION)) else {
            return;
        };
        let object = reference(written);
        let entries = part.text().map(parse::annotation).unwrap_or_default();
        if entries.is_empty() {
            self.wrong.push(nothing(&object, part));
        }
        for entry in entries {
            let span = within(sources, part.span, &entry.written);
            if let Some(index) = self.add(entry, span, &object) {
                let here = self.of_object.entry(object.clone());
                here.or_default().push(index);
            }
        }
    }

    /// Adds an entry that names a rule; what names none is wrong.
    fn add(&mut self, entry: Entry, span: Span, object: &ObjectRef) -> Option<usize> {
        if entry.selected == Selected::Nothing {
            let message = format!("there is no rule `{}` to ignore", entry.written);
            let help = match UnknownRule::near(&entry.written) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`netpolc lint --list` lists all rules".to_owned(),
            };
            let fact = Fact::new(object.clone(), "", message).at(span, "");
            self.wrong.push(fact.fix(help));
            return None;
        }
        self.all.push(Suppression {
            entry,
            span,
            object: object.clone(),
            used: false,
        });
        Some(self.all.len() - 1)
    }

    /// Dismisses the findings that are suppressed.
    pub(super) fn dismiss(&mut self, findings: &mut [Found], sources: &SourceMap) {
        if self.all.is_empty() {
            return;
        }
        for found in findings {
            let line = found.span().map(|span| {
                let name = sources.get(span.file).name().to_owned();
                (name, sources.position(span).line)
            });
            let here = line.and_then(|line| self.of_line.get(&line));
            let on_it = self.of_object.get(&found.fact.object);
            for &index in here.into_iter().chain(on_it).flatten() {
                let Some(one) = self.all.get_mut(index) else {
                    continue;
                };
                if one.entry.selected.is(found.rule) {
                    one.used = true;
                    found
                        .dismissed
                        .get_or_insert_with(|| Dismissed::Suppressed {
                            span: one.span,
                            reason: one.entry.reason.clone(),
                        });
                }
            }
        }
    }

    /// What is wrong with suppressions, after all findings were held against them. Of rules that
    /// were not checked nobody can say whether they would have been found.
    pub(super) fn facts(self, checked: &BTreeSet<&'static str>) -> Vec<Fact> {
        let mut facts = self.wrong;
        let mut usual = ALL.iter().filter(|it| !it.strict && it.needs.is_empty());
        let all_usual = usual.all(|it| checked.contains(it.code));
        let unused = self.all.into_iter().filter(|one| !one.used);
        for one in unused {
            let what = match one.entry.selected {
                Selected::Rule(rule) if checked.contains(rule.code) => {
                    format!("{} {}", rule.code, rule.name)
                }
                // Where only some rules are checked, the others may have findings here.
                Selected::All if all_usual => "a rule that `all` covers".to_owned(),
                Selected::All | Selected::Rule(_) | Selected::Nothing => continue,
            };
            let message = format!("this suppresses nothing: there is no finding of {what} here");
            let fact = Fact::new(one.object, "", message).at(one.span, "");
            facts.push(fact.fix("remove it, or move it to the finding"));
        }
        facts
    }
}

/// Whether a comment is meant for netpolc, in whatever letters.
fn begins(text: &str) -> bool {
    let head = text.get(..PREFIX.len()).unwrap_or_default();
    head.eq_ignore_ascii_case(PREFIX)
}

/// Whether the name of an annotation is a misspelling of ours.
fn is_nearly(name: &str) -> bool {
    let near =
        name.len() <= 2 * ANNOTATION.len() && distance(&name.to_lowercase(), ANNOTATION) <= 2;
    near && name != ANNOTATION
}

impl Selected {
    fn is(self, rule: &Rule) -> bool {
        match self {
            // That an object is refused or left out must not go unseen by the way.
            Self::All => {
                !(matches!(rule.check, Check::Reading(_)) && rule.level == Severity::Error)
            }
            Self::Rule(selected) => selected.code == rule.code,
            Self::Nothing => false,
        }
    }
}

fn nothing(object: &ObjectRef, part: &Part) -> Fact {
    let message = match part.value {
        Value::Text(_) => format!("`{ANNOTATION}` names no rule"),
        _ => format!("`{ANNOTATION}` must be text"),
    };
    let path = format!("metadata.annotations[{ANNOTATION}]");
    let fact = Fact::new(object.clone(), path, message).at(part.span, "");
    fact.fix(format!("write `{ANNOTATION}: \"RULE=why\"`"))
}

/// The place of a piece of text within a place, or all of that.
fn within(sources: &SourceMap, span: Span, piece: &str) -> Span {
    match sources.text(span).find(piece) {
        Some(at) if !piece.is_empty() => {
            let start = span.start as usize + at;
            Span::new(span.file, start, start + piece.len())
        }
        _ => span,
    }
}

/// The lines of all objects, by file.
struct Lines<'a> {
    manifests: &'a Manifests,
    /// First line, last line and number of each object of a file, in order.
    of_file: HashMap<&'a str, Vec<(usize, usize, usize)>>,
}

impl<'a> Lines<'a> {
    fn new(manifests: &'a Manifests, sources: &'a SourceMap) -> Self {
        let mut of_file: HashMap<&str, Vec<(usize, usize, usize)>> = HashMap::new();
        for (index, written) in manifests.objects().iter().enumerate() {
            let span = written.root.span;
            let end = Span {
                start: span.end,
                ..span
            };
            let line = |span: Span| sources.position(span).line;
            let name = sources.get(span.file).name();
            let file = of_file.entry(name).or_default();
            file.push((line(span), line(end), index));
        }
        for file in of_file.values_mut() {
            file.sort_unstable();
        }
        Self { manifests, of_file }
    }

    /// The object that a line is part of, as far as it can be told.
    fn object(&self, name: &str, line: usize) -> ObjectRef {
        let file = self.of_file.get(name).map_or(&[][..], Vec::as_slice);
        let after = file.partition_point(|(first, ..)| *first <= line);
        let last = after.checked_sub(1).and_then(|index| file.get(index));
        let found = last.filter(|(_, last, _)| line <= *last);
        let object = found.and_then(|(.., index)| self.manifests.objects().get(*index));
        object.map_or_else(|| file_ref(name), reference)
    }
}

fn reference(written: &Written) -> ObjectRef {
    ObjectRef {
        kind: written.kind.clone(),
        namespace: written.namespace.clone(),
        name: written.name.clone(),
    }
}

/// What stands for an object where a comment is in none.
fn file_ref(name: &str) -> ObjectRef {
    ObjectRef {
        kind: "manifest".into(),
        namespace: None,
        name: name.into(),
    }
}
