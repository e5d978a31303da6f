//! What is asked of the pods of the input as a whole: of which namespaces it has any or all, and whose
//! labels are asked for.

use super::{Context, Extent, ScopeAt};
use crate::lint::need::Need;
use crate::model::{NamespaceId, NamespaceScope, Origin, PodId};
use crate::selector::Selector;
use crate::table::Id as _;
use crate::written::Written;

impl Context<'_> {
    /// Whether the input has all pods of the namespaces that a scope speaks of.
    pub fn has_all_pods_of(&self, scope: &NamespaceScope) -> bool {
        let extent = match scope {
            NamespaceScope::Named(name) => self.inventory.within(Need::Workloads, name),
            NamespaceScope::Matching(_) => self.inventory.of(Need::Workloads),
        };
        extent == Extent::Complete
    }

    /// ` in the input`, where the pods that a scope speaks of need not all be there: what is said of their
    /// absence holds for what was read.
    pub fn in_input(&self, at: &ScopeAt<'_>) -> &'static str {
        if self.has_all_pods_of(&at.scope.namespaces) {
            ""
        } else {
            " in the input"
        }
    }

    /// Whether a namespace has pods, or workloads that could have some.
    pub fn has_pods_in(&self, namespace: NamespaceId) -> bool {
        self.candidates().are_in(namespace)
    }

    /// One of each kind of pods that surely have the labels of a selector, in whatever namespace.
    pub fn labelled_as(&self, selector: &Selector) -> Vec<PodId> {
        let apps = self.apps();
        let matching = self.candidates().matching(selector).into_iter();
        let matching =
            matching.filter(|(index, pod)| *index < apps.len() && selector.matches(&pod.labels));
        matching
            .map(|(index, _)| apps.at(super::AppId::from_index(index)).pod())
            .collect()
    }

    /// Whether an object's manifest leaves it to whoever applies it which namespace it is in.
    pub fn omits_namespace(&self, origin: Origin) -> bool {
        self.written_at(origin)
            .is_some_and(|it| self.omits_namespace_of(it))
    }

    /// The same of an object as it is written.
    pub fn omits_namespace_of(&self, written: &Written) -> bool {
        super::landing::omits_namespace(written)
    }
}
