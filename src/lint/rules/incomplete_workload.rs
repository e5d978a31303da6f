//! A workload that lacks parts without which the API server refuses it.
//!
//! ## What it does
//! Reports a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob whose pod template has no
//! containers; and, as a note, one with a container that has no name or no image, or with a
//! `restartPolicy` that its kind does not take.
//!
//! ## Why it matters
//! The API server refuses the object, so that its pods never are, and policies for them govern nobody. If
//! it is a patch, what it patches is not in the input.
//!
//! ## Example
//! ```yaml
//! kind: Deployment
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//! ```
//!
//! ## Use instead
//! ```yaml
//! kind: Deployment
//! spec:
//!   selector: {matchLabels: {app: web}}
//!   template:
//!     metadata: {labels: {app: web}}
//!     spec:
//!       containers: [{name: web, image: "registry.example/web:1"}]
//! ```
//!
//! ## Limits
//! Workloads without a template, without a selector, or with one that does not match the labels of the
//! template are for `invalid-manifest`: their pods are not known, so that they are left out. What is
//! reported here is read all the same. A patch that stands beside what it patches is not reported.

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::WorkloadKind;
use crate::written::{Part, Written};

pub(super) const CHECK: Check = Check::Context(check);

/// Something that is missing or not allowed: where, what, and what to write.
struct Gap {
    path: String,
    what: String,
    fix: String,
    most: Severity,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    for written in context.manifests.objects() {
        let Some(kind) = WorkloadKind::from_name(&written.kind) else {
            continue;
        };
        // Kinds of these names in other groups have rules of their own.
        let version = written.root.text_of("apiVersion").unwrap_or_default();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        if !["", "apps", "batch", "extensions"].contains(&group) {
            continue;
        }
        for gap in gaps(written, kind) {
            facts.add(fact(written, &gap));
        }
    }
}

fn gaps(written: &Written, kind: WorkloadKind) -> Vec<Gap> {
    let template = match kind {
        WorkloadKind::CronJob => "spec.jobTemplate.spec.template",
        _ => "spec.template",
    };
    // That is for `invalid-manifest`.
    let Some(pod) = written.root.at(template) else {
        return Vec::new();
    };
    let path = format!("{template}.spec.containers");
    let containers = pod.at("spec.containers").map_or(&[][..], Part::items);
    if containers.is_empty() {
        return vec![Gap {
            path,
            what: "has no containers".into(),
            fix: "write at least one container, with a `name` and an `image`; if this is a patch, add the object that it patches to the input".into(),
            most: Severity::Error,
        }];
    }
    let mut gaps = Vec::new();
    for (index, container) in containers.iter().enumerate() {
        let missing = ["name", "image"].into_iter();
        let missing = missing.filter(|field| container.get(field).is_none());
        for field in missing {
            gaps.push(Gap {
                path: format!("{path}[{index}]"),
                what: format!("has a container without `{field}`"),
                fix: format!("write `{field}:`"),
                most: Severity::Note,
            });
        }
    }
    let told = pod.at("spec.restartPolicy").and_then(Part::text);
    let takes: &[&str] = match kind {
        WorkloadKind::Job | WorkloadKind::CronJob => &["OnFailure", "Never"],
        _ => &["Always"],
    };
    if !takes.contains(&told.unwrap_or("Always")) {
        gaps.push(Gap {
            path: format!("{template}.spec.restartPolicy"),
            what: match told {
                Some(told) => format!("has `restartPolicy: {told}`"),
                None => "has no `restartPolicy`, which means `Always`".into(),
            },
            fix: format!("write `restartPolicy: {}`", takes.join("` or `")),
            most: Severity::Note,
        });
    }
    gaps
}

fn fact(written: &Written, gap: &Gap) -> Fact {
    let Written { kind, name, .. } = written;
    let object = ObjectRef {
        kind: kind.clone(),
        namespace: written.namespace.clone(),
        name: name.clone(),
    };
    let place = written.root.nearest(&gap.path).span;
    Fact::new(object, &gap.path, format!("{kind} `{name}` {}", gap.what))
        .at(place, "")
        .means("the API server refuses the object")
        .fix(&*gap.fix)
        .at_most(gap.most)
}
