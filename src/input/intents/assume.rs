//! What a file takes for granted: labels that pods always carry, and that these can be true.

use super::Reader;
use crate::diag::Finding;
use crate::input::node::Node;
use crate::input::report::{Path, shown};
use crate::input::validate;
use crate::intent::{Assumption, PodSet};
use crate::model::Origin;
use crate::selector::Selector;
use crate::source::Span;
use std::sync::Arc;

impl Reader<'_, '_> {
    /// The assumptions at `node`; none where there is nothing.
    pub(super) fn assumptions(&mut self, node: Option<&Node>, path: &Path<'_>) -> Vec<Assumption> {
        let mut read = Vec::new();
        let mut places = Vec::new();
        for (index, item) in node.map_or(&[][..], Node::items).iter().enumerate() {
            let path = path.index(index);
            let place = item.get("always").unwrap_or(item);
            if let Some(assumption) = self.assumption(item, &path) {
                read.push(assumption);
                places.push(self.report.place.of(place));
            }
        }
        self.contradictions(&read, &places);
        read
    }

    fn assumption(&mut self, node: &Node, path: &Path<'_>) -> Option<Assumption> {
        let pods = match node.get("pods") {
            Some(pods) => self.pod_set(pods, &path.field("pods")),
            None => PodSet::default(),
        };
        let Some(always) = node.get("always") else {
            let help = "write what these pods always match, such as `always: {matchExpressions: [{key: team, operator: Exists}]}`";
            let what = "an assumption must say what pods always match";
            self.report
                .error_help("required", &path.field("always"), node, what, help);
            return None;
        };
        let path = path.field("always");
        let selector = self.parts.selector(Some(always), &path);
        if !selector.is_satisfiable() {
            let what = "no pod can have labels that match this";
            let help = "remove one of the conditions that contradict each other";
            self.report
                .error_help("contradictory-assumption", &path, always, what, help);
            return None;
        }
        Some(Assumption {
            pods,
            always: selector,
            origin: Origin::at(self.report.place.of(node)),
        })
    }

    /// Assumptions about every pod that cannot be true together: each is held against what those
    /// before it leave.
    fn contradictions(&self, read: &[Assumption], places: &[Span]) {
        let about_all = |pods: &PodSet| {
            let all =
                |selector: &Option<Selector>| selector.as_ref().is_none_or(Selector::is_everything);
            pods.namespace.is_none() && all(&pods.namespace_selector) && all(&pods.pod_selector)
        };
        let mut before: Vec<(&Selector, Span)> = Vec::new();
        for (assumption, &span) in read.iter().zip(places) {
            if !about_all(&assumption.pods) {
                continue;
            }
            let each = before.iter().map(|(selector, _)| *selector);
            let all = each.chain([&assumption.always]);
            let all = all.flat_map(|selector| selector.requirements().iter().cloned());
            if Selector::new(all.collect()).is_satisfiable() {
                before.push((&assumption.always, span));
                continue;
            }
            let apart = |(selector, _): &&(&Selector, Span)| !selector.overlaps(&assumption.always);
            let other = before.iter().find(apart).or(before.last());
            let message = "no pod can have labels that match all assumptions about every pod";
            let mut finding = Finding::error("contradictory-assumption", message)
                .at(span, "this contradicts an earlier assumption");
            if let Some((_, other)) = other {
                finding = finding.at(*other, "this is about every pod, too");
            }
            let help = "remove one of them, or restrict each to some pods with `pods`";
            self.report.add(finding.help(help));
        }
    }

    /// Pods by namespace and labels.
    pub(super) fn pod_set(&mut self, node: &Node, path: &Path<'_>) -> PodSet {
        let selector = |reader: &mut Self, field: &str| {
            let found = node.get(field)?;
            Some(reader.parts.selector(Some(found), &path.field(field)))
        };
        PodSet {
            namespace_selector: selector(self, "namespaceSelector"),
            pod_selector: selector(self, "podSelector"),
            namespace: self.namespace(node, path),
        }
    }

    fn namespace(&mut self, node: &Node, path: &Path<'_>) -> Option<Arc<str>> {
        let found = node.get("namespace")?;
        let name = found.text()?;
        if let Err(what) = validate::dns_label(name) {
            let what = format!("invalid value `{}`: {what}", shown(name));
            let help = "write a namespace's name, or leave it out for every namespace";
            let path = path.field("namespace");
            self.report
                .error_help("invalid-value", &path, found, &what, help);
        }
        Some(self.parts.pool.text(name))
    }
}
