//! `lint`: what is wrong with policies.

use super::exit::{Exit, Failure};
use super::input_args::InputArgs;
use super::options::Options;
use super::output;
use crate::diag::Severity;
use crate::endpoint::Problem;
use crate::input;
use crate::lint::{self, Levels, Subject};
use crate::model::Cluster;
use crate::render;
use crate::settings::Settings;
use clap::Args;
use std::path::PathBuf;

/// Find what is wrong with policies
#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Manifests: files, directories and all below them, or `-` for the standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    input: InputArgs,

    /// Check all rules, also those that many people do not want
    #[arg(long)]
    strict: bool,
}

/// Runs `lint`.
pub(super) fn run(args: &LintArgs) -> Result<Exit, Failure> {
    let mut input = args.input.clone();
    input.filenames.extend(args.paths.iter().cloned());
    let options = Options::resolve(&input)?;
    let settings = Settings::default();
    let reading = input::Options {
        default_namespace: options.namespace.clone(),
        keeps_written: true,
        ..input::Options::default()
    };
    let read =
        input::load(&options.inputs, &reading).map_err(|error| Problem::new(error.to_string()))?;
    if read.documents == 0 {
        return Err(Problem::new("no input: no Kubernetes object was read").into());
    }
    let levels = Levels::new(args.strict, &settings.levels)
        .map_err(|_| Problem::new("there is no such rule"))?;
    let cluster = Cluster::new(read.objects);
    let subject = Subject {
        cluster: &cluster,
        sources: &read.sources,
        manifests: &read.manifests,
        read: &read.findings,
        every_policy: read.unread.is_empty() && read.left_out.is_empty(),
    };
    let report = lint::run(subject, &settings, &levels);
    output::answer(&render::lint::human(
        &render::lint::View::new(&report, &read.sources),
        options.answer,
    ))?;
    Ok(if report.count(Severity::Error) > 0 {
        Exit::No
    } else {
        Exit::Yes
    })
}
