//! What lint costs after reading: all rules together, and the rules that cost the most.
//!
//! `cargo bench --bench lint [-- PRESET]` prints two tables; `production` where no preset is named.

#![expect(clippy::print_stdout, reason = "prints its table")]

mod generator;
#[path = "generator/manifest.rs"]
mod manifest;

use generator::{PRESETS, objects, preset};
use netpolc::diag::Severity;
use netpolc::input::{self, Loaded};
use netpolc::lint::{self, ALL, Check, Levels, Report, Subject};
use netpolc::model::Cluster;
use netpolc::settings::{RuleLevel, Settings, Told};
use std::error::Error;
use std::time::{Duration, Instant};

/// The seed of every cluster that is measured.
const SEED: u64 = 1;

/// Runs of each figure.
const RUNS: usize = 7;

/// Rules that are listed by themselves.
const LISTED: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let asked = std::env::args().skip(1).find(|name| name != "--bench");
    let name = asked.unwrap_or_else(|| "production".to_owned());
    let names = PRESETS.map(|preset| preset.name).join(", ");
    let preset =
        preset(&name).ok_or_else(|| format!("no preset `{name}`: write one of {names}"))?;
    let objects = objects(&preset.shape, SEED);
    let mut text = Vec::new();
    for (_, manifests) in manifest::files(&objects) {
        manifest::write(manifests, true, &mut text)?;
    }
    let text = String::from_utf8(text)?;
    let read = |keeps_written| {
        let options = input::Options {
            keeps_written,
            ..input::Options::default()
        };
        let start = Instant::now();
        (
            input::read_text("all.yaml", &text, &options),
            start.elapsed(),
        )
    };
    let (_, plain) = read(false);
    let (loaded, kept) = read(true);
    let start = Instant::now();
    let cluster = Cluster::new(loaded.objects.clone());
    let joined = start.elapsed();
    println!(
        "| {name}, {} policies, {} pods | |",
        cluster.policies.len(),
        cluster.pods.len()
    );
    println!("|---|--:|");
    println!(
        "| read {:.1} MB of YAML | {} |",
        megabytes(text.len()),
        milliseconds(plain)
    );
    println!(
        "| read it, and keep it as it is written | {} |",
        milliseconds(kept)
    );
    println!("| join | {} |", milliseconds(joined));
    for (what, strict) in [("lint", false), ("lint --strict", true)] {
        let levels = Levels::new(strict, []).map_err(|_| "unknown rule")?;
        let (report, time) = median(&cluster, &loaded, &levels);
        let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note]
            .map(|severity| report.count(severity));
        println!(
            "| {what}: {errors} errors, {warnings} warnings, {notes} notes | {} |",
            milliseconds(time)
        );
    }
    each(&cluster, &loaded)
}

/// Prints what the dearest rules cost, each with what it needs and nothing else.
fn each(cluster: &Cluster, loaded: &Loaded) -> Result<(), Box<dyn Error>> {
    let level = |rule: &str, level| RuleLevel {
        rule: rule.into(),
        level,
        origin: netpolc::model::Origin::default(),
    };
    let mut times = Vec::new();
    for rule in ALL {
        let told = [level("all", None), level(rule.code, Some(Severity::Note))];
        let levels = Levels::new(false, &told).map_err(|_| "unknown rule")?;
        if !matches!(rule.check, Check::Reading(_)) {
            times.push((median(cluster, loaded, &levels).1, rule));
        }
    }
    times.sort_by_key(|(time, rule)| (std::cmp::Reverse(*time), rule.code));
    println!("\n| rule, alone | |\n|---|--:|");
    for (time, rule) in times.iter().take(LISTED) {
        println!("| {} {} | {} |", rule.code, rule.name, milliseconds(*time));
    }
    Ok(())
}

/// A run of the rules, and the median of its times.
fn median(cluster: &Cluster, loaded: &Loaded, levels: &Levels) -> (Report, Duration) {
    let settings = Settings {
        inventory: Told::Complete,
        ..Settings::default()
    };
    let subject = Subject {
        cluster,
        sources: &loaded.sources,
        manifests: &loaded.manifests,
        read: &loaded.findings,
    };
    let mut times = Vec::new();
    let mut report = lint::run(subject, &settings, levels);
    for _ in 0..RUNS {
        let start = Instant::now();
        report = lint::run(subject, &settings, levels);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    (report, times.get(RUNS / 2).copied().unwrap_or_default())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
