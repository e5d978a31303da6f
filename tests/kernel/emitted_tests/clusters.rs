//! Two small clusters in which every kind of test, set and chain occurs.

use super::written::{Written, namespace, node, objects, pod, policy, wide, with_ports};
use netpolc::model::{Action, Direction, Objects, Tier};
use netpolc::net::Protocol;

/// `web` answers `client`, and both may do nothing else with each other: what comes back from
/// `web` passes as an answer or not at all.
fn cluster(policies: Vec<Written>) -> Objects {
    let http = |pod, port| with_ports(pod, &[("http", Protocol::Tcp, port)]);
    objects(
        vec![
            namespace("shop", ("team", "a")),
            namespace("other", ("team", "b")),
            namespace("free", ("team", "c")),
        ],
        vec![
            node("n1", &["10.0.1.1", "fd00::101"]),
            node("n2", &["10.0.1.2"]),
        ],
        vec![
            http(pod("shop/web", "web", &["10.1.0.1", "fd01::1"], "n1"), 8080),
            http(
                pod("shop/web-2", "web", &["10.1.0.2", "fd01::2"], "n2"),
                9090,
            ),
            pod("shop/db", "db", &["10.1.0.3", "fd01::3"], "n1"),
            pod("shop/client", "client", &["10.1.0.4", "fd01::4"], "n2"),
            pod("other/mon", "mon", &["10.1.0.5", "fd01::5"], ""),
            pod("other/four", "four", &["10.1.0.6"], "n1"),
            pod("other/six", "six", &["fd01::7"], "n1"),
            http(
                pod("free/free", "free", &["10.1.0.8", "fd01::8"], "n1"),
                8081,
            ),
        ],
        policies,
    )
}

/// Policies of namespaces only.
pub fn plain() -> Objects {
    cluster(vec![
        policy("shop/web", "pods app=web")
            .isolating(Direction::Egress)
            .from(&["pods app=client"], &["TCP/80", "UDP/53"])
            .from(
                &["namespaces team=b pods *"],
                &["TCP/1000-1010", "TCP/2000", "UDP/53", "SCTP/7-8"],
            )
            .from(
                &[
                    "block 192.0.2.0/24 except 192.0.2.64/26",
                    "block 2001:db8::/64 except 2001:db8:0:0:4000::/66",
                ],
                &["UDP"],
            )
            .from(&["pods app=db"], &["TCP/http"]),
        policy("shop/locked", "pods app=db").isolating(Direction::Ingress),
        policy("shop/db", "pods app=db").from(&["namespaces team=c pods *"], &["TCP/5432-5434"]),
        policy("shop/db-scan", "pods app=db").from(
            &["namespaces team=b pods app=mon"],
            &["TCP/21", "TCP/23", "TCP/25", "UDP/69"],
        ),
        policy("shop/client", "pods app=client")
            .isolating(Direction::Ingress)
            .to(&["pods app=web"], &[])
            .to(&["namespaces team=c pods *"], &["TCP/http"])
            .to(
                &[
                    "block 198.51.100.0/24 except 198.51.100.128/25",
                    "block 2001:db8:1::/48 except 2001:db8:1:8000::/49",
                ],
                &["TCP/443"],
            ),
        policy("other/open", "pods *")
            .from(&[], &["TCP/22", "SCTP"])
            .to(&["namespaces team=a pods *"], &[])
            .to(&[
                    "block 203.0.113.0/29 except 203.0.113.1/32 203.0.113.3/32 203.0.113.5/32",
                    "block 2001:db8:2::/125 except 2001:db8:2::1/128 2001:db8:2::3/128 2001:db8:2::5/128",
                ], &[]),
    ])
}

/// Policies of every tier.
pub fn tiers() -> Objects {
    let (ingress, egress) = (Direction::Ingress, Direction::Egress);
    let (accept, deny, pass) = (Action::Accept, Action::Deny, Action::Pass);
    let everyone = "namespaces * pods *";
    let b = "namespaces team=b pods *";
    let first = wide("first", Tier::Admin, 5, "namespaces team=a pods *")
        .rule(
            ingress,
            deny,
            &["namespaces team=b pods app=mon"],
            &["TCP/80"],
        )
        .rule(ingress, pass, &[b], &["TCP/70-90"])
        .rule(ingress, deny, &[b], &["TCP/60-99"])
        .rule(
            ingress,
            accept,
            &["namespaces team=a pods *"],
            &["TCP/25-26", "http"],
        )
        .rule(
            egress,
            pass,
            &["block 192.0.2.16/28", "block 2001:db8::10/124"],
            &["TCP/443"],
        )
        .rule(
            egress,
            deny,
            &["block 192.0.2.0/24", "block 2001:db8::/64"],
            &[],
        );
    let second = wide("second", Tier::Admin, 6, "namespaces * pods app=web").rule(
        ingress,
        deny,
        &["namespaces team=b pods app=mon"],
        &["TCP/52-53", "UDP"],
    );
    let web = policy("shop/web", "pods app=web").from(&[b], &["TCP/50-110", "UDP"]);
    let db = policy("shop/db-out", "pods app=db").to(&["block 198.51.100.4/30"], &["TCP/443"]);
    let default = wide("default", Tier::Baseline, 0, everyone)
        .rule(ingress, accept, &["namespaces team=a pods *"], &["TCP/23"])
        .rule(
            ingress,
            pass,
            &["namespaces team=b pods app=mon"],
            &["SCTP"],
        )
        .rule(
            ingress,
            deny,
            &[everyone],
            &["TCP/20-30", "TCP/85-88", "TCP/7000", "SCTP"],
        )
        .rule(ingress, deny, &NODES, &["TCP/443"])
        .rule(
            egress,
            deny,
            &["block 192.0.2.24/30", "block 2001:db8::18/126"],
            &["TCP/443"],
        )
        .rule(egress, deny, &NODES, &[]);
    let mut objects = cluster(vec![first, second, web, db, default]);
    // Of the pods with a port of that name, only those under the rule that names it.
    for pod in &mut objects.pods {
        if &*pod.name == "db" {
            *pod = with_ports(pod.clone(), &[("http", Protocol::Tcp, 7000)]);
        }
        if &*pod.name == "free" {
            *pod = with_ports(pod.clone(), &[]);
        }
    }
    objects
}

/// The addresses of the nodes and some around them.
const NODES: [&str; 2] = ["block 10.0.1.0/30", "block fd00::100/126"];
