//! S44 to S50: address blocks, against what is outside and what is inside the cluster.

use crate::world::{
    World, allow, ask, block, container_ports, egress, end, imagined, ingress, labels, local,
    named, tcp, verdict,
};
use netpolc::model::{Cluster, NodeEnd, PeerMatch, PodObject};
use netpolc::net::{Family, Protocol};
use netpolc::trace::Verdict::{Allow, Deny, Undecided};
use netpolc::trace::{End, Endpoint, Unknown};

/// `shop/db` at 10.0.0.2 lets in what one of `peers` matches, on every port.
fn guarded<const N: usize>(world: World, peers: [PeerMatch; N]) -> Cluster {
    world
        .namespaces(["shop"])
        .pod_at("shop/db", "app=db", &["10.0.0.2", "fd00::2"])
        .policy(ingress("shop/db", "app=db", [allow(peers, [])]))
        .build()
}

#[test]
fn s44_ip_blocks_leave_out_their_exceptions() {
    let except = ["10.1.0.0/16", "10.2.3.0/24"];
    let cluster = guarded(World::default(), [block("10.0.0.0/8", &except)]);
    for (source, expected) in [
        ("9.255.255.255", Deny),
        ("10.0.0.0", Allow),
        ("10.0.255.255", Allow),
        ("10.1.0.0", Deny),
        ("10.1.255.255", Deny),
        ("10.2.0.0", Allow),
        ("10.2.2.255", Allow),
        ("10.2.3.0", Deny),
        ("10.2.3.255", Deny),
        ("10.2.4.0", Allow),
        ("10.255.255.255", Allow),
        ("11.0.0.0", Deny),
    ] {
        let found = verdict(&cluster, source, "shop/db", "TCP 80");
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn s45_a_block_matches_a_pod_by_its_address() {
    let world = World::default()
        .pod_at("shop/in", "", &["10.0.1.1"])
        .pod_at("shop/out", "", &["10.0.2.1"]);
    let cluster = guarded(world, [block("10.0.0.0/16", &["10.0.2.0/24"])]);
    assert_eq!(verdict(&cluster, "shop/in", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/out", "shop/db", "TCP 80"), Deny);
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_at("shop/web", "app=web", &["10.0.0.1"])
        .pod_at("shop/db", "", &["10.0.0.2"])
        .pod_at("shop/far", "", &["10.9.0.2"])
        .policy(egress(
            "shop/web",
            "app=web",
            [allow([block("10.0.0.2/32", &[])], [])],
        ))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/far", "TCP 80"), Deny);
}

#[test]
fn s46_a_block_and_a_named_port_can_match_a_pod() {
    let http = |pod: &mut PodObject| {
        pod.ips = crate::world::addresses(&["10.0.0.2"]);
        pod.template.ports = container_ports(&["http TCP 8080"]);
    };
    let rule = allow(
        [block("10.0.0.0/24", &[])],
        [named("http", Some(Protocol::Tcp))],
    );
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_at("shop/web", "app=web", &["10.0.0.1"])
        .pod_with("shop/db", "", http)
        .policy(egress("shop/web", "app=web", [rule]))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 8080"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "10.0.0.9", "TCP 8080"), Deny);
}

#[test]
fn s47_an_address_that_is_not_known_is_open() {
    let world = World::default()
        .pod("shop/pending", "")
        .node("n1", &[])
        .deployment("shop/web", "app=web", 2);
    let cluster = guarded(world, [block("10.0.0.0/8", &[])]);
    let imagined = imagined(&cluster, "shop", "");
    let sources = [
        end(&cluster, "shop/pending"),
        end(&cluster, "shop/web"),
        Endpoint::Pod(&imagined),
    ];
    for source in sources {
        let answer = ask(&cluster, source, end(&cluster, "shop/db"), "TCP 80");
        assert_eq!(answer.verdict, Undecided);
        assert_eq!(answer.unknowns, [Unknown::Address(End::Source)]);
    }
    assert_eq!(verdict(&cluster, "n1", "shop/db", "TCP 80"), Undecided);
    assert_eq!(
        verdict(&cluster, "shop/db", "shop/pending", "TCP 80"),
        Allow
    );
    // Everything is not the same as every block: an unknown address may be of the other family.
    let cluster = guarded(
        World::default().pod("shop/pending", ""),
        [block("0.0.0.0/0", &[])],
    );
    assert_eq!(
        verdict(&cluster, "shop/pending", "shop/db", "TCP 80"),
        Undecided
    );
}

#[test]
fn s48_an_outside_address_is_of_its_own_family() {
    let v6 = [block("2001:db8::/32", &[])];
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_at("shop/db", "", &["10.0.0.2"])
        .policy(ingress("shop/db", "", [allow(v6, [])]))
        .build();
    assert_eq!(verdict(&cluster, "2001:db8::1", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "2001:db9::1", "shop/db", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "10.0.0.1", "shop/db", "TCP 80"), Deny);
    let cluster = guarded(World::default(), [block("0.0.0.0/0", &[])]);
    assert_eq!(verdict(&cluster, "1.2.3.4", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "2001:db8::1", "shop/db", "TCP 80"), Deny);
}

#[test]
fn s49_each_common_family_is_read_on_its_own() {
    let world = || {
        World::default()
            .pod_at("shop/both", "app=both", &["10.0.0.1", "fd00::1"])
            .pod_at("shop/four", "", &["10.0.0.4"])
            .pod_at("shop/six", "", &["fd00::6"])
    };
    let four = || block("10.0.0.0/8", &[]);
    let six = || block("fd00::/16", &[]);
    // One family of two is let through.
    let cluster = guarded(world(), [four()]);
    let (both, db) = (end(&cluster, "shop/both"), end(&cluster, "shop/db"));
    let answer = ask(&cluster, both, db, "TCP 80");
    assert_eq!(answer.verdict, Undecided);
    let (allowed, denied) = (Family::V4, Family::V6);
    assert_eq!(answer.unknowns, [Unknown::Family { allowed, denied }]);
    // Both are; or only one is common.
    let cluster = guarded(world(), [four(), six()]);
    assert_eq!(verdict(&cluster, "shop/both", "shop/db", "TCP 80"), Allow);
    let cluster = guarded(world(), [four()]);
    assert_eq!(verdict(&cluster, "shop/four", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/six", "shop/db", "TCP 80"), Deny);
    // A rule that does not speak of addresses covers both.
    let cluster = guarded(world(), [four(), local("shop", labels("app=both"))]);
    assert_eq!(verdict(&cluster, "shop/both", "shop/db", "TCP 80"), Allow);
    // Neither direction lets the same family through.
    let cluster = world()
        .namespaces(["shop"])
        .pod_at("shop/db", "app=db", &["10.0.0.2", "fd00::2"])
        .policy(ingress("shop/db", "app=db", [allow([four()], [])]))
        .policy(egress("shop/both", "app=both", [allow([six()], [])]))
        .build();
    assert_eq!(verdict(&cluster, "shop/both", "shop/db", "TCP 80"), Deny);
    // No family in common: no block matches, and other rules do.
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_at("shop/four", "app=four", &["10.0.0.4"])
        .pod_at("shop/six", "", &["fd00::6"])
        .policy(egress(
            "shop/four",
            "app=four",
            [
                allow([block("::/0", &[])], [tcp(80)]),
                allow([local("shop", labels(""))], [tcp(81)]),
            ],
        ))
        .build();
    assert_eq!(verdict(&cluster, "shop/four", "shop/six", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/four", "shop/six", "TCP 81"), Allow);
}

#[test]
fn s50_a_node_is_the_address_at_which_it_is_met() {
    let world = World::default()
        .node("n1", &["192.168.0.1", "198.51.100.1"])
        .pod_with("shop/web", "app=web", |pod| pod.node = Some("n3".into()))
        .policy(egress(
            "shop/web",
            "app=web",
            [allow([block("192.168.0.0/24", &[])], [])],
        ));
    let cluster = guarded(world, []);
    let web = end(&cluster, "shop/web");
    let Endpoint::Node(node) = end(&cluster, "n1") else {
        panic!("a node");
    };
    for (address, expected) in [("192.168.0.1", Allow), ("198.51.100.1", Deny)] {
        let at = NodeEnd::at(node.node, address.parse().expect("an address"));
        let told = ask(&cluster, web, Endpoint::Node(at), "TCP 80");
        assert_eq!(told.verdict, expected, "{address}");
    }
}

#[test]
fn s50_a_node_is_its_addresses() {
    let world = World::default()
        .node("n1", &["192.168.0.1"])
        .node("n2", &["192.168.1.1"])
        .pod_with("shop/web", "app=web", |pod| pod.node = Some("n3".into()))
        .policy(egress(
            "shop/web",
            "app=web",
            [allow([block("192.168.0.0/24", &[])], [])],
        ));
    let cluster = guarded(world, []);
    assert_eq!(verdict(&cluster, "shop/web", "n1", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "n2", "TCP 80"), Deny);
}
