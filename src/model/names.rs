//! What a pod is called in DNS, and where it asks for names.

use std::net::IpAddr;
use std::sync::Arc;

/// What a pod's manifest says of names. Source: `v1.PodSpec`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PodNames {
    /// Its own name below that of its Service (`hostname`).
    pub hostname: Option<Arc<str>>,
    /// The headless Service below whose name it has one (`subdomain`).
    pub subdomain: Option<Arc<str>>,
    /// Whom it asks.
    pub dns_policy: DnsPolicy,
    /// Whom it asks besides (`dnsConfig.nameservers`), or with [`DnsPolicy::None`] alone.
    pub nameservers: Vec<IpAddr>,
    /// In which domains it looks for short names besides (`dnsConfig.searches`).
    pub searches: Vec<Arc<str>>,
    /// From how many dots on a name is taken as it is first, where the manifest says (`ndots`).
    pub ndots: Option<u32>,
}

/// Whom a pod asks for names. Source: `v1.DNSPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DnsPolicy {
    /// The DNS of the cluster; that of the node where the pod shares the node's network.
    #[default]
    ClusterFirst,
    /// The DNS of the cluster, in the network of the node too.
    ClusterFirstWithHostNet,
    /// That of the node.
    Default,
    /// Only whom `dnsConfig` names.
    None,
}

impl PodNames {
    /// Shared; none where it says nothing that does not hold for every pod.
    pub fn shared(self) -> Option<Arc<Self>> {
        (self != Self::default()).then(|| Arc::new(self))
    }

    /// The same with another `hostname`.
    pub(super) fn with_hostname(
        names: Option<&Arc<Self>>,
        hostname: Option<Arc<str>>,
    ) -> Option<Arc<Self>> {
        let names = names.map(|names| (**names).clone()).unwrap_or_default();
        Self { hostname, ..names }.shared()
    }
}
