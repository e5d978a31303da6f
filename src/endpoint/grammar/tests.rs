//! What the endpoint grammar reads, and what it refuses.

use super::*;
use crate::model::WorkloadKind;
use crate::selector::{Labels, Selector};

fn read(text: &str) -> Reference {
    parse(text).expect("an endpoint").reference
}

fn refused(text: &str) -> String {
    parse(text).expect_err("no endpoint").message
}

#[test]
fn names_take_an_optional_namespace_and_type() {
    let workload = |kind| Some(ObjectKind::Workload(kind));
    assert_eq!(read("web"), named(None, None, "web"));
    assert_eq!(read("shop/web"), named(Some("shop"), None, "web"));
    assert_eq!(
        read("deploy/web"),
        named(None, workload(WorkloadKind::Deployment), "web")
    );
    assert_eq!(
        read("cj/tidy"),
        named(None, workload(WorkloadKind::CronJob), "tidy")
    );
    assert_eq!(
        read("shop/svc/db"),
        named(Some("shop"), Some(ObjectKind::Service), "db")
    );
    assert_eq!(read("Pods/x"), named(None, Some(ObjectKind::Pod), "x"));
    assert_eq!(read("ns/shop"), Reference::Namespace("shop".into()));
    assert_eq!(read("node/n1"), Reference::Node("n1".into()));
    assert_eq!(read("internet"), Reference::Internet);
}

#[test]
fn the_port_follows_the_destination() {
    let port = |text: &str| parse(text).expect("an endpoint").port.expect("a port");
    let number = |port, protocol| AskedPort {
        port: PortName::Number(port),
        protocol,
    };
    assert_eq!(port("svc/db:5432"), number(5432, None));
    assert_eq!(port("svc/dns:53/udp"), number(53, Some(Protocol::Udp)));
    assert_eq!(port("[fd00::1]:80"), number(80, None));
    assert_eq!(
        port("shop/[app=web]:80/SCTP"),
        number(80, Some(Protocol::Sctp))
    );
    assert_eq!(port("web:http").port, PortName::Name("http".into()));
    assert_eq!(refused("web:0"), "port `0` is not from 1 to 65535");
    assert_eq!(refused("web:65536"), "port `65536` is not from 1 to 65535");
    assert_eq!(
        refused("web:80-90"),
        "`80-90` is not a port number or a port's name"
    );
    assert_eq!(refused("web:80/icmp"), "ICMP has no ports");
    assert_eq!(refused("web:"), "`` is not a port number or a port's name");
}

#[test]
fn addresses_are_told_from_names() {
    assert_eq!(
        read("10.0.0.1"),
        Reference::Address("10.0.0.1".parse().expect("an address"))
    );
    assert_eq!(
        read("fd00::1"),
        Reference::Address("fd00::1".parse().expect("an address"))
    );
    let cidr = |text| Reference::Addresses(Cidr::parse(text).expect("a CIDR"));
    assert_eq!(read("10.0.0.0/8"), cidr("10.0.0.0/8"));
    assert_eq!(read("fd00::/64"), cidr("fd00::/64"));
    assert_eq!(read("[fd00::/64]"), cidr("fd00::/64"));
    assert_eq!(
        refused("10.0.0.0/33"),
        "`10.0.0.0/33` has a prefix length that is not a number from 0 to 32"
    );
    assert_eq!(
        refused("fd00::1:x:80"),
        "`fd00::1:x:80` is not an IPv6 address or prefix"
    );
}

#[test]
fn labels_make_a_concrete_pod() {
    let labels = |pairs: &[(&str, &str)]| Reference::Labels {
        namespace: Some("shop".into()),
        labels: Labels::from_pairs(pairs.iter().copied()),
        selector: Selector::labels(pairs.iter().copied()),
    };
    assert_eq!(read("shop/[app=web]"), labels(&[("app", "web")]));
    assert_eq!(
        read("shop/[a.b/app==web, x=]"),
        labels(&[("a.b/app", "web"), ("x", "")])
    );
    assert_eq!(read("shop/[]"), labels(&[]));
    let Reference::Labels {
        labels, selector, ..
    } = read("shop/[app=web,tier!=db,!canary]")
    else {
        panic!("labels");
    };
    assert_eq!(labels, Labels::from_pairs([("app", "web")]));
    assert_eq!(selector.to_string(), "app=web,tier!=db,!canary");
    assert_eq!(
        refused("[tier]"),
        "`tier` does not give the value of the label"
    );
    assert_eq!(
        refused("[tier in (a)]"),
        "`tier in (a)` does not give the value of the label"
    );
    assert_eq!(
        refused("[a=1,a=2]"),
        "a pod cannot have both `a=1` and `a=2`"
    );
    assert_eq!(refused("[a=1,a!=1]"), "`a!=1` contradicts `a=1`");
    assert_eq!(refused("[a=1,!a]"), "`!a` contradicts `a=1`");
    assert_eq!(refused("[a=1,]"), "`[a=1,]` has an empty entry");
    assert_eq!(refused("[a=1"), "`[a=1` has no closing bracket");
    assert_eq!(
        refused("[a=1]80"),
        "`80` follows the closing bracket in `[a=1]80`"
    );
    assert_eq!(
        refused("shop/pod/[a=1]"),
        "`shop/pod/` is not a namespace to look for labels in"
    );
    assert_eq!(refused("[a=\u{1b}]"), "`\u{1b}` is not a label value");
}

#[test]
fn names_that_only_dns_knows_are_kept_as_they_are() {
    let name = |text: &str| Reference::DnsName(text.into());
    assert_eq!(read("db.shop.svc"), name("db.shop.svc"));
    assert_eq!(
        read("DB.shop.svc.cluster.local."),
        name("db.shop.svc.cluster.local.")
    );
    assert_eq!(read("db-0.db.shop.svc"), name("db-0.db.shop.svc"));
    assert_eq!(
        read("10-0-0-7.shop.pod.cluster.local"),
        name("10-0-0-7.shop.pod.cluster.local")
    );
    assert_eq!(read("example.com."), name("example.com."));
    // It may be the name of a Deployment.
    assert_eq!(read("db.shop"), named(None, None, "db.shop"));
    assert_eq!(read("svc"), named(None, None, "svc"));
    assert_eq!(read("apiserver"), Reference::ApiServer);
    let url = Url::parse("https://shop.example.com/api").expect("a URL");
    assert_eq!(read("https://Shop.example.com/api"), Reference::Url(url));
}

#[test]
fn what_is_no_endpoint_is_refused() {
    assert_eq!(refused(""), "an endpoint must not be empty");
    assert_eq!(refused("shop/"), "`shop/` is not an endpoint");
    assert_eq!(refused("a/b/c/d"), "`a/b/c/d` is not an endpoint");
    assert_eq!(refused("shop/node/x"), "a Node is not in a namespace");
}

#[test]
fn other_kinds_are_looked_for_among_the_workloads() {
    let rollout = Reference::OfKind {
        namespace: Some("shop".into()),
        kind: "rollout".into(),
        name: "web".into(),
    };
    assert_eq!(read("shop/rollout/web"), rollout);
}
