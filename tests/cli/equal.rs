//! Two sets of policies that are compared from the command line.

use super::*;
use prove::{closed, fed};

/// Two pods, one of them with an address, and a policy over the other with these ingress rules.
fn addressed(ingress: &str) -> String {
    let policy = closed("p", "app: db").replace("policyTypes: [Ingress]", ingress);
    let pod = |(app, status)| {
        format!(
            "apiVersion: v1\nkind: Pod\n\
             metadata: {{name: {app}, namespace: shop, labels: {{app: {app}}}}}\n\
             spec: {{nodeName: n1, containers: [{{name: c, image: c}}]}}\n\
             status: {{{status}}}\n---\n"
        )
    };
    let pods = [("web", "podIP: 10.0.0.5"), ("db", "podIP: 10.0.0.6")].map(pod);
    pods.concat() + &policy
}

/// Whether other policies mean the same over some pods.
fn equal(scope: &str, one: &str, other: &str) -> Ran {
    equal_under("spec", scope, one, other)
}

/// The same under a network plugin.
fn equal_under(cni: &str, scope: &str, one: &str, other: &str) -> Ran {
    let directory = std::env::temp_dir();
    let mark = format!(
        "{}-{cni}-{scope}-{}-{}",
        std::process::id(),
        one.len(),
        other.len()
    );
    let path = directory.join(format!("netpolc-equal-{mark}.yaml"));
    std::fs::write(&path, other).expect("the directory of temporary files");
    let path = path.to_str().expect("text");
    let flags = ["--scope", scope, "--cni", cni];
    let ran = fed(
        &[&["--equal-to", path, "-f", "-"], &flags[..]].concat(),
        one,
    );
    std::fs::remove_file(path).expect("it was written");
    ran
}

#[test]
fn comparisons_of_existing_pods_are_about_those() {
    let by_label = addressed("ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]");
    let by_address = addressed("ingress: [{from: [{ipBlock: {cidr: 10.0.0.5/32}}]}]");
    let nobody = addressed("policyTypes: [Ingress]");
    // The one pod of these labels has that address.
    assert_eq!(
        short(&equal("existing", &by_label, &by_address)),
        (Some(0), "holds")
    );
    assert_eq!(
        short(&equal("any", &by_label, &by_address)),
        (Some(1), "fails")
    );
    let ran = equal("existing", &by_label, &nobody);
    assert_eq!(short(&ran), (Some(1), "fails"));
    assert!(
        ran.out.contains("shop/web can reach shop/db"),
        "{}",
        ran.out
    );
    // A difference that both know of is shown with the pods that are there.
    let ran = equal("any", &by_label, &nobody);
    assert_eq!(short(&ran), (Some(1), "fails"));
    assert!(
        ran.out.contains("shop/web can reach shop/db"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("imagined"), "{}", ran.out);
    // No pod, no claim.
    let policies = closed("p", "app: db");
    let ran = equal("existing", &policies, &policies);
    assert_eq!(short(&ran), (Some(1), "vacuous"));
    // An address of a node is nobody's outside, and the node is there.
    let node = "apiVersion: v1\nkind: Node\nmetadata: {name: n0}\n\
                status: {addresses: [{type: InternalIP, address: 10.0.0.9}]}\n---\n";
    let from_node = addressed("ingress: [{from: [{ipBlock: {cidr: 10.0.0.9/32}}]}]");
    let ran = equal("existing", &(node.to_owned() + &from_node), &nobody);
    assert_eq!(short(&ran), (Some(1), "fails"));
    assert!(ran.out.contains("node n0 can reach shop/db"), "{}", ran.out);
}

#[test]
fn comparisons_know_how_a_plugin_matches_nodes() {
    let node = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n{apiVersion: v1, kind: Node, metadata: {name: n0}, status: {addresses: [{type: InternalIP, address: 10.0.0.9}]}}\n---\n";
    let team = "{namespaceSelector: {matchLabels: {team: b}}}";
    let to_a_team = node.to_owned()
        + &addressed(&format!(
            "policyTypes: [Egress], egress: [{{to: [{team}]}}]"
        ));
    let nobody = addressed("policyTypes: [Egress]");
    for scope in ["existing", "any"] {
        let ran = equal_under("ovn-k", scope, &to_a_team, &nobody);
        assert_ne!(short(&ran).1, "holds", "{scope}: {}", ran.out);
    }
    // No pod of the input is in such a namespace, and to others nodes are in none.
    let ran = equal_under("calico", "existing", &to_a_team, &nobody);
    assert_eq!(short(&ran), (Some(0), "holds"));
}
