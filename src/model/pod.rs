//! A pod of a cluster.

use super::ids::{NamespaceId, WorkloadId};
use super::{Count, HowMany, Origin};
use crate::net::Protocol;
use crate::selector::Labels;
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
    /// The workload that it belongs to.
    pub workload: Option<WorkloadId>,
    /// How many pods it stands for: one for a pod that was read, the replicas of a workload.
    pub count: Count,
    /// Whether it was read, stands for a workload's pods, or is only imagined.
    pub nature: PodNature,
    /// The name in the manifest.
    pub origin: Origin,
}

impl Pod {
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
    /// Why it is not there: `has replicas: 0`, `has finished`.
    pub why: &'static str,
}
