//! `report`: the matrix and the findings as a page to look at.

use super::can::around;
use super::exit::{Exit, Failure};
use super::files::{Batch, Over, Stream};
use super::input_args::{ColorWhen, InputArgs};
use super::lint::levels_of_settings;
use super::load::{Loaded, read_for_findings};
use super::matrix;
use super::options::no_cluster;
use super::{output, settings};
use crate::beside;
use crate::compile::Matrix;
use crate::endpoint::Problem;
use crate::input::STDIN;
use crate::lint::{self, Subject, Templates};
use crate::model::Cluster;
use crate::query::filter::Filter;
use crate::query::overview::Overview;
use crate::query::unlisted::from_controllers;
use crate::render::html::{self, Page};
use crate::render::lint::View;
use clap::Args;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// Write a page to look at: who can reach whom, by which rules, and what is wrong
#[derive(Debug, Args)]
#[command(
    after_help = "\
Examples:
  netpolc report manifests/ --output-file report.html
  helm template . | netpolc report - > report.html

The page is one file without anything to fetch. The same input gives the same bytes.",
    mut_arg("keep_going", |arg| arg.hide(true))
)]
pub(super) struct ReportArgs {
    /// Manifests: files, directories (read recursively), or `-` for standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write the page to a file
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,

    /// What the page is called (default: what is read)
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// When the input was read, to be shown on the page, such as `2026-12-01 08:00 UTC`; nothing is shown
    /// otherwise
    #[arg(long, value_name = "TEXT")]
    time: Option<String>,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

/// Writes the page.
pub(super) fn run(args: &ReportArgs) -> Result<Exit, Failure> {
    let mut input = args.input.clone();
    input.filenames.extend(args.paths.iter().cloned());
    if input.filenames.is_empty() && input.kustomize.is_empty() {
        let help = "name manifests: `netpolc report FILE`, `netpolc report DIR`, or `netpolc report -` for standard input";
        return Err(no_cluster(&input, "report", help).into());
    }
    if args.output_file.is_none() && std::io::stdout().is_terminal() {
        let problem = Problem::new("a page of HTML is of no use on a terminal");
        return Err(problem.help("add `--output-file report.html`").into());
    }
    let options = settings::options(&input)?;
    if input.keep_going && !options.quiet {
        output::note(
            "note: `--keep-going` changes nothing: `report` always shows what it can read",
        );
    }
    if input.color != ColorWhen::Auto && !options.quiet {
        output::note("note: `--color` changes nothing: a page has its own colours");
    }
    let levels = levels_of_settings(&options)?;
    let mut read = read_for_findings(&options, STDIN)?;
    let manifests = std::mem::take(&mut read.manifests);
    let told = std::mem::take(&mut read.findings);
    let loaded = Loaded::join(read, &options)?;
    let subject = Subject {
        cluster: &loaded.cluster,
        sources: &loaded.sources,
        manifests: &manifests,
        read: &told,
    };
    let (findings, mut overview) = beside::both(
        || lint::run(subject, &loaded.settings, &levels),
        || Overview::new(&loaded.cluster, &mut Matrix::new(&loaded.cluster)),
    );
    let is_file = |path: &str| Path::new(path).is_file();
    let templates = Templates::new(&manifests, &loaded.sources, STDIN, &is_file);
    let view = View::new(&findings, &loaded.sources).with_templates(templates);
    let around = around(&loaded, &options);
    overview.from_controllers = from_controllers(around, &Filter::default());
    let notes = notes(&loaded.cluster);
    let title = args.title.clone().unwrap_or_else(|| title(&input));
    let page = Page {
        title: &title,
        time: args.time.as_deref(),
        cluster: &loaded.cluster,
        overview: &overview,
        findings: &view,
        sources: &loaded.sources,
        notes: &notes,
    };
    write(args, &page, &loaded)?;
    let open = overview.is_open();
    if open && !options.quiet {
        output::note(
            "note: what was left out could change what the page shows; it lists what that is",
        );
    }
    Ok(if open { Exit::Undecided } else { Exit::Yes })
}

/// What was read, as it was typed.
fn title(input: &InputArgs) -> String {
    let names = input.filenames.iter().chain(&input.kustomize);
    let names: Vec<String> = names
        .map(|path| match path.to_str() {
            Some("-") => "standard input".to_owned(),
            _ => path.display().to_string(),
        })
        .collect();
    names.join(", ")
}

/// What the matrix cannot show, in sentences.
fn notes(cluster: &Cluster) -> Vec<String> {
    let notes = matrix::notes(cluster).into_iter();
    let lacking = matrix::nobody(cluster, &Filter::default()).map(ToOwned::to_owned);
    let notes = notes.chain(lacking);
    let plain = notes.map(|note| note.strip_prefix("note: ").unwrap_or(&note).to_owned());
    plain.collect()
}

fn write(args: &ReportArgs, page: &Page<'_>, loaded: &Loaded) -> Result<(), Failure> {
    let Some(path) = &args.output_file else {
        return output::data(|out| html::write(page, out));
    };
    let mut bytes = Vec::new();
    html::write(page, &mut bytes)
        .map_err(|error| Problem::new(format!("cannot write the page: {error}")))?;
    if let Some(stream) = Stream::of(path) {
        return stream.write(&bytes);
    }
    let mut batch = Batch::new(loaded.inputs.clone());
    batch.add(path.clone(), bytes, Over::Any);
    Ok(batch.write()?)
}
