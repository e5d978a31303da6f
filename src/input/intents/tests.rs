//! What valid intents are read as.

use crate::diag::Severity;
use crate::endpoint::{Asked, AskedPort, ObjectKind, PortName, Reference};
use crate::input::{LoadedIntents, Options, read_intents};
use crate::intent::{Assumption, Expect, Flows, Intent, Intents, PodSet, Scope, Who};
use crate::model::{Direction, IpBlock, PortTest};
use crate::net::{Cidr, Protocol};
use crate::selector::Selector;
use crate::source::SourceMap;

const HEAD: &str = "apiVersion: netpolc/v1\nkind: Intents\n";

fn read(text: &str) -> (LoadedIntents, SourceMap) {
    let mut sources = SourceMap::new();
    let loaded = read_intents("a.yaml", text, &Options::default(), &mut sources);
    (loaded, sources)
}

/// The one document of a text that has nothing wrong.
fn document(body: &str) -> Intents {
    let (loaded, _) = read(&format!("{HEAD}{body}"));
    assert_eq!(loaded.findings, [], "{body}");
    assert_eq!(loaded.files.len(), 1);
    loaded.files.into_iter().next().unwrap()
}

/// The one intent of a text that has nothing wrong.
fn intent(fields: &str) -> Intent {
    let read = document(&format!("intents:\n- {{name: a, {fields}}}\n"));
    assert_eq!(read.intents.len(), 1);
    read.intents.into_iter().next().unwrap()
}

fn flows(fields: &str) -> Flows {
    match intent(&format!("expect: denied, {fields}")).expect {
        Expect::Denied(flows) => flows,
        other => panic!("{other:?}"),
    }
}

/// The rules of the errors in an intent.
fn rules(fields: &str) -> Vec<&'static str> {
    let (loaded, _) = read(&format!("{HEAD}intents:\n- {{name: a, {fields}}}\n"));
    let errors = loaded.findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    let rules: Vec<&str> = errors.map(|finding| finding.rule).collect();
    assert_eq!(loaded.files.is_empty(), !rules.is_empty(), "{fields}");
    assert!(loaded.findings.iter().all(|it| it.help.is_some()));
    rules
}

fn set(namespace: Option<&str>, of: Option<Selector>, pods: Option<Selector>) -> PodSet {
    PodSet {
        namespace: namespace.map(Into::into),
        namespace_selector: of,
        pod_selector: pods,
    }
}

fn named(kind: ObjectKind, name: &str) -> Reference {
    Reference::Named {
        namespace: Some("shop".into()),
        kind: Some(kind),
        name: name.into(),
    }
}

#[test]
fn entries_are_words_endpoints_pods_or_blocks() {
    let flows = flows(
        "from: [anyone, pods, shop/deploy/web, {namespace: shop, podSelector: {matchLabels: {app: db}}}, \
         {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], to: {namespaceSelector: {}}",
    );
    let [anyone, pods, web, db, block] = flows.from.as_slice() else {
        panic!("{:?}", flows.from)
    };
    assert!(matches!(anyone.who, Who::Anyone));
    assert!(matches!(pods.who, Who::AnyPod));
    let Who::Named(asked) = &web.who else {
        panic!("{web:?}")
    };
    let expected = Asked {
        reference: named(ObjectKind::from_word("deploy").unwrap(), "web"),
        port: None,
    };
    assert_eq!(asked, &expected);
    let Who::Pods(found) = &db.who else {
        panic!("{db:?}")
    };
    let labels = Selector::labels([("app", "db")]);
    assert_eq!(found, &set(Some("shop"), None, Some(labels)));
    let Who::Block(found) = &block.who else {
        panic!("{block:?}")
    };
    let expected = IpBlock {
        cidr: Cidr::parse("10.0.0.0/8").unwrap(),
        except: vec![Cidr::parse("10.1.0.0/16").unwrap()],
    };
    assert_eq!(found, &expected);
    let [to] = flows.to.as_slice() else {
        panic!("{:?}", flows.to)
    };
    let Who::Pods(found) = &to.who else {
        panic!("{to:?}")
    };
    assert_eq!(found, &set(None, Some(Selector::everything()), None));
    assert_eq!(flows.ports, []);
}

#[test]
fn ports_are_those_of_policies_and_of_endpoints() {
    let range = |protocol, first, last| PortTest::Range {
        protocol,
        first,
        last,
    };
    let read = flows(
        "from: pods, to: pods, ports: [{port: 5432}, {port: 8000, endPort: 8080, protocol: UDP}, \
         {port: http}, {protocol: SCTP}], sameLabels: [team], differentLabels: [example.com/zone]",
    );
    let tests: Vec<PortTest> = read.ports.into_iter().map(|port| port.test).collect();
    let http = PortTest::Named {
        name: "http".into(),
        protocol: Some(Protocol::Tcp),
    };
    let expected = [
        range(Protocol::Tcp, 5432, 5432),
        range(Protocol::Udp, 8000, 8080),
        http,
        range(Protocol::Sctp, 1, 65535),
    ];
    assert_eq!(tests, expected);
    assert_eq!(read.same_labels, ["team".into()]);
    assert_eq!(read.different_labels, ["example.com/zone".into()]);
    let read = flows("from: pods, to: shop/svc/db:53/UDP");
    let Who::Named(asked) = &read.to[0].who else {
        panic!("{:?}", read.to)
    };
    let port = AskedPort {
        port: PortName::Number(53),
        protocol: Some(Protocol::Udp),
    };
    assert_eq!(asked.port, Some(port));
}

#[test]
fn scopes_are_only_what_the_file_says() {
    let scope = |fields: &str| intent(&format!("expect: allowed, from: pods, to: pods{fields}"));
    assert_eq!(scope("").scope, None);
    assert_eq!(scope(", scope: any").scope, Some(Scope::Any));
    assert_eq!(scope(", scope: existing").scope, Some(Scope::Existing));
}

#[test]
fn isolation_is_in_both_directions_unless_one_is_named() {
    let directions = |fields: &str| {
        let read = intent(&format!("expect: isolated, pods: ns/payments{fields}"));
        let Expect::Isolated { pods, directions } = read.expect else {
            panic!("{read:?}")
        };
        assert_eq!(pods.len(), 1);
        let Who::Named(asked) = &pods[0].who else {
            panic!("{pods:?}")
        };
        assert_eq!(asked.reference, Reference::Namespace("payments".into()));
        directions
    };
    let both = [Direction::Egress, Direction::Ingress];
    assert_eq!(directions(""), both);
    assert_eq!(directions(", directions: [egress, ingress, egress]"), both);
    assert_eq!(directions(", directions: [ingress]"), [Direction::Ingress]);
}

#[test]
fn comparisons_name_a_path_or_a_policy() {
    let Expect::Equal(path) = intent("expect: equal, policies: ../old/").expect else {
        panic!("equal")
    };
    assert_eq!(&*path.path, "../old/");
    let Expect::Implied(path) = intent("expect: implied, policies: next.yaml").expect else {
        panic!("implied")
    };
    assert_eq!(&*path.path, "next.yaml");
    let redundant = |fields: &str| {
        let read = intent(&format!("expect: redundant, {fields}"));
        let Expect::Redundant { policy, rule, .. } = read.expect else {
            panic!("{read:?}")
        };
        (policy, rule)
    };
    assert_eq!(redundant("policy: web"), ((None, "web".into()), None));
    let web = (Some("shop".into()), "web".into());
    let first = Some((Direction::Ingress, 0));
    assert_eq!(
        redundant("policy: shop/web, rule: 'ingress[0]'"),
        (web.clone(), first)
    );
    let later = Some((Direction::Egress, 12));
    assert_eq!(
        redundant("policy: shop/web, rule: 'spec.egress[12]'"),
        (web, later)
    );
}

#[test]
fn assumptions_are_about_every_pod_unless_they_say_of_which() {
    let read = document(
        "podNetworks: [10.244.0.0/16]\nassume:\n- always: {matchLabels: {team: a}}\n\
         - pods: {namespace: shop}\n  always: {matchExpressions: [{key: app, operator: Exists}]}\n\
         intents:\n- {name: a, expect: denied, from: pods, to: pods}\n",
    );
    assert_eq!(read.pod_networks, [Cidr::parse("10.244.0.0/16").unwrap()]);
    let [all, shop] = read.assumptions.as_slice() else {
        panic!("{:?}", read.assumptions)
    };
    assert_eq!(all.pods, PodSet::default());
    assert_eq!(all.always, Selector::labels([("team", "a")]));
    assert_eq!(shop.pods, set(Some("shop"), None, None));
    let shown = |assumption: &Assumption| assumption.always.to_string();
    assert_eq!(shown(shop), "app");
}

#[test]
fn three_assumptions_may_contradict_where_no_two_do() {
    let always = |values: &str| {
        format!("- always: {{matchExpressions: [{{key: t, operator: In, values: [{values}]}}]}}\n")
    };
    let assume = |list: &[&str]| {
        let list: String = list.iter().map(|values| always(values)).collect();
        let intents = "intents: [{name: a, expect: denied, from: pods, to: pods}]";
        let (loaded, _) = read(&format!("{HEAD}assume:\n{list}{intents}\n"));
        let rules: Vec<&str> = loaded.findings.iter().map(|it| it.rule).collect();
        rules
    };
    assert_eq!(assume(&["a, b", "b, c"]), [""; 0]);
    assert_eq!(
        assume(&["a, b", "b, c", "a, c"]),
        ["contradictory-assumption"]
    );
}

#[test]
fn what_an_intent_cannot_say_is_an_error() {
    let cases = [
        ("expect: denied, from: pods, to: pods", &[][..]),
        ("expect: denied, from: pods, to: []", &["names-nobody"]),
        ("expect: denied, from: {}, to: pods", &["names-nobody"]),
        (
            "expect: denied, from: web:80, to: pods",
            &["port-of-source"],
        ),
        (
            "expect: denied, from: pods, to: web:80, ports: [{port: 80}]",
            &["port-twice"],
        ),
        (
            "expect: denied, from: pods, to: a/b/c/d",
            &["invalid-endpoint"],
        ),
        ("expect: only-on-ports, from: pods, to: pods", &["required"]),
        (
            "expect: only-on-ports, from: pods, to: pods, ports: []",
            &["required"],
        ),
        ("expect: isolated, pods: internet", &["not-pods"]),
        (
            "expect: equal, policies: a, from: pods",
            &["misplaced-field"],
        ),
        (
            "expect: redundant, policy: a, rule: 'ingress[+1]'",
            &["invalid-value"],
        ),
        ("expect: Denied, from: pods, to: pods", &["invalid-value"]),
    ];
    for (fields, expected) in cases {
        assert_eq!(rules(fields), expected, "{fields}");
    }
}

#[test]
fn places_are_those_of_the_file() {
    let text = format!(
        "# first\n---\n{HEAD}intents:\n- {{name: shut, expect: denied, from: pods, to: [db, web]}}\n"
    );
    let (loaded, sources) = read(&text);
    assert_eq!(loaded.findings, []);
    let intent = &loaded.files[0].intents[0];
    let at = |origin: crate::model::Origin| {
        let span = origin.span.unwrap();
        format!("{} {}", sources.place(span), sources.text(span))
    };
    assert_eq!(at(intent.origin), "a.yaml:6:10 shut");
    let Expect::Denied(flows) = &intent.expect else {
        panic!("{intent:?}")
    };
    assert_eq!(at(flows.to[1].origin), "a.yaml:6:53 web");
}
