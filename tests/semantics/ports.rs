//! S34 to S42: ports by number, range and name.

use crate::world::{
    World, allow, ask, cluster_ingress, container_ports, deny, egress, end, everything, imagined,
    ingress, local, named, range, tcp, verdict,
};
use netpolc::model::{Cluster, PodObject, PortTest, Tier};
use netpolc::net::Protocol::{Sctp, Tcp, Udp};
use netpolc::trace::Verdict::{Allow, Deny, Undecided};
use netpolc::trace::{Endpoint, Unknown};

fn with_ports<'a>(ports: &'a [&'a str]) -> impl Fn(&mut PodObject) + 'a {
    |pod| pod.template.ports = container_ports(ports)
}

fn world() -> World {
    World::default()
        .namespaces(["shop"])
        .pod("shop/web", "")
        .pod_with(
            "shop/db",
            "app=db",
            with_ports(&["http TCP 8080", "dns UDP 53", "- TCP 9000"]),
        )
}

fn guarded<const N: usize>(ports: [PortTest; N]) -> Cluster {
    world()
        .policy(ingress("shop/db", "app=db", [allow([], ports)]))
        .build()
}

#[test]
fn s34_a_protocol_alone_is_all_its_ports() {
    let cluster = guarded([range(Udp, 1, 65535)]);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 1"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 65535"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 53"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "SCTP 53"), Deny);
}

#[test]
fn s35_a_number_is_one_port_and_a_range_has_both_its_ends() {
    let cluster = guarded([tcp(80), range(Sctp, 3000, 3010)]);
    for (port, expected) in [
        ("TCP 79", Deny),
        ("TCP 80", Allow),
        ("TCP 81", Deny),
        ("UDP 80", Deny),
        ("SCTP 2999", Deny),
        ("SCTP 3000", Allow),
        ("SCTP 3010", Allow),
        ("SCTP 3011", Deny),
        ("TCP 3005", Deny),
    ] {
        let found = verdict(&cluster, "shop/web", "shop/db", port);
        assert_eq!(found, expected, "{port}");
    }
}

#[test]
fn s36_a_name_is_looked_up_at_the_destination() {
    let cluster = guarded([named("http", Some(Tcp)), named("dns", Some(Tcp))]);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 8080"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 8080"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 9000"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 53"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 53"), Deny);
    // Egress: the peer's ports count, and differ from peer to peer.
    let cluster = world()
        .pod_with("shop/api", "", with_ports(&["http TCP 80"]))
        .pod_with("shop/client", "app=client", with_ports(&["http TCP 7777"]))
        .policy(egress(
            "shop/client",
            "app=client",
            [allow([], [named("http", Some(Tcp))])],
        ))
        .build();
    assert_eq!(
        verdict(&cluster, "shop/client", "shop/db", "TCP 8080"),
        Allow
    );
    assert_eq!(verdict(&cluster, "shop/client", "shop/db", "TCP 80"), Deny);
    assert_eq!(
        verdict(&cluster, "shop/client", "shop/api", "TCP 80"),
        Allow
    );
    assert_eq!(
        verdict(&cluster, "shop/client", "shop/api", "TCP 8080"),
        Deny
    );
    assert_eq!(
        verdict(&cluster, "shop/client", "shop/api", "TCP 7777"),
        Deny
    );
}

#[test]
fn s37_every_container_port_of_the_name_matches() {
    let ports = ["http TCP 80", "http TCP 8080", "http UDP 443"];
    let cluster = World::default()
        .namespaces(["shop"])
        .pod("shop/web", "")
        .pod_with("shop/db", "app=db", with_ports(&ports))
        .policy(ingress(
            "shop/db",
            "app=db",
            [allow([], [named("http", Some(Tcp))])],
        ))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 8080"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 443"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 443"), Deny);
}

#[test]
fn s39_a_pod_without_the_name_gets_nothing_from_the_entry() {
    let cluster = guarded([named("metrics", Some(Tcp))]);
    for port in ["TCP 8080", "TCP 9000", "TCP 80", "UDP 53"] {
        assert_eq!(
            verdict(&cluster, "shop/web", "shop/db", port),
            Deny,
            "{port}"
        );
    }
}

#[test]
fn s40_an_address_and_a_node_have_no_named_ports() {
    let cluster = world()
        .node("n1", &["192.168.0.1"])
        .policy(egress(
            "shop/web",
            "",
            [allow([], [named("http", Some(Tcp))])],
        ))
        .pod_with("shop/on-n2", "", |pod| pod.node = Some("n2".into()))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "1.2.3.4", "TCP 8080"), Deny);
    assert_eq!(verdict(&cluster, "shop/on-n2", "n1", "TCP 8080"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 8080"), Allow);
}

#[test]
fn s41_the_ports_of_an_imagined_pod_are_open() {
    let cluster = guarded([named("http", Some(Tcp)), tcp(9000)]);
    let db = imagined(&cluster, "shop", "app=db");
    let to = |port| {
        ask(
            &cluster,
            end(&cluster, "shop/web"),
            Endpoint::Pod(&db),
            port,
        )
    };
    let open = to("TCP 8080");
    assert_eq!(open.verdict, Undecided);
    assert_eq!(open.unknowns, [Unknown::NamedPort("http".into())]);
    assert_eq!(to("UDP 8080").verdict, Deny);
    assert_eq!(to("TCP 9000").verdict, Allow);
}

#[test]
fn s42_the_named_port_of_a_cluster_wide_policy_has_the_protocol_of_the_container_port() {
    let pods = local("shop", everything());
    let ports = [named("http", None), named("dns", None)];
    let cluster = world()
        .policy(cluster_ingress(
            Tier::Admin,
            "deny",
            0,
            [deny([pods], ports)],
        ))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 8080"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 8080"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 53"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 53"), Allow);
}
