//! What was read, object by object, before it is joined into a [`super::Cluster`].

use super::cluster::{ContainerPort, Namespace, Node};
use super::{Ingress, LeftOut, Origin, Policy, Service};
use crate::selector::Labels;
use std::net::IpAddr;
use std::sync::Arc;

/// Everything that was read, in reading order.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// Namespaces.
    pub namespaces: Vec<Namespace>,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Pods.
    pub pods: Vec<PodObject>,
    /// Workloads of every kind.
    pub workloads: Vec<WorkloadObject>,
    /// Services.
    pub services: Vec<Service>,
    /// Ingresses.
    pub ingresses: Vec<Ingress>,
    /// Policies of every tier.
    pub policies: Vec<Policy>,
    /// What could not be read, or is not.
    pub left_out: Vec<LeftOut>,
}

/// What a pod is made from: what a Pod says of itself and a workload of its pods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PodTemplate {
    /// The labels.
    pub labels: Labels,
    /// Whether it shares the node's network.
    pub host_network: bool,
    /// The declared ports of containers and of init containers that stay (`restartPolicy: Always`).
    pub ports: Arc<[ContainerPort]>,
}

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

impl WorkloadKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::CronJob,
        Self::DaemonSet,
        Self::Deployment,
        Self::Job,
        Self::ReplicaSet,
        Self::ReplicationController,
        Self::StatefulSet,
    ];

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

/// A workload as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadObject {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its own controller.
    pub owner: Option<Owner>,
    /// How many pods it asks for; none where that is not a number in the manifest (DaemonSet).
    pub replicas: Option<u32>,
    /// What its pods are made from.
    pub template: PodTemplate,
    /// The name in the manifest.
    pub origin: Origin,
}

/// Whether a pod runs. Source: `v1.PodPhase`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PodPhase {
    /// Pending, running, or not said.
    #[default]
    Live,
    /// Succeeded or Failed: it has no network any more.
    Finished,
}

/// A pod as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodObject {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its controller.
    pub owner: Option<Owner>,
    /// Labels, ports and network.
    pub template: PodTemplate,
    /// Its addresses, as far as known; at most one of each family.
    pub ips: Vec<IpAddr>,
    /// The node it runs on.
    pub node: Option<Arc<str>>,
    /// Whether it runs.
    pub phase: PodPhase,
    /// The name in the manifest.
    pub origin: Origin,
}
