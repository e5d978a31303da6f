//! What proofs cost: clusters made in memory, one process for all figures.
//!
//! `cargo bench --bench prove [-- points|isolation|equality…]` prints a table.

#![expect(clippy::print_stdout, reason = "prints its table")]
#![expect(clippy::expect_used, reason = "rewriting is shared with tests")]

mod generator;
#[path = "../tests/random/rewrite.rs"]
mod rewrite;

use generator::{PRESETS, Shape, objects, preset};
use netpolc::intent::{PodSet, Scope};
use netpolc::model::{Cluster, Origin};
use netpolc::prove::Prover;
use netpolc::prove::claim::{Claim, Compare, Flows, Goal, Kind, Packets, Premises, Target, Term};
use netpolc::prove::decide::Engine as _;
use netpolc::prove::encode::{AsDocumented, Encoder, End, Side, Who};
use netpolc::prove::outcome::Proved;
use netpolc::prove::query::Question;
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::prove::vocabulary::Collector;
use netpolc::trace::Endpoint;
use std::borrow::Cow;
use std::error::Error;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

/// The seed of every cluster that is measured.
const SEED: u64 = 1;

/// A source of choices for rewriting.
pub(crate) struct Choices<'a>(u64, PhantomData<&'a ()>);

impl Choices<'_> {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "| proof | cluster | result | questions to Z3 | cases built alike | median | slowest |"
    );
    println!("|---|---|---|--:|--:|--:|--:|");
    let asked: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` adds `--bench`.
    let all = asked.iter().all(|name| name == "--bench");
    let wants = |name: &str| all || asked.iter().any(|asked| asked == name);
    if wants("points") {
        points()?;
    }
    if wants("isolation") {
        isolation()?;
    }
    if wants("equality") {
        equality()?;
    }
    Ok(())
}

fn shape_of(name: &str) -> Result<Shape, String> {
    preset(name).map(|preset| preset.shape).ok_or_else(|| {
        format!(
            "no preset `{name}` of {}",
            PRESETS.map(|preset| preset.name).join(", ")
        )
    })
}

/// One pair of pods and any packet, in a process that is under way.
fn points() -> Result<(), Box<dyn Error>> {
    let cluster = Cluster::new(objects(&shape_of("small")?, SEED));
    let mut collector = Collector::new();
    collector.policies(&cluster);
    let vocabulary = collector.finish(&cluster);
    let mut solver = Z3 { units: 0 }.start();
    let mut encoder = Encoder::new(&vocabulary, &AsDocumented, &[]);
    let mut times = Vec::new();
    let pods = cluster.pods.rows();
    for from in pods {
        for to in pods {
            let begin = Instant::now();
            let side = |end, pod| Side {
                end,
                who: Who::Listed(vec![Endpoint::Pod(pod)]),
            };
            let (source, destination) = (side(End::Source, from), side(End::Destination, to));
            let flow = encoder.flow(&cluster, &source, &destination);
            let domains = encoder.domains(&[flow.may]);
            let parts = [flow.may, domains].map(|part| (String::new(), part));
            let question = Question {
                name: "flow".to_owned(),
                parts: parts.into(),
            };
            solver.check(&encoder.formulas, &question);
            times.push(begin.elapsed());
        }
    }
    let asked = times.len().to_string();
    row(
        ["one pair of pods, any packet", "small", "", &asked, ""],
        times,
    );
    Ok(())
}

/// Whether anyone else reaches the pods of a namespace, for each namespace.
fn isolation() -> Result<(), Box<dyn Error>> {
    let shape = Shape {
        pods: 5_000,
        policies: 500,
        ..shape_of("peers-2000")?
    };
    let cluster = Cluster::new(objects(&shape, SEED));
    let mut outcomes: std::collections::BTreeMap<&str, (Vec<Duration>, usize, usize)> =
        std::collections::BTreeMap::new();
    for namespace in cluster.namespaces.rows() {
        let pods = || {
            Term::Pods(PodSet {
                namespace: Some(namespace.name.clone()),
                ..PodSet::default()
            })
        };
        let flows = Flows {
            from: vec![Term::Anyone],
            not_from: vec![pods()],
            to: vec![Target {
                who: pods(),
                ports: Packets::Any,
            }],
            ..Flows::default()
        };
        let kind = Kind::Flows(Goal::Refused, vec![flows]);
        let (proved, time) = prove(&cluster, kind)?;
        let entry = outcomes.entry(proved.outcome.name()).or_default();
        entry.0.push(time);
        entry.1 += proved.effort.queries;
        entry.2 += proved.effort.alike;
    }
    for (outcome, (times, queries, alike)) in outcomes {
        let result = format!("{outcome} ({} of {})", times.len(), shape.namespaces);
        let of = |number: usize| (number / times.len()).to_string();
        let (queries, alike) = (of(queries), of(alike));
        let what = "nobody else reaches the pods of a namespace";
        row(
            [what, "5,000 pods, 500 policies", &result, &queries, &alike],
            times,
        );
    }
    Ok(())
}

/// Two spellings of all policies of a large cluster mean the same for every pod that could be.
fn equality() -> Result<(), Box<dyn Error>> {
    for name in ["peers-2000", "production"] {
        let objects = objects(&shape_of(name)?, SEED);
        let rewritten = rewrite::rewrite(
            objects.clone(),
            &mut Choices(0x9E37_79B9_7F4A_7C15, PhantomData),
        );
        let cluster = Cluster::new(objects);
        let other = cluster.with_policies(rewritten.policies);
        let mut times = Vec::new();
        let mut last = None;
        for _ in 0..3 {
            let kind = Kind::Compare(Box::new(Compare {
                other: Cow::Borrowed(&other),
                names: ["one".to_owned(), "other".to_owned()],
                placed: true,
                more_allowed: false,
            }));
            let (proved, time) = prove(&cluster, kind)?;
            times.push(time);
            last = Some(proved);
        }
        if let Some(proved) = last {
            let (queries, alike) = (
                proved.effort.queries.to_string(),
                proved.effort.alike.to_string(),
            );
            let what = "two spellings of the policies are equal";
            row([what, name, proved.outcome.name(), &queries, &alike], times);
        }
    }
    Ok(())
}

fn prove(cluster: &Cluster, kind: Kind<'_>) -> Result<(Proved, Duration), Box<dyn Error>> {
    let claim = Claim {
        name: "claim".to_owned(),
        file_name: "claim".to_owned(),
        origin: Origin::default(),
        words: String::new(),
        scope: Scope::Any,
        granted: Vec::new(),
        kind,
    };
    let premises = Premises::default();
    let judge = Prover {
        cluster,
        premises: &premises,
        engine: &Z3 { units: 0 },
        meaning: &AsDocumented,
    };
    let begin = Instant::now();
    let proved = judge.prove(&claim, &mut Nobody).map_err(|bug| bug.0)?;
    Ok((proved, begin.elapsed()))
}

fn row(cells: [&str; 5], mut times: Vec<Duration>) {
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let slowest = times.last().copied().unwrap_or_default();
    println!(
        "| {} | {:.2} ms | {:.2} ms |",
        cells.join(" | "),
        median.as_secs_f64() * 1_000.0,
        slowest.as_secs_f64() * 1_000.0
    );
}
