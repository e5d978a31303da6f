//! The order of documents and files never counts: random clusters, with objects that are there twice,
//! that lack something and that are not read, split over files and shuffled, get the same answers.

mod read_back;

use crate::random::manifests::manifests;
use crate::random::{self, Choices, Mix};
use netpolc::compile::Matrix;
use netpolc::endpoint::grammar;
use netpolc::hops::Around;
use netpolc::input::{Input, Loaded, Options, load, read_text};
use netpolc::model::Cluster;
use netpolc::query::filter::Filter;
use netpolc::query::listing::Listing;
use netpolc::query::{self, Mode, Question};
use netpolc::render::{self, Look, text::Teller};
use netpolc::settings::Settings;
use proptest::prelude::*;

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The documents of a cluster, with some that are there again, broken, partial or not read.
fn documents(choices: &mut Choices<'_>) -> Vec<Value> {
    let mix = Mix {
        families: true,
        tiers: true,
        ..Mix::default()
    };
    let objects = random::objects(choices, mix);
    let mut all = manifests(&objects);
    for _ in 0..choices.below(4) {
        let mut again = all[choices.below(all.len())].clone();
        match choices.below(7) {
            0 => {}
            6 => again["metadata"]["uid"] = json!("0-1"),
            1 => again["status"] = Value::Null,
            2 => again["metadata"]["labels"] = json!({"app": "other"}),
            3 => again["spec"]["ingrss"] = json!([]),
            4 => again["spec"] = json!({"replicas": 3}),
            _ => again["spec"]["podSelector"] = json!({"matchLabels": {"app": "other"}}),
        }
        all.push(again);
    }
    let name = choices.below(3).to_string();
    match choices.below(6) {
        0 => all.push(json!({"apiVersion": "projectcalico.org/v3", "kind": "GlobalNetworkPolicy",
            "metadata": {"name": name}})),
        1 => all.push(json!({"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy",
            "metadata": {"name": name, "namespace": "a"}})),
        2 => all.push(json!({"apiVersion": "template.openshift.io/v1", "kind": "Template",
            "metadata": {"name": name}, "objects": [
                {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                    "metadata": {"name": "${NAME}", "namespace": "b"}, "spec": {"podSelector": {}}},
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "wrapped", "namespace": "b"},
                    "spec": {"containers": [{"name": "c", "image": "i"}]}}]})),
        _ => {}
    }
    if choices.below(2) == 1 && all.len() > 3 {
        let items = all.split_off(all.len() - 3);
        let items = json!({"apiVersion": "v1", "kind": "List", "items": items});
        all.push(json!({"apiVersion": "v1", "kind": "List", "items": [items]}));
    }
    all
}

/// Everything that is answered, and what is said of the input.
fn answers(loaded: Loaded) -> String {
    let mut out = String::new();
    for finding in &loaded.findings {
        let places = finding.labels.iter();
        let places: Vec<String> = places.map(|it| loaded.sources.line(it.span)).collect();
        let _ = writeln!(out, "{}: {} {places:?}", finding.rule, finding.message);
    }
    let _ = writeln!(
        out,
        "{:?} {:?}",
        loaded.patches_note(),
        loaded.unknown_kinds
    );
    let cluster = Cluster::new(loaded.objects);
    let listing = Listing::new(&cluster, &mut Matrix::new(&cluster), &Filter::default());
    let mut written = Vec::new();
    render::json::write_matrix(&listing, &mut written).expect("memory");
    render::txt::write(&listing, &mut written).expect("memory");
    out.push_str(&String::from_utf8(written).expect("text"));
    let teller = Teller {
        applied: None,
        before: None,
        cluster: &cluster,
        sources: &loaded.sources,
        look: Look {
            color: false,
            width: 100,
        },
    };
    let ends = [
        "ns/a",
        "ns/b",
        "c/[app=x]",
        "b/[app=x,tier=y]",
        "a/pod/pod-0",
        "internet",
        "10.0.0.4",
    ];
    let settings = Settings::default();
    for source in ends {
        for destination in ends {
            let question = Question {
                source: grammar::parse(source).expect("an endpoint"),
                destination: grammar::parse(destination).expect("an endpoint"),
                mode: Mode::All,
            };
            let around = Around {
                cluster: &cluster,
                settings: &settings,
                namespace: "default",
            };
            let told = match query::ask(around, &question) {
                Ok(answer) => teller.answer(&answer) + &teller.explanation(&answer),
                Err(refusal) => format!("{refusal:?}"),
            };
            let _ = writeln!(out, "{source} {destination}: {told}");
        }
    }
    out
}

/// The places of `choices` shuffled.
fn shuffled(mut list: Vec<usize>, choices: &mut Choices<'_>) -> Vec<usize> {
    for last in (1..list.len()).rev() {
        let other = choices.below(last + 1);
        list.swap(last, other);
    }
    list
}

/// A text without the numbers of lines of the one file that places are in, and with the lines of
/// its paragraphs joined.
fn without_lines(text: &str) -> String {
    let mut pieces = text.split("all.yaml:");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str("all.yaml:");
        out.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A directory that is gone when the test ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn choices() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_files_changes_no_byte(drawn in choices(), order in choices()) {
        let scratch = Scratch(std::env::temp_dir().join(format!("netpolc-order-{}", std::process::id())));
        std::fs::create_dir_all(&scratch.0).expect("a directory");
        let all = documents(&mut Choices::new(&drawn));
        let mut order = Choices::new(&order);
        let mut files: Vec<String> = vec![String::new(); 4];
        for document in &all {
            let file = &mut files[order.below(4)];
            let _ = writeln!(file, "---\n{document}");
        }
        let paths: Vec<PathBuf> = (0..files.len()).map(|it| scratch.0.join(format!("{it}.yaml"))).collect();
        for (path, text) in paths.iter().zip(&files) {
            std::fs::write(path, text).expect("a file");
        }
        let read = |order: &[usize]| {
            let inputs = order.iter().map(|&it| Input::Path(paths[it].clone()));
            load(&inputs.collect::<Vec<_>>(), &Options::default()).expect("readable")
        };
        let first: Vec<usize> = (0..files.len()).collect();
        let other = shuffled(first.clone(), &mut order);
        prop_assert_eq!(answers(read(&first)), answers(read(&other)));
    }

    #[test]
    fn the_order_of_documents_changes_nothing_but_their_lines(drawn in choices(), order in choices()) {
        let all = documents(&mut Choices::new(&drawn));
        let text = |order: &[usize]| {
            let documents = order.iter().map(|&it| format!("---\n{}\n", all[it]));
            documents.collect::<String>()
        };
        let first: Vec<usize> = (0..all.len()).collect();
        let other = shuffled(first.clone(), &mut Choices::new(&order));
        let read = |order: &[usize]| read_text("all.yaml", &text(order), &Options::default());
        let (first, other) = (answers(read(&first)), answers(read(&other)));
        // Findings stand in the order of the text.
        let lines = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(without_lines).collect();
            lines.sort();
            lines
        };
        let said = |text: &str| text.find("Matrix").unwrap_or(text.len());
        let (a, b) = (said(&first), said(&other));
        prop_assert_eq!(lines(&first[..a]), lines(&other[..b]));
        prop_assert_eq!(without_lines(&first[a..]), without_lines(&other[b..]));
    }
}
