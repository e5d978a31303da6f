//! What Services and their endpoints are read as.

use super::tests::{clean, read};
use crate::model::{Cluster, EndpointPort, Service};
use crate::net::Family;
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn cluster(text: &str) -> Cluster {
    Cluster::new(clean(text).objects)
}

fn service(spec: &str, status: &str) -> Service {
    let loaded = clean(&format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\n\
         spec: {{ports: [{{port: 80}}], {spec}}}\nstatus: {status}\n"
    ));
    loaded.objects.services.into_iter().next().unwrap()
}

#[test]
fn what_a_service_says_of_its_traffic_is_read() {
    let plain = service("selector: {app: web}", "{}");
    assert!(!plain.inside_local && !plain.publishes_not_ready);
    assert!(plain.outside.node_ports && plain.outside.proxied.is_empty());
    let other = service(
        "type: LoadBalancer, selector: {app: web}, internalTrafficPolicy: Local, \
         publishNotReadyAddresses: true, allocateLoadBalancerNodePorts: false, \
         externalIPs: [192.0.2.9], loadBalancerIP: 192.0.2.7",
        "{loadBalancer: {ingress: [{ip: 192.0.2.8, ipMode: Proxy}, {hostname: lb.example}]}}",
    );
    assert!(other.inside_local && other.publishes_not_ready);
    let outside = other.outside;
    assert!(!outside.node_ports);
    assert_eq!(outside.proxied, [ip("192.0.2.8")]);
    assert_eq!(outside.external_ips, [ip("192.0.2.9")]);
    assert_eq!(outside.balanced, [ip("192.0.2.7"), ip("192.0.2.8")]);
    let all = ["192.0.2.7", "192.0.2.8", "192.0.2.9"].map(ip);
    assert_eq!(outside.addresses, all);
    assert_eq!(outside.hostnames, ["lb.example".into()]);
    let vip = service(
        "type: LoadBalancer",
        "{loadBalancer: {ingress: [{ip: 192.0.2.8, ipMode: VIP}]}}",
    );
    assert!(vip.outside.proxied.is_empty());
}

const BY_HAND: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\n\
     spec: {ports: [{port: 5432, targetPort: 1}]}\n---\n";

fn endpoints(text: &str) -> Vec<String> {
    let cluster = cluster(text);
    let service = &cluster.services.rows()[0];
    let shown = service.endpoints.iter().map(|endpoint| {
        let port = |it: &EndpointPort| {
            let name = it.name.as_deref().unwrap_or("-");
            let number = it.port.map_or("all".to_owned(), |port| port.to_string());
            format!("{name}/{}/{number}", it.protocol)
        };
        let ports: Vec<String> = endpoint.ports.iter().map(port).collect();
        let pod = endpoint.pod.as_ref();
        let pod = pod.map_or("-".to_owned(), |(namespace, name)| {
            format!("{namespace}/{name}")
        });
        let node = endpoint.node.as_deref().unwrap_or("-");
        let hostname = endpoint.hostname.as_deref().unwrap_or("-");
        format!(
            "{} {pod} {node} {hostname} {} {}",
            endpoint.address,
            endpoint.ready,
            ports.join(",")
        )
    });
    shown.collect()
}

#[test]
fn a_service_without_selector_has_the_endpoints_of_its_slices() {
    let slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
         metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}\n\
         addressType: IPv4\nports: [{name: pg, port: 5433}, {name: any, protocol: UDP}]\n\
         endpoints:\n- addresses: [192.0.2.1]\n\
         - addresses: [192.0.2.2, 192.0.2.3]\n  hostname: two\n  nodeName: n1\n  conditions: {ready: false}\n  \
         targetRef: {kind: Pod, namespace: shop, name: pg-0}\n---\n";
    let legacy = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: db, namespace: shop}\n\
         subsets: [{addresses: [{ip: 192.0.2.9, nodeName: n2}], notReadyAddresses: [{ip: 192.0.2.8}], ports: [{port: 5434}]}]\n---\n";
    let of_slice = [
        "192.0.2.1 - - - true pg/TCP/5433,any/UDP/all",
        "192.0.2.2 shop/pg-0 n1 two false pg/TCP/5433,any/UDP/all",
    ];
    assert_eq!(endpoints(&format!("{BY_HAND}{slice}{legacy}")), of_slice);
    let of_legacy = [
        "192.0.2.9 - n2 - true -/TCP/5434",
        "192.0.2.8 - - - false -/TCP/5434",
    ];
    assert_eq!(endpoints(&format!("{BY_HAND}{legacy}")), of_legacy);
    // A slice without endpoints is one all the same: the Service has none.
    let empty = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
         metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}\n\
         addressType: IPv4\nendpoints: []\nports: []\n---\n";
    assert_eq!(endpoints(&format!("{BY_HAND}{legacy}{empty}")), [""; 0]);
    // Those of other namespaces and Services are not its own.
    let other = legacy.replace("namespace: shop", "namespace: dev");
    assert_eq!(endpoints(&format!("{BY_HAND}{other}")), [""; 0]);
    let selected = BY_HAND.replace("ports:", "selector: {app: db}, ports:");
    assert_eq!(endpoints(&format!("{selected}{slice}")), [""; 0]);
}

#[test]
fn slices_are_read_from_json_and_in_their_older_form() {
    let slice = |version: &str, node: &str| {
        format!(
            r#"{{"apiVersion": "discovery.k8s.io/{version}", "kind": "EndpointSlice", "addressType": "IPv6",
            "metadata": {{"name": "db-1", "namespace": "shop", "uid": "u", "labels": {{"kubernetes.io/service-name": "db"}}}},
            "endpoints": [{{"addresses": ["fd00::1"], {node}}}], "ports": [{{"name": "", "port": 1}}]}}"#
        )
    };
    let now = slice("v1", r#""nodeName": "n1""#);
    let older = slice("v1beta1", r#""topology": {"kubernetes.io/hostname": "n1"}"#);
    for text in [now, older] {
        let expected = ["fd00::1 - n1 - true -/TCP/1"];
        assert_eq!(endpoints(&format!("{BY_HAND}{text}")), expected, "{text}");
    }
}

#[test]
fn endpoints_that_the_api_refuses_are_told() {
    let slice = "apiVersion: discovery.k8s.io/v1, kind: EndpointSlice";
    let legacy = "apiVersion: v1, kind: Endpoints";
    let v4 = "addressType: IPv4";
    for (head, body, message) in [
        (slice, "endpoints: []", "addressType"),
        (slice, "addressType: IPv5", "must be `IPv4` or `IPv6`"),
        (slice, "V4, endpoints: [{}]", "must have an address"),
        (
            slice,
            "V4, endpoints: [{addresses: ['fd00::1']}]",
            "endpoints[0].addresses[0]",
        ),
        (
            slice,
            "V4, endpoints: [{addresses: [x]}]",
            "endpoints[0].addresses[0]",
        ),
        (
            slice,
            "V4, endpoints: [{addresses: [169.254.1.1]}]",
            "endpoints[0].addresses[0]",
        ),
        (
            legacy,
            "subsets: [{addresses: [{ip: '::1'}]}]",
            "subsets[0].addresses[0].ip",
        ),
        (
            slice,
            "V4, endpoints: [{addresses: [1.2.3.4], hostname: A_}]",
            "endpoints[0].hostname",
        ),
        (slice, "V4, ports: [{port: 0}]", "ports[0].port"),
        (slice, "V4, ports: [{protocol: tcp}]", "ports[0].protocol"),
        (slice, "V4, ports: [{port: 1}, {port: 2}]", "ports[1].name"),
        (slice, "V4, endpoint: []", "unknown field `endpoint`"),
        (
            legacy,
            "subsets: [{addresses: [{ip: db}]}]",
            "subsets[0].addresses[0].ip",
        ),
        (
            legacy,
            "subsets: [{ports: [{port: 70000}]}]",
            "subsets[0].ports[0].port",
        ),
    ] {
        let body = body.replace("V4", v4);
        let loaded = read(&format!("{{{head}, metadata: {{name: a}}, {body}}}\n"));
        let found: Vec<&str> = loaded.findings.iter().map(|it| &*it.message).collect();
        assert!(
            found.iter().any(|it| it.contains(message)),
            "{body}: {found:?}"
        );
    }
    let loaded =
        read("apiVersion: discovery.k8s.io/v2\nkind: EndpointSlice\nmetadata: {name: a}\n");
    assert_eq!(loaded.findings[0].rule, "wrong-api-version");
    assert_eq!(loaded.objects.left_out.len(), 1);
}

#[test]
fn services_that_the_api_refuses_are_told() {
    for (spec, field) in [
        (
            "ports: [{port: 80, nodePort: 30080}]",
            "spec.ports[0].nodePort",
        ),
        (
            "type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0/x]",
            "spec.loadBalancerSourceRanges[0]",
        ),
        (
            "ports: [{port: 80}], externalIPs: [a.b]",
            "spec.externalIPs[0]",
        ),
        (
            "ports: [{port: 80}], internalTrafficPolicy: local",
            "spec.internalTrafficPolicy",
        ),
        (
            "type: NodePort, ports: [{port: 80}], externalTrafficPolicy: local",
            "spec.externalTrafficPolicy",
        ),
        (
            "ports: [{port: 80}], publishNotReadyAddresses: 'yes'",
            "spec.publishNotReadyAddresses",
        ),
    ] {
        let loaded = read(&format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{spec}}}\n"
        ));
        let [finding] = loaded.findings.as_slice() else {
            panic!("{spec}: {:?}", loaded.findings)
        };
        assert!(finding.message.contains(field), "{}", finding.message);
        assert_eq!(loaded.objects.left_out.len(), 1, "{spec}");
    }
}

#[test]
fn a_service_from_a_server_is_the_one_of_its_manifest() {
    let manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n\
         spec: {type: LoadBalancer, ports: [{port: 80}]}\n---\n";
    let server = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, uid: u}\n\
         spec: {type: LoadBalancer, clusterIP: 10.96.0.3, clusterIPs: [10.96.0.3], internalTrafficPolicy: Cluster, \
         allocateLoadBalancerNodePorts: true, ports: [{port: 80, targetPort: 80, nodePort: 30080}]}\n\
         status: {loadBalancer: {ingress: [{ip: 192.0.2.8, ipMode: VIP}]}}\n";
    let loaded = clean(&format!("{manifest}{server}"));
    let [service] = loaded.objects.services.as_slice() else {
        panic!("{:?}", loaded.objects.services)
    };
    assert_eq!(service.families, [Family::V4]);
    assert_eq!(service.outside.addresses, [ip("192.0.2.8")]);
    assert_eq!(service.outside.balanced, [ip("192.0.2.8")]);
}
