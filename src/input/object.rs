//! One object: checked against its schema, decoded, and judged.

use super::aside::mistaken;
use super::check::Check;
use super::decode::Build;
use super::decode::policy::PolicyReader;
use super::document::Document;
use super::inventory::{self, Object};
use super::issues::tell;
use super::kind::Kind;
use super::loader::Loader;
use super::node::{Node, Remark, Value};
use super::outcome::Outcome;
use super::report::{Report, shown};
use super::type_meta::TypeMeta;
use super::{nearly, schema, yaml};
use crate::diag::{Finding, Severity};
use crate::model::{Origin, PolicyKind};
use crate::settings::KubernetesVersion;
use std::ops::RangeInclusive;

/// Reads an object of a known kind.
pub(super) fn read(
    loader: &mut Loader<'_>,
    document: &Document<'_>,
    node: &Node,
    (kind, api_version): (Kind, &str),
) -> Outcome {
    let report = Report::new(document.place, document.text);
    remarks(document, node, &report);
    let from_server = is_from_server(node);
    let object = match kind {
        Kind::Policy(kind) => Some(policy(loader, node, (kind, from_server), &report)),
        Kind::Namespace
        | Kind::Node
        | Kind::Pod
        | Kind::Workload(_)
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
        | Kind::ScaledObject => {
            // The schema is that of the current version; older ones had other fields.
            if !from_server && api_version == kind.api_version() {
                check(node, kind, Severity::Warning, &report);
            }
            if !from_server {
                removed(loader, node, (kind, api_version), &report);
            }
            from_inventory(loader, node, kind, &report)
        }
    };
    let failed = report.has_errors() || object.is_none();
    Outcome {
        object: object.filter(|_| !failed),
        findings: report.finish(),
        left_out: failed.then(|| loader.aside(document, node, mistaken(kind))),
        needs_text: !from_server || kind.is_policy() || !loader.reads_plainly(kind),
    }
}

/// An error where the API server does not have this version of a kind any more.
fn removed(
    loader: &Loader<'_>,
    node: &Node,
    (kind, api_version): (Kind, &str),
    report: &Report<'_>,
) {
    let version = kind.removed(api_version);
    let version = version.filter(|it| loader.options.kubernetes_version >= *it);
    let (Some(version), Some(place)) = (version, node.get("apiVersion")) else {
        return;
    };
    let message = format!(
        "Kubernetes {version} has no {} in `{}` any more",
        kind.name(),
        shown(api_version)
    );
    let finding = Finding::error("removed-api-version", message).at(report.place.of(place), "");
    report.add(finding.help(format!(
        "write `apiVersion: {}`, or name the older version with `--kubernetes-version`",
        kind.api_version()
    )));
}

/// Whether an API server has taken the object already: it sets these fields, and nobody else.
fn is_from_server(node: &Node) -> bool {
    let meta = node.get("metadata");
    let has = |field| meta.and_then(|meta| meta.text_of(field));
    let set = ["uid", "resourceVersion"].map(has);
    set.iter().flatten().any(|text| !text.is_empty())
}

/// Duplicate keys and keys that are no text, as far as they are within the object.
pub(super) fn remarks(document: &Document<'_>, node: &Node, report: &Report<'_>) {
    let within = |at: (u32, u32)| node.start <= at.0 && at.1 <= node.end;
    for remark in &document.tree.remarks {
        match remark {
            Remark::Duplicate { key, first, again } if within(*again) => {
                let message = format!("duplicate key `{}`", shown(key));
                let finding = Finding::error("duplicate-key", message)
                    .at(document.place.range(again.0, again.1), "set again here")
                    .at(document.place.range(first.0, first.1), "first set here")
                    .help("remove one of the two: only the last one counts");
                report.add(finding);
            }
            Remark::KeyNotText { key, at } if within(*at) => {
                let written = Node {
                    start: at.0,
                    end: at.1,
                    value: Value::Null,
                };
                let written = report.written(&written);
                let what = yaml::no_key(key);
                if written == **key && what.is_none() {
                    continue;
                }
                if let Some(what) = what {
                    let message = format!("expected a key, found `{written}`, which is {what}");
                    let place = document.place.range(at.0, at.1);
                    report.add(Finding::error("wrong-type", message).at(place, ""));
                    continue;
                }
                let message = format!(
                    "YAML does not read the key `{written}` as text, but as `{}`",
                    shown(key)
                );
                let finding = Finding::warning("key-not-text", message)
                    .at(document.place.range(at.0, at.1), "")
                    .help(format!("write `\"{written}\"`"));
                report.add(report.quote(finding, *at));
            }
            Remark::Duplicate { .. } | Remark::KeyNotText { .. } => {}
        }
    }
}

fn check(node: &Node, kind: Kind, severity: Severity, report: &Report<'_>) {
    let check = Check {
        shape: schema::of(kind),
        report,
        policy: match kind {
            Kind::Policy(kind) => Some(kind),
            _ => None,
        },
        unknown: severity,
        wrong: severity,
        described: "`kubectl explain`",
    };
    check.object(node);
}

fn policy(
    loader: &mut Loader<'_>,
    node: &Node,
    (kind, from_server): (PolicyKind, bool),
    report: &Report<'_>,
) -> Object {
    check(node, Kind::Policy(kind), Severity::Error, report);
    let is_plain = kind.is_namespaced();
    let version = loader.options.kubernetes_version;
    if is_plain && !from_server && !STATUS.contains(&version) {
        status(node, report);
    }
    let mut reader = PolicyReader {
        report,
        pool: &mut loader.pool,
        default_namespace: &loader.options.default_namespace,
        is_new: !from_server,
        refuses_slips: !from_server && version >= STRICT_BLOCKS,
        is_custom: !is_plain,
    };
    Object::Policy(if is_plain {
        reader.policy(node)
    } else {
        reader.cluster_policy(node, kind)
    })
}

/// The versions in which policies have a status.
const STATUS: RangeInclusive<KubernetesVersion> =
    KubernetesVersion::new(1, 24)..=KubernetesVersion::new(1, 27);

/// From when on new objects must write blocks in the one way that all readers understand alike
/// (`StrictIPCIDRValidation`).
const STRICT_BLOCKS: KubernetesVersion = KubernetesVersion::new(1, 36);

/// A status in a policy that no API server has seen.
fn status(node: &Node, report: &Report<'_>) {
    if let Some(entry) = node.entry("status") {
        let finding = Finding::error("unknown-field", "unknown field `status`");
        let finding = finding.at(report.place.key(entry), "");
        report.add(finding.help("remove it: only Kubernetes 1.24 to 1.27 had this field"));
    }
}

fn from_inventory(
    loader: &mut Loader<'_>,
    node: &Node,
    kind: Kind,
    report: &Report<'_>,
) -> Option<Object> {
    let name = node.find("metadata.name");
    let mut build = Build {
        pool: &mut loader.pool,
        default_namespace: &loader.options.default_namespace,
        origin: Origin::at(report.place.of(name)),
        issues: Vec::new(),
        clues: Vec::new(),
    };
    let read = inventory::read(kind, node, &mut build);
    tell(&build.issues, node, report);
    let clues = build.clues;
    loader.objects.clues.extend(clues);
    match read {
        Ok(object) => object,
        Err(error) => {
            let at = error.at.unwrap_or((node.start, node.end));
            let span = report.place.range(at.0, at.1);
            // The schema has found the same, with its path, but could not know that it matters.
            if !report.raise(span) {
                report.add(Finding::error("wrong-type", shown(&error.message)).at(span, ""));
            }
            None
        }
    }
}

/// A kind of Kubernetes in a version that does not have it.
pub(super) fn wrong_version(
    loader: &Loader<'_>,
    document: &Document<'_>,
    node: &Node,
    meta: TypeMeta<'_>,
    kind: Kind,
) -> Outcome {
    let (rule, message) = if meta.api_version.is_empty() {
        let message = format!("`apiVersion` is missing from this {}", kind.name());
        ("required", message)
    } else {
        let version = shown(meta.api_version);
        let message = if meta.is_of_kubernetes() {
            format!("there is no {} in `{version}`", kind.name())
        } else {
            format!("netpolc knows no {} in `{version}`", kind.name())
        };
        let old = meta.group() == "extensions";
        let rule = if old {
            "removed-api-version"
        } else {
            "wrong-api-version"
        };
        (rule, message)
    };
    let place = node.get("apiVersion").or(node.get("kind")).unwrap_or(node);
    let write = format!("write `apiVersion: {}`", kind.api_version());
    let finding = Finding::error(rule, message);
    let finding = match nearly::slip(node, "apiVersion") {
        Some(slip) if meta.api_version.is_empty() => finding
            .at(document.place.key(slip), "")
            .help(format!("did you mean `apiVersion`? {write}")),
        Some(_) | None => finding.at(document.place.of(place), "").help(write),
    };
    let report = Report::new(document.place, document.text);
    let at = (place.start, place.end);
    let is_old = meta.is_of_kubernetes() && !meta.api_version.is_empty();
    let finding = if is_old && is_understood(document, node, kind) {
        report.swap(finding, at, meta.api_version, kind.api_version())
    } else {
        finding
    };
    Outcome {
        findings: vec![finding],
        left_out: Some(loader.aside(document, node, mistaken(kind))),
        ..Outcome::default()
    }
}

/// Whether no field of a policy is unknown: one that comes into force must not lose any.
fn is_understood(document: &Document<'_>, node: &Node, kind: Kind) -> bool {
    let report = Report::new(document.place, document.text);
    if kind.is_policy() {
        remarks(document, node, &report);
        check(node, kind, Severity::Error, &report);
    }
    let refused = ["wrong-type", "non-text-label", "key-not-text"];
    let findings = report.finish();
    findings.iter().all(|it| refused.contains(&it.rule))
}
