//! S52 to S60: what no policy stops, and pods in the network of their node.

use crate::world::{
    World, across, allow, ask, block, container_ports, egress, end, everything, imagined, ingress,
    named, verdict,
};
use netpolc::model::{Cluster, PodObject};
use netpolc::net::Protocol;
use netpolc::trace::Verdict::{Allow, Deny, Undecided};
use netpolc::trace::{
    End, Endpoint, Exemption, Flow, Unknown, Verdict, trace_itself_through_service,
};

/// Nothing in or out of the pods of `shop`.
fn closed(world: World) -> World {
    world
        .namespaces(["shop", "other"])
        .policy(ingress("shop/in", "", []))
        .policy(egress("shop/out", "", []))
}

fn on(node: &'static str) -> impl Fn(&mut PodObject) {
    move |pod| pod.node = Some(node.into())
}

fn host_on(node: Option<&'static str>, ip: &'static str) -> impl Fn(&mut PodObject) {
    move |pod| {
        pod.template.host_network = true;
        pod.template.ports = container_ports(&["http TCP 80"]);
        pod.node = node.map(Into::into);
        pod.ips = crate::world::addresses(&[ip]);
    }
}

#[test]
fn s52_a_pod_reaches_itself() {
    let cluster = closed(World::default())
        .pod("shop/web", "")
        .pod("shop/web-2", "")
        .build();
    let web = end(&cluster, "shop/web");
    let itself = ask(&cluster, web, web, "TCP 80");
    assert_eq!(itself.verdict, Allow);
    assert_eq!(itself.exemption, Some(Exemption::SamePod));
    assert_eq!(itself.ingress.verdict, Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/web-2", "TCP 80"), Deny);
}

#[test]
fn s53_replicas_and_imagined_pods_are_different_pods() {
    let cluster = closed(World::default())
        .deployment("shop/one", "", 1)
        .deployment("shop/two", "", 2)
        .build();
    assert_eq!(verdict(&cluster, "shop/one", "shop/one", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/two", "shop/two", "TCP 80"), Deny);
    let imagined = imagined(&cluster, "shop", "");
    let pod = Endpoint::Pod(&imagined);
    assert_eq!(ask(&cluster, pod, pod, "TCP 80").verdict, Deny);
    // A pod and a workload of one name are not the same.
    let cluster = closed(World::default())
        .deployment("shop/one", "app=workload", 1)
        .pod("shop/one", "app=pod")
        .build();
    let [a, b] = cluster.pods.rows() else {
        panic!("two pods");
    };
    let answer = ask(&cluster, Endpoint::Pod(a), Endpoint::Pod(b), "TCP 80");
    assert_eq!(answer.verdict, Deny);
}

#[test]
fn s55_a_node_reaches_its_own_pods() {
    let cluster = closed(World::default())
        .node("n1", &["192.168.0.1"])
        .node("n2", &["192.168.0.2"])
        .pod_with("shop/web", "", on("n1"))
        .build();
    assert_eq!(verdict(&cluster, "n1", "shop/web", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "n2", "shop/web", "TCP 80"), Deny);
    let (n1, web) = (end(&cluster, "n1"), end(&cluster, "shop/web"));
    let down = ask(&cluster, n1, web, "TCP 80").exemption;
    assert_eq!(down, Some(Exemption::NodeToItsPod));
}

#[test]
fn s69_what_policies_refuse_on_the_way_to_the_own_node_is_open() {
    let cluster = closed(World::default())
        .node("n1", &["192.168.0.1"])
        .node("n2", &["192.168.0.2"])
        .pod_with("shop/web", "", on("n1"))
        .pod_with("other/web", "", on("n1"))
        .build();
    let (n1, web) = (end(&cluster, "n1"), end(&cluster, "shop/web"));
    let up = ask(&cluster, web, n1, "TCP 80");
    assert_eq!((up.verdict, up.exemption), (Undecided, None));
    assert_eq!(up.unknowns, [Unknown::OwnNode]);
    assert_eq!(up.egress.verdict, Deny);
    assert_eq!(verdict(&cluster, "shop/web", "n2", "TCP 80"), Deny);
    // What policies let through is let through.
    assert_eq!(verdict(&cluster, "other/web", "n1", "TCP 80"), Allow);
}

#[test]
fn s70_link_local_addresses_are_on_the_node_of_the_pod() {
    let cluster = closed(World::default())
        .pod("shop/web", "")
        .pod("other/web", "")
        .pod_with("shop/agent", "", host_on(Some("n1"), "192.168.0.1"))
        .build();
    for address in ["169.254.20.10", "169.254.0.0", "fe80::1", "febf::1"] {
        let (web, there) = (end(&cluster, "shop/web"), end(&cluster, address));
        let out = ask(&cluster, web, there, "UDP 53");
        assert_eq!(out.verdict, Undecided, "{address}");
        assert_eq!(out.unknowns, [Unknown::LinkLocal(End::Destination)]);
        let back = ask(&cluster, there, web, "UDP 53");
        assert_eq!(back.unknowns, [Unknown::LinkLocal(End::Source)]);
        assert_eq!(verdict(&cluster, "other/web", address, "UDP 53"), Allow);
        assert_eq!(verdict(&cluster, "shop/agent", address, "UDP 53"), Allow);
    }
    for address in ["169.253.255.255", "169.255.0.0", "fec0::1"] {
        assert_eq!(verdict(&cluster, "shop/web", address, "UDP 53"), Deny);
    }
}

#[test]
fn s71_loopback_is_within_the_pod() {
    let cluster = closed(World::default()).pod("shop/web", "").build();
    let web = end(&cluster, "shop/web");
    for address in ["127.0.0.1", "127.255.255.255", "::1"] {
        let own = ask(&cluster, web, end(&cluster, address), "TCP 80");
        assert_eq!(own.verdict, Allow, "{address}");
        assert_eq!(own.exemption, Some(Exemption::Loopback));
    }
    for address in ["126.255.255.255", "128.0.0.0", "::2"] {
        assert_eq!(verdict(&cluster, "shop/web", address, "TCP 80"), Deny);
    }
}

#[test]
fn s54_itself_through_a_service_is_open_where_a_network_policy_refuses() {
    let hairpin = |cluster: &Cluster| {
        let web = end(cluster, "shop/web");
        let flow = Flow {
            source: web,
            destination: web,
            protocol: Protocol::Tcp,
            port: 80,
        };
        trace_itself_through_service(cluster, &flow)
    };
    let told = hairpin(&closed(World::default()).pod("shop/web", "").build());
    assert_eq!((told.verdict, told.exemption), (Undecided, None));
    assert_eq!(told.unknowns, [Unknown::ItselfThroughService]);
    let free = World::default().namespaces(["shop"]).pod("shop/web", "");
    assert_eq!(hairpin(&free.build()).verdict, Allow);
}

#[test]
fn s56_an_unknown_node_matters_where_policies_refuse() {
    let cluster = closed(World::default())
        .node("n1", &["192.168.0.1"])
        .pod("shop/web", "")
        .pod("other/web", "")
        .build();
    let answer = ask(
        &cluster,
        end(&cluster, "n1"),
        end(&cluster, "shop/web"),
        "TCP 80",
    );
    assert_eq!(answer.verdict, Undecided);
    assert_eq!(answer.unknowns, [Unknown::Node]);
    assert_eq!(answer.exemption, None);
    let up = ask(
        &cluster,
        end(&cluster, "shop/web"),
        end(&cluster, "n1"),
        "TCP 80",
    );
    assert_eq!(up.unknowns, [Unknown::Node, Unknown::OwnNode]);
    assert_eq!(verdict(&cluster, "n1", "other/web", "TCP 80"), Allow);
}

#[test]
fn s57_pods_in_the_network_of_their_node_are_not_subject_to_policy() {
    let cluster = closed(World::default())
        .pod_with("shop/agent", "", host_on(Some("n1"), "192.168.0.1"))
        .pod_with("other/web", "", on("n2"))
        .build();
    assert_eq!(
        verdict(&cluster, "other/web", "shop/agent", "TCP 80"),
        Allow
    );
    assert_eq!(
        verdict(&cluster, "shop/agent", "other/web", "TCP 80"),
        Allow
    );
    assert_eq!(verdict(&cluster, "shop/agent", "1.2.3.4", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "1.2.3.4", "shop/agent", "TCP 80"), Allow);
}

#[test]
fn s58_no_selector_matches_them() {
    let everyone = || across(everything(), everything());
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_with("shop/agent", "", host_on(Some("n1"), "192.168.0.1"))
        .pod_with("shop/web", "", on("n2"))
        .policy(ingress("shop/in", "", [allow([everyone()], [])]))
        .policy(egress("shop/out", "", [allow([everyone()], [])]))
        .build();
    assert_eq!(verdict(&cluster, "shop/agent", "shop/web", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/agent", "TCP 80"), Deny);
}

#[test]
fn s59_a_block_matches_them_and_a_named_port_does_not() {
    let cluster = |port| {
        World::default()
            .namespaces(["shop"])
            .pod_with("shop/agent", "", host_on(Some("n1"), "192.168.0.1"))
            .pod_with("shop/other", "", host_on(Some("n1"), "192.168.1.1"))
            .pod_with("shop/web", "app=web", on("n2"))
            .policy(egress(
                "shop/out",
                "app=web",
                [allow([block("192.168.0.0/24", &[])], [port])],
            ))
            .build()
    };
    let by_number = cluster(crate::world::tcp(80));
    assert_eq!(
        verdict(&by_number, "shop/web", "shop/agent", "TCP 80"),
        Allow
    );
    assert_eq!(
        verdict(&by_number, "shop/web", "shop/other", "TCP 80"),
        Deny
    );
    let by_name = cluster(named("http", Some(Protocol::Tcp)));
    assert_eq!(verdict(&by_name, "shop/web", "shop/agent", "TCP 80"), Deny);
}

#[test]
fn s60_on_one_node_or_an_unknown_one_a_refusal_is_open() {
    let between = |host: Option<&'static str>, pod: Option<&'static str>| -> [Verdict; 2] {
        let cluster = closed(World::default())
            .pod_with("other/agent", "", host_on(host, "192.168.0.1"))
            .pod_with("shop/web", "", |web| web.node = pod.map(Into::into))
            .build();
        let (agent, web) = (end(&cluster, "other/agent"), end(&cluster, "shop/web"));
        [
            ask(&cluster, agent, web, "TCP 80").verdict,
            ask(&cluster, web, agent, "TCP 80").verdict,
        ]
    };
    assert_eq!(between(Some("n1"), Some("n1")), [Undecided, Undecided]);
    assert_eq!(between(Some("n1"), Some("n2")), [Deny, Deny]);
    assert_eq!(between(None, Some("n1")), [Undecided, Undecided]);
    assert_eq!(between(Some("n1"), None), [Undecided, Undecided]);
    // What policies allow is allowed.
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_with("shop/agent", "", host_on(None, "192.168.0.1"))
        .pod("shop/web", "")
        .build();
    assert_eq!(verdict(&cluster, "shop/agent", "shop/web", "TCP 80"), Allow);
}
