//! Whatever lint calls redundant can go: Z3 proves that all of it together changes no verdict, for
//! every packet and every pod that could be.

#![cfg(feature = "smt")]

use super::paths::{Place, place, remove};
use super::random::cluster_wide::place_peers;
use super::random::failing::{Drawn, Failure, clusters, on_clusters};
use super::random::{Choices, Mix, manifests, rewrite};
use super::{lint_read, load, root};
use netpolc::input::{Loaded, Options, read_text};
use netpolc::lint::{Found, Report};
use netpolc::model::{Cluster, Origin, Policy};
use netpolc::prove::Prover;
use netpolc::prove::claim::{Claim, Compare, Kind, Premises, Scope};
use netpolc::prove::encode::AsDocumented;
use netpolc::prove::outcome::Outcome;
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::settings::Settings;
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

/// A cluster with the same policies in other words beside its own: these are redundant as often as that
/// is seen.
fn draw(list: &[u16], words: &[u16], tiers: bool) -> Drawn {
    let mix = Mix {
        tiers,
        families: true,
        ties: tiers,
        plugins: false,
        names: tiers,
    };
    let mut drawn = Drawn::of(mix, list, words);
    let again = rewrite::rewrite(drawn.objects.clone(), &mut Choices::new(words));
    drawn.objects.policies.extend(again.policies);
    drawn
}

#[test]
fn what_is_redundant_in_random_clusters_is_proven_so() {
    let (found, gone) = (Cell::new(0), Cell::new(0));
    let draw = |list: &[u16], words: &[u16]| draw(list, words, true);
    on_clusters(clusters(300, 1_500), draw, |drawn| {
        let cluster = drawn.cluster();
        let report = lint_read(&Loaded::default(), &cluster, &Settings::default(), true);
        let (policies, count) = without_redundant(&cluster, &report);
        found.set(found.get() + usize::from(count > 0));
        gone.set(gone.get() + cluster.policies.len() - policies.len());
        if count == 0 {
            return Ok(());
        }
        let outcome = compare(&cluster, cluster.with_policies(policies.clone()));
        if outcome.name() == "holds" {
            return Ok(());
        }
        let called = report.findings.iter();
        let called = called.filter(|it| matches!(it.rule.code, "NP070" | "NP071"));
        let called: Vec<_> = called.map(said_of).collect();
        let said = format!(
            "without what lint (src/lint/rules/redundant_*.rs) calls redundant, other flows are let \
             through (fewer.yaml): that both are equal comes out as `{}`\n{}",
            outcome.name(),
            called.join("\n")
        );
        let failure = Failure::new(said).shown_by("lint --strict");
        let failure = failure.shown_by("prove --equal-to fewer.yaml --new-namespaces");
        Err(failure.with_file("fewer.yaml", manifests::policies_file(&policies)))
    });
    let (found, gone) = (found.get(), gone.get());
    assert!(
        found > 20 && gone > 20,
        "too little is redundant in random clusters to tell: something in {found} clusters, and \
         {gone} policies"
    );
}

/// `NP071 a/policy-0 spec.ingress[0]: …`
fn said_of(found: &Found) -> String {
    let fact = &found.fact;
    format!(
        "  {} {} {}: {}",
        found.rule.code, fact.object, fact.path, fact.message
    )
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
    let found = Cell::new(0);
    let draw = |list: &[u16], words: &[u16]| draw(list, words, false);
    on_clusters(200, draw, |drawn| {
        let mut among = drawn.objects.clone();
        let namespaces = drawn.objects.policies.iter();
        let namespaces: BTreeSet<_> = namespaces.filter_map(|it| it.namespace.clone()).collect();
        let text: String = namespaces.iter().map(|it| fillers(it)).collect();
        let mut read = read_text("fillers.yaml", &text, &Options::default());
        let more = std::mem::take(&mut read.objects);
        among.policies.extend(more.policies);
        place_peers(&mut among.policies);
        let few = redundant(&read, &drawn.cluster());
        found.set(found.get() + few.len());
        let many = redundant(&read, &Cluster::new(among));
        if many == few {
            return Ok(());
        }
        let lines = |all: &[(String, String)]| {
            let all = all
                .iter()
                .map(|(what, policy)| format!("\n  {policy}: {what}"));
            all.collect::<String>()
        };
        let said = format!(
            "lint (src/lint/rules/redundant_*.rs) calls these redundant:{}\nand beside policies of \
             others (fillers.yaml) these:{}",
            lines(&few),
            lines(&many)
        );
        let failure = Failure::new(said).shown_by("lint --strict");
        let failure = failure.shown_by("lint --strict -f fillers.yaml");
        Err(failure.with_file("fillers.yaml", text))
    });
    let found = found.get();
    assert!(
        found > 20,
        "only {found} things are redundant in random clusters"
    );
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
