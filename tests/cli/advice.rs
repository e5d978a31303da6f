//! What an answer says would let a client in.

use super::{command, finish};

/// An Ingress whose controller is in the network of its node, before a pod that lets nobody in.
const CLUSTER: &str = "\
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 172.31.0.1}]}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 172.31.0.2}]}}
---
apiVersion: v1
kind: Pod
metadata:
  name: proxy
  namespace: edge
  labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}
  ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: proxy, uid: p, controller: true}]
spec: {nodeName: n2, hostNetwork: true, containers: [{name: c, image: x, ports: [{containerPort: 80}]}]}
status: {podIPs: [{ip: 172.31.0.2}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: w, controller: true}]
spec: {nodeName: n1, containers: [{name: c, image: x, ports: [{containerPort: 8080}]}]}
status: {podIPs: [{ip: 10.244.1.5}]}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 8080}]}}
---
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}]}}]
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop}, spec: {podSelector: {}, policyTypes: [Ingress]}}
";

fn said(plugin: &str) -> String {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    let asked = ["can", "internet", "http://shop.example.com/", "-f", "-"];
    command.args(asked).args(["--cni", plugin]);
    let ran = finish(command, CLUSTER);
    assert_eq!(ran.code, Some(1), "{plugin}: {}", ran.err);
    ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn who_is_in_the_network_of_a_node_is_let_in_as_the_plugin_has_it() {
    let block = "what lets it in is a `from` with ipBlock 172.31.0.1/32, 172.31.0.2/32";
    let spec = said("spec");
    assert!(spec.contains(&format!("{block}. ")), "{spec}");
    let pods_of_the_network = said("aws-vpc-cni");
    assert!(
        pods_of_the_network.contains(&format!("{block}; but it is not known")),
        "{pods_of_the_network}"
    );
    assert!(
        !pods_of_the_network.contains("tunnel"),
        "{pods_of_the_network}"
    );
    let calico = said("calico");
    let may = format!("{block}; where there is a tunnel between nodes, it has the address of");
    assert!(calico.contains(&may), "{calico}");
    let weave = said("weave");
    assert!(
        weave.contains("between nodes there is a tunnel, in which it has"),
        "{weave}"
    );
    let cilium = said("cilium");
    assert!(!cilium.contains("172.31.0.2/32"), "{cilium}");
    let own = "what lets it in is a CiliumNetworkPolicy with `fromEntities: [host, remote-node]`";
    assert!(cilium.contains(own), "{cilium}");
}
