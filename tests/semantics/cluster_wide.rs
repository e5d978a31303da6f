//! S97 to S100, and S54 of the older API: what only cluster-wide policies have.

use crate::world::{
    World, across, allow, ask, block, cluster_ingress, deny, egress, end, everything, labels, pass,
    tcp, verdict,
};
use Verdict::{Allow, Deny, Undecided};
use netpolc::model::{Cluster, PeerMatch, Policy, PolicyKind, Rule, Tier};
use netpolc::net::{DomainPattern, Protocol};
use netpolc::trace::{Flow, Unknown, Verdict, trace_itself_through_service};

fn world() -> World {
    World::default()
        .namespaces(["shop", "bank"])
        .node_with("n1", "zone=a", &["192.168.0.1", "203.0.113.1"])
        .node_with("n2", "zone=b", &["192.168.0.2"])
        .pod_with("shop/web", "app=web", |pod| {
            pod.node = Some("n1".into());
            pod.ips = vec![[10, 0, 0, 1].into()];
        })
        .pod_with("shop/db", "app=db", |pod| {
            pod.node = Some("n1".into());
            pod.ips = vec![[10, 0, 0, 2].into()];
        })
        .pod_with("shop/agent", "app=agent", |pod| {
            pod.template.host_network = true;
            pod.node = Some("n2".into());
            pod.ips = vec![[192, 168, 0, 2].into()];
        })
}

fn wide<const N: usize>(name: &str, priority: u16, rules: [Rule; N]) -> Policy {
    Policy {
        egress: Some(rules.into()),
        ingress: None,
        ..cluster_ingress(Tier::Admin, name, priority, [])
    }
}

fn old(policy: Policy) -> Policy {
    let kind = match policy.tier {
        Tier::Baseline => PolicyKind::BaselineAdminNetworkPolicy,
        Tier::Admin | Tier::NetworkPolicy => PolicyKind::AdminNetworkPolicy,
    };
    Policy { kind, ..policy }
}

fn pods() -> PeerMatch {
    across(everything(), everything())
}

#[test]
fn s97_nodes_are_matched_by_their_labels_at_every_address() {
    let nodes = |text| PeerMatch::Nodes(labels(text));
    let of = |text| {
        world()
            .policy(wide("w", 1, [deny([nodes(text)], [])]))
            .build()
    };
    let ends = [
        "n1",
        "n2",
        "203.0.113.1",
        "shop/agent",
        "shop/db",
        "8.8.8.8",
    ];
    let found = |cluster: &Cluster| ends.map(|to| verdict(cluster, "shop/web", to, "TCP 80"));
    let expected = [Deny, Allow, Deny, Allow, Allow, Allow];
    assert_eq!(found(&of("zone=a")), expected);
    assert_eq!(
        found(&of("zone=b")),
        [Allow, Deny, Allow, Deny, Allow, Allow]
    );
    assert_eq!(found(&of("")), [Deny, Deny, Deny, Deny, Allow, Allow]);
    // Without nodes in the input, any address outside may be one's.
    let bare = World::default()
        .namespaces(["shop"])
        .pod_at("shop/web", "", &["10.0.0.1"])
        .policy(wide("w", 1, [deny([nodes("zone=a")], [])]))
        .build();
    assert_eq!(verdict(&bare, "shop/web", "8.8.8.8", "TCP 80"), Undecided);
}

#[test]
fn s98_where_a_name_leads_is_open_but_of_most_pods() {
    let name = |text| PeerMatch::DomainName(DomainPattern::new(text));
    let of = |text| {
        let rules = [
            allow([name(text)], [tcp(443)]),
            deny([block("0.0.0.0/0", &[])], []),
        ];
        world().policy(wide("w", 1, rules)).build()
    };
    let found = |cluster: &Cluster, to| verdict(cluster, "shop/web", to, "TCP 443");
    let outside = of("*.example.com");
    assert_eq!(found(&outside, "8.8.8.8"), Undecided);
    assert_eq!(found(&outside, "n2"), Undecided);
    assert_eq!(found(&outside, "shop/db"), Deny);
    assert_eq!(
        found(&of("db.shop.svc.cluster.local"), "shop/db"),
        Undecided
    );
    assert_eq!(found(&of("db.bank.svc.cluster.local"), "shop/db"), Deny);
    assert_eq!(verdict(&outside, "shop/web", "8.8.8.8", "TCP 80"), Deny);
}

#[test]
fn s99_what_two_apis_disagree_on_is_open_whatever_the_priorities() {
    let accept = || {
        old(cluster_ingress(
            Tier::Admin,
            "old",
            900,
            [allow([pods()], [tcp(80)])],
        ))
    };
    let new = |rules| cluster_ingress(Tier::Admin, "new", 1, [rules]);
    let refuse = || new(deny([pods()], []));
    for world in [
        world().policy(accept()).policy(refuse()),
        world().policy(refuse()).policy(accept()),
    ] {
        let cluster = world.build();
        let (web, db) = (end(&cluster, "shop/web"), end(&cluster, "shop/db"));
        let both = ask(&cluster, web, db, "TCP 80");
        assert_eq!(both.verdict, Undecided);
        let ids: Vec<_> = cluster.policies.ids().collect();
        assert_eq!(both.unknowns, [Unknown::NoOrder(ids)]);
        assert_eq!(ask(&cluster, web, db, "TCP 81").verdict, Deny);
    }
    // Passed on by one and let through by the other: nothing refuses it.
    let cluster = world()
        .policy(accept())
        .policy(new(pass([pods()], [])))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    // Passed on by one and denied by the other: Baseline may let it through.
    let baseline = |tier| cluster_ingress(tier, "base", 0, [allow([pods()], [])]);
    let cluster = world()
        .policy(old(cluster_ingress(
            Tier::Admin,
            "old",
            0,
            [pass([pods()], [])],
        )))
        .policy(refuse())
        .policy(old(baseline(Tier::Baseline)))
        .build();
    assert_eq!(
        verdict(&cluster, "shop/web", "shop/db", "TCP 80"),
        Undecided
    );
}

#[test]
fn s100_what_cluster_wide_rules_deny_on_the_way_to_the_own_node_is_denied() {
    let nodes = || PeerMatch::Nodes(everything());
    let metadata = || block("169.254.169.254/32", &[]);
    let world = || world().policy(wide("w", 1, [deny([nodes(), metadata()], [tcp(22)])]));
    let cluster = world().build();
    for to in ["n1", "n2", "shop/agent", "169.254.169.254"] {
        assert_eq!(verdict(&cluster, "shop/web", to, "TCP 22"), Deny, "{to}");
        assert_eq!(verdict(&cluster, "shop/web", to, "TCP 23"), Allow, "{to}");
    }
    // What a NetworkPolicy refuses besides is open as ever.
    let cluster = world().policy(egress("shop/out", "", [])).build();
    for (to, other) in [
        ("n1", Undecided),
        ("169.254.169.254", Undecided),
        ("n2", Deny),
    ] {
        assert_eq!(verdict(&cluster, "shop/web", to, "TCP 22"), Deny, "{to}");
        assert_eq!(verdict(&cluster, "shop/web", to, "TCP 23"), other, "{to}");
    }
}

#[test]
fn s54_the_older_api_does_not_say_what_becomes_of_itself_through_a_service() {
    let hairpin = |policy: Policy| {
        let cluster = world().policy(policy).build();
        let web = end(&cluster, "shop/web");
        let flow = Flow {
            source: web,
            destination: web,
            protocol: Protocol::Tcp,
            port: 80,
        };
        trace_itself_through_service(&cluster, &flow).verdict
    };
    let refuse = || cluster_ingress(Tier::Admin, "w", 1, [deny([pods()], [])]);
    assert_eq!(hairpin(refuse()), Deny);
    assert_eq!(hairpin(old(refuse())), Undecided);
    let accept = || cluster_ingress(Tier::Baseline, "w", 1, [allow([pods()], [])]);
    assert_eq!(hairpin(old(accept())), Allow);
}
