//! S21 to S32: rules, peers, and selectors.

use crate::world::{
    World, across, allow, ask, egress, end, everything, expression, ingress, labels, local, tcp,
    verdict,
};
use netpolc::model::{Cluster, PeerMatch, Rule};
use netpolc::selector::{Operator, Selector};
use netpolc::trace::Verdict::{Allow, Deny, Undecided};
use netpolc::trace::{Unknown, Verdict};

fn world() -> World {
    World::default()
        .namespaces(["front team=a", "shop team=b"])
        .node("n1", &["192.168.0.1"])
        .pod_with("front/web", "app=web,tier=front", |pod| {
            pod.node = Some("n2".into());
        })
        .pod("shop/web", "app=web,tier=front")
        .pod("shop/job", "app=job")
        .pod_with("shop/db", "app=db", |pod| pod.node = Some("n2".into()))
}

/// A cluster in which one rule guards `shop/db`.
fn guarded(rule: Rule) -> Cluster {
    world().policy(ingress("shop/db", "app=db", [rule])).build()
}

/// Whether each of `sources` reaches `shop/db` past a rule with these peers.
fn reach<const N: usize>(peers: [PeerMatch; N], sources: [&str; 4]) -> [Verdict; 4] {
    let cluster = guarded(allow(peers, []));
    sources.map(|source| verdict(&cluster, source, "shop/db", "TCP 80"))
}

const SOURCES: [&str; 4] = ["front/web", "shop/web", "shop/job", "1.2.3.4"];

#[test]
fn s21_peers_and_ports_must_both_match() {
    let cluster = guarded(allow([local("shop", labels("app=web"))], [tcp(80)]));
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 81"), Deny);
    assert_eq!(verdict(&cluster, "shop/job", "shop/db", "TCP 80"), Deny);
}

#[test]
fn s22_no_list_is_everyone_and_every_port() {
    let cluster = guarded(allow([], [tcp(80)]));
    for source in SOURCES {
        assert_eq!(
            verdict(&cluster, source, "shop/db", "TCP 80"),
            Allow,
            "{source}"
        );
        assert_eq!(
            verdict(&cluster, source, "shop/db", "TCP 81"),
            Deny,
            "{source}"
        );
    }
    assert_eq!(verdict(&cluster, "n1", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "fd00::1", "shop/db", "TCP 80"), Allow);
    let cluster = guarded(allow([local("shop", labels("app=web"))], []));
    for port in ["TCP 1", "UDP 53", "SCTP 65535"] {
        assert_eq!(
            verdict(&cluster, "shop/web", "shop/db", port),
            Allow,
            "{port}"
        );
        assert_eq!(
            verdict(&cluster, "shop/job", "shop/db", port),
            Deny,
            "{port}"
        );
    }
    let out = world().policy(egress("shop/web", "app=web", [allow([], [])]));
    assert_eq!(verdict(&out.build(), "shop/web", "1.2.3.4", "UDP 9"), Allow);
}

#[test]
fn s23_entries_are_alternatives() {
    let peers = [
        across(labels("team=a"), everything()),
        local("shop", labels("app=job")),
    ];
    assert_eq!(reach(peers, SOURCES), [Allow, Deny, Allow, Deny]);
    let cluster = guarded(allow([], [tcp(80), tcp(443)]));
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 443"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 444"), Deny);
}

#[test]
fn s24_both_selectors_in_one_entry_must_fit() {
    let both = [across(labels("team=b"), labels("app=web"))];
    assert_eq!(reach(both, SOURCES), [Deny, Allow, Deny, Deny]);
}

#[test]
fn s25_a_namespace_selector_matches_every_pod_there() {
    let team = [across(labels("team=a"), everything())];
    assert_eq!(reach(team, SOURCES), [Allow, Deny, Deny, Deny]);
    let all = [across(everything(), everything())];
    assert_eq!(reach(all, SOURCES), [Allow, Allow, Allow, Deny]);
}

#[test]
fn s26_a_pod_selector_alone_is_local_to_the_policy() {
    let web = [local("shop", labels("app=web"))];
    assert_eq!(reach(web, SOURCES), [Deny, Allow, Deny, Deny]);
    let all = [local("shop", everything())];
    assert_eq!(reach(all, SOURCES), [Deny, Allow, Allow, Deny]);
}

#[test]
fn s27_selectors_match_no_node_and_no_address() {
    let all = || across(everything(), everything());
    let cluster = guarded(allow([all()], []));
    assert_eq!(verdict(&cluster, "n1", "shop/db", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "fd00::1", "shop/db", "TCP 80"), Deny);
    let out = world()
        .policy(egress("shop/db", "app=db", [allow([all()], [])]))
        .build();
    assert_eq!(verdict(&out, "shop/db", "n1", "TCP 80"), Deny);
    assert_eq!(verdict(&out, "shop/db", "1.2.3.4", "TCP 80"), Deny);
    assert_eq!(verdict(&out, "shop/db", "front/web", "TCP 80"), Allow);
}

#[test]
fn s29_all_requirements_must_hold() {
    let web = |pods: &str| [local("shop", labels(pods))];
    assert_eq!(reach(web("app=web,tier=front"), SOURCES)[1], Allow);
    assert_eq!(reach(web("app=web,tier=back"), SOURCES)[1], Deny);
    assert_eq!(
        reach(web("app=job,tier=front"), SOURCES)[1..3],
        [Deny, Deny]
    );
}

#[test]
fn s30_operators_mean_what_the_api_says_also_where_the_key_is_absent() {
    // `shop/web` has tier=front, `shop/job` has no tier.
    let cases: [(Operator, &[&str], [Verdict; 2]); 7] = [
        (Operator::In, &["front"], [Allow, Deny]),
        (Operator::In, &["back", "front"], [Allow, Deny]),
        (Operator::In, &["back"], [Deny, Deny]),
        (Operator::NotIn, &["front"], [Deny, Allow]),
        (Operator::NotIn, &["back"], [Allow, Allow]),
        (Operator::Exists, &[], [Allow, Deny]),
        (Operator::DoesNotExist, &[], [Deny, Allow]),
    ];
    for (operator, values, expected) in cases {
        let peers = [local("shop", expression("tier", operator, values))];
        let found = reach(peers, SOURCES);
        assert_eq!(found[1..3], expected, "{operator:?} {values:?}");
    }
}

#[test]
fn s31_every_namespace_has_its_name_as_a_label() {
    let named = |name: &str| labels(&format!("kubernetes.io/metadata.name={name}"));
    let front = [across(named("front"), everything())];
    assert_eq!(reach(front, SOURCES), [Allow, Deny, Deny, Deny]);
    // Also one that is only mentioned, and whatever its manifest says.
    let cluster = World::default()
        .namespaces(["lying kubernetes.io/metadata.name=shop"])
        .pod("lying/web", "")
        .pod("mentioned/web", "")
        .pod("shop/db", "")
        .policy(ingress(
            "shop/db",
            "",
            [allow([across(named("mentioned"), everything())], [])],
        ))
        .build();
    assert_eq!(
        verdict(&cluster, "mentioned/web", "shop/db", "TCP 80"),
        Allow
    );
    assert_eq!(verdict(&cluster, "lying/web", "shop/db", "TCP 80"), Deny);
}

#[test]
fn s32_labels_of_a_namespace_that_is_not_in_the_input_are_open() {
    let from = |namespaces: Selector, pods: &str| {
        World::default()
            .namespaces(["shop"])
            .pod("gone/web", "app=web")
            .pod("shop/db", "app=db")
            .policy(ingress(
                "shop/db",
                "",
                [allow([across(namespaces, labels(pods))], [tcp(80)])],
            ))
            .build()
    };
    let ask_web = |cluster: &Cluster, port: &str| {
        let (web, db) = (end(cluster, "gone/web"), end(cluster, "shop/db"));
        ask(cluster, web, db, port)
    };
    let open = ask_web(&from(labels("team=a"), ""), "TCP 80");
    assert_eq!(open.verdict, Undecided);
    assert!(
        matches!(&open.unknowns[..], [Unknown::NamespaceLabels { requirement, .. }]
        if requirement.to_string() == "team=a")
    );
    let absent = expression("team", Operator::DoesNotExist, &[]);
    assert_eq!(ask_web(&from(absent, ""), "TCP 80").verdict, Undecided);
    // Settled by something else.
    assert_eq!(
        ask_web(&from(labels("team=a"), "app=db"), "TCP 80").verdict,
        Deny
    );
    assert_eq!(ask_web(&from(labels("team=a"), ""), "TCP 81").verdict, Deny);
    assert_eq!(ask_web(&from(everything(), ""), "TCP 80").verdict, Allow);
    let name = "kubernetes.io/metadata.name";
    let mismatch = labels(&format!("team=a,{name}=shop"));
    assert_eq!(ask_web(&from(mismatch, ""), "TCP 80").verdict, Deny);
    let fits = labels(&format!("team=a,{name}=gone"));
    assert_eq!(ask_web(&from(fits, ""), "TCP 80").verdict, Undecided);
}
