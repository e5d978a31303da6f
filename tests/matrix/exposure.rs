//! `matrix --exposure`: what pods that could be created would get.

use super::{piped, pod};

/// A workload of `shop` with a rule of its own for each direction, and what its exposure says.
fn exposed(rules: &str) -> String {
    let manifests = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: shop, labels: {{app: a}}}}\n\
         spec: {{containers: [{{name: c, image: c, ports: [{{name: http, containerPort: 80}}]}}]}}\n---\n{rules}"
    );
    let (code, out, err) = piped(&manifests, &["--exposure", "-q", "-o", "txt"]);
    assert_eq!(code, Some(0), "{err}");
    let (_, exposure) = out
        .split_once("Exposure Analysis Result:\n")
        .expect("the heading");
    exposure.to_owned()
}

fn governed(spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: shop}}\n\
         spec: {{{spec}}}\n---\n"
    )
}

#[test]
fn exposure_of_an_unprotected_workload_is_everything() {
    // E1, E7.
    let (code, out, _) = piped(&pod("a", "", ""), &["--exposure", "-q", "-o", "txt"]);
    let said = "0.0.0.0-255.255.255.255[External] => default/a[Pod] : All Connections\n\
                default/a[Pod] => 0.0.0.0-255.255.255.255[External] : All Connections\n\n\
                Exposure Analysis Result:\nEgress Exposure:\n\
                default/a[Pod] \t=> \t0.0.0.0-255.255.255.255[External] : All Connections\n\
                default/a[Pod] \t=> \tentire-cluster : All Connections\n\n\
                Ingress Exposure:\n\
                default/a[Pod] \t<= \t0.0.0.0-255.255.255.255[External] : All Connections\n\
                default/a[Pod] \t<= \tentire-cluster : All Connections\n\n\
                Workloads not protected by network policies:\n\
                default/a[Pod] is not protected on Egress\n\
                default/a[Pod] is not protected on Ingress\n";
    assert_eq!((code, out.as_str()), (Some(0), said));
}

#[test]
fn exposure_follows_the_scopes_of_rules() {
    // E2, E5: everyone's rule is part of each line; `app DoesNotExist` implies `app NotIn [x]`.
    let rules = "podSelector: {}, policyTypes: [Ingress, Egress], ingress: [\
                 {from: [{namespaceSelector: {}}], ports: [{port: http}]}, \
                 {from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [x]}]}}], \
                 ports: [{port: 81}]}, \
                 {from: [{podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}}], \
                 ports: [{port: 82}]}]";
    assert_eq!(
        exposed(&governed(rules)),
        "Ingress Exposure:\n\
         shop/a[Pod] \t<= \tentire-cluster : TCP 80\n\
         shop/a[Pod] \t<= \tshop/[pod with {{Key:app,Operator:DoesNotExist,Values:[],}}] : TCP 80-82\n\
         shop/a[Pod] \t<= \tshop/[pod with {{Key:app,Operator:NotIn,Values:[x],}}] : TCP 80-81\n\n"
    );
}

#[test]
fn exposure_has_candidates_of_both_directions_and_names_for_egress() {
    // E3, E6: the scope of the ingress rule is one for egress, where it implies another.
    let rules = "podSelector: {}, policyTypes: [Ingress, Egress], \
                 ingress: [{from: [{namespaceSelector: {matchLabels: {team: t}}, \
                 podSelector: {matchLabels: {app: z}}}]}], \
                 egress: [{to: [{namespaceSelector: {matchLabels: {team: t}}}], \
                 ports: [{port: 80}, {port: web}]}, {to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]";
    assert_eq!(
        exposed(&governed(rules)),
        "Egress Exposure:\n\
         shop/a[Pod] \t=> \t10.0.0.0-10.255.255.255[External] : All Connections\n\
         shop/a[Pod] \t=> \t[namespace with {team=t}]/[all pods] : TCP 80,web\n\
         shop/a[Pod] \t=> \t[namespace with {team=t}]/[pod with {app=z}] : TCP 80,web\n\n\
         Ingress Exposure:\n\
         shop/a[Pod] \t<= \t[namespace with {team=t}]/[pod with {app=z}] : All Connections\n\n"
    );
}

#[test]
fn exposure_leaves_out_what_a_pod_of_the_input_gets() {
    // E4: `b` is there and gets as much; `c` is there and may not send.
    let other = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}\n\
             spec: {{containers: [{{name: c, image: c}}]}}\n---\n"
        )
    };
    let rules = governed(
        "podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: b}}}, \
         {podSelector: {matchLabels: {app: c}}}]}]",
    );
    let closed = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: q, namespace: shop}\n\
                  spec: {podSelector: {matchLabels: {app: c}}, policyTypes: [Egress]}\n";
    let said = exposed(&format!("{}{}{rules}{closed}", other("b"), other("c")));
    let lines: Vec<&str> = said
        .lines()
        .filter(|it| it.starts_with("shop/a[Pod] \t<="))
        .collect();
    assert_eq!(
        lines,
        ["shop/a[Pod] \t<= \tshop/[pod with {app=c}] : All Connections"]
    );
}

#[test]
fn exposure_has_exceptions_where_a_cluster_wide_rule_refuses() {
    let admin = "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: first}\n\
                 spec:\n  priority: 1\n  subject: {namespaces: {}}\n  ingress:\n\
                 \x20 - {action: Pass, from: [{namespaces: {matchLabels: {team: p}}}]}\n\
                 \x20 - {action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: x}}}}]}\n---\n\
                 apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\n\
                 metadata: {name: default}\n\
                 spec: {subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: p}}}]}]}\n";
    let said = exposed(admin);
    let lines: Vec<&str> = said.lines().filter(|it| it.contains("<=")).collect();
    assert_eq!(
        lines,
        [
            "shop/a[Pod] \t<= \t0.0.0.0-255.255.255.255[External] : All Connections",
            "shop/a[Pod] \t<= \t[all namespaces]/[pod with {app=x}] : No Connections",
            "shop/a[Pod] \t<= \t[namespace with {team=p}]/[all pods] : No Connections",
            "shop/a[Pod] \t<= \tentire-cluster : All Connections",
        ]
    );
}

#[test]
fn exposure_refuses_what_it_would_pass_over() {
    for arguments in [
        &["--from", "a"][..],
        &["--to", "a"],
        &["--port", "80"],
        &["--by", "namespace"],
        &["-o", "csv"],
        &["--cni", "cilium"],
    ] {
        let (code, out, err) = piped(&pod("a", "", ""), &[&["--exposure"], arguments].concat());
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.contains("`--exposure`"), "{err}");
    }
}
