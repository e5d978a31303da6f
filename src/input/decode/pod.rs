//! Pods, and the templates that pods are made from.

use super::Build;
use super::dns::{self, RawDnsConfig};
use super::meta::{Meta, Pairs, Text, nullable};
use crate::input::validate;
use crate::model::{
    Clue, Container, ContainerPort, DnsPolicy, PodNames, PodObject, PodPhase, PodTemplate,
};
use crate::net::Protocol;
use serde::Deserialize;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

/// A Pod, as far as it matters here. Source: `v1.Pod`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::input) struct RawPod<'a> {
    /// `apiVersion`.
    #[serde(borrow, rename = "apiVersion")]
    pub api_version: Text<'a>,
    /// `kind`.
    #[serde(borrow)]
    pub kind: Text<'a>,
    /// `metadata`.
    #[serde(borrow, deserialize_with = "nullable")]
    pub metadata: Meta<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    spec: RawPodSpec<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    status: RawPodStatus<'a>,
}

/// `v1.PodSpec`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::input) struct RawPodSpec<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    containers: Vec<RawContainer<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    init_containers: Vec<RawContainer<'a>>,
    #[serde(deserialize_with = "nullable")]
    host_network: bool,
    #[serde(borrow)]
    node_name: Text<'a>,
    #[serde(borrow)]
    node_selector: Pairs<'a>,
    affinity: Option<serde::de::IgnoredAny>,
    #[serde(borrow)]
    hostname: Text<'a>,
    #[serde(borrow)]
    subdomain: Text<'a>,
    #[serde(borrow)]
    dns_policy: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    dns_config: RawDnsConfig<'a>,
}

/// `v1.Container`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawContainer<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    image: Text<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    command: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    args: Vec<Text<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    ports: Vec<RawPort<'a>>,
    #[serde(borrow)]
    restart_policy: Text<'a>,
}

/// `v1.ContainerPort`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawPort<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    container_port: Option<i64>,
    #[serde(deserialize_with = "nullable")]
    host_port: i64,
    #[serde(borrow, rename = "hostIP")]
    host_ip: Text<'a>,
    #[serde(borrow)]
    protocol: Text<'a>,
}

/// `v1.PodStatus`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawPodStatus<'a> {
    #[serde(borrow)]
    phase: Text<'a>,
    #[serde(borrow, rename = "podIP")]
    pod_ip: Text<'a>,
    #[serde(borrow, rename = "podIPs", deserialize_with = "nullable")]
    pod_ips: Vec<RawPodIp<'a>>,
}

/// `v1.PodIP`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawPodIp<'a> {
    #[serde(borrow)]
    ip: Text<'a>,
}

impl RawPod<'_> {
    /// The pod.
    pub(in crate::input) fn build(&self, build: &mut Build<'_>) -> PodObject {
        let namespace = self.metadata.namespace(build);
        let owner = self.metadata.owner(build);
        if let Some(owner) = owner.as_ref().filter(|it| &*it.kind == "DaemonSet") {
            let clue = self.spec.clue(&namespace, &owner.name, build);
            build.clues.push(clue);
        }
        PodObject {
            namespace,
            name: self.metadata.name(build),
            owner,
            template: self.spec.template(&self.metadata.labels, "spec", build),
            ips: self.status.addresses(build),
            node: build.optional(&self.spec.node_name),
            phase: self.status.phase(),
            origin: build.origin,
        }
    }
}

impl RawPodStatus<'_> {
    /// Source: `v1.PodPhase`: a pod that ended has no network any more.
    fn phase(&self) -> PodPhase {
        match &*self.phase {
            "Succeeded" | "Failed" => PodPhase::Finished,
            _ => PodPhase::Live,
        }
    }

    /// `podIPs`; `podIP` where only that is given.
    fn addresses(&self, build: &mut Build<'_>) -> Vec<IpAddr> {
        let mut texts: Vec<(String, &str)> = self
            .pod_ips
            .iter()
            .enumerate()
            .map(|(index, entry)| (format!("status.podIPs[{index}].ip"), &*entry.ip))
            .collect();
        if texts.is_empty() {
            texts.push(("status.podIP".to_owned(), &*self.pod_ip));
        }
        let given = texts.into_iter().filter(|(_, text)| !text.is_empty());
        given
            .filter_map(|(path, text)| build.address(text, path))
            .collect()
    }
}

impl RawPodSpec<'_> {
    /// Whether the pods may be on some nodes only.
    pub(super) fn picks_nodes(&self) -> bool {
        !self.node_selector.0.is_empty() || self.affinity.is_some()
    }

    /// What a DaemonSet that makes such pods shows of the network plugin.
    pub(super) fn clue(
        &self,
        namespace: &Arc<str>,
        name: &Arc<str>,
        build: &mut Build<'_>,
    ) -> Clue {
        let containers = self.containers.iter().map(|container| {
            let words = container.command.iter().chain(&container.args);
            Container {
                name: build.pool.text(&container.name),
                image: build.pool.text(&container.image),
                args: words.map(|word| build.pool.text(word)).collect(),
            }
        });
        Clue::DaemonSet {
            namespace: Arc::clone(namespace),
            name: Arc::clone(name),
            containers: containers.collect(),
        }
    }

    /// What pods with these labels are made from; `path` is where the spec stands.
    pub(super) fn template(
        &self,
        labels: &Pairs<'_>,
        path: &str,
        build: &mut Build<'_>,
    ) -> PodTemplate {
        let mut ports = Vec::new();
        for (index, container) in self.containers.iter().enumerate() {
            let path = format!("{path}.containers[{index}]");
            container.ports((&path, self.host_network), &mut ports, build);
        }
        for (index, container) in self.init_containers.iter().enumerate() {
            // KEP-753: an init container that restarts always is a sidecar and stays.
            if &*container.restart_policy == "Always" {
                let path = format!("{path}.initContainers[{index}]");
                container.ports((&path, self.host_network), &mut ports, build);
            }
        }
        PodTemplate {
            labels: labels.labels(build),
            host_network: self.host_network,
            ports: build.pool.ports(ports),
            names: self.names(path, build),
        }
    }
}

impl RawPodSpec<'_> {
    /// What is said of names.
    fn names(&self, path: &str, build: &mut Build<'_>) -> Option<Arc<PodNames>> {
        let config = &self.dns_config;
        let is_plain = self.hostname.is_empty() && self.subdomain.is_empty() && config.is_empty();
        if is_plain && matches!(&*self.dns_policy, "" | "ClusterFirst") {
            return None;
        }
        for (field, name) in [("hostname", &self.hostname), ("subdomain", &self.subdomain)] {
            if let Err(what) = validate::dns_label(name)
                && !name.is_empty()
            {
                build.issue("invalid-value", format!("{path}.{field}"), what);
            }
        }
        let names = PodNames {
            hostname: build.optional(&self.hostname),
            subdomain: build.optional(&self.subdomain),
            dns_policy: dns::policy(&self.dns_policy, path, build),
            ..config.build(path, build)
        };
        if names.dns_policy == DnsPolicy::None && config.nameservers.is_empty() {
            let what = "with `dnsPolicy: None` a pod needs a nameserver";
            build.issue("required", format!("{path}.dnsConfig.nameservers"), what);
        }
        build.pool.names(names)
    }
}

impl RawContainer<'_> {
    fn ports(
        &self,
        (path, on_node): (&str, bool),
        ports: &mut Vec<ContainerPort>,
        build: &mut Build<'_>,
    ) {
        let mut names = HashSet::new();
        for (index, port) in self.ports.iter().enumerate() {
            let path = |field: &str| format!("{path}.ports[{index}].{field}");
            if !port.name.is_empty() {
                if let Err(what) = validate::port_name(&port.name) {
                    build.issue("invalid-value", path("name"), what);
                } else if !names.insert(&*port.name) {
                    let what = "another port of the container has this name";
                    build.issue("invalid-value", path("name"), what);
                }
            }
            let Some(written) = port.container_port else {
                let what = "without `containerPort` no port is declared";
                build.warn("required", path("containerPort"), what);
                continue;
            };
            let number = u16::try_from(written).ok().filter(|&port| port > 0);
            let protocol = protocol(&port.protocol);
            if number.is_none() {
                let what = "a port must be between 1 and 65535";
                build.issue("invalid-value", path("containerPort"), what);
            }
            if protocol.is_none() {
                build.issue("invalid-value", path("protocol"), NOT_A_PROTOCOL);
            }
            let host_port = host_port(port.host_port, number.filter(|_| on_node), path, build);
            if let (Some(number), Some(protocol)) = (number, protocol) {
                ports.push(ContainerPort {
                    name: build.optional(&port.name),
                    protocol,
                    port: number,
                    // On the node's network every port is one of the node; one of a loopback address
                    // is nobody else's.
                    host_port: host_port.filter(|_| !on_node && !port.is_of_the_node_alone()),
                });
            }
        }
    }
}

impl RawPort<'_> {
    /// Whether the port of the node is one of its loopback address (`hostIP`).
    fn is_of_the_node_alone(&self) -> bool {
        let address = self.host_ip.parse::<IpAddr>();
        address.is_ok_and(|address| address.is_loopback())
    }
}

/// A port of the node. `own` is the container's, where that is a port of the node already.
fn host_port(
    written: i64,
    own: Option<u16>,
    path: impl Fn(&str) -> String,
    build: &mut Build<'_>,
) -> Option<u16> {
    if written == 0 {
        return None;
    }
    let number = u16::try_from(written).ok().filter(|&port| port > 0);
    if number.is_none() {
        let what = "a port must be between 1 and 65535";
        build.issue("invalid-value", path("hostPort"), what);
    } else if own.is_some() && own != number {
        let what = "must be the `containerPort` where `hostNetwork` is true";
        build.issue("invalid-value", path("hostPort"), what);
    }
    number
}

/// What is said of a protocol that is none.
pub(super) const NOT_A_PROTOCOL: &str = "a protocol must be `TCP`, `UDP` or `SCTP`";

/// The protocol of an API name; TCP where none is given.
pub(super) fn protocol(name: &str) -> Option<Protocol> {
    match name {
        "" => Some(Protocol::Tcp),
        name => Protocol::from_name(name),
    }
}
