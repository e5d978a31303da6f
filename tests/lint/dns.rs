//! What counts as a rule for DNS where it is known who answers: by the input, the settings, or the word of
//! the user that the input has all pods of a namespace.

use super::lint_text_with;
use netpolc::diag::Severity;
use netpolc::selector::Selector;
use netpolc::settings::{PodsNamed, Settings, Told};

/// The DNS of the cluster.
const DNS: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec: {containers: [{name: c, image: c, ports: [{containerPort: 53, protocol: UDP}]}]}
---
";

/// Pods that may send to each other, and to `peer` on the port of DNS.
fn manifests(peer: &str, more: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: app}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: c, image: c}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: web, namespace: app}}
spec:
  podSelector: {{matchLabels: {{app: web}}}}
  policyTypes: [Egress]
  egress:
  - {{to: [{{podSelector: {{}}}}], ports: [{{protocol: TCP, port: 80}}]}}
  - {{to: [{peer}], ports: [{{protocol: UDP, port: 53}}, {{protocol: TCP, port: 53}}]}}
{more}"
    )
}

/// The findings about DNS in a text, with these settings, and their levels.
fn found(text: &str, settings: &Settings) -> Vec<(&'static str, Severity)> {
    let (report, _) = lint_text_with(text, settings);
    let found = report.counted().map(|it| (it.rule.code, it.severity));
    let mut found: Vec<_> = found
        .filter(|(code, _)| ["NP050", "NP053"].contains(code))
        .collect();
    found.sort_unstable();
    found
}

const MISSED: [(&str, Severity); 2] = [("NP050", Severity::Error), ("NP053", Severity::Warning)];

const BY_NAME: &str =
    "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}";
const OTHER_LABEL: &str = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: coredns}}}";

#[test]
fn a_rule_that_misses_the_dns_pods_of_the_input_is_none_for_dns() {
    let missing = [
        OTHER_LABEL,
        "{namespaceSelector: {matchLabels: {name: kube-system}}}",
        "{namespaceSelector: {matchLabels: {name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}",
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}",
        "{podSelector: {matchLabels: {k8s-app: kube-dns}}}",
    ];
    for peer in missing {
        let found = found(
            &format!("{DNS}{}", manifests(peer, "")),
            &Settings::default(),
        );
        assert_eq!(found, MISSED, "{peer}");
    }
    let meeting = [
        BY_NAME,
        "{namespaceSelector: {}}",
        "{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}",
        "{namespaceSelector: {matchLabels: {name: kube-system}}}, {ipBlock: {cidr: 10.96.0.10/32}}",
        "{namespaceSelector: {matchLabels: {name: openshift-dns}}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}",
    ];
    for peer in meeting {
        let found = found(
            &format!("{DNS}{}", manifests(peer, "")),
            &Settings::default(),
        );
        assert_eq!(found, [], "{peer}");
    }
    // Who listens on the port of DNS in the input may be a DNS of its own.
    let own = "---
apiVersion: v1
kind: Pod
metadata: {name: names, namespace: app, labels: {app: names}}
spec: {containers: [{name: c, image: c, ports: [{containerPort: 53, protocol: UDP}]}]}
";
    let text = format!(
        "{DNS}{}",
        manifests("{podSelector: {matchLabels: {app: names}}}", own)
    );
    assert_eq!(found(&text, &Settings::default()), []);
}

#[test]
fn where_nobody_knows_the_dns_pods_every_label_may_be_theirs() {
    for settings in [Told::Nothing, Told::Complete] {
        let settings = Settings {
            inventory: settings,
            ..Settings::default()
        };
        let found = found(&manifests(OTHER_LABEL, ""), &settings);
        assert_eq!(found, []);
    }
}

#[test]
fn dns_pods_are_known_by_settings_and_by_a_namespace_that_is_complete() {
    let mut named = Settings::default();
    named.dns.pods = Some(PodsNamed {
        namespace: "kube-system".into(),
        pods: Selector::labels([("k8s-app", "kube-dns")]),
    });
    assert_eq!(found(&manifests(OTHER_LABEL, ""), &named), MISSED);
    assert_eq!(found(&manifests(BY_NAME, ""), &named), []);
    let complete = Settings {
        inventory: Told::CompleteIn(vec!["kube-system".into()]),
        ..Settings::default()
    };
    assert_eq!(found(&manifests(OTHER_LABEL, ""), &complete), MISSED);
}

#[test]
fn addresses_by_number_and_operators_make_it_a_note() {
    let numbers = "---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: app}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 192.0.2.10/32}}], ports: [{protocol: TCP, port: 5432}]}]
";
    let all = manifests(BY_NAME, "");
    let (deployment, _) = all.split_once("---\n").unwrap();
    let text = format!("{deployment}{numbers}");
    assert_eq!(
        found(&text, &Settings::default()),
        [("NP050", Severity::Note)]
    );
    // The operator of a database may let its pods ask by itself.
    let operator = "---
apiVersion: db.example.com/v1
kind: Database
metadata: {name: main, namespace: app}
spec: {size: 3}
";
    let text = manifests(OTHER_LABEL, operator);
    let expected = [("NP050", Severity::Note), ("NP053", Severity::Warning)];
    assert_eq!(
        found(&format!("{DNS}{text}"), &Settings::default()),
        expected
    );
}
