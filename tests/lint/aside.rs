//! One cause, one finding: what other rules say of is not said again, nor of what may not be in the input.

use super::lint_text;

/// The codes of what is found in a text, each once, sorted.
fn codes(text: &str) -> Vec<&'static str> {
    let (report, _) = lint_text(text);
    let mut codes: Vec<&str> = report.counted().map(|it| it.rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A Deployment and its Service, which serves `port` and leads to `target`.
fn served(name: &str, port: u16, target: u16) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, image: i, ports: [{{containerPort: {target}}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{selector: {{app: {name}}}, ports: [{{port: {port}, targetPort: {target}}}]}}
---
"
    )
}

/// A policy on the pods of an app that lets in what a rule says.
fn policy(app: &str, rules: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {app}, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: {app}}}}}
  policyTypes: [Ingress]
  ingress:
{rules}---
"
    )
}

#[test]
fn the_port_of_a_service_in_a_rule_is_said_once() {
    let web = served("web", 80, 8080);
    let rule = "    - from: [{podSelector: {matchLabels: {app: web}}}]\n      ports: [{port: 80, protocol: TCP}]\n";
    assert_eq!(codes(&format!("{web}{}", policy("web", rule))), ["NP030"]);
    let other = rule.replace("port: 80", "port: 9000");
    let found = codes(&format!("{web}{}", policy("web", &other)));
    assert!(found.contains(&"NP064"), "{found:?}");
}

#[test]
fn that_a_client_names_the_wrong_port_does_not_explain_that_nobody_gets_in() {
    let web = served("web", 80, 8080);
    let other = "    - from: [{podSelector: {matchLabels: {app: web}}}]\n      ports: [{port: 9000, protocol: TCP}]\n";
    let egress = "    - to: [{podSelector: {matchLabels: {app: web}}}]\n      ports: [{port: 80, protocol: TCP}]\n";
    let client = policy("api", egress).replace("Ingress", "Egress");
    let client = client.replace("ingress:", "egress:");
    let found = codes(&format!("{web}{}{client}", policy("web", other)));
    assert!(found.contains(&"NP064"), "{found:?}");
    assert!(found.contains(&"NP030"), "{found:?}");
}

#[test]
fn pods_elsewhere_that_a_rule_names_may_come() {
    let web = served("web", 80, 8080);
    let api = served("api", 9090, 9090).replace(
        "ports: [{port: 9090",
        "ports: [{name: http, port: 3000, targetPort: 3000}, {name: metrics, port: 9090",
    );
    let api = api.replace(
        "ports: [{containerPort: 9090}",
        "ports: [{containerPort: 3000}, {containerPort: 9090}",
    );
    let from_web = "    - from: [{podSelector: {matchLabels: {app: web}}}]\n      ports: [{port: 3000, protocol: TCP}]\n";
    let elsewhere = "    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}, podSelector: {matchLabels: {app: prometheus}}}]\n      ports: [{port: 9090, protocol: TCP}]\n";
    let both = policy("api", &format!("{from_web}{elsewhere}"));
    let found = codes(&format!("{web}{api}{both}"));
    assert!(!found.contains(&"NP076"), "{found:?}");
    let found = codes(&format!("{web}{api}{}", policy("api", from_web)));
    assert!(found.contains(&"NP076"), "{found:?}");
}
