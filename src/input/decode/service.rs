//! Services.

use super::Build;
use super::balancer::{RawStatus, sorted};
use super::meta::{Meta, Pairs, Text, nullable};
use super::pod::{NOT_A_PROTOCOL, protocol};
use super::target::RawTarget;
use crate::input::validate;
use crate::model::{OutsideAccess, Service, ServiceKind, ServicePort, TargetPort};
use crate::net::{AddressSet, Cidr, Family};
use crate::selector::{Operator, Requirement, Selector};
use serde::Deserialize;
use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

/// A Service. Source: `v1.Service`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawService<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawSpec<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawSpec<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    selector: Pairs<'a>,
    #[serde(borrow, rename = "clusterIP")]
    cluster_ip: Text<'a>,
    #[serde(borrow, rename = "clusterIPs", deserialize_with = "nullable")]
    cluster_ips: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    ip_families: Vec<Text<'a>>,
    #[serde(borrow)]
    ip_family_policy: Text<'a>,
    #[serde(borrow, rename = "externalIPs", deserialize_with = "nullable")]
    external_ips: Vec<Text<'a>>,
    #[serde(borrow, rename = "loadBalancerIP")]
    load_balancer_ip: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    load_balancer_source_ranges: Vec<Text<'a>>,
    allocate_load_balancer_node_ports: Option<bool>,
    #[serde(borrow)]
    internal_traffic_policy: Text<'a>,
    #[serde(deserialize_with = "nullable")]
    publish_not_ready_addresses: bool,
    #[serde(borrow)]
    external_traffic_policy: Text<'a>,
    #[serde(borrow)]
    external_name: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    ports: Vec<RawPort<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawPort<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    protocol: Text<'a>,
    #[serde(deserialize_with = "nullable")]
    port: i64,
    #[serde(borrow)]
    target_port: RawTarget<'a>,
    #[serde(deserialize_with = "nullable")]
    node_port: i64,
}

impl RawService<'_> {
    /// The Service.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> Service {
        let spec = &self.spec;
        let kind = match &*spec.kind {
            "" | "ClusterIP" => ServiceKind::ClusterIp,
            "NodePort" => ServiceKind::NodePort,
            "LoadBalancer" => ServiceKind::LoadBalancer,
            "ExternalName" => ServiceKind::ExternalName,
            _ => {
                let what = "must be `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`";
                build.issue("invalid-value", "spec.type", what);
                ServiceKind::ClusterIp
            }
        };
        let mut ports = Vec::new();
        for (index, port) in spec.ports.iter().enumerate() {
            ports.extend(port.build(&format!("spec.ports[{index}]"), build));
        }
        if !self.metadata.is_from_server() {
            spec.check(kind, build);
        }
        Service {
            namespace: self.metadata.namespace(build),
            name: self.metadata.name_as(validate::dns_label, build),
            kind,
            // "Ignored if type is ExternalName" (`v1.ServiceSpec.selector`).
            selector: selector(&spec.selector, build).filter(|_| kind != ServiceKind::ExternalName),
            addresses: spec.addresses(),
            headless: spec.is_headless() && kind != ServiceKind::ExternalName,
            families: spec.families(),
            outside: spec.outside(&self.status, build),
            inside_local: *spec.internal_traffic_policy == *"Local",
            publishes_not_ready: spec.publish_not_ready_addresses,
            endpoints: Vec::new(),
            external_name: build.optional(&spec.external_name),
            ports,
            origin: build.origin,
        }
    }
}

/// A selector without any pair is none: the endpoints are given by hand.
fn selector(pairs: &Pairs<'_>, build: &mut Build<'_>) -> Option<Selector> {
    let requirements: Vec<Requirement> = pairs
        .0
        .iter()
        .map(|(key, value)| Requirement {
            key: build.pool.text(key),
            operator: Operator::In,
            values: vec![build.pool.text(value)],
        })
        .collect();
    (!requirements.is_empty()).then(|| Selector::new(requirements))
}

impl RawSpec<'_> {
    /// Says what the API server refuses of a new Service. Source: `ValidateService`.
    fn check(&self, kind: ServiceKind, build: &mut Build<'_>) {
        let is_external = kind == ServiceKind::ExternalName;
        let first = self.cluster_ips.first();
        let is_headless = [Some(&self.cluster_ip), first].contains(&Some(&Text("None".into())));
        if self.ports.is_empty() && !is_headless && !is_external {
            build.issue("required", "spec.ports", "a Service must have a port");
        }
        if let Some(first) = first.filter(|_| !self.cluster_ip.is_empty())
            && *first != self.cluster_ip
        {
            let what = "the first of `clusterIPs` must be the `clusterIP`";
            build.issue("invalid-value", "spec.clusterIPs", what);
        }
        if is_external {
            let name = self.external_name.trim_end_matches('.');
            if let Err(what) = validate::subdomain(name) {
                build.issue("invalid-value", "spec.externalName", what);
            }
        }
        self.selector.check("spec.selector", build);
        self.check_ports(build);
        self.check_traffic(kind, build);
    }

    /// What is said of the way from outside, and of who counts.
    fn check_traffic(&self, kind: ServiceKind, build: &mut Build<'_>) {
        for (index, port) in self.ports.iter().enumerate() {
            if kind == ServiceKind::ClusterIp && port.node_port != 0 {
                let what = "with `type: ClusterIP` there is no port of nodes";
                build.issue(
                    "invalid-value",
                    format!("spec.ports[{index}].nodePort"),
                    what,
                );
            }
        }
        for (index, range) in self.load_balancer_source_ranges.iter().enumerate() {
            if Cidr::parse(range.trim()).is_err() {
                let path = format!("spec.loadBalancerSourceRanges[{index}]");
                build.issue("invalid-value", path, "not a block of addresses");
            }
        }
        for (index, text) in self.external_ips.iter().enumerate() {
            if text.parse::<IpAddr>().is_err() {
                let path = format!("spec.externalIPs[{index}]");
                build.issue("invalid-value", path, "not an IP address");
            }
        }
        for (field, policy) in [
            ("externalTrafficPolicy", &self.external_traffic_policy),
            ("internalTrafficPolicy", &self.internal_traffic_policy),
        ] {
            if !matches!(&**policy, "" | "Cluster" | "Local") {
                let what = "must be `Cluster` or `Local`";
                build.issue("invalid-value", format!("spec.{field}"), what);
            }
        }
    }

    /// The names of ports, and that none is there twice.
    fn check_ports(&self, build: &mut Build<'_>) {
        let (mut names, mut numbers) = (HashSet::new(), HashSet::new());
        for (index, port) in self.ports.iter().enumerate() {
            let path = |field: &str| format!("spec.ports[{index}].{field}");
            if port.name.is_empty() {
                if self.ports.len() > 1 {
                    let what = "if there are several ports, each needs a name";
                    // Nothing that is answered hangs on it.
                    build.warn("required", path("name"), what);
                }
            } else if let Err(what) = validate::dns_label(&port.name) {
                build.issue("invalid-value", path("name"), what);
            } else if !names.insert(&*port.name) {
                let what = "another port of the Service has this name";
                build.issue("invalid-value", path("name"), what);
            }
            if !numbers.insert((port.port, protocol(&port.protocol))) {
                let what = "the Service has this port already";
                build.issue("invalid-value", path("port"), what);
            }
        }
    }

    /// `clusterIPs`, or `clusterIP` where only that is given; none where headless (`None`).
    fn addresses(&self) -> Vec<IpAddr> {
        let texts = if self.cluster_ips.is_empty() {
            std::slice::from_ref(&self.cluster_ip)
        } else {
            self.cluster_ips.as_slice()
        };
        texts.iter().filter_map(|text| text.parse().ok()).collect()
    }

    fn is_headless(&self) -> bool {
        let mut texts = self.cluster_ips.iter().chain([&self.cluster_ip]);
        texts.any(|text| **text == *"None")
    }

    /// The families of `clusterIPs`, else `ipFamilies`, else of `clusterIP`; not known where the
    /// cluster may add the other family.
    fn families(&self) -> Vec<Family> {
        let mut of_addresses: Vec<_> = self.addresses().into_iter().map(Family::of).collect();
        of_addresses.dedup();
        if !self.cluster_ips.is_empty() && !of_addresses.is_empty() {
            return of_addresses;
        }
        let listed = self.ip_families.iter().filter_map(|text| match &**text {
            "IPv4" => Some(Family::V4),
            "IPv6" => Some(Family::V6),
            _ => None,
        });
        let listed: Vec<_> = listed.collect();
        let families = if listed.is_empty() {
            of_addresses
        } else {
            listed
        };
        let may_grow = matches!(
            &*self.ip_family_policy,
            "PreferDualStack" | "RequireDualStack"
        );
        if may_grow && families.len() < 2 {
            return Vec::new();
        }
        families
    }

    fn outside(&self, status: &RawStatus<'_>, build: &mut Build<'_>) -> OutsideAccess {
        let asked = (!self.load_balancer_ip.is_empty()).then_some(&self.load_balancer_ip);
        let balanced = status.addresses(asked);
        let external_ips = sorted(self.external_ips.iter().map(|text| &**text));
        let all: BTreeSet<IpAddr> = external_ips.iter().chain(&balanced).copied().collect();
        let ranges = self.load_balancer_source_ranges.iter();
        let ranges = ranges.filter_map(|text| Cidr::parse(text.trim()).ok());
        OutsideAccess {
            addresses: all.into_iter().collect(),
            external_ips,
            balanced,
            hostnames: status.hostnames(build),
            proxied: status.proxied(),
            node_ports: self.allocate_load_balancer_node_ports.unwrap_or(true),
            keeps_source: *self.external_traffic_policy == *"Local",
            source_ranges: AddressSet::from_cidrs(ranges),
        }
    }
}

impl RawPort<'_> {
    fn build(&self, path: &str, build: &mut Build<'_>) -> Option<ServicePort> {
        let port = u16::try_from(self.port).ok().filter(|&port| port > 0);
        if port.is_none() {
            let what = "a port must be between 1 and 65535";
            build.issue("invalid-value", format!("{path}.port"), what);
        }
        let protocol = protocol(&self.protocol);
        if protocol.is_none() {
            build.issue("invalid-value", format!("{path}.protocol"), NOT_A_PROTOCOL);
        }
        let target = self
            .target_port
            .target(&format!("{path}.targetPort"), build);
        if let Some(TargetPort::Named(name)) = &target
            && let Err(what) = validate::port_name(name)
        {
            let what = match name.parse::<u16>() {
                Ok(number) => format!("{what}; write `{number}` without quotes"),
                Err(_) => what.to_owned(),
            };
            build.issue("invalid-value", format!("{path}.targetPort"), what);
        }
        let port = port?;
        Some(ServicePort {
            name: build.optional(&self.name),
            protocol: protocol?,
            port,
            target: target.unwrap_or(TargetPort::Number(port)),
            node_port: u16::try_from(self.node_port).ok().filter(|&port| port > 0),
            origin: build.origin,
        })
    }
}
