//! Pods that come from objects of kinds that are not read.

use super::{Context, ScopeAt, cover};
use crate::diag::Severity;
use crate::model::{NamespaceScope, PodScope};
use crate::selector::Labels;
use crate::written::ShortText;
use crate::written::Stranger;

impl Context<'_> {
    /// How bad it is at most that a scope means nobody.
    pub fn most_of_absence(&self, at: &ScopeAt<'_>) -> Severity {
        if self.may_have_strangers(at) {
            return Severity::Note;
        }
        self.inventory.most_of_absence(match &at.scope.namespaces {
            NamespaceScope::Named(name) => Some(name),
            NamespaceScope::Matching(_) => None,
        })
    }

    /// Whether a scope speaks of a namespace in which an object of a kind that is not read may make
    /// pods, with labels that nobody knows.
    pub fn may_have_strangers(&self, at: &ScopeAt<'_>) -> bool {
        let floating = self.omits_namespace(at.policy.origin);
        let mut strangers = self.manifests.strangers().iter();
        strangers.any(|it| self.may_be_in(it, &at.scope.namespaces, floating))
    }

    /// Whether a scope fits the pods of a template in such an object. `floating` says whether the
    /// manifest of its policy leaves the namespace open.
    pub(super) fn fits_stranger(&self, scope: &PodScope, floating: bool) -> bool {
        let mut strangers = self.manifests.strangers().iter();
        strangers.any(|it| {
            let fits = |labels: &Vec<(ShortText, ShortText)>| {
                let pairs = labels.iter().map(|(key, value)| (&**key, &**value));
                scope.pods.matches(&Labels::from_pairs(pairs))
            };
            it.templates.iter().any(fits) && self.may_be_in(it, &scope.namespaces, floating)
        })
    }

    fn may_be_in(&self, stranger: &Stranger, scope: &NamespaceScope, floating: bool) -> bool {
        // Whoever applies it says where it is.
        let Some(home) = &stranger.namespace else {
            return true;
        };
        match (scope, self.cluster.namespace(home)) {
            (NamespaceScope::Named(name), _) => floating || name == home,
            (NamespaceScope::Matching(_), Some(home)) => {
                self.namespaces_of(scope).any(|id| id == home)
            }
            (NamespaceScope::Matching(selector), None) => cover::may_match(selector, home),
        }
    }
}
