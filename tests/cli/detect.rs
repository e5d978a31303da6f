//! `--cni detect`: what was seen and does not settle it ends in no definite answer.

use super::{Ran, command, finish};

const CLUSTER: &str = "\
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, labels: {app: a}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: a, controller: true}]}
spec: {nodeName: n1, containers: [{name: c, image: x}]}
status: {podIPs: [{ip: 10.244.1.5}]}
---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: shop, labels: {app: c}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: c, uid: c, controller: true}]}
spec: {nodeName: n2, containers: [{name: c, image: x}]}
status: {podIPs: [{ip: 10.244.2.6}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  podSelector: {matchLabels: {app: a}}
  ingress:
  - {from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 80}]}
  - {from: [{podSelector: {}}], ports: [{port: 81}]}
";

/// A DaemonSet with one container.
fn daemon_set(name: &str, args: &str) -> String {
    format!(
        "---\n{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: {name}, namespace: kube-system}}, \
         spec: {{selector: {{matchLabels: {{k: v}}}}, template: {{metadata: {{labels: {{k: v}}}}, \
         spec: {{containers: [{{name: agent, image: x, args: [{args}]}}]}}}}}}}}\n"
    )
}

const K3S: &str = "---\n{apiVersion: v1, kind: Node, metadata: {name: n3}, status: {nodeInfo: {kubeletVersion: v1.31.2+k3s1}}}\n";

fn run(arguments: &[&str], seen: &str) -> Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(arguments).args(["-f", "-", "--cni", "detect"]);
    finish(command, &format!("{CLUSTER}{seen}"))
}

/// The exit codes of `can` on port 80, which a block opens, 81, which a selector opens, and 82.
fn answers(seen: &str) -> [Option<i32>; 3] {
    ["shop/a:80", "shop/a:81", "shop/a:82"].map(|to| run(&["can", "shop/c", to], seen).code)
}

const YES: Option<i32> = Some(0);
const NO: Option<i32> = Some(1);
const UNKNOWN: Option<i32> = Some(3);

#[test]
fn several_plugins_are_answered_for_together() {
    let cilium = daemon_set("cilium", "");
    for other in [&daemon_set("calico-node", ""), K3S] {
        let seen = format!("{cilium}{other}");
        assert_eq!(answers(&seen), [UNKNOWN, YES, NO], "{other}");
        let ran = run(&["can", "shop/c", "shop/a:80"], &seen);
        assert!(ran.out.contains("\ncilium: no\n"), "{}", ran.out);
        assert!(ran.out.contains("they part here"), "{}", ran.out);
        assert!(ran.err.contains("there are several"), "{}", ran.err);
    }
}

#[test]
fn verbs_for_one_plugin_refuse_several() {
    let seen = [daemon_set("cilium", ""), daemon_set("calico-node", "")].concat();
    for verb in [&["matrix"][..], &["explain", "shop/c", "shop/a:80"]] {
        let ran = run(verb, &seen);
        assert_eq!(ran.code, Some(2), "{verb:?}");
        let told =
            "there are several (DaemonSet kube-system/calico-node, DaemonSet kube-system/cilium)";
        assert!(ran.err.contains(told), "{}", ran.err);
        let help = "say which it is: `--cni calico` or `--cni cilium`";
        assert!(ran.err.contains(help), "{}", ran.err);
    }
}

#[test]
fn a_network_whose_policies_nobody_is_seen_to_enforce_leaves_open_what_they_refuse() {
    let seen = [
        daemon_set("aws-node", ""),
        daemon_set("aws-node", "--enable-network-policy=false"),
        daemon_set("kube-router", "--run-firewall=false"),
        daemon_set("kube-flannel-ds", ""),
    ];
    for seen in seen {
        assert_eq!(answers(&seen), [UNKNOWN, YES, UNKNOWN], "{seen}");
        let ran = run(&["can", "shop/c", "shop/a:82"], &seen);
        let name = "(DaemonSet kube-system/";
        assert!(ran.err.contains(name), "{}", ran.err);
        // No policy is over who is asked about.
        assert_eq!(
            run(&["can", "shop/a", "shop/c:80"], &seen).code,
            YES,
            "{seen}"
        );
    }
}

#[test]
fn a_plugin_that_is_seen_decides() {
    for (name, args) in [
        ("weave-net", ""),
        ("kube-router", "--run-firewall=true"),
        ("aws-node", "--enable-network-policy=true"),
    ] {
        let seen = daemon_set(name, args);
        assert_eq!(answers(&seen)[1..], [YES, NO], "{name}");
        let ran = run(&["can", "shop/c", "shop/a:82"], &seen);
        assert!(ran.err.contains("the network plugin is"), "{}", ran.err);
    }
    // Older releases enforce nothing.
    let kindnet = daemon_set("kindnet", "");
    assert_eq!(answers(&kindnet), [YES, YES, UNKNOWN]);
    let ran = run(&["can", "shop/c", "shop/a:82"], &kindnet);
    assert!(ran.out.contains("kube-network-policies: no"), "{}", ran.out);
}
