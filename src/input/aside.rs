//! What is left out of the input, as far as it can be told what it is.

use super::document::Document;
use super::kind::Kind;
use super::loader::Loader;
use super::node::{Node, Value};
use super::policy_kinds::may_have_policies;
use super::shown::{line, shown};
use super::{suggest, validate};
use crate::diag::Finding;
use crate::model::{LeftOut, Origin, Say, What, Why};
use crate::source::Span;
use std::sync::Arc;

/// What is known of an object that is left out.
#[derive(Debug, Clone)]
pub(super) struct Known<'a> {
    /// Its kind as it is to be called; none where it does not say that.
    pub kind: Option<&'a str>,
    /// Whether it is in a namespace; none where that is not known.
    pub is_namespaced: Option<bool>,
    /// What it has a say in.
    pub say: Say,
    /// Why it is left out.
    pub why: Why,
}

impl Loader<'_> {
    /// What is left out with the object at `node`.
    pub(super) fn aside(&self, document: &Document<'_>, node: &Node, known: Known<'_>) -> LeftOut {
        let meta = node.get("metadata");
        let says = meta.is_some_and(|meta| meta.text_of("namespace").is_some());
        let is_namespaced = known.is_namespaced.unwrap_or(says);
        let (namespace, name) = identity(self, node, is_namespaced);
        let span = document
            .place
            .of(meta.and_then(|meta| meta.get("name")).unwrap_or(node));
        LeftOut {
            what: known
                .kind
                .map_or(What::Object, |kind| What::Kind(shown(kind))),
            namespace,
            name: Some(name),
            say: known.say,
            within: is_namespaced.then(|| self.namespace_of(meta)).flatten(),
            why: known.why,
            line: line(&self.sources, span),
            origin: Origin::at(span),
        }
    }

    /// The namespace of an object that is left out; none where it may be any.
    fn namespace_of(&self, meta: Option<&Node>) -> Option<Arc<str>> {
        let entries = meta?.entries();
        match meta?.get("namespace").map(|it| &it.value) {
            Some(Value::String(text)) if text.is_empty() => {}
            Some(Value::String(text)) => {
                return validate::dns_label(text).ok().map(|()| (**text).into());
            }
            Some(Value::Null) | None => {}
            Some(_) => return None,
        }
        let is_slip =
            |key: &str| key != "namespace" && suggest::nearest(key, ["namespace"]).is_some();
        if entries.is_empty() || entries.iter().any(|entry| is_slip(&entry.key)) {
            return None;
        }
        Some(Arc::clone(&self.options.default_namespace))
    }

    /// What is left out with a text of which nothing is known but where it stands.
    pub(super) fn text_aside(&mut self, span: Span) {
        self.left_out.push(LeftOut {
            what: What::Text,
            namespace: None,
            name: None,
            say: Say::Anything,
            within: None,
            why: Why::Mistake,
            line: line(&self.sources, span),
            origin: Origin::at(span),
        });
    }

    /// What is left out with an object that does not say its kind, and what is wrong with it.
    pub(super) fn nameless_aside(&mut self, node: &Node, error: &Finding) {
        let Some(span) = error.span() else {
            return;
        };
        let api_version = node.text_of("apiVersion").unwrap_or_default();
        self.left_out.push(LeftOut {
            what: What::Object,
            namespace: None,
            name: None,
            say: if may_have_policies(api_version) {
                Say::Anything
            } else {
                Say::Pods
            },
            within: None,
            why: Why::Mistake,
            line: line(&self.sources, span),
            origin: Origin::at(span),
        });
    }
}

/// An object of a kind that is read, left out for a mistake.
pub(super) fn mistaken(kind: Kind) -> Known<'static> {
    Known {
        kind: Some(kind.name()),
        is_namespaced: Some(kind.is_namespaced()),
        say: kind.say(),
        why: Why::Mistake,
    }
}

/// Namespace and name as they may stand in messages, as far as they can be told.
pub(super) fn identity(
    loader: &Loader<'_>,
    node: &Node,
    namespaced: bool,
) -> (Option<String>, String) {
    let text = |field: &str| node.get("metadata").and_then(|meta| meta.text_of(field));
    let name = shown(text("name").or(text("generateName")).unwrap_or("?"));
    let namespace = text("namespace").filter(|namespace| !namespace.is_empty());
    let namespace = namespace.unwrap_or(&loader.options.default_namespace);
    (namespaced.then(|| shown(namespace)), name)
}
