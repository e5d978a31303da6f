//! Objects of kinds that are not read, as far as they may make pods: custom resources.

use super::loader::Loader;
use super::node::{Node, Value};
use super::type_meta::TypeMeta;
use crate::written::ShortText;
use crate::written::Stranger;

/// API groups whose objects make no pods.
const PASSIVE: [&str; 14] = [
    "bitnami.com",
    "cilium.io",
    "crd.projectcalico.org",
    "external-secrets.io",
    "kyverno.io",
    "networking.istio.io",
    "policy.linkerd.io",
    "projectcalico.org",
    "projectcontour.io",
    "route.openshift.io",
    "security.istio.io",
    "telemetry.istio.io",
    "traefik.containo.us",
    "traefik.io",
];

/// Kinds that make none, in a group of which others do.
const PASSIVE_KINDS: [&str; 6] = [
    "AlertmanagerConfig",
    "PodMonitor",
    "Probe",
    "PrometheusRule",
    "ScrapeConfig",
    "ServiceMonitor",
];

/// Kinds that name Services for the API server to call, each with its group.
const CALLERS: [(&str, &str); 4] = [
    (
        "MutatingWebhookConfiguration",
        "admissionregistration.k8s.io",
    ),
    (
        "ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io",
    ),
    ("CustomResourceDefinition", "apiextensions.k8s.io"),
    ("APIService", "apiregistration.k8s.io"),
];

/// How deep templates are looked for.
const DEEPEST: usize = 12;

impl Loader<'_> {
    /// Keeps what an object of a kind that is not read says of pods, if written objects are kept.
    pub(super) fn meet_stranger(&mut self, node: &Node, meta: TypeMeta<'_>) {
        if !self.options.keeps_written || !makes_pods(meta) {
            return;
        }
        let mut templates = Vec::new();
        if let Some(spec) = node.get("spec") {
            collect(spec, DEEPEST, &mut templates);
        }
        let namespace = node.find("metadata").text_of("namespace");
        self.strangers.push(Stranger {
            namespace: namespace.filter(|it| !it.is_empty()).map(Into::into),
            templates,
        });
    }
}

/// Whether it may name Services for the API server to call.
pub(super) fn calls_services(node: &Node, meta: TypeMeta<'_>) -> bool {
    // Most definitions are long, and none of the API server's business but to keep.
    let converts = || {
        let conversion = node.get("spec").and_then(|it| it.get("conversion"));
        conversion.is_some_and(|it| it.get("webhook").is_some())
    };
    CALLERS.contains(&(meta.kind, meta.group()))
        && (meta.kind != "CustomResourceDefinition" || converts())
}

/// Whether it is a custom resource that may make pods. What is called `ClusterIssuer` or the like is in
/// no namespace, and so has none of its own.
fn makes_pods(meta: TypeMeta<'_>) -> bool {
    let group = meta.group();
    let custom = group.contains('.') && !group.ends_with(".k8s.io") && !PASSIVE.contains(&group);
    let wide = meta.kind.len() > "Cluster".len() && meta.kind.starts_with("Cluster");
    custom && !wide && !PASSIVE_KINDS.contains(&meta.kind)
}

/// The labels of all that looks like a template: `metadata.labels`, `podMetadata.labels` and the like
/// at any place.
fn collect(node: &Node, depth: usize, found: &mut Vec<Vec<(ShortText, ShortText)>>) {
    let Some(below) = depth.checked_sub(1) else {
        return;
    };
    match &node.value {
        Value::Map(entries) => {
            let metadata = entries.iter().filter(|it| it.key.ends_with("etadata"));
            for labels in metadata.filter_map(|it| it.value.get("labels")) {
                let labels = labels.entries().iter();
                let pairs = labels.filter_map(|it| Some((it.key.clone(), it.value.text()?.into())));
                found.push(pairs.collect());
            }
            for entry in entries {
                collect(&entry.value, below, found);
            }
        }
        Value::Seq(items) => {
            for item in items {
                collect(item, below, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => {}
    }
}
