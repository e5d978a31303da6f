//! Objects of kinds that are not read although answers may hang on them: policies of other kinds,
//! and kinds that were slips of the pen. Out come what is left out, and a finding on why.

use super::aside::Known;
use super::document::Document;
use super::kind::Kind;
use super::loader::Loader;
use super::node::Node;
use super::recognised::{Slip, SlipField, UnreadKind};
use super::report::shown;
use super::type_meta::TypeMeta;
use crate::diag::Finding;
use crate::model::{LeftOut, Say, Why};

/// A policy of a kind that is not read yet, and that no answer counts it.
pub(super) fn policy(
    loader: &Loader<'_>,
    document: &Document<'_>,
    node: &Node,
    meta: TypeMeta<'_>,
    kind: UnreadKind,
) -> (LeftOut, Finding) {
    let full = meta.full_name();
    let known = Known {
        kind: Some(if kind.is_unique { meta.kind } else { &full }),
        is_namespaced: kind.is_namespaced,
        say: Say::Connections,
        why: Why::UnreadKind,
    };
    let left_out = loader.aside(document, node, known);
    let name = left_out.full_name().unwrap_or_default();
    let place = node.get("kind").unwrap_or(node);
    let message = format!(
        "`{}` `{name}` is not supported yet: answers that could depend on it are `unknown`",
        left_out.what
    );
    let finding = Finding::warning("unread-policy", message).at(document.place.of(place), "");
    (left_out, finding)
}

/// A kind that does not exist but is spelt almost like one that does: the finding, and the object
/// that is not there.
pub(super) fn misspelt(
    loader: &Loader<'_>,
    document: &Document<'_>,
    node: &Node,
    meta: TypeMeta<'_>,
    near: &'static str,
) -> (LeftOut, Finding) {
    let known = Known {
        kind: Some(near),
        is_namespaced: Some(true),
        say: Kind::named(near).map_or(Say::Nothing, Kind::say),
        why: Why::Mistake,
    };
    let finding = unknown_kind(document, node, meta).help(format!("did you mean `{near}`?"));
    (loader.aside(document, node, known), finding)
}

fn unknown_kind(document: &Document<'_>, node: &Node, meta: TypeMeta<'_>) -> Finding {
    let place = node.get("kind").unwrap_or(node);
    let group = match meta.group() {
        "" => meta.api_version,
        group => group,
    };
    let message = format!("unknown kind `{}` in `{}`", shown(meta.kind), shown(group));
    Finding::error("unknown-kind", message).at(document.place.of(place), "this object is ignored")
}

/// A kind of policy in a version or a group that does not have it, or misspelt: the finding, and
/// the object that is not there.
pub(super) fn slip(
    loader: &Loader<'_>,
    document: &Document<'_>,
    node: &Node,
    meta: TypeMeta<'_>,
    slip: Slip,
) -> (LeftOut, Finding) {
    let known = Known {
        kind: Some(slip.kind),
        is_namespaced: Some(slip.is_namespaced),
        say: Say::Connections,
        why: Why::Mistake,
    };
    let (group, version) = slip.api_version;
    let kind = slip.kind;
    let finding = match slip.field {
        SlipField::Kind => {
            unknown_kind(document, node, meta).help(format!("did you mean `{kind}`?"))
        }
        SlipField::ApiVersion => {
            let (rule, message) = if meta.api_version.is_empty() {
                let message = format!("`apiVersion` is missing from this {kind}");
                ("required", message)
            } else {
                let message = format!("netpolc knows no {kind} in `{}`", shown(meta.api_version));
                ("wrong-api-version", message)
            };
            let place = node.get("apiVersion").or(node.get("kind")).unwrap_or(node);
            Finding::error(rule, message)
                .at(document.place.of(place), "this object is ignored")
                .help(format!("write `apiVersion: {group}/{version}`"))
        }
    };
    (loader.aside(document, node, known), finding)
}
