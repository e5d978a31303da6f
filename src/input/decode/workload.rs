//! Workloads: whatever makes pods from a template.

use super::Build;
use super::meta::{Meta, Text, nullable};
use super::pod::RawPodSpec;
use super::template_selector::RawSelector;
use crate::model::{
    Asks, Controller, JobPods, Made, PodNames, WhyDormant, WorkloadKind, WorkloadObject,
};
use serde::Deserialize;

/// A workload of any kind. Sources: `apps/v1`, `batch/v1`, `v1.ReplicationController`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawWorkload<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawStatus<'a>,
}

/// Of a CronJob, what differs from a Job; else the spec of a Job and of everything with replicas.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    replicas: Option<i64>,
    #[serde(deserialize_with = "nullable")]
    ordinals: RawOrdinals,
    parallelism: Option<i64>,
    completions: Option<i64>,
    #[serde(borrow)]
    completion_mode: Text<'a>,
    #[serde(deserialize_with = "nullable")]
    manual_selector: bool,
    #[serde(deserialize_with = "nullable")]
    suspend: bool,
    #[serde(borrow)]
    service_name: Text<'a>,
    #[serde(borrow)]
    concurrency_policy: Text<'a>,
    #[serde(borrow)]
    selector: Option<RawSelector<'a>>,
    #[serde(borrow)]
    template: Option<RawTemplate<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    job_template: RawJobTemplate<'a>,
}

/// `apps/v1` `StatefulSetOrdinals`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawOrdinals {
    start: Option<i64>,
}

/// The conditions of a Job.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawStatus<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    conditions: Vec<RawCondition<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawCondition<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTemplate<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    pub(super) spec: RawPodSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawJobTemplate<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawJobSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawJobSpec<'a> {
    parallelism: Option<i64>,
    completions: Option<i64>,
    #[serde(borrow)]
    completion_mode: Text<'a>,
    #[serde(deserialize_with = "nullable")]
    manual_selector: bool,
    #[serde(borrow)]
    template: Option<RawTemplate<'a>>,
}

/// How many pods a Job has.
struct JobSize {
    parallelism: Option<i64>,
    completions: Option<i64>,
    indexed: bool,
    manual: bool,
}

impl RawWorkload<'_> {
    /// The workload, of the kind that its manifest names.
    pub(in crate::input) fn build(
        &self,
        kind: WorkloadKind,
        build: &mut Build<'_>,
    ) -> WorkloadObject {
        let (template, path) = match kind {
            WorkloadKind::CronJob => (
                &self.spec.job_template.spec.template,
                "spec.jobTemplate.spec.template",
            ),
            WorkloadKind::DaemonSet
            | WorkloadKind::Deployment
            | WorkloadKind::Job
            | WorkloadKind::ReplicaSet
            | WorkloadKind::ReplicationController
            | WorkloadKind::StatefulSet => (&self.spec.template, "spec.template"),
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
        let (controller, asks) = self.pods(kind, template, build);
        let mut pods = template.build(path, build);
        if kind == WorkloadKind::StatefulSet {
            // The controller sets it, whatever the template says, and a name for each replica.
            let names = PodNames {
                hostname: None,
                subdomain: build.optional(&self.spec.service_name),
                ..pods.names.as_deref().cloned().unwrap_or_default()
            };
            pods.names = build.pool.names(names);
        }
        let made = Made {
            part: None,
            template: pods,
            controller,
            asks,
        };
        let namespace = self.metadata.namespace(build);
        let name = self.metadata.name(build);
        if let (WorkloadKind::DaemonSet, Some(template)) = (kind, &self.spec.template) {
            let clue = template.spec.clue(&namespace, &name, build);
            build.clues.push(clue);
        }
        WorkloadObject {
            kind: kind.name().into(),
            namespace,
            name,
            uid: build.optional(&self.metadata.uid),
            owner: self.metadata.owner(build),
            makes: vec![made],
            origin: build.origin,
        }
    }

    /// Who makes the pods, and how many there are.
    fn pods(
        &self,
        kind: WorkloadKind,
        template: &RawTemplate<'_>,
        build: &mut Build<'_>,
    ) -> (Controller, Asks) {
        let spec = &self.spec;
        match kind {
            WorkloadKind::CronJob => {
                let job = &spec.job_template.spec;
                let size = JobSize {
                    parallelism: job.parallelism,
                    completions: job.completions,
                    indexed: &*job.completion_mode == "Indexed",
                    manual: job.manual_selector,
                };
                let (pods, asks) = size.read("spec.jobTemplate.spec.", build);
                let asks = match asks {
                    _ if spec.suspend => Asks::Nothing(WhyDormant::Suspended),
                    // One run may still be there when the next begins, unless that is forbidden.
                    Asks::Between(least, _) if &*spec.concurrency_policy != "Forbid" => {
                        Asks::Between(least, None)
                    }
                    asks => asks,
                };
                (Controller::CronJob(pods), asks)
            }
            WorkloadKind::Job => {
                let size = JobSize {
                    parallelism: spec.parallelism,
                    completions: spec.completions,
                    indexed: &*spec.completion_mode == "Indexed",
                    manual: spec.manual_selector,
                };
                let (pods, asks) = size.read("spec.", build);
                let asks = match asks {
                    _ if self.has_ended() => Asks::Nothing(WhyDormant::Finished),
                    _ if spec.suspend => Asks::Nothing(WhyDormant::Suspended),
                    asks => asks,
                };
                (Controller::Job(pods), asks)
            }
            WorkloadKind::DaemonSet => {
                let picks = template.spec.picks_nodes();
                (Controller::DaemonSet, Asks::PerNode { picks })
            }
            WorkloadKind::StatefulSet => {
                let first = number(spec.ordinals.start, 0, "spec.ordinals.start", build);
                let replicas = number(spec.replicas, 1, "spec.replicas", build);
                (Controller::StatefulSet { first }, Asks::replicas(replicas))
            }
            WorkloadKind::Deployment
            | WorkloadKind::ReplicaSet
            | WorkloadKind::ReplicationController => {
                let replicas = number(spec.replicas, 1, "spec.replicas", build);
                (Controller::of(kind), Asks::replicas(replicas))
            }
        }
    }

    /// Whether a Job is over. Source: `batch/v1` `JobConditionType`.
    fn has_ended(&self) -> bool {
        let mut conditions = self.status.conditions.iter();
        conditions.any(|it| matches!(&*it.kind, "Complete" | "Failed") && &*it.status == "True")
    }
}

impl JobSize {
    /// Which labels the pods have, and how many run at one time. Source: `batch/v1` `JobSpec`.
    fn read(&self, path: &str, build: &mut Build<'_>) -> (JobPods, Asks) {
        let at_once = number(self.parallelism, 1, &format!("{path}parallelism"), build);
        let completions = self
            .completions
            .map(|written| number(Some(written), 1, &format!("{path}completions"), build));
        let pods = JobPods {
            named: !self.manual,
            indexed: completions.filter(|_| self.indexed),
        };
        let asks = match completions.map_or(at_once, |all| at_once.min(all)) {
            0 if at_once == 0 => Asks::Nothing(WhyDormant::NoParallelism),
            0 => Asks::Nothing(WhyDormant::NoCompletions),
            running => Asks::Between(running, Some(running)),
        };
        (pods, asks)
    }
}

impl RawTemplate<'_> {
    /// What pods are made from; `path` is where the template stands.
    pub(super) fn build(&self, path: &str, build: &mut Build<'_>) -> crate::model::PodTemplate {
        let path = format!("{path}.spec");
        self.spec.template(&self.metadata.labels, &path, build)
    }
}

/// A number of pods, or `absent` where the manifest does not say.
pub(super) fn number(written: Option<i64>, absent: u32, path: &str, build: &mut Build<'_>) -> u32 {
    let Some(written) = written else {
        return absent;
    };
    let count = u32::try_from(written);
    if count.is_err() {
        build.issue("invalid-value", path, "must be a number of pods");
    }
    count.unwrap_or(0)
}
