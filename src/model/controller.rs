//! Labels that controllers give to the pods that they make, beyond those of the template (S74).
//!
//! Sources: the controllers in `pkg/controller/{job,statefulset,daemon,deployment}` and
//! `pkg/registry/batch/job/strategy.go` of Kubernetes; KEP-4017 (pod index), KEP-2214 (Indexed Job).

use super::{Owner, PodNames, WorkloadKind};
use crate::selector::Labels;
use std::sync::Arc;

/// The name of a StatefulSet's pod.
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
/// The number of a StatefulSet's pod.
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";
/// The number of an Indexed Job's pod.
const COMPLETION_INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// The template of a Deployment's pod.
pub(super) const TEMPLATE_HASH: &str = "pod-template-hash";

const REVISION_HASH: &str = "controller-revision-hash";
const TEMPLATE_GENERATION: &str = "pod-template-generation";
const JOB_NAME: [&str; 2] = ["batch.kubernetes.io/job-name", "job-name"];
const JOB_UID: [&str; 2] = ["batch.kubernetes.io/controller-uid", "controller-uid"];

/// The labels that tell the ReplicaSets of one workload apart: those of a Deployment, and those of an
/// Argo Rollout, which makes them as a Deployment does.
pub(super) const TEMPLATE_HASHES: [&str; 2] = [TEMPLATE_HASH, "rollouts-pod-template-hash"];

/// Whether a Deployment of this name made a ReplicaSet, as the labels of its pods say: its name is the
/// Deployment's with the template's hash, which only a Deployment gives as this label.
pub fn made_by_deployment(set: &Owner, labels: &Labels, deployment: &str) -> bool {
    let suffix = set.name.strip_prefix(deployment);
    let suffix = suffix.and_then(|it| it.strip_prefix('-'));
    let hash = labels.get(TEMPLATE_HASH).map(|it| &**it);
    &*set.kind == "ReplicaSet" && suffix.is_some() && hash == suffix
}

/// Every label that the controllers of Kubernetes give to pods.
pub const GIVEN_LABELS: [&str; 10] = [
    POD_INDEX,
    "batch.kubernetes.io/controller-uid",
    COMPLETION_INDEX,
    "batch.kubernetes.io/job-name",
    REVISION_HASH,
    "controller-uid",
    "job-name",
    TEMPLATE_GENERATION,
    TEMPLATE_HASH,
    POD_NAME,
];

/// The labels of a pod without those that its controller gives it, which differ from pod to pod or
/// from one rollout to the next.
pub fn template_labels(labels: &Labels) -> Labels {
    let own = labels.iter();
    let own = own.filter(|(key, _)| !GIVEN_LABELS.contains(&&***key));
    Labels::new(own.map(|(key, value)| (key.clone(), value.clone())))
}

/// The replica that a value of a label speaks of: its number, and the name of its owner where the
/// value says it; none if the label is not one that differs from replica to replica.
pub(super) fn replica_of<'v>(key: &str, value: &'v str) -> Option<(Option<&'v str>, u32)> {
    match key {
        POD_NAME => {
            let (owner, number) = value.rsplit_once('-')?;
            Some((Some(owner), Numbered::parse(number)?))
        }
        POD_INDEX | COMPLETION_INDEX => Some((None, Numbered::parse(value)?)),
        _ => None,
    }
}

/// Who makes pods from a template, as far as it gives them labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Controller {
    /// One that gives them those of the template (ReplicaSet, ReplicationController), or whose labels
    /// are among these already.
    #[default]
    Plain,
    /// A Deployment.
    Deployment,
    /// A DaemonSet.
    DaemonSet,
    /// A StatefulSet.
    StatefulSet {
        /// The number of its first pod (`spec.ordinals.start`).
        first: u32,
    },
    /// A Job.
    Job(JobPods),
    /// A CronJob, which makes Jobs of names that are not known.
    CronJob(JobPods),
}

/// What a Job says of the labels of its pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPods {
    /// Whether they carry the name and the uid of the Job: not with `manualSelector`.
    pub named: bool,
    /// How many are told apart by numbers from 0, with `completionMode: Indexed`.
    pub indexed: Option<u32>,
}

/// How the pods of one template are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    /// The first number.
    pub first: u32,
    /// The label with the number.
    pub index: &'static str,
    /// The label with the pod's name, which is the owner's with the number.
    pub name: Option<&'static str>,
    /// Whether the pod's `hostname` is the owner's name with the number.
    pub hostnames: bool,
}

impl Controller {
    /// That of a kind of Kubernetes, as the API's defaults have it.
    pub fn of(kind: WorkloadKind) -> Self {
        let pods = JobPods {
            named: true,
            indexed: None,
        };
        match kind {
            WorkloadKind::CronJob => Self::CronJob(pods),
            WorkloadKind::DaemonSet => Self::DaemonSet,
            WorkloadKind::Deployment => Self::Deployment,
            WorkloadKind::Job => Self::Job(pods),
            WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => Self::Plain,
            WorkloadKind::StatefulSet => Self::StatefulSet { first: 0 },
        }
    }

    /// The labels of pods made by the controller's object of this name and uid, but for those that
    /// differ from pod to pod.
    pub(super) fn labels(self, template: &Labels, name: &str, uid: Option<&Arc<str>>) -> Labels {
        match self {
            Self::Deployment => template.with_open(TEMPLATE_HASH),
            Self::DaemonSet => template
                .with_open(REVISION_HASH)
                .with_open(TEMPLATE_GENERATION),
            Self::StatefulSet { .. } => template.with_open(REVISION_HASH),
            Self::Job(pods) if pods.named => {
                let named = JOB_NAME
                    .iter()
                    .fold(template.clone(), |labels, key| labels.with(key, name));
                JOB_UID.iter().fold(named, |labels, key| match uid {
                    Some(uid) => labels.with(key, uid),
                    // A Job that was read from a server says it in its template.
                    None if labels.get(key).is_some() => labels,
                    None => labels.with_open(key),
                })
            }
            Self::CronJob(pods) if pods.named => {
                let keys = JOB_NAME.iter().chain(&JOB_UID);
                keys.fold(template.clone(), |labels, key| labels.with_open(key))
            }
            Self::Plain | Self::Job(_) | Self::CronJob(_) => template.clone(),
        }
    }

    /// How the pods are numbered, if they are, and how many have numbers where that does not follow
    /// from how many there are at one time.
    pub(super) fn numbered(self) -> Option<(Numbered, Option<u32>)> {
        match self {
            Self::StatefulSet { first } => {
                let numbered = Numbered {
                    first,
                    index: POD_INDEX,
                    name: Some(POD_NAME),
                    hostnames: true,
                };
                Some((numbered, None))
            }
            Self::Job(pods) | Self::CronJob(pods) => {
                let numbered = Numbered {
                    first: 0,
                    index: COMPLETION_INDEX,
                    name: None,
                    // The name of a CronJob's Job is not known.
                    hostnames: matches!(self, Self::Job(_)),
                };
                Some((numbered, Some(pods.indexed?)))
            }
            Self::Plain | Self::Deployment | Self::DaemonSet => None,
        }
    }
}

impl Numbered {
    /// The labels of the pod with this number.
    pub(super) fn labels(&self, labels: &Labels, owner: &str, number: u32) -> Labels {
        let labels = labels.with(self.index, &number.to_string());
        match self.name {
            Some(key) => labels.with(key, &format!("{owner}-{number}")),
            None => labels,
        }
    }

    /// The names of the pod with this number. The controllers give it a `hostname`, whatever the
    /// template says (`pkg/controller/statefulset/stateful_set_utils.go`, `job/job_controller.go`).
    pub(super) fn names(
        &self,
        names: Option<&Arc<PodNames>>,
        owner: &str,
        number: u32,
    ) -> Option<Arc<PodNames>> {
        let hostname = self.hostnames.then(|| format!("{owner}-{number}").into());
        PodNames::with_hostname(names, hostname)
    }

    /// The names of several such pods, which share all but the `hostname`.
    pub(super) fn shared_names(names: Option<&Arc<PodNames>>) -> Option<Arc<PodNames>> {
        PodNames::with_hostname(names, None)
    }

    /// A number as a controller writes it: no sign, no leading zero.
    pub(super) fn parse(text: &str) -> Option<u32> {
        let parsed: u32 = text.parse().ok()?;
        (parsed.to_string() == *text).then_some(parsed)
    }
}
