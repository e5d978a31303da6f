//! What valid policies are read as.

use super::tests::{clean, read};
use crate::model::{NamespaceScope, Peers, Policy, PortTest, Ports};
use crate::net::Protocol;
use crate::selector::Selector;

fn policy(spec: &str) -> Policy {
    let loaded = clean(&format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
         metadata: {{name: p, namespace: shop}}\nspec: {spec}\n"
    ));
    loaded.objects.policies.into_iter().next().unwrap()
}

fn ports(ports: &str) -> Vec<PortTest> {
    let policy = policy(&format!(
        "{{podSelector: {{}}, ingress: [{{ports: {ports}}}]}}"
    ));
    match &policy.ingress.as_ref().unwrap()[0].ports {
        Ports::Any => Vec::new(),
        Ports::Listed(ports) => ports.iter().map(|port| port.test.clone()).collect(),
    }
}

#[test]
fn policy_types_default_as_the_api_server_defaults_them() {
    let governs = |spec: &str| {
        let policy = policy(spec);
        let count = |rules: &Option<Vec<_>>| rules.as_ref().map(Vec::len);
        (count(&policy.ingress), count(&policy.egress))
    };
    assert_eq!(governs("{}"), (Some(0), None));
    assert_eq!(
        governs("{podSelector: {}, egress: [{}]}"),
        (Some(0), Some(1))
    );
    assert_eq!(governs("{egress: []}"), (Some(0), None));
    assert_eq!(governs("{policyTypes: [], ingress: [{}]}"), (Some(1), None));
    assert_eq!(governs("{policyTypes: [Egress]}"), (None, Some(0)));
    assert_eq!(
        governs("{policyTypes: [Egress], ingress: []}"),
        (None, Some(0))
    );
    assert_eq!(
        governs("{policyTypes: [Ingress, Egress]}"),
        (Some(0), Some(0))
    );
}

#[test]
fn rules_without_their_policy_type_are_told() {
    let loaded = read(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n\
         spec: {policyTypes: [Egress], ingress: [{}]}\n",
    );
    assert_eq!(loaded.objects.policies[0].ingress, None);
    assert_eq!(loaded.findings[0].rule, "rules-without-policy-type");
}

#[test]
fn missing_empty_and_null_lists_match_everyone_and_everything() {
    for rule in [
        "{}",
        "{from: []}",
        "{from: null, ports: null}",
        "{ports: []}",
        "null",
    ] {
        let policy = policy(&format!("{{ingress: [{rule}]}}"));
        let rule = &policy.ingress.unwrap()[0];
        assert_eq!((&rule.peers, &rule.ports), (&Peers::Anyone, &Ports::Any));
    }
}

#[test]
fn peers_know_their_namespaces() {
    let policy = policy(
        "{egress: [{to: [{podSelector: {}}, {namespaceSelector: {}}, \
         {podSelector: {matchLabels: {a: b}}, namespaceSelector: {matchLabels: {c: d}}}]}]}",
    );
    let Peers::Listed(peers) = &policy.egress.as_ref().unwrap()[0].peers else {
        panic!("three peers")
    };
    let scopes: Vec<_> = peers
        .iter()
        .map(|peer| peer.scope().expect("pods"))
        .map(|scope| (scope.namespaces.clone(), scope.pods.clone()))
        .collect();
    let everything = Selector::everything;
    assert_eq!(
        scopes[0],
        (NamespaceScope::Named("shop".into()), everything())
    );
    assert_eq!(
        scopes[1],
        (NamespaceScope::Matching(everything()), everything())
    );
    let (c, a) = (
        Selector::labels([("c", "d")]),
        Selector::labels([("a", "b")]),
    );
    assert_eq!(scopes[2], (NamespaceScope::Matching(c), a));
    assert_eq!(
        policy.subject.namespaces,
        NamespaceScope::Named("shop".into())
    );
}

#[test]
fn ports_have_their_defaults() {
    let range = |protocol, first, last| PortTest::Range {
        protocol,
        first,
        last,
    };
    assert_eq!(ports("[{}]"), [range(Protocol::Tcp, 1, 65535)]);
    assert_eq!(ports("[{protocol: UDP}]"), [range(Protocol::Udp, 1, 65535)]);
    assert_eq!(ports("[{port: 80}]"), [range(Protocol::Tcp, 80, 80)]);
    assert_eq!(
        ports("[{port: 80, endPort: 80, protocol: SCTP}, {port: 1, endPort: 65535}]"),
        [
            range(Protocol::Sctp, 80, 80),
            range(Protocol::Tcp, 1, 65535)
        ]
    );
    assert_eq!(
        ports("[{port: http}]"),
        [PortTest::Named {
            name: "http".into(),
            protocol: Some(Protocol::Tcp),
        }]
    );
}

#[test]
fn parts_of_a_policy_know_their_places() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: db\n\
                spec:\n  podSelector:\n    matchLabels:\n      app: db\n  ingress:\n    - from:\n        \
                - ipBlock:\n            cidr: fd00::/64\n      ports:\n        - port: 5432\n";
    let loaded = clean(text);
    let policy = &loaded.objects.policies[0];
    let shown = |origin: crate::model::Origin| {
        let span = origin.span.unwrap();
        let text = loaded.sources.text(span).split_whitespace();
        format!(
            "{} {}",
            loaded.sources.place(span),
            text.collect::<Vec<_>>().join(" ")
        )
    };
    assert_eq!(shown(policy.origin), "a.yaml:4:9 db");
    assert_eq!(
        shown(policy.subject_origin),
        "a.yaml:7:5 matchLabels: app: db"
    );
    let rule = &policy.ingress.as_ref().unwrap()[0];
    assert_eq!(
        shown(rule.origin),
        "a.yaml:10:7 from: - ipBlock: cidr: fd00::/64 ports: - port: 5432"
    );
    let (Peers::Listed(peers), Ports::Listed(ports)) = (&rule.peers, &rule.ports) else {
        panic!("one of each")
    };
    assert_eq!(
        shown(peers[0].origin),
        "a.yaml:11:11 ipBlock: cidr: fd00::/64"
    );
    assert_eq!(shown(ports[0].origin), "a.yaml:14:11 port: 5432");
}
