//! One object of a kind that is not of Kubernetes itself: a workload, if it makes pods from a template.

use super::aside::Known;
use super::decode::Build;
use super::decode::custom::workload;
use super::document::Document;
use super::inventory::Object;
use super::issues::tell;
use super::loader::Loader;
use super::node::Node;
use super::object::remarks;
use super::outcome::Outcome;
use super::report::Report;
use super::type_meta::TypeMeta;
use crate::model::{Origin, Say, Why};

/// The workload that an object of another kind is, if it is one.
pub(super) fn read(
    loader: &mut Loader<'_>,
    document: &Document<'_>,
    node: &Node,
    meta: TypeMeta<'_>,
) -> Option<Outcome> {
    let report = Report::new(document.place, document.text);
    let mut build = Build {
        pool: &mut loader.pool,
        default_namespace: &loader.options.default_namespace,
        origin: Origin::at(report.place.of(node.find("metadata.name"))),
        issues: Vec::new(),
        clues: Vec::new(),
    };
    let workload = workload(node, meta, &mut build)?;
    let issues = std::mem::take(&mut build.issues);
    remarks(document, node, &report);
    tell(&issues, node, &report);
    let failed = report.has_errors();
    let known = Known {
        kind: Some(&workload.kind),
        is_namespaced: Some(true),
        say: Say::Pods,
        why: Why::Mistake,
    };
    let left_out = failed.then(|| loader.aside(document, node, known));
    Some(Outcome {
        findings: report.finish(),
        left_out,
        object: (!failed).then_some(Object::Workload(workload)),
        needs_text: true,
    })
}
