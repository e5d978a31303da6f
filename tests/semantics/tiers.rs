//! S1 to S12: the flow, three-valued verdicts, and the order of decision.

use crate::world::{
    World, across, allow, ask, block, cluster_ingress, deny, egress, end, everything, imagined,
    ingress, labels, local, pass, tcp, verdict,
};
use Verdict::{Allow, Deny, Undecided};
use netpolc::model::{Action, NamespaceScope, PodScope, Tier};
use netpolc::net::Protocol;
use netpolc::trace::{Basis, Endpoint, Unknown, Verdict};

fn two_pods() -> World {
    World::default()
        .namespaces(["shop team=a"])
        .pod_at("shop/web", "app=web", &["10.0.0.1"])
        .pod_at("shop/db", "app=db", &["10.0.0.2"])
}

/// Any pod of any namespace.
fn pods() -> netpolc::model::PeerMatch {
    across(everything(), everything())
}

#[test]
fn s1_an_end_is_a_pod_an_imagined_pod_a_node_or_an_address() {
    let cluster = two_pods()
        .node("n1", &["192.168.0.1"])
        .policy(ingress("shop/db", "app=db", [allow([pods()], [tcp(80)])]))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 81"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "UDP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "n1", "SCTP 80"), Allow);
    assert_eq!(verdict(&cluster, "1.2.3.4", "shop/db", "TCP 80"), Deny);
    let other = imagined(&cluster, "shop", "app=other");
    let db = imagined(&cluster, "shop", "app=db");
    for (port, expected) in [("TCP 80", Allow), ("TCP 81", Deny)] {
        let answer = ask(&cluster, Endpoint::Pod(&other), Endpoint::Pod(&db), port);
        assert_eq!(answer.verdict, expected, "{port}");
    }
}

#[test]
fn s2_both_directions_must_allow() {
    let open = || allow([], []);
    let closed = || ingress("shop/in", "app=db", []);
    let cut = || egress("shop/out", "app=web", []);
    let cases = [
        (two_pods(), Allow),
        (two_pods().policy(closed()), Deny),
        (two_pods().policy(cut()), Deny),
        (two_pods().policy(closed()).policy(cut()), Deny),
        (
            two_pods()
                .policy(ingress("shop/in", "app=db", [open()]))
                .policy(egress("shop/out", "app=web", [open()])),
            Allow,
        ),
        (
            two_pods()
                .policy(ingress("shop/in", "app=db", [open()]))
                .policy(cut()),
            Deny,
        ),
    ];
    for (index, (world, expected)) in cases.into_iter().enumerate() {
        let found = verdict(&world.build(), "shop/web", "shop/db", "TCP 80");
        assert_eq!(found, expected, "case {index}");
    }
}

#[test]
fn s3_nothing_is_refused_at_a_node_or_an_outside_address() {
    let cluster = two_pods()
        .node("n1", &["192.168.0.1"])
        .policy(ingress("shop/in", "", []))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "1.2.3.4", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "n1", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "1.2.3.4", "n1", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "1.2.3.4", "shop/web", "TCP 80"), Deny);
}

#[test]
fn s4_replies_need_no_rule_and_the_other_direction_is_another_flow() {
    let cluster = two_pods()
        .policy(ingress("shop/web", "app=web", []))
        .policy(egress("shop/db", "app=db", []))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/db", "shop/web", "TCP 80"), Deny);
}

#[test]
fn s5_what_is_not_known_matters_only_where_the_verdict_hangs_on_it() {
    // The address of `shop/web` is not known.
    let world = || {
        World::default()
            .namespaces(["shop"])
            .pod("shop/web", "app=web")
            .pod_at("shop/db", "app=db", &["10.0.0.2"])
    };
    let by_address = || block("10.0.0.0/8", &[]);
    let web = || local("shop", labels("app=web"));
    let cases = [
        (allow([by_address()], []), Undecided),
        (allow([by_address(), web()], []), Allow),
        (allow([by_address()], [tcp(81)]), Deny),
    ];
    for (rule, expected) in cases {
        let cluster = world().policy(ingress("shop/db", "app=db", [rule])).build();
        let answer = ask(
            &cluster,
            end(&cluster, "shop/web"),
            end(&cluster, "shop/db"),
            "TCP 80",
        );
        assert_eq!(answer.verdict, expected);
        assert_eq!(answer.unknowns.is_empty(), expected != Undecided);
    }
    // The other direction refuses, so nothing is open.
    let cluster = world()
        .policy(ingress("shop/db", "app=db", [allow([by_address()], [])]))
        .policy(egress("shop/web", "app=web", []))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Deny);
}

#[test]
fn s6_tiers_decide_in_order_and_what_none_decides_is_allowed() {
    let admin = |rule| cluster_ingress(Tier::Admin, "admin", 5, [rule]);
    let baseline = |rule| cluster_ingress(Tier::Baseline, "baseline", 5, [rule]);
    let closed = || ingress("shop/closed", "", []);
    let open = || ingress("shop/open", "", [allow([], [])]);
    let cases = [
        (
            two_pods()
                .policy(admin(allow([pods()], [])))
                .policy(closed()),
            Allow,
        ),
        (
            two_pods().policy(admin(deny([pods()], []))).policy(open()),
            Deny,
        ),
        (two_pods().policy(baseline(deny([pods()], []))), Deny),
        (
            two_pods()
                .policy(baseline(deny([pods()], [])))
                .policy(open()),
            Allow,
        ),
        (
            two_pods()
                .policy(baseline(allow([pods()], [])))
                .policy(closed()),
            Deny,
        ),
        (
            two_pods()
                .policy(baseline(allow([pods()], [])))
                .policy(admin(deny([pods()], []))),
            Deny,
        ),
        (
            two_pods()
                .policy(baseline(deny([pods()], [tcp(81)])))
                .policy(admin(deny([pods()], [tcp(82)]))),
            Allow,
        ),
    ];
    for (index, (world, expected)) in cases.into_iter().enumerate() {
        let found = verdict(&world.build(), "shop/web", "shop/db", "TCP 80");
        assert_eq!(found, expected, "case {index}");
    }
}

#[test]
fn s7_the_first_matching_rule_by_priority_and_place_decides() {
    let cluster = two_pods()
        .policy(cluster_ingress(
            Tier::Admin,
            "late",
            9,
            [deny([pods()], [])],
        ))
        .policy(cluster_ingress(
            Tier::Admin,
            "early",
            3,
            [
                allow([pods()], [tcp(80)]),
                deny([pods()], [tcp(80), tcp(81)]),
            ],
        ))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 81"), Deny);
    let late = ask(
        &cluster,
        end(&cluster, "shop/web"),
        end(&cluster, "shop/db"),
        "TCP 82",
    );
    assert_eq!(late.verdict, Deny);
    let Basis::ClusterRule { tier, action, hits } = late.ingress.basis else {
        panic!("a cluster rule decides");
    };
    assert_eq!((tier, action), (Tier::Admin, Action::Deny));
    assert_eq!(hits[0].rule.path(), "spec.ingress[0]");
}

#[test]
fn s8_pass_skips_the_rest_of_its_tier() {
    let admin = || {
        [
            cluster_ingress(
                Tier::Admin,
                "pass",
                1,
                [pass([pods()], []), deny([pods()], [])],
            ),
            cluster_ingress(Tier::Admin, "deny", 2, [deny([pods()], [])]),
        ]
    };
    let [first, second] = admin();
    let passed = two_pods().policy(first).policy(second);
    assert_eq!(
        verdict(&passed.build(), "shop/web", "shop/db", "TCP 80"),
        Allow
    );
    let [first, second] = admin();
    let isolated = two_pods()
        .policy(first)
        .policy(second)
        .policy(ingress("shop/closed", "", []));
    assert_eq!(
        verdict(&isolated.build(), "shop/web", "shop/db", "TCP 80"),
        Deny
    );
    let [first, second] = admin();
    let baseline = two_pods()
        .policy(first)
        .policy(second)
        .policy(cluster_ingress(
            Tier::Baseline,
            "base",
            0,
            [deny([pods()], [])],
        ));
    assert_eq!(
        verdict(&baseline.build(), "shop/web", "shop/db", "TCP 80"),
        Deny
    );
    let in_baseline = two_pods()
        .policy(cluster_ingress(
            Tier::Baseline,
            "a",
            0,
            [pass([pods()], [])],
        ))
        .policy(cluster_ingress(
            Tier::Baseline,
            "b",
            1,
            [deny([pods()], [])],
        ));
    assert_eq!(
        verdict(&in_baseline.build(), "shop/web", "shop/db", "TCP 80"),
        Allow
    );
}

#[test]
fn s9_cluster_wide_policies_do_not_isolate() {
    for tier in [Tier::Admin, Tier::Baseline] {
        let cluster = two_pods()
            .policy(cluster_ingress(
                tier,
                "one-port",
                0,
                [allow([pods()], [tcp(80)])],
            ))
            .build();
        assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 81"), Allow);
    }
}

#[test]
fn s10_a_subject_is_namespace_and_labels_and_the_direction_must_have_rules() {
    let policy = |namespaces: &str, selected: &str| netpolc::model::Policy {
        subject: PodScope {
            namespaces: NamespaceScope::Matching(labels(namespaces)),
            pods: labels(selected),
        },
        ..cluster_ingress(Tier::Admin, "deny", 0, [deny([pods()], [])])
    };
    let cases = [
        ("team=a", "app=db", Deny),
        ("team=b", "app=db", Allow),
        ("team=a", "app=web", Allow),
        ("", "", Deny),
    ];
    for (namespaces, selected, expected) in cases {
        let cluster = two_pods().policy(policy(namespaces, selected)).build();
        let found = verdict(&cluster, "shop/web", "shop/db", "TCP 80");
        assert_eq!(found, expected, "{namespaces} {selected}");
    }
    let egress_only = netpolc::model::Policy {
        egress: Some(vec![deny([pods()], [])]),
        ingress: None,
        ..cluster_ingress(Tier::Admin, "deny", 0, [])
    };
    let cluster = two_pods().policy(egress_only).build();
    assert_eq!(verdict(&cluster, "1.2.3.4", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Deny);
}

#[test]
fn s11_equal_priorities_that_disagree_are_open_whatever_their_order() {
    let accept = || cluster_ingress(Tier::Admin, "a", 7, [allow([pods()], [tcp(80)])]);
    let refuse = || cluster_ingress(Tier::Admin, "b", 7, [deny([pods()], [])]);
    for world in [
        two_pods().policy(accept()).policy(refuse()),
        two_pods().policy(refuse()).policy(accept()),
    ] {
        let cluster = world.build();
        let (web, db) = (end(&cluster, "shop/web"), end(&cluster, "shop/db"));
        let both = ask(&cluster, web, db, "TCP 80");
        assert_eq!(both.verdict, Undecided);
        let ids: Vec<_> = cluster.policies.ids().collect();
        assert_eq!(both.unknowns, [Unknown::EqualPriority(ids)]);
        assert_eq!(ask(&cluster, web, db, "TCP 81").verdict, Deny);
    }
    // Agreement, and disagreement that changes nothing, are not open.
    let again = || cluster_ingress(Tier::Admin, "c", 7, [deny([pods()], [])]);
    let cluster = two_pods().policy(refuse()).policy(again()).build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Deny);
    let aside = || cluster_ingress(Tier::Admin, "d", 7, [pass([pods()], [])]);
    let cluster = two_pods().policy(accept()).policy(aside()).build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
}

#[test]
fn s12_baseline_is_not_asked_about_isolated_pods() {
    let baseline = |rule| cluster_ingress(Tier::Baseline, "base", 0, [rule]);
    let some_port = || {
        let ports = [tcp(80), crate::world::range(Protocol::Udp, 53, 53)];
        ingress("shop/db", "app=db", [allow([], ports)])
    };
    let cluster = two_pods()
        .policy(some_port())
        .policy(baseline(deny([pods()], [])))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/db", "shop/web", "TCP 80"), Deny);
    let cluster = two_pods()
        .policy(some_port())
        .policy(baseline(allow([pods()], [])))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 81"), Deny);
}
