//! Dumps of clusters that lack something: policies, or the objects that make pods.

use super::{command, finish, short};

const PODS: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web-5d6f-abcde
  namespace: shop
  labels: {app: web, pod-template-hash: 5d6f}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d6f, uid: u, controller: true}]
spec: {containers: [{name: c}]}
status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-77aa-abcde
  namespace: shop
  labels: {app: web, new: 'yes', pod-template-hash: 77aa}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-77aa, uid: v, controller: true}]
spec: {containers: [{name: c}]}
status: {phase: Running, podIP: 10.0.0.2, podIPs: [{ip: 10.0.0.2}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: api-77aa-abcde
  namespace: shop
  labels: {app: api, rollouts-pod-template-hash: 77aa}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: api-77aa, uid: w, controller: true}]
spec: {containers: [{name: c}]}
status: {phase: Running, podIP: 10.0.0.3, podIPs: [{ip: 10.0.0.3}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c}]}
status: {phase: Running, podIP: 10.0.0.4, podIPs: [{ip: 10.0.0.4}]}
";

const POLICY: &str = "\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {new: 'yes'}}}]}]}
";

fn ask(question: &[&str], text: &str) -> super::Ran {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command.args(question).args(["-n", "shop", "-f", "-"]);
    finish(command, text)
}

const LACKING: &str = "no NetworkPolicy in the input; `kubectl get all` does not include them";

#[test]
fn a_dump_without_policies_says_so() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for question in [
        &["can", "pod/web-5d6f-abcde", "db:80"][..],
        &["explain", "pod/web-5d6f-abcde", "db:80"],
        &["explain", "pod/db"],
    ] {
        let ran = ask(question, PODS);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(words(&ran.out).contains(LACKING), "{}", ran.out);
        let ran = ask(question, &format!("{PODS}{POLICY}"));
        assert!(!words(&ran.out).contains(LACKING), "{}", ran.out);
    }
    let ran = ask(&["matrix"], PODS);
    assert_eq!(ran.err, format!("note: {LACKING}\n"));
    assert_eq!(ask(&["matrix", "-q"], PODS).err, "");
    // Of policies that are not read there is something to say, and it is not this.
    let unread = "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: dev}\n";
    let ran = ask(
        &["can", "pod/web-5d6f-abcde", "db:80"],
        &format!("{PODS}{unread}"),
    );
    assert!(!words(&ran.out).contains(LACKING), "{}", ran.out);
}

#[test]
fn a_deployment_is_found_by_the_pods_of_its_replica_sets() {
    let all = format!("{PODS}{POLICY}");
    // One of both ReplicaSets is let in.
    for name in ["deploy/web", "web", "shop/deploy/web"] {
        let ran = ask(&["can", name, "db:80"], &all);
        assert_eq!(short(&ran), (Some(1), "no"), "{name} {}", ran.err);
        let ran = ask(&["can", name, "db:80", "--any"], &all);
        assert_eq!(short(&ran), (Some(0), "yes"), "{name} {}", ran.err);
    }
    let ran = ask(&["can", "db", "deploy/web:80"], &all);
    assert_eq!(short(&ran), (Some(0), "yes"), "{}", ran.err);
    // The ReplicaSet of a Rollout is no Deployment's, nor one of another name.
    for name in [
        "deploy/api",
        "deploy/we",
        "deploy/web-5d6f",
        "sts/web",
        "dev/deploy/web",
    ] {
        let ran = ask(&["can", name, "db:80"], &all);
        assert_eq!(ran.code, Some(2), "{name} {}", ran.out);
    }
    // Where the Deployment was read, it says which pods are its.
    let read = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n\
        spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}\n";
    let ran = ask(&["can", "deploy/web", "db:80"], &format!("{all}{read}"));
    assert_eq!(short(&ran), (Some(1), "no"), "{}", ran.err);
}
