//! Endpoints of Services: `EndpointSlice`, and the older `Endpoints`.

use super::Build;
use super::meta::{Meta, Pairs, Text, nullable};
use super::pod::{NOT_A_PROTOCOL, protocol};
use crate::input::validate;
use crate::model::{EndpointPort, EndpointsObject, ServiceEndpoint};
use serde::Deserialize;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

/// The label with the Service of a slice.
const SERVICE_LABEL: &str = "kubernetes.io/service-name";
/// Where `v1beta1` had the node before it had a field for it.
const NODE_TOPOLOGY: &str = "kubernetes.io/hostname";

/// An `EndpointSlice`. Source: `discovery.k8s.io/v1`, and `v1beta1`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::input) struct RawSlice<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow)]
    address_type: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    endpoints: Vec<RawEndpoint<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    ports: Vec<RawPort<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawEndpoint<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    addresses: Vec<Text<'a>>,
    #[serde(deserialize_with = "nullable")]
    conditions: RawConditions,
    #[serde(borrow)]
    hostname: Text<'a>,
    #[serde(borrow)]
    node_name: Text<'a>,
    #[serde(borrow)]
    topology: Pairs<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    target_ref: RawReference<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawConditions {
    ready: Option<bool>,
}

/// `v1.ObjectReference`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawReference<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawPort<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    protocol: Text<'a>,
    port: Option<i64>,
}

/// An `Endpoints` object. Source: `v1.Endpoints`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawEndpoints<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    subsets: Vec<RawSubset<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSubset<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    addresses: Vec<RawAddress<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    not_ready_addresses: Vec<RawAddress<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    ports: Vec<RawPort<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawAddress<'a> {
    #[serde(borrow)]
    ip: Text<'a>,
    #[serde(borrow)]
    hostname: Text<'a>,
    #[serde(borrow)]
    node_name: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    target_ref: RawReference<'a>,
}

/// What the addresses of a slice are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AddressType {
    V4,
    V6,
    /// Names, to which no proxy leads.
    Names,
}

impl RawSlice<'_> {
    /// The slice.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> EndpointsObject {
        let ports = ports(&self.ports, "ports", build);
        let kind = self.address_type(build);
        let mut endpoints = Vec::new();
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            endpoints.extend(endpoint.build(index, (kind, &ports), build));
        }
        let labels = &self.metadata.labels.0;
        let service = labels.iter().find(|(key, _)| **key == *SERVICE_LABEL);
        EndpointsObject {
            is_slice: true,
            namespace: self.metadata.namespace(build),
            name: self.metadata.name(build),
            service: service.and_then(|(_, name)| build.optional(name)),
            endpoints,
            origin: build.origin,
        }
    }

    fn address_type(&self, build: &mut Build<'_>) -> Option<AddressType> {
        match &*self.address_type {
            "IPv4" => Some(AddressType::V4),
            "IPv6" => Some(AddressType::V6),
            "FQDN" => {
                let what = "names are no endpoints: neither proxies nor policies take them";
                build.warn("invalid-value", "addressType", what);
                Some(AddressType::Names)
            }
            // The first version had one type for both families.
            "IP" => None,
            "" => {
                let what = "a slice must say whether its addresses are `IPv4` or `IPv6`";
                build.issue("required", "addressType", what);
                None
            }
            _ => {
                build.issue("invalid-value", "addressType", "must be `IPv4` or `IPv6`");
                None
            }
        }
    }
}

impl RawEndpoint<'_> {
    fn build(
        &self,
        index: usize,
        (kind, ports): (Option<AddressType>, &Arc<[EndpointPort]>),
        build: &mut Build<'_>,
    ) -> Option<ServiceEndpoint> {
        // "No semantics are defined for additional addresses beyond the first."
        let Some(first) = self.addresses.first() else {
            let path = format!("endpoints[{index}].addresses");
            build.issue("required", path, "an endpoint must have an address");
            return None;
        };
        if kind == Some(AddressType::Names) {
            return None;
        }
        let fits = |ip: &IpAddr| match kind {
            Some(AddressType::V4) => ip.is_ipv4(),
            Some(AddressType::V6) => ip.is_ipv6(),
            Some(AddressType::Names) | None => true,
        };
        let address = first.parse().ok().filter(fits);
        let path = || format!("endpoints[{index}].addresses[0]");
        judge(address, path, build);
        let hostname = (&*self.hostname, format_args!("endpoints[{index}].hostname"));
        let topology = self.topology.0.iter();
        let topology = topology
            .filter(|(key, _)| **key == *NODE_TOPOLOGY)
            .find_map(|(_, node)| build.optional(node));
        Some(ServiceEndpoint {
            address: address?,
            pod: self.target_ref.pod(build),
            node: build.optional(&self.node_name).or(topology),
            hostname: self::hostname(hostname, build),
            // "A nil value should be interpreted as true."
            ready: self.conditions.ready.unwrap_or(true),
            ports: Arc::clone(ports),
        })
    }
}

impl RawReference<'_> {
    /// The pod that it names.
    fn pod(&self, build: &mut Build<'_>) -> Option<(Arc<str>, Arc<str>)> {
        let is_pod = *self.kind == *"Pod" && !self.name.is_empty();
        is_pod.then(|| {
            (
                build.pool.text(&self.namespace),
                build.pool.text(&self.name),
            )
        })
    }
}

impl RawEndpoints<'_> {
    /// The endpoints.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> EndpointsObject {
        let name = self.metadata.name(build);
        let mut endpoints = Vec::new();
        for (index, subset) in self.subsets.iter().enumerate() {
            let ports = ports(&subset.ports, &format!("subsets[{index}].ports"), build);
            let ready = subset.addresses.iter().map(|it| (it, "addresses"));
            let others = subset.not_ready_addresses.iter();
            let others = others.map(|it| (it, "notReadyAddresses"));
            let (ready, others) = (ready.enumerate(), others.enumerate());
            for (number, (address, list)) in ready.chain(others) {
                let path = format_args!("subsets[{index}].{list}[{number}]");
                let ip = address.ip.parse().ok();
                judge(ip, || format!("{path}.ip"), build);
                let hostname = (&*address.hostname, format_args!("{path}.hostname"));
                let Some(ip) = ip else { continue };
                endpoints.push(ServiceEndpoint {
                    address: ip,
                    pod: address.target_ref.pod(build),
                    node: build.optional(&address.node_name),
                    hostname: self::hostname(hostname, build),
                    ready: list == "addresses",
                    ports: Arc::clone(&ports),
                });
            }
        }
        EndpointsObject {
            is_slice: false,
            namespace: self.metadata.namespace(build),
            service: Some(Arc::clone(&name)),
            name,
            endpoints,
            origin: build.origin,
        }
    }
}

/// Says what the API server refuses of the address of an endpoint. Source: `ValidateEndpointIP`.
fn judge(address: Option<IpAddr>, path: impl FnOnce() -> String, build: &mut Build<'_>) {
    let Some(ip) = address else {
        build.issue(
            "invalid-value",
            path(),
            "not an IP address of the right family",
        );
        return;
    };
    let is_link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local() || ip.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(ip) => ip.is_unicast_link_local() || ip.segments().first() == Some(&0xff02),
    };
    if ip.is_unspecified() || ip.is_loopback() || is_link_local {
        let what = "an endpoint cannot have an unspecified, loopback or link-local address";
        build.issue("invalid-value", path(), what);
    }
}

fn hostname(
    (name, path): (&str, std::fmt::Arguments<'_>),
    build: &mut Build<'_>,
) -> Option<Arc<str>> {
    let hostname = build.optional(name)?;
    if let Err(what) = validate::dns_label(name) {
        build.issue("invalid-value", path.to_string(), what);
    }
    Some(hostname)
}

fn ports(raw: &[RawPort<'_>], path: &str, build: &mut Build<'_>) -> Arc<[EndpointPort]> {
    let mut names = HashSet::new();
    let mut ports = Vec::new();
    for (index, port) in raw.iter().enumerate() {
        let path = |field: &str| format!("{path}[{index}].{field}");
        if !names.insert(&*port.name) {
            let what = "another port of these endpoints has this name";
            build.issue("invalid-value", path("name"), what);
        } else if let Err(what) = validate::dns_label(&port.name)
            && !port.name.is_empty()
        {
            build.issue("invalid-value", path("name"), what);
        }
        let protocol = protocol(&port.protocol);
        if protocol.is_none() {
            build.issue("invalid-value", path("protocol"), NOT_A_PROTOCOL);
        }
        let number = port.port.map(|number| u16::try_from(number).unwrap_or(0));
        if number == Some(0) {
            let what = "a port must be between 1 and 65535";
            build.issue("invalid-value", path("port"), what);
        }
        ports.extend(protocol.map(|protocol| EndpointPort {
            name: build.optional(&port.name),
            protocol,
            port: number,
        }));
    }
    ports.into()
}
