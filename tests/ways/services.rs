//! Services of all types as they may stand in manifests, drawn, with what a plain reader has to know of
//! them: no part of netpolc reads these descriptions, only the manifests that are written of them.

use super::random::Choices;
use netpolc::net::{Family, Protocol};
use serde_json::{Value, json};
use std::net::IpAddr;

/// How a Service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    ClusterIp,
    NodePort,
    LoadBalancer,
    Alias,
}

/// Where a Service leads at its pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Same,
    Number(u16),
    Named(&'static str),
}

/// An endpoint that is written by hand.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) address: IpAddr,
    pub(crate) node: Option<String>,
    pub(crate) port: u16,
}

/// A Service.
#[derive(Debug, Clone)]
pub(crate) struct Svc {
    pub(crate) namespace: &'static str,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) headless: bool,
    /// Its addresses inside; of a headless one an address of each of its families.
    pub(crate) inside: Vec<IpAddr>,
    pub(crate) labels: Option<Vec<(&'static str, &'static str)>>,
    pub(crate) listed: Vec<Listed>,
    pub(crate) port: u16,
    pub(crate) port_name: Option<&'static str>,
    pub(crate) protocol: Protocol,
    pub(crate) target: Target,
    pub(crate) node_port: Option<u16>,
    pub(crate) outside_local: bool,
    pub(crate) inside_local: bool,
    pub(crate) external: Vec<IpAddr>,
    pub(crate) balanced: Vec<IpAddr>,
    pub(crate) balancer_name: Option<String>,
    pub(crate) proxied: bool,
    /// Whom its load balancer lets in: an address or a block of addresses, and who is in it.
    pub(crate) ranges: Vec<&'static str>,
    pub(crate) node_ports: bool,
    pub(crate) alias: Option<String>,
}

pub(crate) fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// A Service with this number, of a type that is drawn. `pods` are the addresses of pods, each with its
/// node.
pub(crate) fn service(
    choices: &mut Choices<'_>,
    number: usize,
    pods: &[(IpAddr, Option<String>)],
) -> Svc {
    let kind = [
        Kind::ClusterIp,
        Kind::NodePort,
        Kind::LoadBalancer,
        Kind::LoadBalancer,
        Kind::NodePort,
        Kind::ClusterIp,
        Kind::Alias,
    ][choices.below(7)];
    let headless = kind == Kind::ClusterIp && choices.below(3) == 1;
    let node_ports = kind == Kind::NodePort || choices.below(4) != 1;
    let has_node_port = matches!(kind, Kind::NodePort | Kind::LoadBalancer) && node_ports;
    let v4 = address(&format!("10.96.0.{}", number + 1));
    let v6 = address(&format!("fd00:96::{}", number + 1));
    let mut it = Svc {
        namespace: ["a", "b"][choices.below(2)],
        name: format!("s{number}"),
        kind,
        headless,
        inside: [vec![v4], vec![v4, v6], vec![v6], vec![v4]][choices.below(4)].clone(),
        labels: Some(labels(choices)),
        listed: Vec::new(),
        port: [80, 443][choices.below(2)],
        port_name: [None, Some("web")][choices.below(2)],
        protocol: [Protocol::Tcp, Protocol::Tcp, Protocol::Udp, Protocol::Sctp][choices.below(4)],
        target: target(choices),
        node_port: has_node_port.then(|| 31_080 + u16::try_from(number).expect("few")),
        outside_local: choices.below(2) == 1,
        inside_local: !headless && choices.below(4) == 1,
        external: Vec::new(),
        balanced: Vec::new(),
        balancer_name: None,
        proxied: false,
        ranges: Vec::new(),
        node_ports,
        alias: None,
    };
    met_outside(choices, number, &mut it);
    if choices.below(4) == 1 {
        it.labels = None;
        it.listed = listed(choices, &it, pods);
    }
    if kind == Kind::Alias {
        let inside = ["s0.a.svc.cluster.local", "s1.b.svc.cluster.local."];
        let all = [inside[0], inside[1], "db.example.com"];
        it.alias = Some(all[choices.below(3)].to_owned());
    }
    it
}

fn labels(choices: &mut Choices<'_>) -> Vec<(&'static str, &'static str)> {
    let value = ["x", "y", "z"][choices.below(3)];
    match choices.below(3) {
        0 => vec![("app", value)],
        1 => vec![("tier", value)],
        _ => vec![("app", value), ("tier", ["x", "y"][choices.below(2)])],
    }
}

fn target(choices: &mut Choices<'_>) -> Target {
    [
        Target::Same,
        Target::Named("http"),
        Target::Number(81),
        Target::Named("db"),
        Target::Number(2),
    ][choices.below(5)]
    .clone()
}

/// Its addresses and filters outside.
fn met_outside(choices: &mut Choices<'_>, number: usize, it: &mut Svc) {
    let last = 9 + number;
    let of_families = |v4: &str, v6: &str| -> Vec<IpAddr> {
        let all = it.inside.iter();
        all.map(|own| {
            if own.is_ipv4() {
                address(v4)
            } else {
                address(v6)
            }
        })
        .collect()
    };
    let external = of_families(
        &format!("203.0.113.{}", 50 + last),
        &format!("2001:db8:e::{last}"),
    );
    let balanced = of_families(&format!("203.0.113.{last}"), &format!("2001:db8:b::{last}"));
    if choices.below(4) == 1 && !it.headless && it.kind != Kind::Alias {
        it.external = external;
    }
    if it.kind != Kind::LoadBalancer {
        return;
    }
    match choices.below(4) {
        0 | 1 => it.balanced = balanced,
        2 => it.balancer_name = Some(format!("lb{number}.example.net")),
        _ => {}
    }
    it.proxied = !it.balanced.is_empty() && choices.below(5) == 1;
    it.ranges.clone_from(
        &[
            vec![],
            vec![],
            vec!["198.51.100.0/24"],
            vec!["10.0.0.0/30", "2001:db8::/64"],
        ][choices.below(4)],
    );
}

fn listed(choices: &mut Choices<'_>, it: &Svc, pods: &[(IpAddr, Option<String>)]) -> Vec<Listed> {
    let elsewhere = [
        (address("10.9.9.9"), None),
        (address("fd00:9::9"), None),
        (address("10.0.0.7"), Some("n1".to_owned())),
    ];
    let all: Vec<_> = pods.iter().chain(&elsewhere).cloned().collect();
    let own = |it: &Svc, address: IpAddr| {
        let mut families = it.inside.iter();
        families.any(|own| own.is_ipv4() == address.is_ipv4())
    };
    let port = [81, 80, 8080][choices.below(3)];
    let mut found: Vec<Listed> = Vec::new();
    for _ in 0..choices.below(3) {
        let (address, node) = all[choices.below(all.len())].clone();
        if own(it, address) && found.iter().all(|other| other.address != address) {
            found.push(Listed {
                address,
                node,
                port,
            });
        }
    }
    found
}

impl Svc {
    /// The families that it has addresses of.
    pub(crate) fn families(&self) -> Vec<Family> {
        self.inside.iter().copied().map(Family::of).collect()
    }

    /// Whether the network leads to it from outside.
    pub(crate) fn is_exposed(&self) -> bool {
        matches!(self.kind, Kind::NodePort | Kind::LoadBalancer) || !self.external.is_empty()
    }

    /// Its manifests.
    pub(crate) fn manifests(&self) -> Vec<Value> {
        let Self {
            namespace, name, ..
        } = self;
        let mut spec = json!({"ports": [self.port_entry()]});
        spec["type"] = json!(match self.kind {
            Kind::ClusterIp => "ClusterIP",
            Kind::NodePort => "NodePort",
            Kind::LoadBalancer => "LoadBalancer",
            Kind::Alias => "ExternalName",
        });
        if let Some(labels) = self.labels.as_ref().filter(|_| self.kind != Kind::Alias) {
            let pairs = labels
                .iter()
                .map(|(key, value)| ((*key).to_owned(), json!(value)));
            spec["selector"] = pairs.collect::<serde_json::Map<_, _>>().into();
        }
        match &self.alias {
            Some(alias) => spec["externalName"] = json!(alias),
            None => self.write_addresses(&mut spec),
        }
        let mut written = json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name, "namespace": namespace}, "spec": spec});
        let balancers: Vec<Value> = self
            .balanced
            .iter()
            .map(|ip| {
                let mode = if self.proxied { "Proxy" } else { "VIP" };
                json!({"ip": ip.to_string(), "ipMode": mode})
            })
            .chain(
                self.balancer_name
                    .iter()
                    .map(|name| json!({"hostname": name})),
            )
            .collect();
        if !balancers.is_empty() {
            written["status"] = json!({"loadBalancer": {"ingress": balancers}});
        }
        let mut all = vec![written];
        all.extend(self.slices());
        all
    }

    fn port_entry(&self) -> Value {
        let mut port = json!({"port": self.port, "protocol": self.protocol.name()});
        if let Some(name) = self.port_name {
            port["name"] = json!(name);
        }
        match &self.target {
            Target::Same => {}
            Target::Number(number) => port["targetPort"] = json!(number),
            Target::Named(name) => port["targetPort"] = json!(name),
        }
        if let Some(number) = self.node_port {
            port["nodePort"] = json!(number);
        }
        port
    }

    fn write_addresses(&self, spec: &mut Value) {
        let names = self.families().into_iter();
        let names = names.map(|family| if family == Family::V4 { "IPv4" } else { "IPv6" });
        spec["ipFamilies"] = names.collect();
        let own = |all: &[IpAddr]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        if self.headless {
            spec["clusterIP"] = json!("None");
        } else {
            spec["clusterIP"] = json!(own(&self.inside)[0]);
            spec["clusterIPs"] = json!(own(&self.inside));
        }
        if self.inside_local {
            spec["internalTrafficPolicy"] = json!("Local");
        }
        if self.is_exposed() {
            let policy = if self.outside_local {
                "Local"
            } else {
                "Cluster"
            };
            spec["externalTrafficPolicy"] = json!(policy);
        }
        if !self.external.is_empty() {
            spec["externalIPs"] = json!(own(&self.external));
        }
        if !self.ranges.is_empty() {
            spec["loadBalancerSourceRanges"] = json!(self.ranges);
        }
        if self.kind == Kind::LoadBalancer && !self.node_ports {
            spec["allocateLoadBalancerNodePorts"] = json!(false);
        }
    }

    /// What says where a Service without a selector leads: a slice for each family.
    fn slices(&self) -> Vec<Value> {
        let of = |v4: bool| {
            self.listed
                .iter()
                .filter(move |it| it.address.is_ipv4() == v4)
        };
        let slice = |v4: bool| {
            let port = of(v4).next()?.port;
            let endpoints = of(v4).map(|it| {
                let mut endpoint = json!({"addresses": [it.address.to_string()]});
                if let Some(node) = &it.node {
                    endpoint["nodeName"] = json!(node);
                }
                endpoint
            });
            let (family, end) = if v4 { ("IPv4", "v4") } else { ("IPv6", "v6") };
            let mut written = json!({"port": port, "protocol": self.protocol.name()});
            if let Some(name) = self.port_name {
                written["name"] = json!(name);
            }
            Some(
                json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": {"name": format!("{}-{end}", self.name), "namespace": self.namespace,
                    "labels": {"kubernetes.io/service-name": self.name}},
                "addressType": family, "endpoints": endpoints.collect::<Vec<_>>(), "ports": [written]}),
            )
        };
        [true, false].into_iter().filter_map(slice).collect()
    }
}
