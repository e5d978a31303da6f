//! S86 to S90: what network plugins do where the documents leave a choice.

use crate::world::{
    World, across, allow, ask, block, container_ports, egress, end, imagined, ingress, labels,
    named, range, tcp, verdict,
};
use netpolc::model::{Cluster, Habit, PodObject, Practice, Says};
use netpolc::net::Protocol;
use netpolc::trace::Verdict::{Allow, Deny, Undecided};
use netpolc::trace::{
    Endpoint, Exemption, Flow, Unknown, Verdict, trace_itself_through_service, with_habits,
};

/// The cluster under a plugin of which some habits are known.
fn under<const N: usize>(mut cluster: Cluster, habits: [(Habit, Says); N]) -> Cluster {
    let practice = Practice::of("plugin");
    cluster.practice = habits
        .into_iter()
        .fold(practice, |all, (habit, says)| all.with(habit, says, ""));
    cluster
}

fn all(habit: Habit, verdict: impl Fn(Says) -> Verdict, expected: [Verdict; 3]) {
    let found = [Says::Yes, Says::No, Says::Open].map(verdict);
    assert_eq!(found, expected, "{habit:?} yes, no, open");
}

/// Nothing in or out of the pods of `shop`.
fn closed(world: World) -> World {
    world
        .namespaces(["shop", "other"])
        .policy(ingress("shop/in", "", []))
        .policy(egress("shop/out", "", []))
}

fn host_on(node: &'static str, ip: &'static str) -> impl Fn(&mut PodObject) {
    move |pod| {
        pod.template.host_network = true;
        pod.node = Some(node.into());
        pod.ips = crate::world::addresses(&[ip]);
    }
}

fn on(node: &'static str) -> impl Fn(&mut PodObject) {
    move |pod| pod.node = Some(node.into())
}

#[test]
fn s86_a_plugin_that_enforces_nothing_lets_everything_through() {
    let cluster = || {
        closed(World::default())
            .pod("shop/web", "")
            .deployment("shop/db", "", 1)
            .build()
    };
    let enforces = |says| {
        let cluster = under(cluster(), [(Habit::Enforces, says)]);
        verdict(&cluster, "shop/web", "shop/db", "TCP 80")
    };
    all(Habit::Enforces, enforces, [Deny, Allow, Undecided]);
    // The policies over a pod without a controller: what others refuse is refused.
    let bare = |says, from: &'static str, to: &'static str| {
        let cluster = under(cluster(), [(Habit::BarePods, says)]);
        verdict(&cluster, from, to, "TCP 80")
    };
    assert_eq!(bare(Says::Open, "shop/web", "1.2.3.4"), Undecided);
    assert_eq!(bare(Says::Open, "1.2.3.4", "shop/web"), Undecided);
    assert_eq!(bare(Says::Open, "shop/web", "shop/db"), Deny);
    assert_eq!(bare(Says::Open, "shop/db", "1.2.3.4"), Deny);
    assert_eq!(bare(Says::Yes, "shop/web", "1.2.3.4"), Deny);
    let cluster = under(cluster(), [(Habit::BarePods, Says::Open)]);
    let imagined = imagined(&cluster, "shop", "");
    let there = end(&cluster, "1.2.3.4");
    let asked = ask(&cluster, Endpoint::Pod(&imagined), there, "TCP 80");
    assert_eq!(asked.unknowns, [Unknown::Habit(Habit::BarePods)]);
}

#[test]
fn s87_what_a_plugin_does_not_support_is_open_at_isolated_pods() {
    let cluster = || {
        World::default()
            .namespaces(["shop"])
            .pod_at("shop/web", "app=web", &["10.0.0.1", "fd00::1"])
            .pod_at("shop/free", "", &["10.0.0.2"])
            .policy(egress(
                "shop/web",
                "app=web",
                [allow([], [range(Protocol::Sctp, 80, 80), tcp(80)])],
            ))
            .build()
    };
    let sctp = |says, port: &'static str| {
        let cluster = under(cluster(), [(Habit::Sctp, says)]);
        verdict(&cluster, "shop/web", "1.2.3.4", port)
    };
    all(
        Habit::Sctp,
        |says| sctp(says, "SCTP 80"),
        [Allow, Undecided, Undecided],
    );
    all(
        Habit::Sctp,
        |says| sctp(says, "SCTP 81"),
        [Deny, Undecided, Undecided],
    );
    all(Habit::Sctp, |says| sctp(says, "TCP 81"), [Deny, Deny, Deny]);
    let ipv6 = |says, from: &'static str, to: &'static str| {
        let cluster = under(cluster(), [(Habit::Ipv6, says)]);
        verdict(&cluster, from, to, "TCP 81")
    };
    all(
        Habit::Ipv6,
        |says| ipv6(says, "shop/web", "2001:db8::1"),
        [Deny, Undecided, Undecided],
    );
    all(
        Habit::Ipv6,
        |says| ipv6(says, "shop/web", "1.2.3.4"),
        [Deny, Deny, Deny],
    );
    all(
        Habit::Ipv6,
        |says| ipv6(says, "shop/free", "2001:db8::1"),
        [Allow, Allow, Allow],
    );
}

#[test]
fn s88_blocks_match_what_the_plugin_matches_them_to() {
    let cluster = || {
        World::default()
            .namespaces(["shop"])
            .node("n1", &["10.0.1.1"])
            .pod_at("shop/web", "", &["10.0.0.1"])
            .pod("shop/new", "")
            .pod_with("shop/agent", "", host_on("n1", "10.0.1.1"))
            .pod_at("shop/db", "app=db", &["10.0.0.2"])
            .policy(ingress(
                "shop/db",
                "app=db",
                [allow([block("10.0.0.0/8", &[])], [])],
            ))
            .build()
    };
    let from = |habit, says, source: &'static str| {
        let others = [(Habit::NodeIn, Says::No), (Habit::HostPodIsNode, Says::Yes)];
        let mut cluster = under(cluster(), others);
        cluster.practice = cluster.practice.with(habit, says, "");
        verdict(&cluster, source, "shop/db", "TCP 80")
    };
    let pods = Habit::BlocksMatchPods;
    all(
        pods,
        |says| from(pods, says, "shop/web"),
        [Allow, Deny, Undecided],
    );
    all(
        pods,
        |says| from(pods, says, "shop/new"),
        [Undecided, Deny, Undecided],
    );
    all(
        pods,
        |says| from(pods, says, "10.2.3.4"),
        [Allow, Allow, Allow],
    );
    all(pods, |says| from(pods, says, "n1"), [Allow, Allow, Allow]);
    let nodes = Habit::BlocksMatchNodes;
    all(
        nodes,
        |says| from(nodes, says, "n1"),
        [Allow, Deny, Undecided],
    );
    all(
        nodes,
        |says| from(nodes, says, "shop/agent"),
        [Allow, Deny, Undecided],
    );
    all(
        nodes,
        |says| from(nodes, says, "shop/web"),
        [Allow, Allow, Allow],
    );
    // A selector of whole namespaces may mean that of the nodes.
    let hosts = |pods: &'static str, says| {
        let cluster = World::default()
            .namespaces(["shop"])
            .node("n1", &["10.0.1.1"])
            .pod_with("shop/web", "", on("n2"))
            .policy(ingress(
                "shop/in",
                "",
                [allow([across(labels("team=a"), labels(pods))], [])],
            ))
            .build();
        let cluster = under(cluster, [(Habit::NamespacesMatchHosts, says)]);
        verdict(&cluster, "n1", "shop/web", "TCP 80")
    };
    assert_eq!(hosts("", Says::Open), Undecided);
    assert_eq!(hosts("", Says::No), Deny);
    assert_eq!(hosts("app=web", Says::Open), Deny);
}

#[test]
fn s89_ports_are_what_the_plugin_makes_of_them() {
    let cluster = |port| {
        World::default()
            .namespaces(["shop"])
            .pod("shop/web", "")
            .pod_with("shop/db", "app=db", |pod| {
                pod.template.ports = container_ports(&["sql TCP 5432"]);
            })
            .policy(ingress("shop/db", "app=db", [allow([], [port])]))
            .build()
    };
    let ports = |says, port: &'static str| {
        let cluster = cluster(range(Protocol::Tcp, 80, 90));
        let cluster = under(cluster, [(Habit::EndPorts, says)]);
        verdict(&cluster, "shop/web", "shop/db", port)
    };
    let habit = Habit::EndPorts;
    all(habit, |says| ports(says, "TCP 80"), [Allow, Allow, Allow]);
    all(
        habit,
        |says| ports(says, "TCP 90"),
        [Allow, Deny, Undecided],
    );
    all(habit, |says| ports(says, "TCP 91"), [Deny, Deny, Deny]);
    let name = |habits: &[(Habit, Says)], port: &'static str| {
        let mut cluster = cluster(named("sql", Some(Protocol::Tcp)));
        for (habit, says) in habits {
            cluster.practice = cluster.practice.with(*habit, *says, "");
        }
        verdict(&cluster, "shop/web", "shop/db", port)
    };
    let looked_up = |says| name(&[(Habit::NamedPorts, says)], "TCP 5432");
    all(Habit::NamedPorts, looked_up, [Allow, Deny, Undecided]);
    // One name with two numbers.
    let mixed = |policy: netpolc::model::Policy, port: &'static str| {
        let cluster = World::default()
            .namespaces(["shop"])
            .pod("shop/web", "app=web")
            .pod_with("shop/db", "app=db", |pod| {
                pod.template.ports = container_ports(&["sql TCP 5432", "one TCP 80"]);
            })
            .pod_with("shop/old", "app=old", |pod| {
                pod.template.ports = container_ports(&["sql TCP 3306", "one TCP 80"]);
            })
            .policy(policy)
            .build();
        let cluster = under(cluster, [(Habit::NamesPerPod, Says::No)]);
        verdict(&cluster, "shop/web", "shop/db", port)
    };
    let to = |name: &str| {
        egress(
            "shop/web",
            "app=web",
            [allow([], [named(name, Some(Protocol::Tcp))])],
        )
    };
    let into = |name: &str| {
        ingress(
            "shop/db",
            "app=db",
            [allow([], [named(name, Some(Protocol::Tcp))])],
        )
    };
    assert_eq!(mixed(to("sql"), "TCP 5432"), Undecided);
    assert_eq!(mixed(to("sql"), "TCP 3306"), Undecided);
    assert_eq!(mixed(to("sql"), "UDP 5432"), Deny);
    assert_eq!(mixed(to("one"), "TCP 80"), Allow);
    assert_eq!(mixed(into("sql"), "TCP 5432"), Allow);
    assert_eq!(mixed(into("sql"), "TCP 3306"), Deny);
    let whole = [
        (Habit::NamedPorts, Says::No),
        (Habit::NameOpensProtocol, Says::Yes),
    ];
    assert_eq!(name(&whole, "TCP 22"), Allow);
    assert_eq!(name(&whole, "UDP 5432"), Deny);
    let void = [(Habit::NameVoidsPolicy, Says::Yes)];
    assert_eq!(name(&void, "UDP 22"), Allow);
}

#[test]
fn s90_nodes_and_their_pods_reach_each_other_as_the_plugin_has_it() {
    let cluster = || {
        closed(World::default())
            .node("n1", &["192.168.0.1"])
            .node("n2", &["192.168.0.2"])
            .pod_with("shop/web", "", on("n1"))
            .pod_with("shop/agent", "", host_on("n1", "192.168.0.1"))
            .build()
    };
    let asked = |habits: &[(Habit, Says)], from: &'static str, to: &'static str| {
        let mut cluster = cluster();
        for (habit, says) in habits {
            cluster.practice = cluster.practice.with(*habit, *says, "");
        }
        verdict(&cluster, from, to, "TCP 80")
    };
    let node_in = |says| asked(&[(Habit::NodeIn, says)], "n1", "shop/web");
    all(Habit::NodeIn, node_in, [Allow, Deny, Undecided]);
    let out = |says| asked(&[(Habit::OutToNode, says)], "shop/web", "n1");
    all(Habit::OutToNode, out, [Allow, Deny, Undecided]);
    let far = |says| asked(&[(Habit::OutToNode, says)], "shop/web", "n2");
    all(Habit::OutToNode, far, [Deny, Deny, Deny]);
    let as_node = |says| {
        let habits = [(Habit::HostPodIsNode, says), (Habit::OutToNode, Says::No)];
        [
            asked(&habits, "shop/agent", "shop/web"),
            asked(&habits, "shop/web", "shop/agent"),
        ]
    };
    assert_eq!(as_node(Says::Yes), [Allow, Deny]);
    assert_eq!(as_node(Says::Open), [Undecided, Undecided]);
    let hairpin = |says| {
        let habits = [(Habit::ItselfIn, says), (Habit::ItselfOut, says)];
        let cluster = under(cluster(), habits);
        let web = end(&cluster, "shop/web");
        let flow = Flow {
            source: web,
            destination: web,
            protocol: Protocol::Tcp,
            port: 80,
        };
        trace_itself_through_service(&cluster, &flow).verdict
    };
    all(Habit::ItselfIn, hairpin, [Allow, Deny, Undecided]);
    let cluster = under(cluster(), [(Habit::OutToNode, Says::Yes)]);
    let up = ask(
        &cluster,
        end(&cluster, "shop/web"),
        end(&cluster, "n1"),
        "TCP 80",
    );
    assert_eq!(up.exemption, Some(Exemption::PodToItsNode));
}

#[test]
fn the_habits_that_a_verdict_hangs_on_are_named() {
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_at("shop/web", "", &["10.0.0.1"])
        .pod_at("shop/db", "app=db", &["10.0.0.2"])
        .policy(ingress(
            "shop/db",
            "app=db",
            [allow(
                [block("10.0.0.0/8", &[])],
                [range(Protocol::Tcp, 80, 90)],
            )],
        ))
        .build();
    let told = |habits: &[Habit], port| {
        let mut cluster = cluster.clone();
        for habit in habits {
            cluster.practice = cluster.practice.with(*habit, Says::No, "");
        }
        let flow = Flow {
            source: end(&cluster, "shop/web"),
            destination: end(&cluster, "shop/db"),
            protocol: Protocol::Tcp,
            port,
        };
        let told = ask(
            &cluster,
            flow.source,
            flow.destination,
            &format!("TCP {port}"),
        );
        with_habits(&cluster, &flow, told).habits
    };
    let (pods, ports) = (Habit::BlocksMatchPods, Habit::EndPorts);
    assert_eq!(told(&[pods, Habit::NodeIn], 80), [pods]);
    assert_eq!(told(&[ports], 90), [ports]);
    assert_eq!(told(&[ports], 80), []);
    // Each alone is enough.
    assert_eq!(told(&[pods, ports], 90), [pods, ports]);
}
