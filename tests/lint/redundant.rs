//! Whatever lint calls redundant can go: Z3 proves that all of it together changes no verdict, for
//! every packet and every pod that could be.

#![cfg(feature = "smt")]

use super::paths::{Place, place, remove};
use super::random::{self, Choices, Mix, rewrite};
use super::{lint_read, load, root};
use netpolc::input::{Loaded, Options, read_text};
use netpolc::lint::Report;
use netpolc::model::{Cluster, Origin, Policy};
use netpolc::prove::Prover;
use netpolc::prove::claim::{Claim, Compare, Kind, Premises, Scope};
use netpolc::prove::encode::AsDocumented;
use netpolc::prove::outcome::Outcome;
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::settings::Settings;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

/// The policies without what is reported as redundant, and how much that is.
fn without_redundant(cluster: &Cluster, report: &Report) -> (Vec<Policy>, usize) {
    let mut policies = Vec::new();
    let mut count = 0;
    for policy in cluster.policies.rows() {
        let of_policy = report.findings.iter().filter(|it| {
            let object = &it.fact.object;
            object.name == policy.name && object.namespace == policy.namespace
        });
        let of_policy: Vec<_> = of_policy.collect();
        if of_policy.iter().any(|it| it.rule.code == "NP070") {
            count += 1;
            continue;
        }
        let parts = of_policy.iter().filter(|it| it.rule.code == "NP071");
        let parts: Vec<Place> = parts.map(|it| place(&it.fact.path).unwrap()).collect();
        count += parts.len();
        let mut policy = policy.clone();
        remove(&mut policy, parts);
        policies.push(policy);
    }
    (policies, count)
}

fn compare(one: &Cluster, other: Cluster) -> Outcome {
    let claim = Claim {
        name: "redundant".to_owned(),
        file_name: "redundant".to_owned(),
        origin: Origin::default(),
        words: String::new(),
        scope: Scope::Any,
        granted: Vec::new(),
        kind: Kind::Compare(Box::new(Compare {
            other: Cow::Owned(other),
            names: ["all".to_owned(), "fewer".to_owned()],
            placed: true,
            more_allowed: false,
        })),
    };
    let judge = Prover {
        cluster: one,
        premises: &Premises {
            new_namespaces: true,
            ..Premises::default()
        },
        engine: &Z3 { units: 0 },
        meaning: &AsDocumented,
    };
    judge.prove(&claim, &mut Nobody).unwrap().outcome
}

#[test]
fn what_is_redundant_in_fixtures_is_proven_so() {
    for code in ["NP070", "NP071"] {
        let mut read = load(&[root().join("policies/lint").join(code).join("bad.yaml")]);
        let cluster = Cluster::new(std::mem::take(&mut read.objects));
        let report = lint_read(&read, &cluster, &Settings::default(), true);
        let (policies, count) = without_redundant(&cluster, &report);
        assert!(count >= 3, "{code}: {count}");
        let outcome = compare(&cluster, cluster.with_policies(policies));
        assert_eq!(outcome.name(), "holds", "{code}: {outcome:?}");
    }
}

#[test]
fn what_is_redundant_in_random_clusters_is_proven_so() {
    let asked = std::env::var("NETPOLC_CLUSTERS").ok();
    let asked: Option<u32> = asked.and_then(|text| text.parse().ok());
    let config = ProptestConfig {
        cases: asked.map_or(300, |asked| (asked / 5).max(1)),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    };
    let choices = || prop::collection::vec(any::<u16>(), 0..400);
    let (found, gone) = (Cell::new(0), Cell::new(0));
    TestRunner::new(config)
        .run(&(choices(), choices()), |(list, words)| {
            let mix = Mix {
                tiers: true,
                families: true,
                ties: true,
            };
            let mut objects = random::objects(&mut Choices::new(&list), mix);
            // The same in other words beside it is redundant as often as that is seen.
            let again = rewrite::rewrite(objects.clone(), &mut Choices::new(&words));
            objects.policies.extend(again.policies);
            let cluster = Cluster::new(objects);
            let report = lint_read(&Loaded::default(), &cluster, &Settings::default(), true);
            let (policies, count) = without_redundant(&cluster, &report);
            found.set(found.get() + usize::from(count > 0));
            gone.set(gone.get() + cluster.policies.len() - policies.len());
            if count > 0 {
                let outcome = compare(&cluster, cluster.with_policies(policies));
                prop_assert_eq!(outcome.name(), "holds", "{:?}", outcome);
            }
            Ok(())
        })
        .unwrap();
    assert!(
        found.get() > 20 && gone.get() > 20,
        "{found:?} clusters, {gone:?} policies"
    );
}

/// Twenty policies of a namespace that no other can cover and that cover none.
fn fillers(namespace: &str) -> String {
    let filler = |number: u16| {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
             metadata: {{name: filler-{number}, namespace: {namespace}}}\n\
             spec:\n  podSelector: {{matchLabels: {{filler: x}}}}\n  policyTypes: [Ingress, Egress]\n  \
             ingress: [{{from: [{{ipBlock: {{cidr: 203.0.113.{number}/32}}}}], ports: [{{port: {}}}]}}]\n  \
             egress: [{{to: [{{ipBlock: {{cidr: 203.0.113.{number}/32}}}}], ports: [{{port: {}}}]}}]\n",
            20_000 + number,
            20_000 + number
        )
    };
    (1..=20).map(filler).collect()
}

/// What is reported as redundant, without the fillers.
fn redundant(read: &Loaded, cluster: &Cluster) -> Vec<(String, String)> {
    let report = lint_read(read, cluster, &Settings::default(), true);
    let found = report.findings.iter();
    let found = found.filter(|it| matches!(it.rule.code, "NP070" | "NP071"));
    let named = found.map(|it| {
        let object = &it.fact.object;
        let path = format!("{} {:?} {}", it.rule.code, object.namespace, it.fact.path);
        (path, object.name.to_string())
    });
    let mut all: Vec<_> = named
        .filter(|(_, name)| !name.starts_with("filler-"))
        .collect();
    all.sort();
    all
}

/// Where many policies are, most pairs are not compared: those that have nothing to do with each other.
#[test]
fn nothing_redundant_is_overlooked_among_many() {
    let config = ProptestConfig {
        cases: 200,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    };
    let choices = || prop::collection::vec(any::<u16>(), 0..400);
    let found = Cell::new(0);
    TestRunner::new(config)
        .run(&(choices(), choices()), |(list, words)| {
            let mix = Mix {
                tiers: false,
                families: true,
                ties: false,
            };
            let mut objects = random::objects(&mut Choices::new(&list), mix);
            let again = rewrite::rewrite(objects.clone(), &mut Choices::new(&words));
            objects.policies.extend(again.policies);
            let mut among = objects.clone();
            let namespaces = objects.policies.iter();
            let namespaces: BTreeSet<_> =
                namespaces.filter_map(|it| it.namespace.clone()).collect();
            let texts = namespaces.iter().map(|it| fillers(it));
            let text: String = texts.collect();
            let mut read = read_text("fillers.yaml", &text, &Options::default());
            let more = std::mem::take(&mut read.objects);
            among.policies.extend(more.policies);
            let few = redundant(&read, &Cluster::new(objects));
            found.set(found.get() + few.len());
            prop_assert_eq!(redundant(&read, &Cluster::new(among)), few);
            Ok(())
        })
        .unwrap();
    assert!(found.get() > 20, "{found:?}");
}

#[test]
fn a_named_port_is_within_all_ports_among_many() {
    let policy = |name: &str, labels: &str, ports: &str| {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
             metadata: {{name: {name}, namespace: shop}}\nspec:\n  podSelector: {labels}\n  \
             ingress: [{{from: [{{podSelector: {{matchLabels: {{app: search}}}}}}]{ports}}}]\n"
        )
    };
    let wide = policy("wide", "{}", "");
    let narrow = policy(
        "narrow",
        "{matchLabels: {app: web}}",
        ", ports: [{port: http}]",
    );
    let text = format!("{wide}{narrow}{}", fillers("shop"));
    let mut read = read_text("a.yaml", &text, &Options::default());
    let cluster = Cluster::new(std::mem::take(&mut read.objects));
    let found = redundant(&read, &cluster);
    let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["narrow"]);
}
