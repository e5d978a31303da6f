//! Lint: every rule on manifests that break it and on ones that do not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its own files has failed"
)]

mod aside;
mod catalog;
mod confirm;
mod dns;
mod fixtures;
mod formats;
mod others;
mod ours;
mod pages;
mod paths;
mod plausible;
mod profiles;
#[path = "../published/mod.rs"]
mod published;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../random/mod.rs"]
mod random;
mod reading;
mod recorded;
mod redundant;
mod rules;
mod suppressions;
#[path = "../proof/xml.rs"]
mod xml;

use netpolc::input::{self, Input, Loaded};
use netpolc::lint::{self, Levels, Report, Subject};
use netpolc::model::Cluster;
use netpolc::settings::{Cni, Settings};
use netpolc::source::SourceMap;
use std::path::{Path, PathBuf};

/// The root of the package.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads files as the command does.
fn load(paths: &[PathBuf]) -> Loaded {
    let inputs: Vec<Input> = paths.iter().cloned().map(Input::Path).collect();
    let options = input::Options {
        keeps_written: true,
        ..input::Options::default()
    };
    input::load(&inputs, &options).unwrap()
}

/// Lints files as the command does.
fn lint(paths: &[PathBuf], settings: &Settings, strict: bool) -> (Report, SourceMap) {
    let mut read = load(paths);
    let cluster = Cluster::new(std::mem::take(&mut read.objects));
    (lint_read(&read, &cluster, settings, strict), read.sources)
}

/// Reads a text as the command does, and lints it.
fn lint_text(text: &str) -> (Report, Loaded) {
    lint_text_with(text, &Settings::default())
}

/// The same with settings.
fn lint_text_with(text: &str, settings: &Settings) -> (Report, Loaded) {
    let options = input::Options {
        keeps_written: true,
        ..input::Options::default()
    };
    let mut read = input::read_text("a.yaml", text, &options);
    let cluster = Cluster::new(std::mem::take(&mut read.objects));
    (lint_read(&read, &cluster, settings, false), read)
}

/// Lints what was read, joined in `cluster`.
fn lint_read(read: &Loaded, cluster: &Cluster, settings: &Settings, strict: bool) -> Report {
    let mut cluster = cluster.clone();
    if let Some(Cni::Of(plugin)) = settings.cni {
        cluster.practice = plugin.practice();
    }
    let subject = Subject {
        cluster: &cluster,
        sources: &read.sources,
        manifests: &read.manifests,
        read: &read.findings,
    };
    let levels = Levels::new(strict, &settings.levels).unwrap();
    lint::run(subject, settings, &levels)
}
