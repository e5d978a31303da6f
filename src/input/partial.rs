//! Documents that lack what the API requires of their kind. Beside a whole object of the same name such a
//! document is a patch for it, and passed over as those for kustomize are; alone it is a mistake.

use super::document::Document;
use super::inventory;
use super::kind::Kind;
use super::node::Node;
use super::outcome::Outcome;
use super::{Loaded, distinct};
use crate::diag::Finding;
use crate::model::{LeftOut, WorkloadKind};
use crate::source::Span;
use std::collections::HashSet;

/// What a document lacks to be an object.
pub(super) struct Lacking {
    /// The field path.
    path: &'static str,
    /// Whether the document is read all the same where it stands alone: no answer hangs on it.
    is_harmless: bool,
}

/// A document that lacks something, until all objects are known.
pub(super) struct Partial {
    outcome: Outcome,
    /// Kind, namespace and name.
    key: (&'static str, Option<String>, String),
    line: String,
    place: Span,
}

/// The first thing that an object of a kind must have and that is not there.
pub(super) fn lacking(node: &Node, kind: Kind, api_version: &str) -> Option<Lacking> {
    let must: &[&'static str] = match kind {
        Kind::Workload(WorkloadKind::Job | WorkloadKind::ReplicationController) => {
            &["spec.template"]
        }
        Kind::Workload(WorkloadKind::CronJob) => &["spec.jobTemplate.spec.template"],
        // Older versions take it from the template.
        Kind::Workload(_) if matches!(api_version, "apps/v1" | "apps/v1beta2") => {
            &["spec.template", "spec.selector"]
        }
        Kind::Workload(_) => &["spec.template"],
        Kind::Policy(_)
        | Kind::Namespace
        | Kind::Node
        | Kind::Pod
        | Kind::Service
        | Kind::EndpointSlice
        | Kind::Endpoints
        | Kind::Ingress
        | Kind::IngressClass
        | Kind::GatewayClass
        | Kind::Gateway
        | Kind::Route(_)
        | Kind::ReferenceGrant
        | Kind::OpenShiftRoute
        | Kind::HorizontalPodAutoscaler
        | Kind::ScaledObject => &[],
    };
    let is_missing = |path: &&&str| !has(node, path);
    if let Some(path) = must.iter().find(is_missing) {
        return Some(Lacking {
            path,
            is_harmless: false,
        });
    }
    let should = match kind {
        Kind::Pod => "spec.containers",
        Kind::Workload(WorkloadKind::CronJob) => "spec.jobTemplate.spec.template.spec.containers",
        Kind::Workload(_) => "spec.template.spec.containers",
        Kind::Service if needs_ports(node) => "spec.ports",
        Kind::Policy(_)
        | Kind::Namespace
        | Kind::Node
        | Kind::Service
        | Kind::EndpointSlice
        | Kind::Endpoints
        | Kind::Ingress
        | Kind::IngressClass
        | Kind::GatewayClass
        | Kind::Gateway
        | Kind::Route(_)
        | Kind::ReferenceGrant
        | Kind::OpenShiftRoute
        | Kind::HorizontalPodAutoscaler
        | Kind::ScaledObject => return None,
    };
    is_missing(&&should).then_some(Lacking {
        path: should,
        is_harmless: true,
    })
}

/// Whether something stands at a path.
fn has(node: &Node, path: &str) -> bool {
    let mut steps = path.split('.');
    steps.try_fold(node, |node, step| node.get(step)).is_some()
}

/// Headless Services and those that stand for a name need none.
fn needs_ports(node: &Node) -> bool {
    let spec = node.get("spec");
    let is = |field: &str, value: &str| spec.and_then(|spec| spec.text_of(field)) == Some(value);
    !is("clusterIP", "None") && !is("type", "ExternalName")
}

impl Partial {
    /// What came of a document that lacks something: what it is shows when all are read. `left_out`
    /// is what is lost with it, and `line` where it stands.
    pub(super) fn new(
        document: &Document<'_>,
        node: &Node,
        (kind, lacking): (Kind, &Lacking),
        (mut outcome, left_out): (Outcome, LeftOut),
        line: String,
    ) -> Self {
        if !lacking.is_harmless {
            let said = |it: &Finding| it.message.contains(lacking.path);
            if !outcome.findings.iter().any(said) {
                let message = format!(
                    "`{}` is missing from this {}: the API server refuses it",
                    lacking.path, left_out.what
                );
                let finding = Finding::error("required", message);
                let finding = finding.at(
                    left_out
                        .origin
                        .span
                        .unwrap_or_else(|| document.place.of(node)),
                    "",
                );
                outcome.findings.push(finding.help(help(lacking.path)));
            }
            outcome.object = None;
            outcome.left_out = Some(left_out.clone());
        }
        Self {
            outcome,
            key: (
                kind.name(),
                left_out.namespace,
                left_out.name.unwrap_or_default(),
            ),
            line,
            place: document.place.of(node),
        }
    }
}

fn help(path: &str) -> &'static str {
    if path.ends_with("selector") {
        "write `selector:` with labels of the template; only a patch for an object in the input can do without"
    } else {
        "if this is a patch, add the object that it patches to the input"
    }
}

/// Makes objects of what lacks something and stands alone, and passes over the rest.
pub(super) fn settle(loaded: &mut Loaded, partials: Vec<Partial>) -> Vec<Span> {
    let mut passed_over = Vec::new();
    if partials.is_empty() {
        return passed_over;
    }
    let whole: HashSet<String> = distinct::names(&loaded.objects).collect();
    for Partial {
        outcome,
        key: (kind, namespace, name),
        line,
        place,
    } in partials
    {
        let full = match namespace {
            Some(namespace) => format!("{kind} {namespace}/{name}"),
            None => format!("{kind} {name}"),
        };
        if whole.contains(&full) {
            loaded.patches.push(line);
            passed_over.push(place);
            continue;
        }
        let Outcome {
            object,
            findings,
            left_out,
            ..
        } = outcome;
        if let Some(object) = object {
            inventory::add(&mut loaded.objects, object);
        }
        loaded.findings.extend(findings);
        loaded.objects.left_out.extend(left_out);
    }
    passed_over
}
