//! What valid cluster-wide policies are read as.

use super::tests::{clean, read};
use crate::model::{
    Action, NamespaceScope, PeerMatch, Peers, PodScope, Policy, PolicyKind, PortTest, Ports, Rule,
    Tier,
};
use crate::net::{Cidr, DomainPattern, Protocol};
use crate::selector::Selector;

const GROUP: &str = "policy.networking.k8s.io";

fn policy(version: &str, kind: &str, spec: &str) -> Policy {
    let loaded = clean(&format!(
        "apiVersion: {GROUP}/{version}\nkind: {kind}\nmetadata: {{name: default}}\nspec: {spec}\n"
    ));
    loaded.objects.policies.into_iter().next().unwrap()
}

/// A ClusterNetworkPolicy with these rules.
fn cluster(rules: &str) -> Policy {
    let spec = format!("{{tier: Admin, priority: 5, subject: {{namespaces: {{}}}}, {rules}}}");
    policy("v1alpha2", "ClusterNetworkPolicy", &spec)
}

/// An AdminNetworkPolicy with these rules.
fn admin(rules: &str) -> Policy {
    let spec = format!("{{priority: 5, subject: {{namespaces: {{}}}}, {rules}}}");
    policy("v1alpha1", "AdminNetworkPolicy", &spec)
}

fn first(rules: Option<&Vec<Rule>>) -> &Rule {
    &rules.unwrap()[0]
}

fn tests(ports: &Ports) -> Vec<PortTest> {
    match ports {
        Ports::Any => Vec::new(),
        Ports::Listed(ports) => ports.iter().map(|port| port.test.clone()).collect(),
    }
}

fn range(protocol: Protocol, first: u16, last: u16) -> PortTest {
    PortTest::Range {
        protocol,
        first,
        last,
    }
}

fn named(name: &str) -> PortTest {
    PortTest::Named {
        name: name.into(),
        protocol: None,
    }
}

#[test]
fn a_kind_or_a_field_says_the_tier() {
    let subject = "subject: {namespaces: {}}";
    for (version, kind, spec, tier, priority) in [
        (
            "v1alpha1",
            "AdminNetworkPolicy",
            "priority: 0",
            Tier::Admin,
            0,
        ),
        (
            "v1alpha1",
            "BaselineAdminNetworkPolicy",
            "egress: null",
            Tier::Baseline,
            0,
        ),
        (
            "v1alpha2",
            "ClusterNetworkPolicy",
            "tier: Admin, priority: 1000",
            Tier::Admin,
            1000,
        ),
        (
            "v1alpha2",
            "ClusterNetworkPolicy",
            "tier: Baseline, priority: 5.0",
            Tier::Baseline,
            5,
        ),
        (
            "v1beta1",
            "ClusterNetworkPolicy",
            "tier: Baseline, priority: 7",
            Tier::Baseline,
            7,
        ),
    ] {
        let policy = policy(version, kind, &format!("{{{spec}, {subject}}}"));
        assert_eq!(policy.kind.name(), kind);
        assert_eq!(
            (policy.tier, policy.priority),
            (tier, priority),
            "{kind} {spec}"
        );
        assert_eq!((policy.namespace, &*policy.name), (None, "default"));
        // Without rules it says nothing of a direction.
        assert_eq!((policy.ingress, policy.egress), (None, None));
    }
}

#[test]
fn actions_have_a_word_in_each_version() {
    let actions =
        |policy: &Policy| -> Vec<Action> { policy.all_rules().map(|rule| rule.action).collect() };
    let rules = |words: [&str; 3]| {
        let rules = words.map(|word| format!("{{action: {word}, to: [{{namespaces: {{}}}}]}}"));
        format!("egress: [{}]", rules.join(", "))
    };
    let all = [Action::Accept, Action::Deny, Action::Pass];
    assert_eq!(actions(&cluster(&rules(["Accept", "Deny", "Pass"]))), all);
    assert_eq!(actions(&admin(&rules(["Allow", "Deny", "Pass"]))), all);
}

#[test]
fn subjects_are_namespaces_or_pods() {
    let subject = |version: &str, kind: &str, more: &str, subject: &str| {
        policy(version, kind, &format!("{{{more}subject: {subject}}}")).subject
    };
    let matching = |namespaces, pods| PodScope {
        namespaces: NamespaceScope::Matching(namespaces),
        pods,
    };
    let everything = Selector::everything;
    let new = |it: &str| {
        subject(
            "v1alpha2",
            "ClusterNetworkPolicy",
            "tier: Admin, priority: 1, ",
            it,
        )
    };
    let old = |it: &str| subject("v1alpha1", "BaselineAdminNetworkPolicy", "", it);
    let a = || Selector::labels([("team", "a")]);
    let web = || Selector::labels([("app", "web")]);
    for read in [&new as &dyn Fn(&str) -> PodScope, &old] {
        assert_eq!(
            read("{namespaces: {}}"),
            matching(everything(), everything())
        );
        assert_eq!(
            read("{namespaces: {matchLabels: {team: a}}, pods: null}"),
            matching(a(), everything())
        );
        assert_eq!(
            read(
                "{pods: {namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: web}}}}"
            ),
            matching(a(), web())
        );
    }
    // Only there it may be missing, and is every namespace.
    assert_eq!(
        new("{pods: {podSelector: {matchLabels: {app: web}}}}"),
        matching(everything(), web())
    );
}

#[test]
fn every_network_and_every_name_is_a_peer_with_its_place() {
    let policy = cluster(
        "egress: [{action: Deny, to: [{nodes: {matchLabels: {zone: a}}}, {networks: [10.0.0.0/8, \"fd00::/8\"]}, \
         {domainNames: [\"*.example.com\", API.example.org.]}, {namespaces: {}}]}]",
    );
    let rule = first(policy.egress.as_ref());
    let Peers::Listed(peers) = &rule.peers else {
        panic!("peers")
    };
    let places: Vec<String> = peers.iter().map(|peer| peer.place.to_string()).collect();
    assert_eq!(
        places,
        [
            "[0]",
            "[1].networks[0]",
            "[1].networks[1]",
            "[2].domainNames[0]",
            "[2].domainNames[1]",
            "[3]"
        ]
    );
    let block = |peer: usize| peers[peer].block().unwrap().cidr;
    assert_eq!(block(1), Cidr::parse("10.0.0.0/8").unwrap());
    assert_eq!(block(2), Cidr::parse("fd00::/8").unwrap());
    let zone = Selector::labels([("zone", "a")]);
    assert_eq!(peers[0].matches, PeerMatch::Nodes(zone));
    let name = DomainPattern::new("*.example.com");
    assert_eq!(peers[3].matches, PeerMatch::DomainName(name));
    assert!(peers[5].scope().is_some());
}

#[test]
fn ports_of_each_version() {
    let ports = |list: &str| {
        let rule = format!("ingress: [{{action: Deny, from: [{{namespaces: {{}}}}], {list}}}]");
        let policy = if list.starts_with("ports") {
            admin(&rule)
        } else {
            cluster(&rule)
        };
        first(policy.ingress.as_ref()).ports.clone()
    };
    for none in ["name: r", "ports: null", "protocols: null"] {
        assert_eq!(ports(none), Ports::Any, "{none}");
    }
    assert_eq!(
        tests(&ports(
            "ports: [{portNumber: {port: 80}}, {portNumber: {protocol: UDP, port: 53}}, {portRange: {protocol: \
             SCTP, start: 1, end: 65535}}, {portRange: {start: 9, end: 9}}, {namedPort: web}]"
        )),
        [
            range(Protocol::Tcp, 80, 80),
            range(Protocol::Udp, 53, 53),
            range(Protocol::Sctp, 1, 65535),
            range(Protocol::Tcp, 9, 9),
            named("web"),
        ]
    );
    assert_eq!(
        tests(&ports(
            "protocols: [{tcp: {destinationPort: {number: 80}}}, {udp: {destinationPort: {range: {start: 1, end: \
             2}}}}, {sctp: {destinationPort: {number: 9, range: null}}, tcp: null}, {destinationNamedPort: web}]"
        )),
        [
            range(Protocol::Tcp, 80, 80),
            range(Protocol::Udp, 1, 2),
            range(Protocol::Sctp, 9, 9),
            named("web"),
        ]
    );
}

#[test]
fn a_range_that_ends_before_it_begins_matches_no_port() {
    let loaded = read(&format!(
        "apiVersion: {GROUP}/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {{name: p}}\nspec: {{priority: 1, subject: \
         {{namespaces: {{}}}}, ingress: [{{action: Deny, from: [{{namespaces: {{}}}}], ports: [{{portRange: {{start: \
         90, end: 80}}}}]}}]}}\n"
    ));
    let rules: Vec<_> = loaded
        .findings
        .iter()
        .map(|it| (it.rule, it.severity))
        .collect();
    assert_eq!(rules, [("matches-nothing", crate::diag::Severity::Warning)]);
    // Not what a list means that is not there.
    let rule = first(loaded.objects.policies[0].ingress.as_ref());
    assert_eq!(rule.ports, Ports::Listed(Vec::new()));
}

#[test]
fn lists_and_streams_of_both_syntaxes_are_read_alike() {
    let spec =
        "\"spec\": {\"tier\": \"Admin\", \"priority\": 1, \"subject\": {\"namespaces\": {}}}";
    let version = format!("\"apiVersion\": \"{GROUP}/v1alpha2\"");
    let kind = "\"kind\": \"ClusterNetworkPolicy\"";
    let item = |name: &str| format!("{{\"metadata\": {{\"name\": \"{name}\"}}, {spec}}}");
    let whole = |name: &str| item(name).replacen('{', &format!("{{{version}, {kind}, "), 1);
    let typed = format!(
        "{{{version}, \"kind\": \"ClusterNetworkPolicyList\", \"items\": [{}, {}]}}",
        item("a"),
        item("b")
    );
    let list = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{}, {}]}}",
        whole("a"),
        whole("b")
    );
    let nested = format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{typed}]}}");
    let stream = format!("{}\n{}", whole("a"), whole("b"));
    let yaml = format!("--- # YAML\n{}\n---\n{}\n", whole("a"), whole("b"));
    let yaml_list = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}\n- {}\n",
        whole("a"),
        whole("b")
    );
    for text in [typed, list, nested, stream, yaml, yaml_list] {
        let loaded = clean(&text);
        let names: Vec<&str> = loaded.objects.policies.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["a", "b"], "{text}");
    }
}

#[test]
fn one_name_is_one_object_of_each_kind() {
    let of = |version: &str, kind: &str, more: &str| {
        format!(
            "---\napiVersion: {GROUP}/{version}\nkind: {kind}\nmetadata: {{name: default}}\nspec: {{{more} subject: \
             {{namespaces: {{}}}}}}\n"
        )
    };
    let admin = of("v1alpha1", "AdminNetworkPolicy", "priority: 1,");
    let baseline = of("v1alpha1", "BaselineAdminNetworkPolicy", "");
    let cluster = of(
        "v1alpha2",
        "ClusterNetworkPolicy",
        "tier: Admin, priority: 1,",
    );
    let newer = of(
        "v1beta1",
        "ClusterNetworkPolicy",
        "tier: Admin, priority: 1,",
    );
    let other = of(
        "v1beta1",
        "ClusterNetworkPolicy",
        "tier: Admin, priority: 2,",
    );
    let loaded = clean(&[&*admin, &baseline, &cluster, &newer].concat());
    let kinds: Vec<_> = loaded.objects.policies.iter().map(|it| it.kind).collect();
    assert_eq!(kinds.len(), 3);
    for kind in [
        PolicyKind::AdminNetworkPolicy,
        PolicyKind::BaselineAdminNetworkPolicy,
        PolicyKind::ClusterNetworkPolicy,
    ] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let loaded = read(&[&*admin, &cluster, &other].concat());
    let rules: Vec<_> = loaded.findings.iter().map(|it| it.rule).collect();
    assert_eq!(rules, ["duplicate-object"]);
    let left: Vec<String> = loaded
        .objects
        .left_out
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(left, ["ClusterNetworkPolicy default"]);
    let kinds: Vec<_> = loaded.objects.policies.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [PolicyKind::AdminNetworkPolicy]);
}

#[test]
fn as_many_entries_as_may_be_there_are_taken() {
    let entry = "{action: Deny, from: [{namespaces: {}}]}";
    let rules = |count: usize| format!("ingress: [{}]", vec![entry; count].join(", "));
    assert_eq!(cluster(&rules(25)).ingress.unwrap().len(), 25);
    assert_eq!(admin(&rules(100)).ingress.unwrap().len(), 100);
}
