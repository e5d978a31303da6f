//! Which rule is the nearest miss: the one of which most fits.

use crate::reasons::{ask_db, guarded, misses};
use crate::world::{World, across, allow, block, ingress, labels, local, tcp};
use netpolc::model::Cluster;

#[test]
fn the_nearest_miss_comes_first() {
    let cluster = guarded([
        allow([block("192.168.0.0/16", &[])], []),
        allow([across(labels("team=x"), labels("app=x"))], [tcp(80)]),
        allow([local("shop", labels("tier=web"))], [tcp(5432)]),
        allow([local("shop", labels("app=web"))], [tcp(5433)]),
        allow([local("shop", labels("app=x,tier=x"))], []),
    ]);
    let answer = ask_db(&cluster, "shop/web", "TCP 5432");
    let order: Vec<usize> = answer
        .ingress
        .misses
        .iter()
        .map(|miss| miss.rule.number())
        .collect();
    assert_eq!(order, [3, 4, 5, 2, 1]);
    assert_eq!(
        misses(&cluster, "shop/web", "TCP 5432"),
        [
            "rule 3 of shop/db allows pods labelled tier=web in namespace shop on TCP 5432; `web` is \
             labelled tier=front",
            "rule 4 of shop/db allows pods labelled app=web in namespace shop on TCP 5433; the flow is \
             to TCP 5432",
            "rule 5 of shop/db allows pods labelled app=x AND tier=x in namespace shop on every port; \
             `web` is labelled app=web and `web` is labelled tier=front",
            "rule 2 of shop/db allows pods labelled app=x AND in namespaces labelled team=x on TCP 80; \
             namespace `shop` is labelled team=b, `web` is labelled app=web and the flow is to TCP \
             5432",
            "rule 1 of shop/db allows addresses in 192.168.0.0/16 on every port; 10.0.0.1 is not in \
             192.168.0.0/16",
        ]
    );
}

/// The rules in the order of their misses, by number.
fn by_nearness(cluster: &Cluster, source: &str) -> Vec<usize> {
    let answer = ask_db(cluster, source, "TCP 5432");
    let misses = answer.ingress.misses.iter();
    misses.map(|miss| miss.rule.number()).collect()
}

#[test]
fn one_wrong_label_is_nearer_than_another_port() {
    let cluster = guarded([
        allow([local("shop", labels("app=web"))], [tcp(80)]),
        allow([across(labels("team=a"), labels("app=web"))], [tcp(5432)]),
        allow([across(labels("team=b"), labels("app=api"))], [tcp(5432)]),
        allow([across(labels("team=a"), labels("app=api"))], [tcp(5432)]),
    ]);
    assert_eq!(by_nearness(&cluster, "shop/web"), [3, 2, 1, 4]);
}

#[test]
fn of_equals_the_nearer_is_the_one_of_which_more_fits() {
    let cluster = guarded([
        allow([local("shop", labels("role=x"))], []),
        allow([local("shop", labels("role=x"))], [tcp(5432)]),
        allow([local("shop", labels("app=web,tier=back"))], [tcp(5432)]),
    ]);
    assert_eq!(by_nearness(&cluster, "shop/web"), [3, 2, 1]);
}

#[test]
fn a_block_is_not_near_to_a_pod_without_a_known_address() {
    let cluster = World::default()
        .namespaces(["shop"])
        .pod("shop/web", "app=web")
        .pod_at("shop/db", "app=db", &["10.0.0.2"])
        .policy(ingress(
            "shop/db",
            "app=db",
            [
                allow([block("0.0.0.0/0", &[])], [tcp(443)]),
                allow([local("shop", labels("app=api,role=x"))], [tcp(80)]),
            ],
        ))
        .build();
    assert_eq!(
        misses(&cluster, "shop/web", "TCP 5432"),
        [
            "rule 2 of shop/db allows pods labelled app=api AND role=x in namespace shop on TCP 80; \
             `web` is labelled app=web, `web` has no label role and the flow is to TCP 5432",
            "rule 1 of shop/db allows addresses in 0.0.0.0/0 on TCP 443; the address of `web` is not \
             known and the flow is to TCP 5432",
        ]
    );
    // Where something else matches, the port is all that is wrong.
    let near = allow(
        [block("0.0.0.0/0", &[]), local("shop", labels("app=web"))],
        [tcp(443)],
    );
    let cluster = World::default()
        .namespaces(["shop"])
        .pod("shop/web", "app=web")
        .pod_at("shop/db", "app=db", &["10.0.0.2"])
        .policy(ingress("shop/db", "app=db", [near]))
        .build();
    assert_eq!(
        misses(&cluster, "shop/web", "TCP 5432"),
        [
            "rule 1 of shop/db allows pods labelled app=web in namespace shop (or 1 other peer) on TCP \
             443; the flow is to TCP 5432",
        ]
    );
}
