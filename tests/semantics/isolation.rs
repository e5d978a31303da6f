//! S14 to S20: which pods a NetworkPolicy isolates, and what its rules let through.

use crate::world::{World, allow, egress, expression, ingress, labels, local, tcp, verdict};
use netpolc::model::Policy;
use netpolc::selector::Operator;
use netpolc::trace::Verdict::{Allow, Deny, Undecided};

fn world() -> World {
    World::default()
        .namespaces(["shop", "other"])
        .pod("shop/web", "app=web")
        .pod("shop/db", "app=db")
        .pod("other/db", "app=db")
}

#[test]
fn s14_a_pod_is_isolated_in_the_directions_of_the_policies_that_select_it() {
    let cluster = world().policy(ingress("shop/db", "app=db", [])).build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/db", "shop/web", "TCP 80"), Allow);
    let cluster = world().policy(egress("shop/db", "app=db", [])).build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/db", "shop/web", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/db", "1.2.3.4", "TCP 80"), Deny);
    let both = Policy {
        egress: Some(Vec::new()),
        ..ingress("shop/db", "app=db", [])
    };
    let cluster = world().policy(both).build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/db", "shop/web", "TCP 80"), Deny);
}

#[test]
fn s15_other_pods_are_not_restricted() {
    let cluster = world().policy(ingress("shop/db", "app=db", [])).build();
    assert_eq!(verdict(&cluster, "other/db", "shop/web", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "1.2.3.4", "shop/web", "UDP 53"), Allow);
}

#[test]
fn s16_policies_add_up_whatever_their_order() {
    let closed = || ingress("shop/a", "", []);
    let one = || ingress("shop/b", "app=db", [allow([], [tcp(80)])]);
    let two = || {
        ingress(
            "shop/c",
            "app=db",
            [allow([], [tcp(81)]), allow([], [tcp(82)])],
        )
    };
    for cluster in [
        world().policy(closed()).policy(one()).policy(two()).build(),
        world().policy(two()).policy(one()).policy(closed()).build(),
    ] {
        for (port, expected) in [
            ("TCP 80", Allow),
            ("TCP 81", Allow),
            ("TCP 82", Allow),
            ("TCP 83", Deny),
        ] {
            let found = verdict(&cluster, "shop/web", "shop/db", port);
            assert_eq!(found, expected, "{port}");
        }
        assert_eq!(verdict(&cluster, "shop/db", "shop/web", "TCP 80"), Deny);
    }
}

#[test]
fn s17_a_policy_selects_pods_of_its_own_namespace() {
    let cluster = world().policy(ingress("shop/db", "app=db", [])).build();
    assert_eq!(verdict(&cluster, "shop/web", "other/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Deny);
}

#[test]
fn s18_an_empty_selector_selects_every_pod_of_the_namespace() {
    let cluster = world().policy(ingress("shop/all", "", [])).build();
    assert_eq!(verdict(&cluster, "other/db", "shop/db", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "other/db", "shop/web", "TCP 80"), Deny);
    assert_eq!(verdict(&cluster, "shop/web", "other/db", "TCP 80"), Allow);
}

#[test]
fn s20_a_policy_without_rules_allows_nothing() {
    let web = || local("shop", labels("app=web"));
    let cluster = world().policy(ingress("shop/db", "app=db", [])).build();
    for source in ["shop/web", "other/db", "1.2.3.4", "fd00::1"] {
        assert_eq!(
            verdict(&cluster, source, "shop/db", "TCP 80"),
            Deny,
            "{source}"
        );
    }
    let cluster = world()
        .policy(ingress("shop/db", "app=db", []))
        .policy(ingress("shop/web", "app=db", [allow([web()], [])]))
        .build();
    assert_eq!(verdict(&cluster, "shop/web", "shop/db", "TCP 80"), Allow);
    assert_eq!(verdict(&cluster, "other/db", "shop/db", "TCP 80"), Deny);
}

#[test]
fn s75_a_label_whose_value_is_not_known_is_there() {
    use Operator::{DoesNotExist, Exists, In, NotIn};
    let over = |requirements: &[(Operator, &[&str])], rules| {
        let mut policy = ingress("shop/p", "", rules);
        let all = requirements.iter().flat_map(|(operator, values)| {
            let one = expression("pod-template-hash", *operator, values);
            one.requirements().to_vec()
        });
        policy.subject.pods = netpolc::selector::Selector::new(all.collect());
        World::default()
            .namespaces(["shop"])
            .pod("shop/client", "app=client")
            .deployment("shop/web", "app=web", 1)
            .policy(policy)
            .build()
    };
    let closed = |requirements: &[(Operator, &[&str])]| {
        let cluster = over(requirements, [allow([], [tcp(80)])]);
        let on = |port| verdict(&cluster, "shop/client", "shop/web", port);
        (on("TCP 80"), on("TCP 81"))
    };
    assert_eq!(closed(&[(Exists, &[])]), (Allow, Deny));
    assert_eq!(closed(&[(DoesNotExist, &[])]), (Allow, Allow));
    assert_eq!(closed(&[(In, &["5d4f"])]), (Allow, Undecided));
    assert_eq!(closed(&[(NotIn, &["5d4f"])]), (Allow, Undecided));
    // No value is this one and is not.
    assert_eq!(
        closed(&[(In, &["5d4f"]), (NotIn, &["5d4f"])]),
        (Allow, Allow)
    );
}
