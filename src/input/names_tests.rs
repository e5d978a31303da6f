//! What manifests of pods and nodes say of names, ports and addresses.

use super::tests::{clean, read};
use crate::model::{Cluster, ContainerPort, DnsPolicy, Pod, PodNames};
use crate::net::{Cidr, Protocol};
use std::net::IpAddr;
use std::sync::Arc;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn cluster(text: &str) -> Cluster {
    Cluster::new(clean(text).objects)
}

/// All pods of a Pod spec, first as a Pod, then as the template of a Deployment.
fn pods(spec: &str) -> Vec<Pod> {
    let spec = format!("{{containers: [{{name: c, image: i}}], {spec}}}");
    let cluster = cluster(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {spec}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n  \
         template: {{metadata: {{labels: {{a: b}}}}, spec: {spec}}}\n"
    ));
    let pods = cluster.pods.rows().to_vec();
    assert_eq!(pods.len(), 2);
    pods
}

#[test]
fn what_a_pod_says_of_names_is_read() {
    for pod in pods(
        "hostname: h, subdomain: s, dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.1], \
         searches: [my.zone., b], options: [{name: edns0}, {name: ndots, value: '2'}]}",
    ) {
        let expected = PodNames {
            hostname: Some("h".into()),
            subdomain: Some("s".into()),
            dns_policy: DnsPolicy::None,
            nameservers: vec![ip("192.0.2.1")],
            searches: vec!["my.zone".into(), "b".into()],
            ndots: Some(2),
        };
        assert_eq!(pod.names.as_deref(), Some(&expected));
    }
    for (written, policy) in [
        ("Default", DnsPolicy::Default),
        (
            "ClusterFirstWithHostNet",
            DnsPolicy::ClusterFirstWithHostNet,
        ),
    ] {
        for pod in pods(&format!("dnsPolicy: {written}")) {
            assert_eq!(pod.names.unwrap().dns_policy, policy);
        }
    }
    // An API server writes the default.
    for spec in [
        "dnsPolicy: ClusterFirst",
        "dnsPolicy: null",
        "dnsConfig: {}",
    ] {
        for pod in pods(spec) {
            assert_eq!(pod.names, None, "{spec}");
        }
    }
}

#[test]
fn names_that_the_api_refuses_are_told() {
    for (spec, path) in [
        ("hostname: A_", "spec.hostname"),
        ("subdomain: a.b", "spec.subdomain"),
        ("dnsPolicy: clusterfirst", "spec.dnsPolicy"),
        ("dnsPolicy: None", "spec.dnsConfig.nameservers"),
        (
            "dnsConfig: {nameservers: [dns]}",
            "spec.dnsConfig.nameservers[0]",
        ),
    ] {
        let loaded = read(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n\
             spec: {{containers: [{{name: c, image: i}}], {spec}}}\n"
        ));
        let [finding] = loaded.findings.as_slice() else {
            panic!("{spec}: {:?}", loaded.findings)
        };
        assert!(
            finding.message.contains(&format!("`{path}`")),
            "{}",
            finding.message
        );
    }
}

/// Name and `hostname.subdomain` of each pod.
fn named(text: &str) -> Vec<String> {
    let cluster = cluster(text);
    let shown = cluster.pods.rows().iter().map(|pod| {
        let part = |get: fn(&PodNames) -> &Option<Arc<str>>| {
            let text = pod.names.as_deref().and_then(|names| get(names).as_deref());
            text.unwrap_or("-").to_owned()
        };
        format!(
            "{} {}.{}",
            pod.name,
            part(|it| &it.hostname),
            part(|it| &it.subdomain)
        )
    });
    shown.collect()
}

#[test]
fn each_pod_of_a_stateful_set_has_a_name_of_its_own() {
    let set = |replicas: u32, template: &str| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db, namespace: shop}}\n\
             spec:\n  serviceName: pg\n  replicas: {replicas}\n  selector: {{matchLabels: {{a: b}}}}\n  \
             template: {{metadata: {{labels: {{a: b}}}}, spec: {{{template} containers: [{{name: c, image: i}}]}}}}\n---\n"
        )
    };
    assert_eq!(named(&set(1, "")), ["db db-0.pg"]);
    assert_eq!(named(&set(3, "")), ["db -.pg"]);
    assert_eq!(named(&set(3, "hostname: h, subdomain: s, ")), ["db -.pg"]);
    let asking = "apiVersion: v1\nkind: Service\nmetadata: {name: first, namespace: shop}\n\
         spec: {ports: [{port: 1}], selector: {apps.kubernetes.io/pod-index: '1'}}\n";
    let all = ["db-0 db-0.pg", "db-1 db-1.pg", "db-2 db-2.pg"];
    assert_eq!(named(&format!("{}{asking}", set(3, ""))), all);
    let many = ["db-1 db-1.pg", "db-* -.pg"];
    assert_eq!(named(&format!("{}{asking}", set(30, ""))), many);
    // One that a question names.
    let cluster = cluster(&set(3, ""));
    let workload = &cluster.workloads.rows()[0];
    let replica = workload.replica(&cluster.pods.rows()[0], "db-2").unwrap();
    let names = replica.names.unwrap();
    assert_eq!(names.hostname.as_deref(), Some("db-2"));
    assert_eq!(names.subdomain.as_deref(), Some("pg"));
}

#[test]
fn a_pod_of_an_indexed_job_is_named_by_its_number() {
    let spec = "{completions: 1, completionMode: Indexed, template: {spec: {subdomain: s, hostname: h, \
         containers: [{name: c, image: i}], restartPolicy: Never}}}";
    let job = format!("apiVersion: batch/v1\nkind: Job\nmetadata: {{name: j}}\nspec: {spec}\n");
    assert_eq!(named(&job), ["j j-0.s"]);
    // The name of the Job of a CronJob is not known.
    let cron = format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: c}}\nspec: {{schedule: '* * * * *', concurrencyPolicy: Forbid, \
         jobTemplate: {{spec: {spec}}}}}\n"
    );
    assert_eq!(named(&cron), ["c -.s"]);
}

#[test]
fn ports_of_the_node_are_read() {
    let ports = |spec: &str| {
        let cluster = cluster(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{spec}}}\n"
        ));
        cluster.pods.rows()[0].ports.to_vec()
    };
    let port = |host_port: Option<u16>| ContainerPort {
        name: None,
        protocol: Protocol::Tcp,
        port: 80,
        host_port,
    };
    let container =
        |port: &str| format!("containers: [{{name: c, image: i, ports: [{{{port}}}]}}]");
    let plain = container("containerPort: 80");
    let mapped = container("containerPort: 80, hostPort: 8080");
    assert_eq!(ports(&plain), [port(None)]);
    assert_eq!(ports(&mapped), [port(Some(8080))]);
    // An API server writes it for pods in the node's network, where it says nothing.
    let same = container("containerPort: 80, hostPort: 80");
    assert_eq!(ports(&format!("hostNetwork: true, {same}")), [port(None)]);
    for (spec, what) in [
        (format!("hostNetwork: true, {mapped}"), "hostNetwork"),
        (container("containerPort: 80, hostPort: 70000"), "65535"),
    ] {
        let loaded = read(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{spec}}}\n"
        ));
        let message = &loaded.findings[0].message;
        assert!(
            message.contains("ports[0].hostPort") && message.contains(what),
            "{message}"
        );
    }
}

#[test]
fn what_a_node_says_of_its_pods_is_read() {
    let node = |spec: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Node\nmetadata: {{name: n1}}\nspec: {spec}\n\
             status: {{nodeInfo: {{kubeletVersion: v1.33.1+k3s1}}}}\n"
        );
        cluster(&text).nodes.rows()[0].clone()
    };
    let cidr = |text: &str| Cidr::parse(text).unwrap();
    let both = node("{podCIDR: 10.1.0.0/24, podCIDRs: [10.1.0.0/24, 'fd00:1::/64']}");
    assert_eq!(both.pod_cidrs, [cidr("10.1.0.0/24"), cidr("fd00:1::/64")]);
    assert_eq!(both.kubelet_version.as_deref(), Some("v1.33.1+k3s1"));
    assert_eq!(
        node("{podCIDR: 10.1.0.0/24}").pod_cidrs,
        [cidr("10.1.0.0/24")]
    );
    assert_eq!(node("{}").pod_cidrs, []);
}
