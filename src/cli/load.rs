//! Reads the input, and tells what is wrong with it.

use super::controllers::ControllerArgs;
use super::exit::Failure;
use super::files::Inputs;
use super::hidden;
use super::live::{Live, Loudness, Needs};
use super::options::{Beside, Options, Takes};
use super::output;
use crate::diag::{Finding, Severity};
use crate::endpoint::Problem;
use crate::input::{self, Input};
use crate::model::{Applied, Cluster, LeftOut, Objects, Why};
use crate::profile::{self, Plugin};
use crate::render::{count, diagnostic, visible};
use crate::settings::{Cni, Settings};
use crate::source::SourceMap;
use std::collections::{BTreeMap, BTreeSet};

/// Findings of one rule that are shown.
const SHOWN: usize = 20;

/// What was read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) sources: SourceMap,
    pub(super) cluster: Cluster,
    /// What was applied over the input, if anything was.
    pub(super) applied: Option<Applied>,
    /// The cluster without what was applied, if the verb compares.
    pub(super) before: Option<Cluster>,
    /// What it was read from.
    pub(super) inputs: Inputs,
    /// The network plugins that are asked about: one, unless the verb takes several.
    pub(super) plugins: Vec<Plugin>,
    /// What is told of the cluster beside its manifests.
    pub(super) settings: Settings,
}

/// What has no part in the answer, in one line for each reason.
pub(super) fn left_out_notes<'a>(all: impl Iterator<Item = &'a LeftOut>) -> Vec<String> {
    let mut by_reason: BTreeMap<&Why, Vec<String>> = BTreeMap::new();
    for it in all {
        by_reason.entry(&it.why).or_default().push(it.to_string());
    }
    let notes = by_reason.iter().map(|(why, names)| {
        let why = why.describe();
        format!("{why}: {}", listed(names))
    });
    notes.collect()
}

/// The first names, and how many more there are.
fn listed(names: &[String]) -> String {
    let shown = names.get(..SHOWN).unwrap_or(names).join(", ");
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{shown}{more}")
}

/// Reads all inputs into a cluster. Findings go to the standard error.
pub(super) fn load(options: &Options) -> Result<Loaded, Failure> {
    Loaded::join(read_all(options)?, options)
}

/// Reads all inputs, and what is applied over them. Findings go to the standard error.
pub(super) fn read_all(options: &Options) -> Result<input::Loaded, Failure> {
    let reading = reading(options);
    if let Some(live) = &options.live {
        return read_live(live, options, &reading);
    }
    let mut read = input::load(&options.inputs, &reading).map_err(Problem::from)?;
    if !options.with.is_empty() && read.documents > 0 {
        input::load_applied(&mut read, &options.with, &reading).map_err(Problem::from)?;
    }
    told(read, options)
}

/// Reads a cluster, and what is applied over it.
fn read_live(
    live: &Live,
    options: &Options,
    reading: &input::Options,
) -> Result<input::Loaded, Failure> {
    let loudness = Loudness {
        quiet: options.quiet,
        verbose: options.verbose,
    };
    let mut read = live.read(&options.plan(), loudness, reading)?;
    if options.needs == Needs::Everything {
        hidden::tell(&read.objects.left_out, options);
    }
    // The server took its objects: only what is new is held against anything.
    read.findings.clear();
    if options.with.is_empty() {
        tell_idle(options);
        return Ok(read);
    }
    input::load_applied(&mut read, &options.with, reading).map_err(Problem::from)?;
    told(read, options)
}

/// Tells of flags that have no say over objects that a server has taken.
fn tell_idle(options: &Options) {
    let all = [
        (options.kubernetes_version.is_some(), "--kubernetes-version"),
        (options.keep_going, "--keep-going"),
    ];
    for (given, flag) in all {
        if given && !options.quiet {
            output::note(&format!(
                "note: `{flag}` changes nothing: it is for manifests, and objects of a cluster are taken as they are"
            ));
        }
    }
}

/// Reads all inputs, and keeps their objects as they are written. Findings go to the standard error.
pub(super) fn read_written(options: &Options) -> Result<input::Loaded, Failure> {
    let reading = input::Options {
        keeps_written: true,
        ..reading(options)
    };
    let read = input::load(&options.inputs, &reading).map_err(Problem::from)?;
    told(read, options)
}

/// Reads all inputs, keeps their objects as they are written, and leaves the findings to the verb.
pub(super) fn read_for_findings(
    options: &Options,
    stdin_name: &str,
) -> Result<input::Loaded, Failure> {
    let reading = input::Options {
        keeps_written: true,
        takes_any_file: true,
        stdin_name: stdin_name.into(),
        ..reading(options)
    };
    let read = input::load(&options.inputs, &reading).map_err(Problem::from)?;
    if options.verbose {
        output::note(&summary(&read));
    }
    if read.documents == 0 {
        let problem = Problem::new("no input: no Kubernetes object was read");
        return Err(match read.patches_note() {
            Some(note) => problem.help(note).into(),
            None => problem.into(),
        });
    }
    Ok(read)
}

/// Reads inputs. Findings go to the standard error.
pub(super) fn read(inputs: &[Input], options: &Options) -> Result<input::Loaded, Failure> {
    let read = input::load(inputs, &reading(options)).map_err(Problem::from)?;
    told(read, options)
}

/// How manifests are read.
pub(super) fn reading(options: &Options) -> input::Options {
    input::Options {
        default_namespace: options.namespace.clone(),
        kubernetes_version: options.kubernetes_version(),
        exclude: options.told.exclude.clone(),
        limits: options.limits,
        ..input::Options::default()
    }
}

/// Tells what was found in what was read; what has errors is refused.
pub(super) fn told(read: input::Loaded, options: &Options) -> Result<input::Loaded, Failure> {
    tell(&read.sources, &read.findings, options);
    if let Some(note) = read.patches_note().filter(|_| !options.quiet) {
        output::note(&note);
    }
    refuse_errors(&read.sources, &read.findings, options)?;
    if options.verbose && options.live.is_none() {
        output::note(&summary(&read));
    }
    if read.documents == 0 {
        return Err(Problem::new("no input: no Kubernetes object was read").into());
    }
    refuse_nothing(&read)?;
    Ok(read)
}

/// Errors among the findings end the run, unless it is to go on.
fn refuse_errors(
    sources: &SourceMap,
    findings: &[Finding],
    options: &Options,
) -> Result<(), Failure> {
    let errors = findings.iter();
    let errors: Vec<_> = errors
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    if errors.is_empty() || options.keep_going {
        return Ok(());
    }
    let places = errors.iter().filter_map(|error| error.span());
    let files: BTreeSet<_> = places.map(|span| sources.get(span.file).name()).collect();
    Err(refused(errors.len(), files.len()))
}

impl Loaded {
    /// Adds pods of ingress controllers to those that the settings name, and says of which there
    /// are none.
    pub(super) fn add_controllers(&mut self, args: &ControllerArgs, options: &Options) {
        for named in &args.controllers {
            let namespace = self.cluster.namespace(&named.namespace);
            let mut pods = self.cluster.pods.rows().iter();
            let found =
                pods.any(|it| Some(it.namespace) == namespace && named.pods.matches(&it.labels));
            if !found && !options.quiet {
                let name = format!("{}/{}", named.namespace, named.pods);
                output::note(&format!("note: no pod in the input is `{name}`"));
            }
            self.settings.ingress_controllers.push(named.clone());
        }
    }

    /// Has a network plugin enforce the policies.
    pub(super) fn enforced_by(&mut self, plugin: &Plugin) {
        for cluster in self.clusters() {
            cluster.practice = plugin.practice();
        }
    }

    /// The cluster, and that without what was applied.
    fn clusters(&mut self) -> impl Iterator<Item = &mut Cluster> {
        std::iter::once(&mut self.cluster).chain(&mut self.before)
    }

    /// Joins what was read, and tells what was left out because of problems.
    pub(super) fn join(read: input::Loaded, options: &Options) -> Result<Self, Failure> {
        let plugins = plugins(options, &read.objects)?;
        let inputs = inputs(&read, options);
        let before = read.before.filter(|_| options.beside == Beside::Now);
        let mut loaded = Self {
            inputs,
            sources: read.sources,
            cluster: Cluster::new(read.objects),
            applied: read.applied,
            before: before.map(|it| Cluster::new(*it)),
            settings: options.told.settings.clone(),
            plugins,
        };
        for cluster in loaded.clusters() {
            cluster
                .zone
                .clone_from(&options.told.settings.cluster_domain);
        }
        if let Some(plugin) = loaded.plugins.first().copied() {
            loaded.enforced_by(&plugin);
        }
        let left_out = loaded.cluster.left_out.iter();
        // Of the others their own findings tell.
        let broken = left_out.filter(|it| matches!(it.why, Why::Mistake | Why::Twice));
        for note in left_out_notes(broken) {
            if !options.quiet {
                output::note(&note);
            }
        }
        Ok(loaded)
    }
}

/// What is wrong with what was to be applied, where no object is in it.
fn refuse_nothing(read: &input::Loaded) -> Result<(), Problem> {
    let without = read.applied.iter().flat_map(|it| &it.without_object);
    let without: Vec<String> = without.map(|it| format!("`{it}`")).collect();
    if without.is_empty() {
        return Ok(());
    }
    let message = format!("nothing to apply in {}", without.join(", "));
    Err(Problem::new(message)
        .help("name manifests of policies, pods or other objects behind `--with`"))
}

/// The network plugins of a cluster that are asked about.
pub(super) fn plugins(options: &Options, objects: &Objects) -> Result<Vec<Plugin>, Problem> {
    let mut plugins: Vec<Plugin> = Vec::new();
    for cni in options.plugins()? {
        match cni {
            Cni::Of(plugin) => plugins.push(plugin),
            Cni::Detect => {
                for plugin in detected(options, objects)? {
                    // It may be named beside.
                    if !plugins.contains(&plugin) {
                        plugins.push(plugin);
                    }
                }
            }
        }
    }
    Ok(plugins)
}

/// The plugins that the input shows. What does not settle it is told; a verb that answers for one
/// refuses several.
fn detected(options: &Options, objects: &Objects) -> Result<Vec<Plugin>, Problem> {
    let found = profile::detect(&objects.clues);
    if found.plugins.len() > 1 && options.takes == Takes::One {
        let names = found.plugins.iter();
        let names: Vec<String> = names.map(|it| format!("`--cni {it}`")).collect();
        return Err(Problem::new(found.to_string()).help(format!(
            "say which it is: {}; `netpolc can` answers for all of them",
            names.join(" or ")
        )));
    }
    if !options.quiet {
        output::note(&visible(&format!("note: {found}")));
    }
    Ok(found.plugins)
}

/// The files that were read.
pub(super) fn inputs(read: &input::Loaded, options: &Options) -> Inputs {
    let mut inputs = Inputs::default();
    read.paths.iter().for_each(|path| inputs.add(path));
    if options.inputs.contains(&Input::Stdin) || options.with.contains(&Input::Stdin) {
        inputs.add_stdin();
    }
    inputs
}

fn refused(problems: usize, files: usize) -> Failure {
    output::note(&format!(
        "error: {} in {}, so nothing was answered",
        count(problems, "problem", "problems"),
        count(files, "file", "files")
    ));
    output::note("  help: `--keep-going` leaves these objects out and answers without them");
    Failure::Reported
}

/// Shows the findings in order, so many of each rule.
pub(super) fn tell(sources: &SourceMap, findings: &[Finding], options: &Options) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        if options.quiet && finding.severity != Severity::Error {
            continue;
        }
        let number = seen.entry(finding.rule).or_default();
        *number += 1;
        if *number <= SHOWN {
            output::message(&diagnostic::finding(sources, finding, options.messages));
            output::message("\n");
        }
    }
    for (rule, number) in seen {
        if number > SHOWN {
            output::note(&format!("and {} more findings of {rule}", number - SHOWN));
        }
    }
}

/// What was read, in one line.
pub(super) fn summary(read: &input::Loaded) -> String {
    let objects = &read.objects;
    let known = objects.namespaces.len()
        + objects.nodes.len()
        + objects.pods.len()
        + objects.workloads.len()
        + objects.services.len()
        + objects.endpoints.len()
        + objects.ingresses.len()
        + objects.ingress_classes.len()
        + objects.gateway_classes.len()
        + objects.gateways.len()
        + objects.routes.len()
        + objects.reference_grants.len()
        + objects.openshift_routes.len()
        + objects.policies.len();
    let unused: Vec<_> = read
        .unknown_kinds
        .iter()
        .map(|(kind, number)| format!("{kind} ({number})"))
        .collect();
    let unused = if unused.is_empty() {
        String::new()
    } else {
        format!("; kinds that do not matter here: {}", unused.join(", "))
    };
    let others = match read.no_manifests {
        0 => String::new(),
        1 => "; 1 file is not a manifest".to_owned(),
        more => format!("; {more} files are not manifests"),
    };
    let applied = read.applied.as_ref().map_or(0, |it| it.documents);
    let documents = read.documents + applied;
    format!(
        "read {} from {} in {}{unused}{others}",
        count(known, "object", "objects"),
        count(documents, "document", "documents"),
        count(read.files, "file", "files"),
    )
}
