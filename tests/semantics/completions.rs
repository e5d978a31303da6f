//! S5, on random clusters: a verdict that is given although something is not known stays the same
//! whatever the unknown turns out to be.

use crate::world::{
    World, across, addresses, allow, ask, block, cluster_ingress, deny, egress, end, everything,
    expression, ingress, labels, local, pass, range, tcp,
};
use netpolc::model::{Cluster, PeerMatch, Policy, PortTest, Rule, Tier};
use netpolc::net::Protocol;
use netpolc::selector::Operator;
use netpolc::trace::Verdict;
use proptest::prelude::*;

/// What the input may leave out.
#[derive(Debug, Clone, Default)]
struct Facts {
    /// Labels of the namespace `gone`.
    labels: Option<&'static str>,
    /// Addresses of the source.
    ips: Option<&'static [&'static str]>,
    /// Node of the source.
    node: Option<&'static str>,
}

const LABELS: [&str; 3] = ["", "team=a", "team=b"];
/// All of them share a family with the destination.
const IPS: [&[&str]; 4] = [
    &["10.0.0.1"],
    &["10.1.0.1"],
    &["10.0.0.1", "fd00::1"],
    &["fd00::1"],
];
const NODES: [&str; 2] = ["n1", "n2"];

/// `gone/src` and `shop/dst`, with policies on both.
fn cluster(facts: &Facts, host_network: bool, policies: &[Policy]) -> Cluster {
    let mut world = World::default().namespaces(["shop"]);
    if let Some(labels) = facts.labels {
        world = world.namespaces([format!("gone {labels}").as_str()]);
    }
    world = world.pod_with("gone/src", "app=web", |pod| {
        pod.ips = addresses(facts.ips.unwrap_or_default());
        pod.node = facts.node.map(Into::into);
        pod.template.host_network = host_network;
    });
    world = world.pod_with("shop/dst", "app=db", |pod| {
        pod.ips = addresses(&["10.0.0.2", "fd00::2"]);
        pod.node = Some("n1".into());
    });
    let policies = policies.iter().cloned();
    policies.fold(world, World::policy).build()
}

fn verdict(cluster: &Cluster) -> Verdict {
    let (source, destination) = (end(cluster, "gone/src"), end(cluster, "shop/dst"));
    ask(cluster, source, destination, "TCP 80").verdict
}

fn peer() -> impl Strategy<Value = PeerMatch> {
    prop::sample::select(vec![
        across(labels("team=a"), everything()),
        across(labels("team=b"), labels("app=web")),
        across(expression("team", Operator::NotIn, &["a"]), everything()),
        across(expression("team", Operator::Exists, &[]), labels("app=db")),
        across(labels("kubernetes.io/metadata.name=shop"), everything()),
        local("shop", everything()),
        local("gone", labels("app=web")),
        block("10.0.0.0/24", &[]),
        block("10.0.0.0/8", &["10.0.0.0/24"]),
        block("fd00::/64", &[]),
    ])
}

fn port() -> impl Strategy<Value = PortTest> {
    prop::sample::select(vec![tcp(80), tcp(81), range(Protocol::Udp, 1, 65535)])
}

fn rule(actions: u8) -> impl Strategy<Value = Rule> {
    (0..actions, peer(), peer(), port(), 0..4_u8).prop_map(|(action, a, b, port, shape)| {
        match (action, shape) {
            (0, 0) => allow([a], []),
            (0, 1) => allow([a], [port]),
            (0, 2) => allow([a, b], []),
            (0, _) => allow([a, b], [port]),
            (1, 0) => deny([a], []),
            (1, 1) => deny([a], [port]),
            (1, 2) => deny([a, b], []),
            (1, _) => deny([a, b], [port]),
            (_, 0 | 1) => pass([a], []),
            (_, _) => pass([a, b], [port]),
        }
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    let namespaced = (rule(1), rule(1), 0..2_u8).prop_map(|(a, b, direction)| match direction {
        0 => ingress("shop/in", "app=db", [a, b]),
        _ => egress("gone/out", "app=web", [a, b]),
    });
    let tier = prop::sample::select(vec![Tier::Admin, Tier::Baseline]);
    let cluster_wide = (tier, rule(3), rule(3), 0..2_u16, 0..2_u8).prop_map(
        |(tier, a, b, priority, direction)| {
            let policy = cluster_ingress(tier, "wide", priority, [a, b]);
            match direction {
                0 => policy,
                _ => Policy {
                    egress: policy.ingress.clone(),
                    ingress: None,
                    ..policy
                },
            }
        },
    );
    prop_oneof![namespaced, cluster_wide]
}

fn maybe<T: Copy>(known: bool, value: T) -> Option<T> {
    known.then_some(value)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(2000)
    })]

    #[test]
    fn a_decided_verdict_holds_in_every_completion(
        policies in prop::collection::vec(policy(), 0..5),
        host_network in prop::bool::weighted(0.2),
        known in any::<[bool; 3]>(),
        fixed in (0..LABELS.len(), 0..IPS.len(), 0..NODES.len()),
    ) {
        let partial = Facts {
            labels: maybe(known[0], LABELS[fixed.0]),
            ips: maybe(known[1], IPS[fixed.1]),
            node: maybe(known[2], NODES[fixed.2]),
        };
        let given = verdict(&cluster(&partial, host_network, &policies));
        if given == Verdict::Undecided {
            return Ok(());
        }
        for labels in LABELS {
            for ips in IPS {
                for node in NODES {
                    let full = Facts {
                        labels: partial.labels.or(Some(labels)),
                        ips: partial.ips.or(Some(ips)),
                        node: partial.node.or(Some(node)),
                    };
                    let found = verdict(&cluster(&full, host_network, &policies));
                    prop_assert_eq!(found, given, "{:?}", full);
                }
            }
        }
    }
}
