//! Who makes pods: the kinds of workload, and the owner that an object names.

use crate::table::listed;
use std::sync::Arc;

listed! {
    /// The kinds of workload whose pods are read from their template.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum WorkloadKind {
        /// `batch/v1` CronJob.
        CronJob,
        /// `apps/v1` DaemonSet.
        DaemonSet,
        /// `apps/v1` Deployment.
        Deployment,
        /// `batch/v1` Job.
        Job,
        /// `apps/v1` ReplicaSet.
        ReplicaSet,
        /// `v1` ReplicationController.
        ReplicationController,
        /// `apps/v1` StatefulSet.
        StatefulSet,
    }
}

impl WorkloadKind {
    /// The kind as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CronJob => "CronJob",
            Self::DaemonSet => "DaemonSet",
            Self::Deployment => "Deployment",
            Self::Job => "Job",
            Self::ReplicaSet => "ReplicaSet",
            Self::ReplicationController => "ReplicationController",
            Self::StatefulSet => "StatefulSet",
        }
    }

    /// The kind of an API name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The controller that owns an object (`metadata.ownerReferences` with `controller: true`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// Its kind, which may be one that netpolc does not know; empty where not given.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

impl Owner {
    /// The workloads that may control this one where it was not read: its name is theirs with a suffix
    /// (the pod template's hash, the scheduled time).
    pub(super) fn implied_parents(&self, hash: Option<&str>) -> Vec<Self> {
        let Some((stem, suffix)) = self.name.rsplit_once('-') else {
            return Vec::new();
        };
        let kinds: &[&str] = match &*self.kind {
            "ReplicaSet" if hash == Some(suffix) => &["Deployment", "Rollout"],
            "Job" if suffix.bytes().all(|byte| byte.is_ascii_digit()) => &["CronJob"],
            _ => &[],
        };
        let all = kinds.iter().map(|&kind| Self {
            kind: kind.into(),
            name: stem.into(),
        });
        all.collect()
    }
}
