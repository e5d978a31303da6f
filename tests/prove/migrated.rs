//! Policies of v1alpha1, written, read, migrated, written and read again: all judges say of both what
//! they said.

use super::compared::{compare, unlike};
use super::random::failing::{Checked, Drawn, Failure, clusters, on_clusters};
use super::random::{self, Choices, Mix, older};
use super::{draw, outside};
use netpolc::compile::Matrix;
use netpolc::diag::Severity;
use netpolc::input::{self, Options};
use netpolc::migrate::{Draft, Remarks, to_cluster};
use netpolc::model::{Cluster, Habit, Policy, PolicyKind, Tier};
use netpolc::net::Protocol;
use netpolc::query::filter::Filter;
use netpolc::query::listing::Listing;
use netpolc::trace::{Endpoint, Flow, trace};
use std::collections::BTreeSet;

/// The policies that a text says.
fn read(text: &str) -> Result<Vec<Policy>, Failure> {
    let loaded = input::read_text("policies.yaml", text, &Options::default());
    let mut wrong = loaded.findings.iter();
    match wrong.find(|it| it.severity == Severity::Error) {
        Some(finding) => Err(Failure::new(format!(
            "refused: {}\n{text}",
            finding.message
        ))),
        None => Ok(loaded.objects.policies),
    }
}

/// The whole matrix, in its normal form.
fn matrix(cluster: &Cluster) -> String {
    let listing = Listing::new(cluster, &mut Matrix::new(cluster), &Filter::default());
    let mut out = Vec::new();
    netpolc::render::json::write_matrix(&listing, &mut out).expect("memory is writable");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// Whether `trace` says the same of some flows.
fn traces_agree(old: &Cluster, new: &Cluster, number: usize) -> Checked {
    let own = old.pods.rows().iter().map(Endpoint::Pod);
    let others = outside(old).into_iter().skip(number % 5).step_by(5);
    let ends: Vec<Endpoint<'_>> = own.chain(others).collect();
    for &source in &ends {
        for &destination in &ends {
            if matches!(
                (source, destination),
                (Endpoint::Address(_), Endpoint::Address(_))
            ) {
                continue;
            }
            for port in [1, 80, 81, 443, 65535] {
                for protocol in Protocol::ALL {
                    let flow = Flow {
                        source,
                        destination,
                        protocol,
                        port,
                    };
                    let [a, b] = [old, new].map(|it| trace(it, &flow).verdict);
                    if a != b {
                        return Err(random::told::flow(
                            old,
                            &flow,
                            "what was migrated (src/migrate)",
                            &format!("{b:?}"),
                        ));
                    }
                }
            }
        }
    }
    Ok(())
}

/// Whether policies of one priority are among them.
fn has_ties(policies: &[Policy]) -> bool {
    let admin = policies.iter().filter(|it| it.tier == Tier::Admin);
    let mut seen = BTreeSet::new();
    admin.into_iter().any(|it| !seen.insert(it.priority))
}

fn older_and_newer(drawn: &Drawn) -> Result<Option<[Cluster; 2]>, Failure> {
    let choices = &mut Choices::new(&drawn.words);
    let mut cluster = drawn.cluster();
    // To a plugin that enforces one API and not the other, they do not mean the same.
    for habit in [Habit::AdminPolicies, Habit::ClusterPolicies] {
        cluster.practice = cluster.practice.without(habit);
    }
    let older = older::older(&drawn.objects.policies, choices);
    let text = older::file(&older);
    let read_older = read(&text)?;
    let namespaced = drawn.objects.policies.iter();
    let namespaced = namespaced.filter(|it| it.tier == Tier::NetworkPolicy);
    let namespaced: Vec<Policy> = namespaced.cloned().collect();
    let with = |policies: &[Policy]| {
        let all = namespaced.iter().chain(policies).cloned();
        cluster.with_policies(all.collect())
    };
    let [drawn_older, old] = [with(&older), with(&read_older)];
    if matrix(&drawn_older) != matrix(&old) {
        return Err(Failure::new(format!("read as something else:\n{text}")));
    }
    let drafts = match to_cluster(read_older.iter(), &|_| Remarks::default()) {
        Ok(drafts) => drafts,
        Err(refused) if has_ties(&read_older) => {
            let messages: Vec<&str> = refused.iter().map(|it| it.message.as_str()).collect();
            let told = messages.iter().all(|it| it.contains("the same priority"));
            return told
                .then_some(None)
                .ok_or_else(|| Failure::new(messages.join("; ")));
        }
        Err(refused) => return Err(Failure::new(format!("refused: {refused:?}\n{text}"))),
    };
    let texts: Vec<String> = drafts.iter().map(Draft::manifest).collect();
    let newer = read(&texts.join("---\n"))?;
    let kinds = newer
        .iter()
        .all(|it| it.kind == PolicyKind::ClusterNetworkPolicy);
    if !kinds || newer.len() != drafts.len() {
        return Err(Failure::new(
            "what was written is not what was to be written",
        ));
    }
    Ok(Some([old, with(&newer)]))
}

#[test]
fn what_is_migrated_means_the_same() {
    on_clusters(clusters(300, 2_000), draw, |drawn| {
        let Some([old, new]) = older_and_newer(drawn)? else {
            return Ok(());
        };
        if matrix(&old) != matrix(&new) {
            return Err(Failure::new("the matrices (src/compile) differ"));
        }
        traces_agree(&old, &new, drawn.number)
    });
}

/// Policies of one priority may be followed in any order, which leaves proofs open.
fn draw_in_order(list: &[u16], words: &[u16]) -> Drawn {
    let mix = Mix {
        ties: false,
        ..super::MIX
    };
    Drawn::of(mix, list, words)
}

#[test]
fn what_is_migrated_is_proven_equal() {
    on_clusters(clusters(60, 2_000), draw_in_order, |drawn| {
        let Some([old, new]) = older_and_newer(drawn)? else {
            return Ok(());
        };
        let outcome = compare(&old, new, false)?;
        match outcome.name() {
            "holds" => Ok(()),
            _ => Err(unlike(&outcome, "`holds`")),
        }
    });
}
