//! Lint: every rule on manifests that break it and on ones that do not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its own files has failed"
)]

mod catalog;
mod fixtures;
mod reading;

use netpolc::input::{self, Input};
use netpolc::lint::{self, Levels, Report, Subject};
use netpolc::model::Cluster;
use netpolc::settings::Settings;
use netpolc::source::SourceMap;
use std::path::{Path, PathBuf};

/// The root of the package.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Lints files as the command does.
fn lint(paths: &[PathBuf], settings: &Settings, strict: bool) -> (Report, SourceMap) {
    let inputs: Vec<Input> = paths.iter().cloned().map(Input::Path).collect();
    let options = input::Options {
        keeps_written: true,
        ..input::Options::default()
    };
    let read = input::load(&inputs, &options).unwrap();
    let every_policy = read.unread.is_empty() && read.left_out.is_empty();
    let cluster = Cluster::new(read.objects);
    let subject = Subject {
        cluster: &cluster,
        sources: &read.sources,
        manifests: &read.manifests,
        read: &read.findings,
        every_policy,
    };
    let levels = Levels::new(strict, &settings.levels).unwrap();
    (lint::run(subject, settings, &levels), read.sources)
}
