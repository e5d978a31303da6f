//! Objects that stand in others. Those of an OpenShift Template are read where no parameter is in
//! them, and left out where there is one; policies in other objects, which are to make them, are
//! left out.

use super::aside::{Known, identity, mistaken};
use super::document::Document;
use super::loader::Loader;
use super::node::{Node, Value};
use super::recognised::Recognised;
use super::report::shown;
use super::type_meta::TypeMeta;
use crate::diag::Finding;
use crate::model::{LeftOut, Say, Why};

/// How deep policies are looked for in other objects.
const DEEPEST: usize = 24;

/// Whether this is an OpenShift Template.
pub(super) fn is_template(meta: TypeMeta<'_>) -> bool {
    meta.kind == "Template" && matches!(meta.group(), "template.openshift.io" | "")
}

impl Loader<'_> {
    /// Leaves out an object of a Template with parameters.
    pub(super) fn with_parameters(
        &mut self,
        document: &Document<'_>,
        node: &Node,
        wrapper: &str,
    ) -> bool {
        let meta = type_of(node);
        let recognised = meta.recognise();
        if recognised == Recognised::List {
            let items = node.get("items").map_or(&[][..], Node::items);
            return items.iter().fold(false, |needed, item| {
                self.with_parameters(document, item, wrapper) | needed
            });
        }
        self.count_unknown(&format!("{} in a Template", meta.full_name()));
        let why = Why::Wrapped(wrapper.to_owned());
        let known = match recognised {
            _ if meta.kind.is_empty() || is_parameter(meta.kind) => Known {
                kind: None,
                is_namespaced: None,
                say: Say::Anything,
                why,
            },
            Recognised::Read(kind) | Recognised::WrongVersion(kind) => Known {
                why,
                ..mistaken(kind)
            },
            Recognised::Unread(_) | Recognised::Slip(_) | Recognised::Misspelt(_) => Known {
                kind: Some(meta.kind),
                is_namespaced: None,
                say: Say::Connections,
                why,
            },
            // No answer hangs on the rest.
            Recognised::List | Recognised::Other => return false,
        };
        let left_out = self.aside(document, node, known);
        let what = "contains parameters of";
        self.wrapped_aside(document, node, left_out, (what, wrapper));
        true
    }

    /// Leaves out the policies that an object of a kind that is not read is to make; says whether
    /// there is one.
    pub(super) fn policies_within(
        &mut self,
        document: &Document<'_>,
        node: &Node,
        meta: TypeMeta<'_>,
    ) -> bool {
        let mut policies = Vec::new();
        for entry in node.entries() {
            collect(&entry.value, DEEPEST, &mut policies);
        }
        if policies.is_empty() {
            return false;
        }
        let (_, name) = identity(self, node, false);
        let wrapper = format!("{} {name}", shown(&meta.full_name()));
        for policy in policies {
            let kind = type_of(policy).full_name();
            let kind = kind.strip_suffix(".networking.k8s.io").unwrap_or(&kind);
            let why = Why::Wrapped(wrapper.clone());
            let known = Known {
                kind: Some(kind),
                is_namespaced: None,
                say: Say::Connections,
                why,
            };
            let mut left_out = self.aside(document, policy, known);
            if left_out.name.as_deref() == Some("?") {
                // What makes policies of a pattern names them elsewhere than in their metadata.
                left_out.name = Some(policy.text_of("name").map_or("?".to_owned(), shown));
            }
            self.wrapped_aside(document, policy, left_out, ("is inside", &wrapper));
        }
        true
    }

    fn wrapped_aside(
        &mut self,
        document: &Document<'_>,
        node: &Node,
        left_out: LeftOut,
        (what, wrapper): (&str, &str),
    ) {
        if left_out.may_decide(Say::Connections) {
            let name = left_out.full_name().unwrap_or_default();
            let message = format!(
                "`{}` `{name}` {what} {wrapper} and cannot be read: answers that could depend on it are `unknown`",
                left_out.what
            );
            let place = node.get("kind").unwrap_or(node);
            let finding = Finding::warning("unread-policy", message);
            self.findings.push(finding.at(document.place.of(place), ""));
        }
        self.left_out.push(left_out);
    }
}

fn type_of(node: &Node) -> TypeMeta<'_> {
    TypeMeta {
        api_version: node.text_of("apiVersion").unwrap_or_default(),
        kind: node.text_of("kind").unwrap_or_default(),
    }
}

/// Whether a parameter stands in a text: `${NAME}`, or `${{NAME}}` for what is no text.
fn is_parameter(text: &str) -> bool {
    text.split_once("${")
        .is_some_and(|(_, rest)| rest.contains('}'))
}

/// Whether a parameter stands anywhere in a value.
pub(super) fn has_parameter(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => is_parameter(text),
        Value::Seq(items) => items.iter().any(has_parameter),
        Value::Map(entries) => entries
            .iter()
            .any(|entry| is_parameter(&entry.key) || has_parameter(&entry.value)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => false,
    }
}

/// The policies in a value: what says that it is one, and what is in it. What only names one is none.
fn collect<'n>(node: &'n Node, depth: usize, found: &mut Vec<&'n Node>) {
    let Some(below) = depth.checked_sub(1) else {
        return;
    };
    if is_policy(node) {
        found.push(node);
        return;
    }
    for entry in node.entries() {
        collect(&entry.value, below, found);
    }
    for item in node.items() {
        collect(item, below, found);
    }
}

fn is_policy(node: &Node) -> bool {
    let meta = type_of(node);
    let is_whole = ["spec", "specs", "data"].iter().any(|field| {
        let field = node.get(field);
        field.is_some_and(|field| !field.entries().is_empty() || !field.items().is_empty())
    });
    let is_kind = || match meta.recognise() {
        Recognised::Read(kind) => kind.is_policy(),
        Recognised::Unread(_) => true,
        Recognised::List
        | Recognised::WrongVersion(_)
        | Recognised::Slip(_)
        | Recognised::Misspelt(_)
        | Recognised::Other => false,
    };
    is_whole && is_kind()
}
