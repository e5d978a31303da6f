//! Services, as far as they lead to pods.

use super::{EndpointPort, Origin, Pod, ServiceEndpoint};
use crate::net::{AddressSet, Family, Protocol};
use crate::selector::Selector;
use std::net::IpAddr;
use std::sync::Arc;

/// How a Service is reached. Source: `v1.ServiceType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceKind {
    /// A virtual address inside the cluster (or none, for headless Services).
    ClusterIp,
    /// Also a port on every node.
    NodePort,
    /// Also an address of a load balancer.
    LoadBalancer,
    /// A DNS alias of a name outside.
    ExternalName,
}

/// The pod port that a Service port leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetPort {
    /// A number.
    Number(u16),
    /// The container port of this name, which may differ from pod to pod.
    Named(Arc<str>),
}

/// One port of a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name, where it has one.
    pub name: Option<Arc<str>>,
    /// Its protocol; TCP where the manifest does not say.
    pub protocol: Protocol,
    /// The Service's own port, 1 to 65535.
    pub port: u16,
    /// The pods' port; the Service's own where the manifest does not say.
    pub target: TargetPort,
    /// The port on every node, where the manifest says.
    pub node_port: Option<u16>,
    /// The entry in the manifest.
    pub origin: Origin,
}

/// A Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// How it is reached.
    pub kind: ServiceKind,
    /// The pods behind it; none where the endpoints are given by hand, and for an `ExternalName`.
    pub selector: Option<Selector>,
    /// Its cluster addresses; empty where headless or not known.
    pub addresses: Vec<IpAddr>,
    /// Whether it has no address of its own (`clusterIP: None`): clients look up the pods and
    /// dial them, and nothing translates a port.
    pub headless: bool,
    /// The IP families that it has addresses of; empty: not known.
    pub families: Vec<Family>,
    /// How it is met from outside the cluster.
    pub outside: OutsideAccess,
    /// Whether pods reach only those of its endpoints that are on their own node
    /// (`internalTrafficPolicy: Local`).
    pub inside_local: bool,
    /// Whether endpoints count that are not ready (`publishNotReadyAddresses`).
    pub publishes_not_ready: bool,
    /// Its endpoints, for a Service without a selector: given by hand, as they were read. Empty
    /// where there is a selector, which says what they are.
    pub endpoints: Vec<ServiceEndpoint>,
    /// The name outside that it stands for (`ExternalName`).
    pub external_name: Option<Arc<str>>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// The Service's name in the manifest.
    pub origin: Origin,
}

/// How a Service is met from outside the cluster, beside ports of nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideAccess {
    /// All its addresses there: [`Self::external_ips`] and [`Self::balanced`], sorted.
    pub addresses: Vec<IpAddr>,
    /// Those that lead to a node by other means (`externalIPs`).
    pub external_ips: Vec<IpAddr>,
    /// Those that a load balancer has (`status.loadBalancer`) or is asked to have (`loadBalancerIP`).
    pub balanced: Vec<IpAddr>,
    /// The names of its load balancers (`status.loadBalancer.ingress[].hostname`).
    pub hostnames: Vec<Arc<str>>,
    /// Those of them at which a load balancer makes connections of its own, so that pods see its
    /// address (`ipMode: Proxy`).
    pub proxied: Vec<IpAddr>,
    /// Whether a load balancer has ports on nodes (`allocateLoadBalancerNodePorts`); also where the
    /// manifest does not say.
    pub node_ports: bool,
    /// Whether clients keep their addresses on the way to the pods
    /// (`externalTrafficPolicy: Local`).
    pub keeps_source: bool,
    /// Whom its load balancer lets in (`loadBalancerSourceRanges`); empty: everyone.
    pub source_ranges: AddressSet,
}

impl Default for OutsideAccess {
    fn default() -> Self {
        Self {
            addresses: Vec::new(),
            external_ips: Vec::new(),
            balanced: Vec::new(),
            hostnames: Vec::new(),
            proxied: Vec::new(),
            node_ports: true,
            keeps_source: false,
            source_ranges: AddressSet::default(),
        }
    }
}

impl Service {
    /// The port of an endpoint at this address that a port of this Service leads to, where
    /// its endpoints are listed.
    pub fn listed_at(&self, address: IpAddr, port: &ServicePort) -> Option<u16> {
        let listed = self.endpoint_at(address, port);
        listed.map(|target| if self.headless { port.port } else { target })
    }

    /// The port that an endpoint at this address has for a port of this Service.
    pub fn endpoint_at(&self, address: IpAddr, port: &ServicePort) -> Option<u16> {
        let at = self.endpoints.iter().filter(|it| it.address == address);
        let mut ports = at.flat_map(|it| it.ports.iter());
        let leads = |it: &&EndpointPort| {
            let name = it.name.as_deref().filter(|name| !name.is_empty());
            name == port.name.as_deref() && it.protocol == port.protocol
        };
        ports.find(leads).map(|it| it.port.unwrap_or(port.port))
    }

    /// Its addresses inside the cluster and outside.
    pub fn all_addresses(&self) -> impl Iterator<Item = &IpAddr> {
        self.addresses.iter().chain(&self.outside.addresses)
    }

    /// The name that it is an alias of; none unless it is an `ExternalName`.
    pub fn alias(&self) -> Option<&str> {
        let name = self.external_name.as_deref().unwrap_or_default();
        (self.kind == ServiceKind::ExternalName).then_some(name)
    }

    /// Whether the network leads to it from outside the cluster.
    pub fn is_met_from_outside(&self) -> bool {
        match self.kind {
            ServiceKind::NodePort | ServiceKind::LoadBalancer => true,
            ServiceKind::ClusterIp => !self.outside.addresses.is_empty(),
            ServiceKind::ExternalName => false,
        }
    }

    /// The ports of `pod` that a port of this Service leads to: none where the pod has no port of
    /// the target's name. A headless Service translates none.
    pub fn targets(&self, port: &ServicePort, pod: &Pod) -> Vec<u16> {
        if self.headless {
            vec![port.port]
        } else {
            self.served(port, pod)
        }
    }

    /// The ports on which `pod` serves a port of this Service, as its endpoints have them.
    pub fn served(&self, port: &ServicePort, pod: &Pod) -> Vec<u16> {
        if self.selector.is_none() && !self.endpoints.is_empty() {
            let listed = pod.ips.iter().filter_map(|ip| self.endpoint_at(*ip, port));
            listed.take(1).collect()
        } else {
            port.served_by(pod)
        }
    }
}

impl ServicePort {
    /// The ports on which `pod` is to serve this one: none where it has no port of the target's
    /// name.
    pub fn served_by(&self, pod: &Pod) -> Vec<u16> {
        match &self.target {
            TargetPort::Number(number) => vec![*number],
            TargetPort::Named(name) => {
                let numbers = pod.named_port(name, Some(self.protocol));
                numbers.map(|(_, number)| number).collect()
            }
        }
    }
}
