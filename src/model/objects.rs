//! What was read, object by object, before it is joined into a [`super::Cluster`].

use super::cluster::{ContainerPort, Namespace, Node};
use super::{Controller, Ingress, LeftOut, Origin, Policy, Service};
use crate::selector::Labels;
use crate::table::listed;
use std::fmt;
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
    /// What scales workloads.
    pub autoscalers: Vec<Autoscaler>,
    /// Services.
    pub services: Vec<Service>,
    /// Ingresses.
    pub ingresses: Vec<Ingress>,
    /// Policies of every tier.
    pub policies: Vec<Policy>,
    /// Policies of other sets, to compare with: they tell replicas apart and decide nothing.
    pub others: Vec<Policy>,
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

/// A workload as it was read: an object of any kind that makes pods from templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadObject {
    /// Its kind as the API writes it.
    pub kind: Arc<str>,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its uid, which only a server gives.
    pub uid: Option<Arc<str>>,
    /// Its own controller.
    pub owner: Option<Owner>,
    /// What pods it makes.
    pub makes: Vec<Made>,
    /// The name in the manifest.
    pub origin: Origin,
}

impl WorkloadObject {
    /// A workload of one of the kinds of Kubernetes, that makes pods of one template.
    pub fn new(kind: WorkloadKind, namespace: &Arc<str>, name: &Arc<str>, made: Made) -> Self {
        Self {
            kind: kind.name().into(),
            namespace: Arc::clone(namespace),
            name: Arc::clone(name),
            uid: None,
            owner: None,
            makes: vec![made],
            origin: Origin::default(),
        }
    }
}

/// Pods that a workload makes from one template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Made {
    /// What tells them from others that the workload makes; none where it makes no others.
    pub part: Option<Arc<str>>,
    /// What they are made from.
    pub template: PodTemplate,
    /// Who makes them, and which labels it gives them.
    pub controller: Controller,
    /// How many the manifest asks for.
    pub asks: Asks,
}

/// How many pods a manifest asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// From the first to the second number; where there is no second, any number from the first.
    Between(u32, Option<u32>),
    /// One for each node; only for some of them, if the manifest picks nodes.
    PerNode {
        /// Whether it picks nodes.
        picks: bool,
    },
    /// None now, and why.
    Nothing(WhyDormant),
}

impl Asks {
    /// This many `replicas`.
    pub fn replicas(number: u32) -> Self {
        match number {
            0 => Self::Nothing(WhyDormant::NoReplicas),
            _ => Self::Between(number, Some(number)),
        }
    }
}

impl Default for Asks {
    fn default() -> Self {
        Self::replicas(1)
    }
}

/// Why a pod that a question may be about is not there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyDormant {
    /// Its Job asks for no completion (S64).
    NoCompletions,
    /// It, or its Job, has Succeeded or Failed (S63).
    Finished,
    /// Its Job asks for no pod at a time (S64).
    NoParallelism,
    /// Its workload asks for no replicas (S64).
    NoReplicas,
    /// Its Job or CronJob is suspended (S64).
    Suspended,
}

impl fmt::Display for WhyDormant {
    /// To stand behind its name: ``has `replicas: 0` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCompletions => "has `completions: 0`",
            Self::Finished => "has finished",
            Self::NoParallelism => "has `parallelism: 0`",
            Self::NoReplicas => "has `replicas: 0`",
            Self::Suspended => "is suspended",
        })
    }
}

/// What keeps the number of a workload's pods between bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Autoscaler {
    /// `HorizontalPodAutoscaler` or `ScaledObject`.
    pub kind: Arc<str>,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The workload.
    pub target: Owner,
    /// The fewest pods.
    pub least: u32,
    /// The most pods.
    pub most: u32,
    /// Whether it also scales a workload that has none now (KEDA), which a
    /// HorizontalPodAutoscaler leaves alone.
    pub from_none: bool,
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
