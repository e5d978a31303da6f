//! A pod of a cluster.

use super::ids::{NamespaceId, WorkloadId};
use super::{Count, HowMany, Origin, PodNames};
use crate::net::Protocol;
use crate::selector::Labels;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// A declared port of a container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerPort {
    /// Its name, where it has one.
    pub name: Option<Arc<str>>,
    /// Its protocol; TCP where the manifest does not say.
    pub protocol: Protocol,
    /// The port, 1 to 65535.
    pub port: u16,
    /// The port of the node that leads to it, if one does. None in the node's network, where all do.
    pub host_port: Option<u16>,
}

/// What is known of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PodNature {
    /// Its manifest was read.
    Read,
    /// It stands for the pods of a workload of which none was read, made from the template: its
    /// address is not known.
    StandIn,
    /// It stands for some of them, of which policies tell the others apart (S74): one replica, or
    /// several that are alike.
    Replica,
    /// It is only imagined, by a question about labels: neither its address nor its ports are known.
    Hypothetical,
}

/// A pod that exists, or that stands for all pods of a workload of which none was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its name; the workload's where it stands for the workload's pods.
    pub name: Arc<str>,
    /// Its labels.
    pub labels: Labels,
    /// Its addresses, as far as known.
    pub ips: Vec<IpAddr>,
    /// Whether it shares the node's network.
    pub host_network: bool,
    /// The node it runs on, by name.
    pub node: Option<Arc<str>>,
    /// Its declared ports.
    pub ports: Arc<[ContainerPort]>,
    /// What it is called in DNS and whom it asks for names; none where the manifest says nothing of it.
    pub names: Option<Arc<PodNames>>,
    /// The workload that it belongs to.
    pub workload: Option<WorkloadId>,
    /// How many pods it stands for: one for a pod that was read, the replicas of a workload.
    pub count: Count,
    /// Whether it was read, stands for a workload's pods, or is only imagined.
    pub nature: PodNature,
    /// Whether it stands for pods of which there is one on every node (a DaemonSet's that picks none).
    pub per_node: bool,
    /// The name in the manifest.
    pub origin: Origin,
}

/// What tells a pod from all others. Replicas that one entry stands for have it in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PodKey {
    namespace: NamespaceId,
    name: Arc<str>,
    workload: Option<WorkloadId>,
    nature: PodNature,
}

impl Pod {
    /// What tells it from all others.
    pub fn key(&self) -> PodKey {
        PodKey {
            namespace: self.namespace,
            name: Arc::clone(&self.name),
            workload: self.workload,
            nature: self.nature,
        }
    }

    /// The numbers of the container ports of this name, where the protocol fits.
    pub fn named_port(
        &self,
        name: &str,
        protocol: Option<Protocol>,
    ) -> impl Iterator<Item = (Protocol, u16)> {
        self.ports
            .iter()
            .filter(move |port| port.name.as_deref() == Some(name))
            .filter(move |port| protocol.is_none_or(|protocol| protocol == port.protocol))
            .map(|port| (port.protocol, port.port))
    }

    /// Whether it stands, or may stand, for two pods or more that are alike.
    pub fn is_many(&self) -> bool {
        self.count.how_many() != HowMany::One
    }
}

/// A pod that is not there now but that a question may be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dormant {
    /// What the pod is or would be.
    pub pod: Pod,
    /// Why it is not there.
    pub why: WhyDormant,
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
