//! One object: checked against its schema, decoded, and judged.

use super::aside::Known;
use super::check::Check;
use super::decode::policy::PolicyReader;
use super::decode::{Build, Issue, custom};
use super::inventory::{self, Object};
use super::kind::{Kind, TypeMeta};
use super::loader::{Document, Loader};
use super::node::{Node, Remark, Value};
use super::policy_kinds::{Slip, SlipField, UnreadKind};
use super::report::{Report, shown};
use super::{nearly, schema, yaml};
use crate::diag::{Finding, Severity};
use crate::model::{LeftOut, Origin, Say, Why};
use crate::settings::KubernetesVersion;
use std::ops::RangeInclusive;

/// What came of an object.
#[derive(Default)]
pub(super) struct Outcome {
    /// The object, if it is valid.
    pub object: Option<Object>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What it is, if it is left out.
    pub left_out: Option<LeftOut>,
    /// Whether its text may be asked for again, even without a finding.
    pub needs_text: bool,
}

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
    let object = if kind.is_policy() {
        Some(policy(loader, node, (kind, from_server), &report))
    } else {
        // The schema is that of the current version; older ones had other fields.
        if !from_server && api_version == kind.api_version() {
            check(node, kind, Severity::Warning, &report);
        }
        if !from_server {
            removed(loader, node, (kind, api_version), &report);
        }
        from_inventory(loader, node, kind, &report)
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
        "there is no {} in `{}` from Kubernetes {version} on",
        kind.name(),
        shown(api_version)
    );
    let finding = Finding::error("removed-api-version", message).at(report.place.of(place), "");
    report.add(finding.help(format!(
        "write `apiVersion: {}`, or say with `--kubernetes-version` for which one it is",
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
                    .help("remove one of the two: only the last would count");
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
                    let message = format!("a key is expected here, and `{written}` is {what}");
                    let place = document.place.range(at.0, at.1);
                    report.add(Finding::error("wrong-type", message).at(place, ""));
                    continue;
                }
                let message = format!(
                    "the key `{written}` is not text to YAML: it is read as `{}`",
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
        schema: schema::of(kind),
        report,
        policy: kind.is_policy(),
        unknown: severity,
        wrong: severity,
        described: "`kubectl explain`",
    };
    check.object(node);
}

fn policy(
    loader: &mut Loader<'_>,
    node: &Node,
    (kind, from_server): (Kind, bool),
    report: &Report<'_>,
) -> Object {
    check(node, kind, Severity::Error, report);
    let version = loader.options.kubernetes_version;
    if !from_server && !STATUS.contains(&version) {
        status(node, report);
    }
    let mut reader = PolicyReader {
        report,
        pool: &mut loader.pool,
        default_namespace: &loader.options.default_namespace,
        is_new: !from_server,
        refuses_slips: !from_server && version >= STRICT_BLOCKS,
    };
    Object::Policy(reader.policy(node))
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
        report.add(finding.help("remove it: only API servers of 1.24 to 1.27 knew it"));
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
    };
    let read = inventory::read(kind, node, &mut build);
    tell(&build.issues, node, report);
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

/// The workload that an object of another kind is, if it is one.
pub(super) fn custom(
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
    };
    let workload = custom::workload(node, meta, &mut build)?;
    let issues = std::mem::take(&mut build.issues);
    remarks(document, node, &report);
    tell(&issues, node, &report);
    let failed = report.has_errors();
    let known = Known {
        kind: &workload.kind,
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

/// What is wrong with the values of an object.
fn tell(issues: &[Issue], node: &Node, report: &Report<'_>) {
    for issue in issues {
        let at = node.find(&issue.path);
        let message = match at.value {
            Value::Seq(_) | Value::Map(_) | Value::Null => {
                format!("`{}`: {}", issue.path, issue.what)
            }
            _ => {
                let written = report.written(at);
                format!(
                    "`{}`: invalid value `{written}`: {}",
                    issue.path, issue.what
                )
            }
        };
        let finding = Finding::new(issue.rule, issue.severity, message);
        let finding = finding.at(report.place.of(at), "");
        let is_read = issue.rule == "invalid-name" && issue.severity == Severity::Warning;
        report.add(if is_read {
            finding.help("the object is read, but the API server refuses its name")
        } else {
            finding
        });
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
            format!("no {} is known in `{version}`", kind.name())
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

/// An object of a kind that is read, left out for a mistake.
pub(super) fn mistaken(kind: Kind) -> Known<'static> {
    Known {
        kind: kind.name(),
        is_namespaced: Some(kind.is_namespaced()),
        say: kind.say(),
        why: Why::Mistake,
    }
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
    let is_policy = near == "NetworkPolicy";
    let known = Known {
        kind: near,
        is_namespaced: Some(true),
        say: if is_policy {
            Say::Connections
        } else {
            Say::Nothing
        },
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
    Finding::error("unknown-kind", message).at(document.place.of(place), "this object is not read")
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
        kind: slip.kind,
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
                let message = format!("no {kind} is known in `{}`", shown(meta.api_version));
                ("wrong-api-version", message)
            };
            let place = node.get("apiVersion").or(node.get("kind")).unwrap_or(node);
            Finding::error(rule, message)
                .at(document.place.of(place), "this object is not read")
                .help(format!("write `apiVersion: {group}/{version}`"))
        }
    };
    (loader.aside(document, node, known), finding)
}

/// A policy of a kind that is not read yet, and that no answer counts it.
pub(super) fn unread(
    loader: &Loader<'_>,
    document: &Document<'_>,
    node: &Node,
    meta: TypeMeta<'_>,
    kind: UnreadKind,
) -> (LeftOut, Finding) {
    let full = meta.full_name();
    let known = Known {
        kind: if kind.is_unique { meta.kind } else { &full },
        is_namespaced: kind.is_namespaced,
        say: Say::Connections,
        why: Why::UnreadKind,
    };
    let left_out = loader.aside(document, node, known);
    let name = left_out.full_name().unwrap_or_default();
    let place = node.get("kind").unwrap_or(node);
    let message = format!(
        "`{}` `{name}` is not read yet: answers do not count it",
        left_out.kind
    );
    let finding = Finding::warning("unread-policy", message).at(document.place.of(place), "");
    (left_out, finding)
}

/// Namespace and name as they may stand in messages, as far as they can be told.
pub(super) fn identity(
    loader: &Loader<'_>,
    node: &Node,
    namespaced: bool,
) -> (Option<String>, String) {
    let text = |field: &str| node.get("metadata").and_then(|meta| meta.text_of(field));
    let name = shown(text("name").or(text("generateName")).unwrap_or("?"));
    let namespace = text("namespace").filter(|namespace| !namespace.is_empty());
    let namespace = namespace.unwrap_or(&loader.options.default_namespace);
    (namespaced.then(|| shown(namespace)), name)
}
