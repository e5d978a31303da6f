//! Pods by their labels, as `-l` names them.

use super::super::Problem;
use super::super::party::{Party, PartyPod};
use super::Finder;
use crate::model::Pod;
use crate::selector::Selector;
use std::borrow::Cow;
use std::collections::BTreeSet;

impl<'a> Finder<'a> {
    /// The pods of a namespace, or of all, that a selector matches.
    pub(super) fn selected(
        &self,
        namespace: Option<&str>,
        selector: &Selector,
    ) -> Result<Party<'a>, Problem> {
        let scope = namespace.map(|name| {
            let id = self.cluster.namespace(name);
            id.ok_or_else(|| self.no_namespace(name, false, ""))
        });
        let scope = scope.transpose()?;
        let all = || {
            let pods = self.cluster.pods.rows().iter();
            pods.filter(|pod| selector.matches(&pod.labels))
        };
        let here = |pod: &&Pod| scope.is_none_or(|id| id == pod.namespace);
        let pods: Vec<_> = all()
            .filter(here)
            .map(|pod| PartyPod {
                pod: Cow::Borrowed(pod),
                dormant: None,
            })
            .collect();
        let place = namespace.map_or_else(String::new, |name| format!(" of namespace {name}"));
        if pods.is_empty() {
            let problem = Problem::new(format!("no pod{place} has labels as `{selector}`"));
            let others: BTreeSet<&str> = all()
                .map(|pod| &*self.cluster.namespaces.at(pod.namespace).name)
                .collect();
            let others: Vec<String> = others.iter().take(3).map(|it| format!("`{it}`")).collect();
            return Err(if others.is_empty() {
                problem.help(format!(
                    "for a pod that could be there write `[{selector}]` in place of a name"
                ))
            } else {
                problem.help(format!(
                    "there are some in {}: give `-n`, or `-A` for all namespaces",
                    others.join(", ")
                ))
            });
        }
        Ok(Party {
            title: format!("pods{place} with {selector}"),
            pods,
            ..Party::default()
        })
    }
}
