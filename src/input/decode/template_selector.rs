//! The selector of a workload, which must select the pods of its template.
//!
//! Sources: `ValidateDeploymentSpec`, `ValidateReplicationControllerSpec`, `ValidateJob` and
//! `ValidateLabelSelector`.

use super::Build;
use super::meta::{Pairs, Text, nullable};
use crate::input::report::shown;
use crate::input::validate;
use crate::model::WorkloadKind;
use crate::selector::{Labels, Operator, Requirement, Selector};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

/// Where it stands.
const PATH: &str = "spec.selector";

/// A `metav1.LabelSelector`, or the bare labels of a ReplicationController.
#[derive(Debug, Default)]
pub(super) struct RawSelector<'a> {
    labels: Pairs<'a>,
    expressions: Vec<RawRequirement<'a>>,
    bare: Pairs<'a>,
}

/// A `metav1.LabelSelectorRequirement`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawRequirement<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    operator: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    values: Vec<Text<'a>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for RawSelector<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SelectorVisitor;

        impl<'de> Visitor<'de> for SelectorVisitor {
            type Value = RawSelector<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a selector")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut selector = RawSelector::default();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    match &*key {
                        "matchLabels" => selector.labels = map.next_value()?,
                        "matchExpressions" => {
                            selector.expressions =
                                map.next_value::<Option<_>>()?.unwrap_or_default();
                        }
                        _ => selector.bare.0.push((key, map.next_value()?)),
                    }
                }
                Ok(selector)
            }
        }

        deserializer.deserialize_any(SelectorVisitor)
    }
}

impl RawSelector<'_> {
    /// Says what the API server refuses of a selector beside a template with these labels.
    pub(super) fn check(
        &self,
        (kind, is_manual): (WorkloadKind, bool),
        labels: &Labels,
        build: &mut Build<'_>,
    ) {
        let is_empty = self.labels.0.is_empty() && self.expressions.is_empty();
        match kind {
            WorkloadKind::CronJob => return,
            WorkloadKind::Job if is_manual => {}
            WorkloadKind::Job => {
                if !is_empty {
                    let what = "the API server sets the selector of a Job: remove it, or write `manualSelector: true`";
                    build.issue("selector-mismatch", PATH, what);
                }
                return;
            }
            WorkloadKind::ReplicationController => {
                self.bare.check(PATH, build);
                let bare = requirements(&self.bare, build);
                return tell(&Selector::new(bare), labels, build);
            }
            WorkloadKind::DaemonSet
            | WorkloadKind::Deployment
            | WorkloadKind::ReplicaSet
            | WorkloadKind::StatefulSet => {}
        }
        if is_empty {
            let what = "an empty selector is refused";
            return build.issue("selector-mismatch", PATH, what);
        }
        let before = build.issues.len();
        self.labels.check("spec.selector.matchLabels", build);
        let mut all = requirements(&self.labels, build);
        for (index, expression) in self.expressions.iter().enumerate() {
            all.extend(expression.requirement((PATH, index), build));
        }
        if build.issues.len() == before {
            tell(&Selector::new(all), labels, build);
        }
    }
}

impl RawSelector<'_> {
    /// A selector that stands alone, at `path`.
    pub(super) fn build(&self, path: &str, build: &mut Build<'_>) -> Selector {
        self.labels.check(&format!("{path}.matchLabels"), build);
        let mut all = requirements(&self.labels, build);
        for (index, expression) in self.expressions.iter().enumerate() {
            all.extend(expression.requirement((path, index), build));
        }
        Selector::new(all)
    }
}

/// Tells of a selector that does not select the pods of its workload.
fn tell(selector: &Selector, labels: &Labels, build: &mut Build<'_>) {
    if !selector.matches(labels) {
        let what = "the selector does not match the labels of the template";
        build.issue("selector-mismatch", PATH, what);
    }
}

fn requirements(pairs: &Pairs<'_>, build: &mut Build<'_>) -> Vec<Requirement> {
    let requirement = |(key, value): &(Text<'_>, Text<'_>)| Requirement {
        key: build.pool.text(key),
        operator: Operator::In,
        values: vec![build.pool.text(value)],
    };
    pairs.0.iter().map(requirement).collect()
}

impl RawRequirement<'_> {
    fn requirement(
        &self,
        (path, index): (&str, usize),
        build: &mut Build<'_>,
    ) -> Option<Requirement> {
        let path = |field: &str| format!("{path}.matchExpressions[{index}].{field}");
        if let Err(what) = validate::label_key(&self.key) {
            let what = format!("invalid label key `{}`: {what}", shown(&self.key));
            build.issue("invalid-value", path("key"), what);
        }
        let Some(operator) = Operator::from_name(&self.operator) else {
            let what = "must be `In`, `NotIn`, `Exists` or `DoesNotExist`";
            build.issue("invalid-value", path("operator"), what);
            return None;
        };
        let takes_values = matches!(operator, Operator::In | Operator::NotIn);
        if takes_values == self.values.is_empty() {
            let what = if takes_values {
                "at least one value is needed"
            } else {
                "it takes no values"
            };
            build.issue("invalid-value", path("values"), what);
        }
        Some(Requirement {
            key: build.pool.text(&self.key),
            operator,
            values: self.values.iter().map(|it| build.pool.text(it)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::input::{Options, read_text};
    use crate::settings::KubernetesVersion;

    /// The names of the findings about a manifest, for a server of version 1.`minor`.
    fn found(text: &str, minor: u32) -> Vec<&'static str> {
        let options = Options {
            kubernetes_version: KubernetesVersion::new(1, minor),
            ..Options::default()
        };
        let loaded = read_text("a.yaml", text, &options);
        loaded.findings.iter().map(|it| it.rule).collect()
    }

    fn workload(kind: &str, metadata: &str, selector: &str) -> Vec<&'static str> {
        let version = match kind {
            "Job" => "batch/v1",
            "ReplicationController" => "v1",
            _ => "apps/v1",
        };
        let template =
            "{metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}";
        let text = format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {metadata}\nspec: {{{selector}, template: {template}}}\n"
        );
        found(&text, 36)
    }

    #[test]
    fn selectors_of_workloads_match_their_templates() {
        for (kind, selector) in [
            ("Deployment", "selector: {matchLabels: {app: web}}"),
            (
                "StatefulSet",
                "selector: {matchExpressions: [{key: app, operator: In, values: [web, api]}]}",
            ),
            ("ReplicationController", "selector: {app: web}"),
            ("Job", "selector: {}"),
            (
                "Job",
                "manualSelector: true, selector: {matchLabels: {app: web}}",
            ),
        ] {
            let said = workload(kind, "{name: w}", selector);
            assert_eq!(said, [""; 0], "{kind} {selector}");
        }
        for (kind, selector) in [
            ("Deployment", "selector: {matchLabels: {app: other}}"),
            ("Deployment", "selector: {}"),
            (
                "DaemonSet",
                "selector: {matchExpressions: [{key: app, operator: DoesNotExist}]}",
            ),
            (
                "ReplicaSet",
                "selector: {matchLabels: {app: web, tier: db}}",
            ),
            ("ReplicationController", "selector: {app: other}"),
            ("Job", "selector: {matchLabels: {app: web}}"),
        ] {
            let said = workload(kind, "{name: w}", selector);
            assert_eq!(said, ["selector-mismatch"], "{kind} {selector}");
        }
        let other = "selector: {matchLabels: {app: other}}";
        assert_eq!(workload("Deployment", "{name: w, uid: u}", other), [""; 0]);
        let bad = "selector: {matchLabels: {a b: c}}";
        assert_eq!(workload("Deployment", "{name: w}", bad), ["invalid-value"]);
    }

    #[test]
    fn services_and_containers_have_ports_that_the_server_takes() {
        let service = |spec: &str| {
            found(
                &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {spec}\n"),
                36,
            )
        };
        for spec in [
            "{ports: [{port: 80}]}",
            "{clusterIP: None}",
            "{type: ExternalName, externalName: a.example.}",
            "{ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]}",
        ] {
            assert_eq!(service(spec), [""; 0], "{spec}");
        }
        for (spec, rule) in [
            ("{selector: {a: b}}", "required"),
            ("{ports: [{port: 80}], selector: {a b: c}}", "invalid-value"),
            (
                "{ports: [{name: a, port: 80}, {name: b, port: 80}]}",
                "invalid-value",
            ),
            (
                "{ports: [{name: a, port: 80}, {name: a, port: 81}]}",
                "invalid-value",
            ),
            (
                "{ports: [{port: 80}], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]}",
                "invalid-value",
            ),
            (
                "{type: ExternalName, externalName: 'https://a'}",
                "invalid-value",
            ),
        ] {
            assert_eq!(service(spec), [rule], "{spec}");
        }
        let pod = |ports: &str| {
            let container = format!("{{name: c, image: x, ports: {ports}}}");
            found(
                &format!(
                    "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{container}]}}\n"
                ),
                36,
            )
        };
        let twice = "[{name: a, containerPort: 1}, {name: a, containerPort: 2}]";
        assert_eq!(pod(twice), ["invalid-value"]);
        let long = "[{name: abcdefghijklmnop, containerPort: 1}]";
        assert_eq!(pod(long), ["invalid-value"]);
        assert_eq!(
            pod("[{name: a, containerPort: 1}, {containerPort: 1}]"),
            [""; 0]
        );
    }

    #[test]
    fn labels_without_a_value_and_versions_that_are_gone_are_told() {
        let pod =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: }, annotations: {a: }}\n";
        assert_eq!(found(pod, 36), ["null-label"]);
        let old = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {template: {}}}}\n";
        assert_eq!(found(old, 24), [""; 0]);
        assert_eq!(found(old, 25), ["removed-api-version"]);
    }
}
