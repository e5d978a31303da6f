//! Workloads: whatever makes pods from a template.

use super::Build;
use super::meta::{Meta, nullable};
use super::pod::RawPodSpec;
use super::template_selector::RawSelector;
use crate::model::{WorkloadKind, WorkloadObject};
use serde::Deserialize;

/// A workload of any kind. Sources: `apps/v1`, `batch/v1`, `v1.ReplicationController`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawWorkload<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    replicas: Option<i64>,
    parallelism: Option<i64>,
    #[serde(borrow)]
    selector: Option<RawSelector<'a>>,
    #[serde(deserialize_with = "nullable")]
    manual_selector: bool,
    #[serde(borrow)]
    template: Option<RawTemplate<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    job_template: RawJobTemplate<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawTemplate<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawPodSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawJobTemplate<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawJobSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawJobSpec<'a> {
    parallelism: Option<i64>,
    #[serde(borrow)]
    template: Option<RawTemplate<'a>>,
}

impl RawWorkload<'_> {
    /// The workload, of the kind that its manifest names.
    pub(in crate::input) fn build(
        &self,
        kind: WorkloadKind,
        build: &mut Build<'_>,
    ) -> WorkloadObject {
        let job = &self.spec.job_template.spec;
        let (template, path, replicas, replicas_path) = match kind {
            WorkloadKind::CronJob => (
                &job.template,
                "spec.jobTemplate.spec.template",
                Some(job.parallelism),
                "spec.jobTemplate.spec.parallelism",
            ),
            WorkloadKind::Job => (
                &self.spec.template,
                "spec.template",
                Some(self.spec.parallelism),
                "spec.parallelism",
            ),
            // How many pods a DaemonSet has depends on the nodes.
            WorkloadKind::DaemonSet => (&self.spec.template, "spec.template", None, ""),
            WorkloadKind::Deployment
            | WorkloadKind::ReplicaSet
            | WorkloadKind::ReplicationController
            | WorkloadKind::StatefulSet => (
                &self.spec.template,
                "spec.template",
                Some(self.spec.replicas),
                "spec.replicas",
            ),
        };
        if template.is_none() {
            // Its labels decide which policies apply: without them every answer would be a guess.
            build.issue("required", path, "the workload has no pod template");
        }
        if let (Some(selector), Some(template)) = (&self.spec.selector, template)
            && !self.metadata.is_from_server()
        {
            let labels = template.metadata.labels.labels(build);
            selector.check((kind, self.spec.manual_selector), &labels, build);
        }
        let absent = RawTemplate::default();
        let template = template.as_ref().unwrap_or(&absent);
        let replicas = replicas.map(|written| count(written, replicas_path, build));
        WorkloadObject {
            kind,
            namespace: self.metadata.namespace(build),
            name: self.metadata.name(build),
            owner: self.metadata.owner(build),
            replicas,
            template: template.spec.template(
                &template.metadata.labels,
                &format!("{path}.spec"),
                build,
            ),
            origin: build.origin,
        }
    }
}

/// The number of pods; one where the manifest does not say.
fn count(written: Option<i64>, path: &str, build: &mut Build<'_>) -> u32 {
    let count = u32::try_from(written.unwrap_or(1));
    if count.is_err() {
        build.issue("invalid-value", path, "must be a number of pods");
    }
    count.unwrap_or(0)
}
