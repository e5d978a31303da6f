//! What `can` says would open a `no`: on random clusters, as their manifests have them, each change that is
//! told is made in the text, read again, and judged by `trace`; nothing less does, and what else it opens
//! is what the point evaluator finds, pair by pair.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code outside a test function"
)]

mod asked;
mod by_hand;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../random/mod.rs"]
mod random;

use asked::{Asked, Who, questions};
use by_hand::is_least;
use netpolc::diag::Severity;
use netpolc::hops::Around;
use netpolc::input::{Options, read_text};
use netpolc::lint::fixes::edited;
use netpolc::model::Cluster;
use netpolc::query::ask;
use netpolc::query::repair::{Repair, also_closed, also_opened, closing, opening};
use netpolc::repair::{Add, Change, Gain, edit};
use netpolc::settings::Settings;
use netpolc::trace::{Flow, Verdict};
use random::failing::{Drawn, Failure, clusters, on_clusters};
use random::{Mix, manifests};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: false,
    plugins: false,
    names: true,
};

fn draw(list: &[u16], words: &[u16]) -> Drawn {
    Drawn::of(MIX, list, words)
}

fn read(text: &str) -> Cluster {
    let read = read_text("cluster.yaml", text, &Options::default());
    let mut findings = read.findings.iter();
    if let Some(wrong) = findings.find(|it| it.severity == Severity::Error) {
        panic!("{}:\n{text}", wrong.message);
    }
    Cluster::new(read.objects)
}

/// The manifests with all changes, read again.
fn written(text: &str, cluster: &Cluster, changes: &[Change]) -> Option<String> {
    let options = Options {
        keeps_written: true,
        ..Options::default()
    };
    let read = read_text("cluster.yaml", text, &options);
    let mut edits = Vec::new();
    let mut more = String::new();
    for change in changes {
        if let Add::Policy { .. } = change.add {
            more.extend(["---\n", &change.yaml(cluster)]);
            continue;
        }
        let policy = cluster.policies.at(change.policy);
        let mut objects = read.manifests.objects().iter();
        let object = objects.find(|it| {
            *it.kind == *"NetworkPolicy"
                && it.namespace == policy.namespace
                && it.name == policy.name
        })?;
        let text = read.sources.get(object.root.span.file).text();
        edits.push(edit(change, cluster, &object.root, text)?);
    }
    Some(edited(&read.sources, text, &edits)? + &more)
}

pub(crate) fn failure(
    cluster: &Cluster,
    asked: &Asked<'_>,
    opening: &[Change],
    what: &str,
) -> Failure {
    let name = |who: Who<'_>| who.asked(cluster).unwrap_or_default();
    let (from, to) = (name(asked.ends.0), name(asked.ends.1));
    let Flow { protocol, port, .. } = asked.flow;
    let told = opening.iter();
    let told = told.map(|it| format!("{}:\n{}", it.what(cluster), it.yaml(cluster)));
    let told: String = told.collect();
    Failure::new(format!("{what}\n{told}")).shown_by(format!(
        "can {} {to}:{port}/{protocol}",
        from.trim_matches(['[', ']'])
    ))
}

fn names(gains: Option<Vec<Gain>>) -> BTreeSet<(Option<String>, Option<String>)> {
    let gains = gains.expect("a small cluster");
    let number = gains.len();
    let names: BTreeSet<_> = gains.into_iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(names.len(), number, "each pair is told once");
    names
}

#[test]
fn what_is_told_opens_it_and_nothing_less_does() {
    let found = AtomicUsize::new(0);
    on_clusters(clusters(250, 250), draw, |drawn| {
        let text = manifests::file(&drawn.objects);
        let cluster = read(&text);
        let settings = Settings::default();
        let around = Around {
            cluster: &cluster,
            settings: &settings,
            namespace: "a",
        };
        for asked in questions(&cluster) {
            let Ok(answer) = ask(around, &asked.question) else {
                continue;
            };
            let told = opening(around, &asked.question, &answer).expect("the engines agree");
            let Some(Repair::Opens(opening)) = told else {
                continue;
            };
            let changes = &opening.changes;
            let wrong = |what: &str| Err(failure(&cluster, &asked, changes, what));
            if answer.verdict != Verdict::Deny {
                return wrong("it is open");
            }
            let Some(new_text) = written(&text, &cluster, changes) else {
                return wrong("it cannot be written");
            };
            let after = read(&new_text);
            if asked.verdict(&after) != Verdict::Allow {
                return wrong("as written it does not open");
            }
            is_least(&cluster, &asked, &opening)?;
            let expected = asked.gained(&cluster, &after);
            if expected != asked.gained(&cluster, &opening.after) {
                return wrong("as written it opens something else");
            }
            let all = also_opened(
                around,
                &asked.question,
                &answer,
                (changes.as_slice(), &opening.after),
            );
            let all = names(all);
            if all != expected {
                return wrong(&format!("said to open {all:?}, and opens {expected:?}"));
            }
            found.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    assert!(found.load(Ordering::Relaxed) > 20, "few were found");
}

#[test]
fn what_is_told_closes_it_and_nothing_less_does() {
    let found = AtomicUsize::new(0);
    on_clusters(clusters(250, 250), draw, |drawn| {
        let text = manifests::file(&drawn.objects);
        let cluster = read(&text);
        let settings = Settings::default();
        let around = Around {
            cluster: &cluster,
            settings: &settings,
            namespace: "a",
        };
        for asked in questions(&cluster) {
            let Ok(answer) = ask(around, &asked.question) else {
                continue;
            };
            let told = closing(around, &asked.question, &answer).expect("the engines agree");
            let Some(closing) = told else { continue };
            let said: Vec<String> = closing
                .removals
                .iter()
                .map(|it| it.what(&cluster))
                .collect();
            let wrong = |what: &str| {
                let what = format!("{what}: {}", said.join(", "));
                Err(failure(&cluster, &asked, &[], &what))
            };
            if asked.verdict(&closing.after) != Verdict::Deny {
                return wrong("it does not close");
            }
            for without in &closing.removals {
                let rest = closing.removals.iter().filter(|it| *it != without);
                let some = rest.fold(cluster.clone(), |some, it| it.apply(&some));
                if asked.verdict(&some) == Verdict::Deny {
                    return wrong("one is not needed");
                }
            }
            let all = names(also_closed(around, &asked.question, &answer, &closing));
            let expected = asked.gained(&closing.after, &cluster);
            if all != expected {
                return wrong(&format!("said to close {all:?}, and closes {expected:?}"));
            }
            found.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    assert!(found.load(Ordering::Relaxed) > 5, "few were found");
}
