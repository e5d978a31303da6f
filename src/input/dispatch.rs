//! Takes documents and list items one by one and has each read as what it is.

use super::aside::{Known, identity, mistaken};
use super::decode::custom::is_operated;
use super::document::{Document, Part};
use super::kind::Kind;
use super::loader::Loader;
use super::node::{Node, Place, Tree};
use super::outcome::Outcome;
use super::partial::{self, Lacking, Partial};
use super::recognised::Recognised;
use super::report::shown;
use super::strangers::calls_services;
use super::type_meta::TypeMeta;
use super::{
    Loaded, custom, distinct, intents, inventory, kustomize, nearly, object, unread, wrapped,
};
use crate::diag::{Finding, Severity};
use crate::model::{Say, Why};
use crate::written::Manifests;

impl Loader<'_> {
    /// Reads one document or list item. `part` is the text of the tree, which begins `base` bytes
    /// into the text that was parsed.
    pub(super) fn tree(
        &mut self,
        part: Part<'_>,
        base: usize,
        tree: &Tree,
        inherited: Option<TypeMeta<'_>>,
    ) {
        let file = self
            .sources
            .add(part.name, part.text.to_owned(), part.start);
        let document = Document {
            place: Place {
                file,
                base,
                len: part.text.len(),
            },
            text: part.text,
            tree,
        };
        if !self.node(&document, &tree.root, inherited) {
            self.sources.forget(file);
        }
    }

    /// Reads the object at `node`, or all of a list; says whether its text is still needed.
    pub(super) fn node(
        &mut self,
        document: &Document<'_>,
        node: &Node,
        inherited: Option<TypeMeta<'_>>,
    ) -> bool {
        if self.intents.is_some() {
            return intents::document(self, document, node);
        }
        let in_list = inherited.is_some();
        let meta = match (node.text_of("kind"), inherited) {
            (Some(kind), _) => TypeMeta {
                api_version: node.text_of("apiVersion").unwrap_or_default(),
                kind,
            },
            (None, Some(inherited)) if inherited != TypeMeta::UNSAID => inherited,
            (None, _) => return self.without_kind(document, node, in_list),
        };
        match meta.recognise() {
            Recognised::List if node.get("items").is_some() => self.items(document, node, meta),
            Recognised::Read(_) | Recognised::Unread(_) if kustomize::is_patch(document, node) => {
                self.pass_over(document, node)
            }
            Recognised::Read(kind) => {
                self.write_kind(document, node, kind);
                let outcome = object::read(self, document, node, (kind, meta.api_version));
                match partial::lacking(node, kind, meta.api_version) {
                    Some(lacking) => {
                        self.keep_partial(document, node, (kind, &lacking), outcome);
                        true
                    }
                    None => self.keep(outcome),
                }
            }
            Recognised::WrongVersion(kind)
                if nearly::is_object(node) || (kind.is_policy() && nearly::is_bare(node)) =>
            {
                self.write_kind(document, node, kind);
                let outcome = object::wrong_version(self, document, node, meta, kind);
                self.keep(outcome)
            }
            Recognised::WrongVersion(_) if nearly::is_bare(node) => {
                self.nameless(node, vec![nearly::incomplete(document, node, "apiVersion")]);
                true
            }
            Recognised::Unread(kind) => {
                self.count_unknown(&meta.full_name());
                let (left_out, finding) = unread::policy(self, document, node, meta, kind);
                let is_namespaced = left_out.namespace.is_some();
                self.write_down(document, node, meta.kind, is_namespaced, true);
                self.left_out.push(left_out);
                self.findings.push(finding);
                true
            }
            Recognised::Slip(slip)
                if !meta.api_version.is_empty()
                    || nearly::is_object(node)
                    || nearly::is_bare(node) =>
            {
                self.count_unknown(&meta.full_name());
                self.write_down(document, node, meta.kind, slip.is_namespaced, true);
                let (left_out, finding) = unread::slip(self, document, node, meta, slip);
                self.left_out.push(left_out);
                self.findings.push(finding);
                true
            }
            Recognised::WrongVersion(_) | Recognised::Slip(_) => {
                self.not_an_object(in_list);
                false
            }
            Recognised::Misspelt(near) => {
                self.count_unknown(&meta.full_name());
                let is_policy = Kind::named(near).is_some_and(Kind::is_policy);
                self.write_down(document, node, meta.kind, true, is_policy);
                let (left_out, finding) = unread::misspelt(self, document, node, meta, near);
                self.left_out.push(left_out);
                self.findings.push(finding);
                true
            }
            Recognised::Other if self.options.keeps_written && calls_services(node, meta) => {
                self.write_down(document, node, meta.kind, false, false);
                true
            }
            Recognised::Other if wrapped::is_template(meta) => self.template(document, node),
            Recognised::List | Recognised::Other => self.custom(document, node, meta),
        }
    }

    /// Reads an object of a kind that is not of Kubernetes: a workload, if it makes pods from a
    /// template.
    fn custom(&mut self, document: &Document<'_>, node: &Node, meta: TypeMeta<'_>) -> bool {
        if let Some(outcome) = custom::read(self, document, node, meta) {
            self.write_down(document, node, meta.kind, true, false);
            return self.keep(outcome);
        }
        self.meet_stranger(node, meta);
        self.count_unknown(&meta.full_name());
        if is_operated(meta) {
            let known = Known {
                kind: Some(meta.kind),
                is_namespaced: Some(true),
                say: Say::Pods,
                why: Why::Operated,
            };
            let left_out = self.aside(document, node, known);
            self.left_out.push(left_out);
        }
        self.policies_within(document, node, meta)
    }

    /// Reads the objects of a Template; says whether its text is still needed.
    fn template(&mut self, document: &Document<'_>, node: &Node) -> bool {
        let (_, name) = identity(self, node, false);
        let wrapper = format!("Template {name}");
        let mut needed = false;
        for object in node.get("objects").map_or(&[][..], Node::items) {
            needed |= if wrapped::has_parameter(object) {
                self.with_parameters(document, object, &wrapper)
            } else {
                self.node(document, object, Some(TypeMeta::UNSAID))
            };
        }
        needed
    }

    /// Reads the items of a list; says whether its text is still needed.
    fn items(&mut self, document: &Document<'_>, list: &Node, meta: TypeMeta<'_>) -> bool {
        let Some(items) = list.get("items") else {
            return false;
        };
        if let Some(finding) = nearly::not_items(document, meta, items) {
            self.nameless(list, vec![finding]);
            return true;
        }
        let mut needed = false;
        for item in items.items() {
            needed |= self.node(document, item, Some(meta.item()));
        }
        needed
    }

    /// A document or list item that does not say what it is: not ours, unless it looks like an
    /// object.
    fn without_kind(&mut self, document: &Document<'_>, node: &Node, in_list: bool) -> bool {
        let findings = nearly::without_kind(document, node, in_list);
        if findings.is_empty() {
            self.not_an_object(in_list);
            return false;
        }
        self.nameless(node, findings);
        true
    }

    /// Adds findings about one object whose name cannot be told.
    fn nameless(&mut self, node: &Node, findings: Vec<Finding>) {
        let mut errors = findings.iter().filter(|it| it.severity == Severity::Error);
        if let Some(error) = errors.next() {
            self.nameless_aside(node, error);
        }
        self.findings.extend(findings);
    }

    fn keep(&mut self, outcome: Outcome) -> bool {
        if let Some(object) = outcome.object {
            inventory::add(&mut self.objects, object);
        }
        self.left_out.extend(outcome.left_out);
        let needed = outcome.needs_text || !outcome.findings.is_empty();
        self.findings.extend(outcome.findings);
        needed
    }

    /// Keeps what came of a document that lacks something.
    fn keep_partial(
        &mut self,
        document: &Document<'_>,
        node: &Node,
        (kind, lacking): (Kind, &Lacking),
        outcome: Outcome,
    ) {
        let left_out = self.aside(document, node, mistaken(kind));
        let line = shown(&self.sources.line(document.place.of(node)));
        let came = (outcome, left_out);
        let partial = Partial::new(document, node, (kind, lacking), came, line);
        self.partials.push(partial);
    }

    /// Everything, with objects that were read twice joined.
    pub(super) fn finish(mut self) -> Loaded {
        self.objects.left_out = self.left_out;
        let partials = std::mem::take(&mut self.partials);
        let mut loaded = Loaded {
            sources: self.sources,
            objects: self.objects,
            findings: self.findings,
            unknown_kinds: self.unknown_kinds.counts(),
            files: self.files,
            no_manifests: self.no_manifests,
            documents: self.documents,
            patches: self.patches,
            ..Loaded::default()
        };
        let passed_over = partial::settle(&mut loaded, partials);
        self.written
            .retain(|it| !passed_over.contains(&it.root.span));
        loaded.manifests = Manifests::new(self.written)
            .with_comments(self.comments)
            .with_strangers(self.strangers)
            .with_charts(self.charts);
        kustomize::sort(&mut loaded.patches);
        distinct::join(&mut loaded);
        loaded
    }
}
