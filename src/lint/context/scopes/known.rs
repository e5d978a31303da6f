//! What is known of pods and namespaces without their manifests: which labels they get, and which names
//! they can have.

use crate::model::{GIVEN_LABELS, NAMESPACE_NAME_LABEL, NamespaceScope};
use crate::selector::{KeyTest, Selector};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The namespaces that every cluster has, whether or not somebody wrote them.
pub(super) const BUILT_IN: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// The first label of a selector that controllers give to pods.
pub(super) fn given(selector: &Selector) -> Option<&str> {
    let mut keys = selector.requirements().iter().map(|it| &*it.key);
    keys.find(|key| GIVEN_LABELS.contains(key))
}

/// Every namespace carries its name, so that no selector can ask for the label's absence.
pub(super) fn is_contradiction(scope: &NamespaceScope) -> bool {
    let NamespaceScope::Matching(selector) = scope else {
        return false;
    };
    let unnamed = |(key, test): &(Arc<str>, KeyTest)| {
        let never = !test.accepts_unnamed() && test.named_values().next().is_none();
        **key == *NAMESPACE_NAME_LABEL && test.accepts_absent() && never
    };
    !selector.is_satisfiable() || selector.tests().iter().any(unnamed)
}

/// Whether no namespace can have the name that is asked for.
pub(super) fn is_impossible(scope: &NamespaceScope) -> bool {
    let NamespaceScope::Matching(selector) = scope else {
        return false;
    };
    let names = names_of(selector);
    names.is_some_and(|names| names.iter().all(|name| !is_namespace_name(name)))
}

/// The names that a selector of namespaces asks for; none where it does not ask for names.
pub(super) fn names_of(selector: &Selector) -> Option<&BTreeSet<Arc<str>>> {
    let mut tests = selector.tests().iter();
    let (_, test) = tests.find(|(key, _)| **key == *NAMESPACE_NAME_LABEL)?;
    test.only_values()
}

/// Whether a namespace can have this name (`IsDNS1123Label`).
pub(crate) fn is_namespace_name(name: &str) -> bool {
    let inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let edge = |c: Option<u8>| c.is_some_and(|byte| byte != b'-');
    name.len() <= 63
        && name.bytes().all(inner)
        && edge(name.bytes().next())
        && edge(name.bytes().last())
}
