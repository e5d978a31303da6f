//! What a trace tells people: what decided, the nearest miss, and what is not known.

use crate::world::{
    World, across, allow, ask, block, cluster_ingress, container_ports, deny, end, everything,
    expression, ingress, labels, local, named, pass, range, tcp,
};
use netpolc::model::{Cluster, Rule, Tier};
use netpolc::net::Protocol;
use netpolc::selector::Operator;
use netpolc::trace::{Basis, EndNames, Exemption, Half, PeerFault, Stage, Step, Trace, Verdict};

pub(super) const NAMES: EndNames<'static> = EndNames {
    source: "web",
    destination: "db",
};

fn world() -> World {
    World::default()
        .namespaces(["front team=a", "shop team=b"])
        .pod_at("front/web", "app=web,tier=front", &["10.0.1.1"])
        .pod_at("shop/web", "app=web,tier=front", &["10.0.0.1"])
        .pod_with("shop/db", "app=db", |pod| {
            pod.ips = crate::world::addresses(&["10.0.0.2"]);
            pod.template.ports = container_ports(&["pg TCP 5432"]);
        })
}

pub(super) fn guarded<const N: usize>(rules: [Rule; N]) -> Cluster {
    world().policy(ingress("shop/db", "app=db", rules)).build()
}

pub(super) fn ask_db(cluster: &Cluster, source: &str, port: &str) -> Trace {
    ask(cluster, end(cluster, source), end(cluster, "shop/db"), port)
}

/// What the misses of ingress say.
pub(super) fn misses(cluster: &Cluster, source: &str, port: &str) -> Vec<String> {
    let answer = ask_db(cluster, source, port);
    let misses = answer.ingress.misses.iter();
    misses.map(|miss| miss.describe(cluster, NAMES)).collect()
}

#[test]
fn an_allowed_flow_names_the_rules_and_entries_that_allow_it() {
    let cluster = guarded([
        allow([local("shop", labels("app=job"))], []),
        allow(
            [
                local("shop", labels("app=job")),
                local("shop", labels("app=web")),
            ],
            [tcp(80), tcp(5432)],
        ),
    ]);
    let answer = ask_db(&cluster, "shop/web", "TCP 5432");
    let Basis::Allowed(hits) = &answer.ingress.basis else {
        panic!("a rule allows");
    };
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].peer, hits[0].port), (Some(1), Some(1)));
    assert_eq!(hits[0].rule.path(), "spec.ingress[1]");
    assert_eq!(hits[0].rule.number(), 2);
    assert_eq!(
        answer.ingress.describe_in_full(&cluster, NAMES),
        "rule 2 of shop/db lets it in: pods labelled app=web in namespace shop (or 1 other peer) on \
         TCP 5432"
    );
    assert_eq!(
        answer.egress.describe_in_full(&cluster, NAMES),
        "no policy isolates web for egress"
    );
    assert_eq!(answer.ingress.misses, []);
}

#[test]
fn a_refused_flow_names_the_policies_that_isolate() {
    let cluster = world()
        .policy(ingress("shop/all", "", []))
        .policy(ingress("shop/db", "app=db", []))
        .policy(ingress("shop/web", "app=web", []))
        .build();
    let answer = ask_db(&cluster, "shop/web", "TCP 5432");
    assert_eq!(answer.ingress.basis, Basis::NoRule);
    assert_eq!(
        answer.ingress.describe_in_full(&cluster, NAMES),
        "shop/all and 1 other policy isolate db for ingress and no rule lets it in"
    );
    let outside = ask_db(&cluster, "1.2.3.4", "TCP 5432");
    assert_eq!(
        outside.egress.describe_in_full(&cluster, NAMES),
        "no policy governs web, which is outside the cluster"
    );
}

#[test]
fn the_nearest_entry_of_a_rule_is_told() {
    let cluster = guarded([allow(
        [
            block("192.168.0.0/16", &[]),
            across(labels("team=x"), labels("app=x")),
            local("shop", labels("tier=web")),
        ],
        [],
    )]);
    let answer = ask_db(&cluster, "shop/web", "TCP 5432");
    let entries: Vec<usize> = answer.ingress.misses[0]
        .peers
        .iter()
        .map(|miss| miss.entry)
        .collect();
    assert_eq!(entries, [2, 1, 0]);
    assert_eq!(
        misses(&cluster, "shop/web", "TCP 5432"),
        [
            "rule 1 of shop/db allows pods labelled tier=web in namespace shop (or 2 other peers) on \
             every port; `web` is labelled tier=front"
        ]
    );
}

#[test]
fn each_kind_of_miss_has_its_words() {
    let says = |rule: Rule, source: &str| {
        let cluster = guarded([rule]);
        misses(&cluster, source, "TCP 80").remove(0)
    };
    assert_eq!(
        says(allow([local("shop", labels("app=web"))], []), "front/web"),
        "rule 1 of shop/db allows pods labelled app=web in namespace shop on every port; `web` is in \
         namespace `front`, not `shop`"
    );
    assert_eq!(
        says(allow([local("shop", labels("role=x"))], []), "shop/web"),
        "rule 1 of shop/db allows pods labelled role=x in namespace shop on every port; `web` has no \
         label role"
    );
    let absent = expression("app", Operator::DoesNotExist, &[]);
    assert_eq!(
        says(allow([local("shop", absent)], []), "shop/web"),
        "rule 1 of shop/db allows pods without `app` in namespace shop on every port; `web` is \
         labelled app=web"
    );
    assert_eq!(
        says(allow([local("shop", everything())], []), "1.2.3.4"),
        "rule 1 of shop/db allows every pod in namespace shop on every port; `web` is not a pod"
    );
    assert_eq!(
        says(
            allow([block("10.0.0.0/8", &["10.0.0.0/24"])], []),
            "shop/web"
        ),
        "rule 1 of shop/db allows addresses in 10.0.0.0/8 except 10.0.0.0/24 on every port; 10.0.0.1 \
         is excepted"
    );
    let ports = [
        named("pg", Some(Protocol::Tcp)),
        range(Protocol::Udp, 1, 65535),
        range(Protocol::Tcp, 90, 99),
    ];
    assert_eq!(
        says(allow([], ports), "shop/web"),
        "rule 1 of shop/db allows everyone in the cluster and outside on the TCP port named `pg`, \
         every UDP port and TCP 90-99; the flow is to TCP 80"
    );
}

#[test]
fn misses_carry_what_was_asked_and_what_was_found() {
    let rule = allow(
        [local("shop", labels("tier=web"))],
        [named("pg", Some(Protocol::Tcp))],
    );
    let cluster = guarded([rule]);
    let answer = ask_db(&cluster, "shop/web", "TCP 80");
    let miss = &answer.ingress.misses[0];
    let [
        PeerFault::PodLabel {
            requirement,
            actual,
        },
    ] = &miss.peers[0].faults[..]
    else {
        panic!("one label differs");
    };
    assert_eq!(requirement.to_string(), "tier=web");
    assert_eq!(actual.as_deref(), Some("front"));
    let ports = miss.ports.as_ref().expect("the port differs too");
    assert_eq!(ports.asked, (Protocol::Tcp, 80));
    assert_eq!(ports.resolved, [("pg".into(), Protocol::Tcp, 5432)]);
}

#[test]
fn what_is_not_known_is_said() {
    let cluster = World::default()
        .namespaces(["shop"])
        .pod("gone/web", "app=web")
        .pod_at("shop/db", "app=db", &["10.0.0.2"])
        .policy(ingress(
            "shop/db",
            "app=db",
            [
                allow([across(labels("team=a"), everything())], []),
                allow([block("10.0.0.0/8", &[])], []),
            ],
        ))
        .build();
    let answer = ask_db(&cluster, "gone/web", "TCP 80");
    let said: Vec<String> = answer
        .unknowns
        .iter()
        .map(|unknown| unknown.describe(&cluster, NAMES))
        .collect();
    assert_eq!(
        said,
        [
            "namespace `gone` is not in the input, and a policy asks whether its labels match \
             team=a",
            "the address of `web` is not known, and a policy names address blocks",
        ]
    );
    assert_eq!(
        Exemption::SamePod.describe(),
        "a pod always reaches itself at its own address"
    );
}

#[test]
fn of_two_families_the_refused_one_is_told() {
    let cluster = World::default()
        .namespaces(["shop"])
        .pod_at("shop/web", "", &["10.0.0.1", "fd00::1"])
        .pod_at("shop/db", "app=db", &["10.0.0.2", "fd00::2"])
        .policy(ingress(
            "shop/db",
            "app=db",
            [allow([block("10.0.0.0/8", &[])], [])],
        ))
        .build();
    assert_eq!(
        misses(&cluster, "shop/web", "TCP 80"),
        [
            "rule 1 of shop/db allows addresses in 10.0.0.0/8 on every port; fd00::1 is not in \
             10.0.0.0/8"
        ]
    );
    let answer = ask_db(&cluster, "shop/web", "TCP 80");
    assert_eq!(
        answer.unknowns[0].describe(&cluster, NAMES),
        "the policies allow it over IPv4 and refuse it over IPv6"
    );
}

#[test]
fn rules_that_pass_a_flow_on_are_told() {
    let pods = || across(everything(), everything());
    let rules = [deny([pods()], [tcp(1)]), pass([pods()], [])];
    let cluster = world()
        .policy(cluster_ingress(Tier::Admin, "delegate", 4, rules))
        .build();
    let answer = ask_db(&cluster, "shop/web", "TCP 80");
    assert_eq!(answer.ingress.basis, Basis::NotIsolated);
    let [hit] = answer.ingress.passes[..] else {
        panic!("one rule passes");
    };
    assert_eq!(
        hit.describe(&cluster),
        "rule 2 of ClusterNetworkPolicy delegate leaves every pod in every namespace on every port to \
         the next tier"
    );
    let refused = ask_db(&cluster, "shop/web", "TCP 1");
    assert_eq!(
        refused.ingress.describe_in_full(&cluster, NAMES),
        "in the Admin tier, rule 1 of ClusterNetworkPolicy delegate at priority 4 denies it: every \
         pod in every namespace on TCP 1"
    );
}

/// A walk in short: each tier, whether it is reached, and of its policies the name, whether it is asked
/// and how many rules were looked at.
fn walk(half: &Half, cluster: &Cluster) -> Vec<String> {
    let step = |step: &Step| {
        let name = &cluster.policies.at(step.policy).name;
        let asked = if step.asked { "asked" } else { "late" };
        format!(" {name} {asked} {}", step.rules.len())
    };
    let stages = half.stages.iter().map(|stage| {
        let reached = if stage.reached { "reached" } else { "not" };
        let steps: String = stage.steps.iter().map(step).collect();
        format!("{:?} {reached}{steps}", stage.tier)
    });
    stages.collect()
}

#[test]
fn the_walk_tells_who_was_asked_and_what_would_decide_otherwise() {
    let pods = || across(everything(), everything());
    let cluster = world()
        .policy(cluster_ingress(
            Tier::Admin,
            "first",
            1,
            [allow([pods()], [tcp(9)])],
        ))
        .policy(cluster_ingress(
            Tier::Admin,
            "second",
            2,
            [
                deny([pods()], [tcp(9)]),
                pass([pods()], [tcp(80)]),
                deny([pods()], []),
            ],
        ))
        .policy(cluster_ingress(
            Tier::Admin,
            "third",
            3,
            [allow([pods()], [])],
        ))
        .policy(cluster_ingress(
            Tier::Baseline,
            "last",
            0,
            [deny([pods()], [tcp(80)])],
        ))
        .build();
    let answer = ask_db(&cluster, "shop/web", "TCP 80");
    assert_eq!(
        walk(&answer.ingress, &cluster),
        [
            "Admin reached first asked 1 second asked 2 third late 0",
            "NetworkPolicy reached",
            "Baseline reached last asked 1",
        ]
    );
    let [admin, _, baseline] = &answer.ingress.stages[..] else {
        panic!("three tiers");
    };
    let otherwise = |stage: &Stage| {
        let half = stage.without.as_ref().unwrap();
        (
            half.verdict,
            half.describe(&cluster, NAMES, &|_| String::new()),
        )
    };
    assert_eq!(
        otherwise(admin),
        (
            Verdict::Deny,
            "in the Admin tier, rule 3 of ClusterNetworkPolicy second at priority 2 denies it"
                .into()
        )
    );
    assert_eq!(
        otherwise(baseline),
        (
            Verdict::Allow,
            "no policy isolates db for ingress after rule 2 of \
             ClusterNetworkPolicy second at priority 2 passed it on"
                .into()
        )
    );
    // What decides first is all that is reached.
    let accepted = ask_db(&cluster, "shop/web", "TCP 9");
    assert_eq!(
        walk(&accepted.ingress, &cluster),
        [
            "Admin reached first asked 1 second late 0 third late 0",
            "NetworkPolicy not",
            "Baseline not last asked 1",
        ]
    );
}
