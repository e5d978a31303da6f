//! What was read, object by object, before it is joined into a [`super::Cluster`].

use super::cluster::{Namespace, Node};
use super::{
    ContainerPort, Controller, EndpointsObject, Gateway, GatewayClass, Ingress, IngressClass,
    LeftOut, OpenShiftRoute, Origin, Owner, PodNames, Policy, ReferenceGrant, Route, Service,
    WhyDormant, WorkloadKind,
};
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
    /// What scales workloads.
    pub autoscalers: Vec<Autoscaler>,
    /// Services.
    pub services: Vec<Service>,
    /// Endpoints of Services.
    pub endpoints: Vec<EndpointsObject>,
    /// Ingresses.
    pub ingresses: Vec<Ingress>,
    /// Classes of Ingresses.
    pub ingress_classes: Vec<IngressClass>,
    /// Gateways.
    pub gateways: Vec<Gateway>,
    /// Classes of Gateways.
    pub gateway_classes: Vec<GatewayClass>,
    /// Routes of the Gateway API, of every kind.
    pub routes: Vec<Route>,
    /// What may be referred to from other namespaces.
    pub reference_grants: Vec<ReferenceGrant>,
    /// Routes of OpenShift.
    pub openshift_routes: Vec<OpenShiftRoute>,
    /// Policies of every tier.
    pub policies: Vec<Policy>,
    /// Policies of other sets, to compare with: they tell replicas apart and decide nothing.
    pub others: Vec<Policy>,
    /// What could not be read, or is not.
    pub left_out: Vec<LeftOut>,
    /// What may show which network plugin the cluster has.
    pub clues: Vec<Clue>,
}

/// What may show which network plugin a cluster has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clue {
    /// A DaemonSet, read itself or by one of its pods.
    DaemonSet {
        /// Its namespace.
        namespace: Arc<str>,
        /// Its name.
        name: Arc<str>,
        /// Its containers.
        containers: Vec<Container>,
    },
    /// The version of the kubelet of some node: `v1.30.4+k3s1`.
    Kubelet(Arc<str>),
}

/// A container, as far as it shows what runs in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Container {
    /// Its name.
    pub name: Arc<str>,
    /// Its image.
    pub image: Arc<str>,
    /// Its command and arguments.
    pub args: Vec<Arc<str>>,
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
    /// What it is called in DNS and whom it asks for names; none where nothing is said of it.
    pub names: Option<Arc<PodNames>>,
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
