//! The endpoints of Services as the cluster keeps them: `EndpointSlice`, and the older `Endpoints`.

use super::Origin;
use crate::net::Protocol;
use std::net::IpAddr;
use std::sync::Arc;

/// One address behind a Service. Source: `discovery.k8s.io/v1` `Endpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEndpoint {
    /// Its address.
    pub address: IpAddr,
    /// The pod that has it, by namespace and name, where the manifest says (`targetRef`).
    pub pod: Option<(Arc<str>, Arc<str>)>,
    /// The node it is on, where the manifest says.
    pub node: Option<Arc<str>>,
    /// Its own name in DNS, below that of a headless Service.
    pub hostname: Option<Arc<str>>,
    /// Whether traffic is sent there; also where the manifest does not say.
    pub ready: bool,
    /// Its ports, which are the true ones: the target ports of the Service mean nothing here.
    pub ports: Arc<[EndpointPort]>,
}

/// A port of an endpoint. Source: `discovery.k8s.io/v1` `EndpointPort`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPort {
    /// The name of the Service's port that leads to it; none where that has no name.
    pub name: Option<Arc<str>>,
    /// Its protocol; TCP where the manifest does not say.
    pub protocol: Protocol,
    /// The port, 1 to 65535; none for all ports.
    pub port: Option<u16>,
}

/// An `EndpointSlice` or an `Endpoints` object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointsObject {
    /// Whether it is an `EndpointSlice`: these win over `Endpoints`.
    pub is_slice: bool,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The Service that it belongs to: the label `kubernetes.io/service-name` of a slice, the name
    /// of the other. None for a slice without that label.
    pub service: Option<Arc<str>>,
    /// What is in it.
    pub endpoints: Vec<ServiceEndpoint>,
    /// The name in the manifest.
    pub origin: Origin,
}

impl EndpointsObject {
    /// Its kind as the API writes it.
    pub fn kind(&self) -> &'static str {
        if self.is_slice {
            "EndpointSlice"
        } else {
            "Endpoints"
        }
    }
}
