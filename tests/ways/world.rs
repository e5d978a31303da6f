//! Random clusters with Services, DNS and whoever takes requests, and the questions about them.

use super::random::Choices;
use super::random::failing::Drawn;
use super::random::yaml;
use super::seen::Door;
use super::services::{Kind, Svc, Target, address, service};
use netpolc::input::{Options, read_text};
use netpolc::model::{Cluster, Objects};
use netpolc::net::Protocol;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What stands in a cluster beside its pods and policies.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) services: Vec<Svc>,
    pub(crate) dns: Option<Svc>,
    pub(crate) objects: Objects,
    pub(crate) text: String,
}

/// A question: its destination as it is typed, and what that is to a plain reader.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) to: String,
    pub(crate) what: What,
}

/// What is asked about.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A Service, by this number.
    Service(usize, Door),
    /// The same by its name in DNS.
    Named(usize),
}

impl World {
    /// The cluster that was drawn, with Services.
    pub(crate) fn of(drawn: &Drawn) -> Self {
        let words: Vec<u16> = drawn.words.iter().rev().copied().collect();
        let mut choices = Choices::new(&words);
        let mut objects = drawn.objects.clone();
        let pods: Vec<(IpAddr, Option<String>)> = objects
            .pods
            .iter()
            .flat_map(|pod| {
                let node = pod.node.as_deref().map(str::to_owned);
                pod.ips.iter().map(move |ip| (*ip, node.clone()))
            })
            .collect();
        let services: Vec<Svc> = (0..=choices.below(4))
            .map(|number| service(&mut choices, number, &pods))
            .collect();
        let (dns, more) = resolver(&mut choices);
        let written = services.iter().chain(&dns).flat_map(Svc::manifests);
        let all: Vec<Value> = more.into_iter().chain(written).collect();
        let documents: Vec<String> = all.iter().map(yaml::document).collect();
        let text = documents.join("---\n");
        let loaded = read_text("services.yaml", &text, &Options::default());
        assert_eq!(loaded.findings, [], "{text}");
        objects.namespaces.extend(loaded.objects.namespaces);
        objects.pods.extend(loaded.objects.pods);
        objects.services = loaded.objects.services;
        objects.endpoints = loaded.objects.endpoints;
        Self {
            services,
            dns,
            objects,
            text,
        }
    }

    /// It, joined, with the plugin that was drawn.
    pub(crate) fn cluster(&self, drawn: &Drawn) -> Cluster {
        let mut cluster = Cluster::new(self.objects.clone());
        cluster.practice = drawn.practice.clone();
        cluster
    }

    /// All questions about the Services.
    pub(crate) fn asks(&self, cluster: &Cluster) -> Vec<Ask> {
        let mut all = Vec::new();
        for (number, it) in self.services.iter().enumerate() {
            let port = format!("{}/{}", it.port, it.protocol.name());
            let mut ask = |to: String, door| {
                all.push(Ask {
                    to,
                    what: What::Service(number, door),
                });
            };
            let at = |ip: &IpAddr| match ip {
                IpAddr::V4(_) => format!("{ip}:{port}"),
                IpAddr::V6(_) => format!("[{ip}]:{port}"),
            };
            if it.kind != Kind::Alias {
                ask(
                    format!("{}/svc/{}:{port}", it.namespace, it.name),
                    Door::Name,
                );
            }
            if !it.headless && it.kind != Kind::Alias {
                for ip in &it.inside {
                    ask(at(ip), Door::Inside(*ip));
                }
            }
            for ip in it.external.iter().chain(&it.balanced) {
                ask(at(ip), Door::Outside(*ip));
            }
            if let Some(own) = it.node_port {
                for (id, node) in cluster.nodes.iter() {
                    let to = format!("node/{}:{own}/{}", node.name, it.protocol.name());
                    ask(to, Door::Node(id));
                }
            }
            let names = [
                format!("{}.{}.svc:{port}", it.name, it.namespace),
                format!("{}.{}.svc.cluster.local:{port}", it.name, it.namespace),
            ];
            all.extend(names.map(|to| Ask {
                to,
                what: What::Named(number),
            }));
        }
        all
    }
}

/// No two pods have one address, and none has that of a node.
pub(crate) fn tell_apart(objects: &mut Objects) {
    let nodes = objects
        .nodes
        .iter()
        .flat_map(|node| node.ips.iter().copied());
    let mut taken: BTreeSet<IpAddr> = nodes.collect();
    for ip in objects.pods.iter_mut().flat_map(|pod| &mut pod.ips) {
        let mut all = (0..9).map(|last| {
            let text = if ip.is_ipv4() { "10.0.0." } else { "fd00::" };
            address(&format!("{text}{last}"))
        });
        if !taken.insert(*ip) {
            *ip = all.find(|it| !taken.contains(it)).unwrap_or(*ip);
            taken.insert(*ip);
        }
    }
}

/// The DNS of the cluster, with the manifests of its pods.
fn resolver(choices: &mut Choices<'_>) -> (Option<Svc>, Vec<Value>) {
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}});
    let on_host = choices.below(5) == 1;
    let port = [53, 53, 5353][choices.below(3)];
    let pod = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "dns", "namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
        "spec": {"hostNetwork": on_host, "nodeName": "n2", "containers": [{"name": "dns", "image": "i",
            "ports": [{"name": "dns", "containerPort": port, "protocol": "UDP"}]}]},
        "status": {"podIPs": [{"ip": if on_host { "10.0.1.2" } else { "10.0.2.2" }}]}});
    let service = Svc {
        namespace: "kube-system",
        name: "kube-dns".to_owned(),
        kind: Kind::ClusterIp,
        headless: false,
        inside: vec![address("10.96.0.10")],
        labels: Some(vec![("k8s-app", "kube-dns")]),
        listed: Vec::new(),
        port: 53,
        port_name: Some("dns"),
        protocol: Protocol::Udp,
        target: [Target::Named("dns"), Target::Number(port)][choices.below(2)].clone(),
        node_port: None,
        outside_local: false,
        inside_local: false,
        external: Vec::new(),
        balanced: Vec::new(),
        balancer_name: None,
        proxied: false,
        ranges: Vec::new(),
        node_ports: false,
        alias: None,
    };
    (Some(service), vec![namespace, pod])
}
