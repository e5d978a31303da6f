//! Cluster-wide policies are found by their kinds and names.

use super::edges::{CLOSED, Scratch};

const POLICIES: &str = "\
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: web}
spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec: {subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: web}
spec: {tier: Baseline, priority: 1, subject: {namespaces: {}}, egress: [{action: Pass, to: [{namespaces: {}}]}]}
---
apiVersion: policy.networking.k8s.io/v1beta1
kind: ClusterNetworkPolicy
metadata: {name: other}
spec: {tier: Admin, priority: 2, subject: {namespaces: {}}}
";

#[test]
fn policies_are_found_by_kind_and_name() {
    let scratch = Scratch::new("cluster-wide");
    scratch.put("all.yaml", format!("{CLOSED}{POLICIES}"));
    for (subject, line) in [
        ("anp/web", 12),
        ("adminnetworkpolicy/web", 12),
        ("banp/default", 17),
        ("cnp/web", 22),
        ("clusternetworkpolicies/web", 22),
        ("cnp/other", 27),
    ] {
        let ran = scratch.run(&["explain", subject, "-f", "all.yaml"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{subject}");
        let first = ran.out.lines().next().unwrap_or_default();
        assert!(
            first.contains(&format!("(all.yaml:{line})")),
            "{subject}: {first}"
        );
    }
    for (subject, told) in [
        (
            "anp/wbe",
            "error: no AdminNetworkPolicy `wbe`\n  help: did you mean `anp/web`?\n",
        ),
        (
            "anp/other",
            "error: no AdminNetworkPolicy `other`\n  help: there is `cnp/other`\n",
        ),
        (
            "default/cnp/web",
            "error: a ClusterNetworkPolicy is not in a namespace\n  help: write `cnp/web`\n",
        ),
    ] {
        let ran = scratch.run(&["explain", subject, "-f", "all.yaml"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(2), told), "{subject}");
    }
    let ran = scratch.run(&["can", "pod/a", "cnp/web:80", "-f", "all.yaml"]);
    let told = "error: a ClusterNetworkPolicy is not an endpoint\n  help: `netpolc explain cnp/web` explains what it does\n";
    assert_eq!((ran.code, ran.err.as_str()), (Some(2), told));
}

/// The same denied by each API, and what a plugin makes of it that enforces one of them only.
#[test]
fn a_plugin_that_enforces_none_of_an_api_is_said_to() {
    let scratch = Scratch::new("unenforced-api");
    let pods = CLOSED
        .split("---\napiVersion: networking")
        .next()
        .unwrap_or_default();
    let (older, newer) = (
        "kind: AdminNetworkPolicy\nmetadata: {name: deny}\nspec: {priority: 1, subject: {namespaces: {}}, \
         ingress: [{action: Deny, from: [{namespaces: {}}]}]}\n",
        "kind: ClusterNetworkPolicy\nmetadata: {name: deny}\nspec: {tier: Admin, priority: 1, subject: {namespaces: {}}, \
         ingress: [{action: Deny, from: [{namespaces: {}}]}]}\n",
    );
    let api = "---\napiVersion: policy.networking.k8s.io/";
    scratch.put("older.yaml", format!("{pods}{api}v1alpha1\n{older}"));
    scratch.put("newer.yaml", format!("{pods}{api}v1alpha2\n{newer}"));
    let says = "cilium enforces no AdminNetworkPolicy and no BaselineAdminNetworkPolicy (it was never built, cilium#23380)";
    for (file, plugin, code, said) in [
        ("older.yaml", "spec", 1, ""),
        ("older.yaml", "kube-network-policies", 1, ""),
        ("older.yaml", "cilium", 0, says),
        (
            "older.yaml",
            "weave",
            0,
            "weave enforces no AdminNetworkPolicy",
        ),
        ("newer.yaml", "cilium", 1, ""),
        (
            "newer.yaml",
            "weave",
            0,
            "weave enforces no ClusterNetworkPolicy",
        ),
    ] {
        let ran = scratch.run(&["can", "a", "b", "-f", file, "--cni", plugin]);
        assert_eq!(ran.code, Some(code), "{file} {plugin}: {}", ran.out);
        let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(said), "{file} {plugin}: {words}");
    }
    for (plugin, passes) in [("spec", false), ("cilium", true), ("weave", true)] {
        let ran = scratch.run(&["matrix", "-o", "txt", "-f", "older.yaml", "--cni", plugin]);
        let line = "default/a[Pod] => default/b[Pod] : All Connections";
        assert_eq!(ran.out.contains(line), passes, "{plugin}: {}", ran.out);
    }
}
