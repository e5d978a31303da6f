//! The rules that kube-proxy writes for Services, in both of its modes: as text for `nft` and for
//! `iptables-restore`. Chains, marks and what decides between them are those of pkg/proxy of Kubernetes;
//! comments, session affinity, topology and ports of health checks are left out.

mod iptables;
mod nftables;
pub mod plugin;
pub mod portmap;

use std::net::{IpAddr, SocketAddr};

/// One port of a Service.
#[derive(Clone, Debug)]
pub struct ServicePort {
    /// Tells its chains from others.
    pub number: usize,
    pub cluster_ip: IpAddr,
    pub port: u16,
    pub node_port: u16,
    pub external_ips: Vec<IpAddr>,
    /// Addresses of its load balancer.
    pub balancer_ips: Vec<IpAddr>,
    /// `loadBalancerSourceRanges`.
    pub ranges: Vec<&'static str>,
    /// `externalTrafficPolicy: Local`.
    pub external_local: bool,
    /// `internalTrafficPolicy: Local`.
    pub internal_local: bool,
    /// The ready ones, each with whether it is on the node.
    pub endpoints: Vec<(SocketAddr, bool)>,
}

/// The node for which rules are written.
#[derive(Clone, Debug)]
pub struct OnNode<'s> {
    pub address: IpAddr,
    /// The block from which pods are told: that of the cluster, or that of the node.
    pub local: &'static str,
    pub services: &'s [ServicePort],
}

/// Ports of Services in one text: an ordinary user cannot load many more in one step.
const AT_ONCE: usize = 30;

/// What becomes of packets for which there is no backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Without {
    Reject,
    Drop,
}

impl ServicePort {
    fn on_node(&self) -> impl Iterator<Item = SocketAddr> {
        let local = self.endpoints.iter().filter(|(_, local)| *local);
        local.map(|(endpoint, _)| *endpoint)
    }

    /// What becomes of packets, where a policy may admit local backends only.
    fn without(&self, local: bool) -> Option<Without> {
        if self.endpoints.is_empty() {
            Some(Without::Reject)
        } else {
            (local && self.on_node().next().is_none()).then_some(Without::Drop)
        }
    }

    fn without_internal(&self) -> Option<Without> {
        self.without(self.internal_local)
    }

    fn without_external(&self) -> Option<Without> {
        self.without(self.external_local)
    }
}

impl OnNode<'_> {
    /// For `nft -f`, one after the other.
    pub fn nftables(&self) -> Vec<String> {
        nftables::write(self)
    }

    /// For `iptables-restore --noflush`, one after the other.
    pub fn iptables(&self) -> Vec<String> {
        iptables::write(self)
    }
}
