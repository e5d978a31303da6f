//! `lint`: what is wrong with policies.

mod args;
mod baseline;
mod fix;
mod levels;
mod outputs;

pub(super) use args::LintArgs;
pub(super) use levels::levels_of_settings;

use super::exit::{Exit, Failure};
use super::files::Inputs;
use super::load::{inputs, plugins, read_for_findings};
use super::options::{Options, no_cluster};
use super::output;
use super::repository::Repository;
use super::settings;
use crate::diag::Severity;
use crate::endpoint::Problem;
use crate::input::{Input, STDIN};
use crate::lint::fixes::Fixes;
use crate::lint::{self, Extent, Levels, Need, Report, Subject, Templates};
use crate::model::{Cluster, Say};
use crate::render::lint::{Order, View, catalog, closing};
use crate::settings::{FailOn, Settings, Told};
use crate::source::SourceMap;
use baseline::BaselineFile;
use levels::unknown_rule;
use std::path::Path;

/// Pods and policies of a cluster that is looked at twice, at most: the second time takes as long.
const LOOKED_AT_TWICE: usize = 20_000;

/// Runs `lint`.
pub(super) fn run(args: &LintArgs) -> Result<Exit, Failure> {
    if args.list || args.explain.is_some() {
        return about_rules(args);
    }
    let mut input = args.input.clone();
    input.filenames.extend(args.paths.iter().cloned());
    if input.filenames.is_empty() && input.kustomize.is_empty() {
        let help = "name manifests: `netpolc lint FILE`, `netpolc lint DIR`, or `netpolc lint -` for standard input";
        return Err(no_cluster(&input, "lint", help).into());
    }
    if args.unsafe_fixes && !args.fix && !args.diff {
        let problem = Problem::new("`--unsafe-fixes` does nothing by itself");
        return Err(problem.help("add `--fix` or `--diff`").into());
    }
    let files = input.filenames.iter();
    let files = files.chain(&args.baseline).chain(&args.input.config);
    args.outputs.check(files)?;
    if args.sort.is_some() && !args.outputs.has_human() {
        let problem = Problem::new("`--sort` orders human output, and none is written");
        return Err(problem.help("drop `--sort`, or add `-o human`").into());
    }
    let mut options = settings::options(&input)?;
    if let Some(extent) = &args.inventory {
        options.told.settings.inventory = levels::inventory(extent)?;
    }
    if args.stdin_filename.is_some() && !options.inputs.contains(&Input::Stdin) {
        let problem = Problem::new("`--stdin-filename` is set, but standard input is not read");
        return Err(problem
            .help("add `-` to the paths, or drop the flag")
            .into());
    }
    if input.keep_going && !options.quiet {
        output::note("note: `--keep-going` changes nothing: `lint` always checks what it can read");
    }
    if (args.fix || args.diff) && !options.inputs.iter().all(Input::is_on_disk) {
        let problem = Problem::new(
            "`--fix` and `--diff` work on files, not on standard input or a kustomization",
        );
        return Err(problem
            .help("run it on the file that the manifests come from")
            .into());
    }
    let repository = Repository::find();
    let levels = levels::levels(args, &options)?;
    let run = Run {
        args,
        options: &options,
        levels: &levels,
        baseline: BaselineFile::of(args, options.limits)?,
    };
    let mut found = run.lint()?;
    if args.fix || args.diff {
        let edits = if args.unsafe_fixes {
            Fixes::with_unsafe(&found.report, &found.sources)
        } else {
            Fixes::of(&found.report, &found.sources)
        };
        if fix::carry_out(args, &edits, &options)? {
            found = run.lint()?;
        }
    }
    if args.update_baseline {
        run.baseline.write(&mut found.report, &options)?;
    }
    run.tell(&found, &repository)
}

/// Shows the catalog, or a page of it.
fn about_rules(args: &LintArgs) -> Result<Exit, Failure> {
    let Some(name) = &args.explain else {
        output::answer(&catalog::list())?;
        return Ok(Exit::Yes);
    };
    let Some(rule) = lint::find(name) else {
        return Err(unknown_rule(name).into());
    };
    output::answer(&catalog::page(rule))?;
    Ok(Exit::Yes)
}

/// What is to be done.
struct Run<'r> {
    args: &'r LintArgs,
    options: &'r Options,
    levels: &'r Levels,
    baseline: BaselineFile,
}

/// What was found.
struct Linted {
    report: Report,
    sources: SourceMap,
    templates: Templates,
    /// Entries of the baseline that were not found any more.
    gone: usize,
    /// How many policies of the input are not in the cluster.
    unread: usize,
    /// What there would be to find if the input was all there is.
    if_complete: Option<String>,
    /// Which patches were not read.
    patches: Option<String>,
    /// What it was read from.
    inputs: Inputs,
}

impl Run<'_> {
    fn stdin_name(&self) -> &str {
        self.args.stdin_filename.as_deref().unwrap_or(STDIN)
    }

    /// Reads everything and checks it.
    fn lint(&self) -> Result<Linted, Failure> {
        let read = read_for_findings(self.options, self.stdin_name())?;
        let left_out = read.objects.left_out.iter();
        let unread = left_out
            .filter(|it| it.may_decide(Say::Connections))
            .count();
        let patches = read.patches_note();
        let inputs = inputs(&read, self.options);
        let plugins = plugins(self.options, &read.objects)?;
        let mut cluster = Cluster::new(read.objects);
        let settings = &self.options.told.settings;
        cluster.zone.clone_from(&settings.cluster_domain);
        if let Some(plugin) = plugins.first() {
            cluster.practice = plugin.practice();
        }
        let subject = Subject {
            cluster: &cluster,
            sources: &read.sources,
            manifests: &read.manifests,
            read: &read.findings,
        };
        let mut report = lint::run(subject, settings, self.levels);
        let gone = self.baseline.dismiss(&mut report);
        let if_complete = self.if_complete(subject, &report);
        let is_file = |path: &str| Path::new(path).is_file();
        let templates = Templates::new(&read.manifests, &read.sources, self.stdin_name(), &is_file);
        Ok(Linted {
            report,
            sources: read.sources,
            templates,
            gone,
            unread,
            if_complete,
            patches,
            inputs,
        })
    }

    /// What `--inventory complete` would add, where nobody says how much of the cluster is in the input, there
    /// are workloads in it, and somebody reads what is said at the end. It is found out by looking once more.
    fn if_complete(&self, subject: Subject<'_>, report: &Report) -> Option<String> {
        let cluster = subject.cluster;
        let size = cluster.pods.len() + cluster.policies.len();
        let none = report.inventory.of(Need::Workloads) == Extent::None;
        if self.options.quiet || report.inventory.told || none || size > LOOKED_AT_TWICE {
            return None;
        }
        let settings = Settings {
            inventory: Told::Complete,
            ..self.options.told.settings.clone()
        };
        let mut complete = lint::run(subject, &settings, self.levels);
        self.baseline.dismiss(&mut complete);
        closing::if_complete(report, &complete)
    }

    /// Says what was found, in every format that was asked for.
    fn tell(&self, found: &Linted, repository: &Repository) -> Result<Exit, Failure> {
        let mut inputs = found.inputs.clone();
        let named = self.args.baseline.iter().chain(&self.options.told.path);
        named.for_each(|path| inputs.add(path));
        let fail_on = self.fail_on();
        let fails = |severity| fails(fail_on, severity);
        let view = View::new(&found.report, &found.sources)
            .with_templates(found.templates.clone())
            .with_base(repository.base())
            .in_order(self.args.sort.unwrap_or(Order::Severity));
        self.args
            .outputs
            .write(&view, self.options, &fails, self.args.diff, inputs)?;
        if !self.options.quiet {
            self.close(found);
        }
        let worst = found.report.counted().map(|it| it.severity).max();
        Ok(if worst.is_some_and(fails) {
            Exit::No
        } else {
            Exit::Yes
        })
    }

    fn fail_on(&self) -> FailOn {
        let told = self.args.fail_on.or(self.options.told.settings.fail_on);
        told.unwrap_or(FailOn::Error)
    }

    /// What there is to say of the run, on the standard error.
    fn close(&self, found: &Linted) {
        output::note(&closing::counts(&found.report));
        let safe = Fixes::of(&found.report, &found.sources);
        let all = Fixes::with_unsafe(&found.report, &found.sources);
        let written = self.options.inputs.iter().all(Input::is_on_disk);
        if let Some(note) = closing::fixable(&safe, &all).filter(|_| written && !self.args.diff) {
            output::note(&note);
        }
        if let Some(note) = closing::left_out(found.unread) {
            output::note(&note);
        }
        if let Some(note) = &found.if_complete {
            output::note(note);
        }
        if let Some(note) = &found.patches {
            output::note(note);
        }
        for line in closing::about_input(&found.report) {
            output::note(&line);
        }
        if found.gone > 0 {
            let gone = crate::render::count(found.gone, "finding", "findings");
            output::note(&format!(
                "the baseline lists {gone} too many; `--update-baseline` removes what no longer occurs"
            ));
        }
    }
}

/// Whether a finding makes a run fail.
fn fails(fail_on: FailOn, severity: Severity) -> bool {
    match fail_on {
        FailOn::Error => severity >= Severity::Error,
        FailOn::Warning => severity >= Severity::Warning,
        FailOn::Note => true,
        FailOn::Never => false,
    }
}
